"""Speed of the pharmacology core beside its peers, in one run: python benchmarks/pharmacology.py [--write]

The workloads W1 to W5 are defined in workloads.py. Peers are run on fewer people and scaled where they
are slow; the table says so. Every time is the best of several runs after a warm-up, ours and theirs
alike; the machine's own limits come first. --write puts the table into docs/reference.
"""

import argparse
import json
import os
import platform
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba as nb
import numpy as np
from workloads import (
    CL,
    CLN,
    DOSE,
    EVERY_14_DAYS,
    FM,
    K21,
    K31,
    Q2,
    Q3,
    QN,
    SAMPLES,
    T1,
    T2,
    T3,
    V1,
    VN1,
    VN2,
    FourEtas,
    Workload,
    infusions,
    parameters,
    people,
    subjects,
)

from reprieve.core.pkpd import Dose, Drug, Population
from reprieve.core.pkpd.bands import (
    Maker,
    grid_steps,
    held_bands,
    streamed,
)
from reprieve.core.pkpd.curve import levels
from reprieve.core.pkpd.design import Goal, Step, rates_for
from reprieve.core.pkpd.estimate import Fitter, Level, estimate
from reprieve.core.pkpd.kernels import LANES, advance_for, decay
from reprieve.core.pkpd.modal import groups
from reprieve.core.pkpd.simulate import typical_curves

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "benchmarks-pharmacology.md"
sys.path.insert(0, str(ROOT / ".bench" / "peers"))


def best(f: Callable[[], Any], n: int = 7) -> float:
    """The least disturbed of n runs, after one that is not timed: seconds."""
    f()
    found = []
    for _ in range(n):
        start = time.perf_counter()
        f()
        found.append(time.perf_counter() - start)
    return min(found)


# ------------------------------------------------------------------------ the machine


@nb.njit
def _exps(x, out, bits, times):  # type: ignore[no-untyped-def]
    for _ in range(times):
        decay(x, 1.0, out, bits)


@nb.njit(fastmath=True)
def _triad(a, b, c):  # type: ignore[no-untyped-def]
    for i in range(a.size):
        a[i] = b[i] + 3.0 * c[i]


def machine() -> dict[str, float]:
    """exp() a second in cache, by NumPy and compiled; memory bandwidth; all one thread."""
    x, out = np.linspace(0.0, 8.0, 2048), np.empty(2048)
    numpy_exp = best(lambda: [np.exp(x, out=out) for _ in range(500)]) / (500 * 2048)
    lanes, bits = x[:LANES].copy(), np.empty(LANES, np.int64)
    ours = best(lambda: _exps(lanes, out, bits, 10_000)) / (10_000 * LANES)
    a, b, c = (np.ones(10_000_000) for _ in range(3))
    triad = 24e-9 * a.size / best(lambda: _triad(a, b, c))
    return {"numpy_exp_g": 1e-9 / numpy_exp, "exp_g": 1e-9 / ours, "triad_gb_s": triad}


# ---------------------------------------------------------------------------- ours


def w1() -> None:
    levels(typical_curves(Workload, {"cl": CL, "v1": V1}, infusions(40.0)), T1)  # type: ignore[arg-type]


def simulate_held(n: int, given: list[tuple[Dose, int]], times: Any, out: Any) -> None:
    """Curves of n people into `out` (analytes, times, n)."""
    [group] = groups(Workload, people_of[n], given, n)  # type: ignore[arg-type]
    plan = grid_steps(0.0, times, group.inputs)
    advance_for(group.rates.shape[0], 2)(
        group.rates, group.coef, plan.index, plan.step, plan.first, plan.given,
        np.zeros_like(group.rates), out,
    )  # fmt: skip


people_of: dict[int, dict[str, Any]] = {n: people(n) for n in (1_000, 10_000)}
PERCENTILES = Population(n=10_000, seed=1, percentiles=(5.0, 50.0, 95.0))


def with_percentiles(n: int, given: list[tuple[Dose, int]], times: Any, threads: int = 1) -> Any:
    made = groups(Workload, people_of[n], given, n)  # type: ignore[arg-type]
    return held_bands(made, times, PERCENTILES, threads)


def map_fits() -> tuple[float, float]:
    """Seconds for one fit of W4, schedule prepared; and for one call of `estimate` with everything."""
    levels, doses = subjects(), [infusions(40.0)[0][0]]
    samples = [(t, "ketamine") for t in SAMPLES]
    fitter = Fitter(FourEtas, None, doses, samples)  # type: ignore[arg-type]
    one = best(lambda: [fitter.fit(y) for y in levels], 9) / len(levels)
    first = [
        Level(time_min=t, analyte="ketamine", ng_per_ml=float(y))
        for t, y in zip(SAMPLES, levels[0], strict=True)
    ]
    return one, best(lambda: estimate(FourEtas, None, doses, first), 30)  # type: ignore[arg-type]


def rate_search() -> None:
    rates_for(
        Workload,  # type: ignore[arg-type]
        None,  # type: ignore[arg-type]
        Drug.KETAMINE,
        [Step(duration_min=40.0)],
        Goal(ng_per_ml=250.0, percent=95.0),
        reach=False,
        population=Population(n=1000, seed=1, percentiles=(50.0,)),
    )


def ten_million(exact: bool) -> tuple[float, float]:
    """Seconds and the largest memory in GB, in a process of its own, two threads."""
    here = str(Path(__file__).parent)
    code = f"import sys; sys.path.insert(0, {here!r}); import pharmacology; pharmacology.stream({exact})"
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    seconds, memory = out.stdout.split()
    return float(seconds), float(memory)


def stream(exact: bool, n: int = 10_000_000) -> None:
    """Prints the seconds of a streamed run, compiled code warm, and the memory of the process."""
    made = Maker(Workload, parameters(None), infusions(60.0), 1, None)  # type: ignore[arg-type]
    people = Population(n=n, seed=1, percentiles=(5.0, 50.0, 95.0))
    streamed(made, T2, Population(n=20_000, seed=1, percentiles=(50.0,)), 2, exact=exact)
    start = time.perf_counter()
    streamed(made, T2, people, 2, exact=exact)
    taken = time.perf_counter() - start
    print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6)


def cold(case: dict[str, Any]) -> tuple[float, float]:
    """Seconds of a cold `import numpy` and of a cold `reprieve simulate`, interleaved: median of 9.

    One uncounted run of each first, with leave to keep its bytecode, as an installed package has it.
    """
    keep = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.NamedTemporaryFile("w", suffix=".json", delete=False) as file:
        json.dump(case, file)
    commands = (
        [sys.executable, "-c", "import numpy"],
        [str(Path(sys.executable).with_name("reprieve")), "simulate", file.name],
    )
    found: list[list[float]] = [[], []]
    for run in range(10):
        for times, command in zip(found, commands, strict=True):
            start = time.perf_counter()
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL, env=keep)
            if run:
                times.append(time.perf_counter() - start)
    os.unlink(file.name)
    return statistics.median(found[0]), statistics.median(found[1])


ONE_PERSON = {
    "patient": {"weight_kg": 70, "age_years": 45, "sex": "female"},
    "doses": [
        {
            "drug": "ketamine",
            "salt_or_base": "base",
            "route": "iv",
            "amount_mg": 35,
            "start_min": 0,
            "duration_min": 40,
        }
    ],
    "times_min": {"until_min": 180, "step_min": 1},
}
BAND = ONE_PERSON | {
    "population": {"n": 256, "seed": 1, "percentiles": [5, 50, 95]},
    "precipitants": ["rifampicin"],
}
MANY = ONE_PERSON | {"population": {"n": 10_000, "seed": 1, "percentiles": [5, 50, 95]}}


# --------------------------------------------------------------------------- peers


def _rhs(cl: float, v1: float, rate: float) -> Callable[[Any, Any], list[float]]:
    def rhs(y: Any, _t: Any) -> list[float]:
        return [
            rate - (cl + Q2 + Q3) / v1 * y[0] + K21 * y[1] + K31 * y[2],
            Q2 / v1 * y[0] - K21 * y[1],
            Q3 / v1 * y[0] - K31 * y[2],
            FM * cl / v1 * y[0] - (CLN + QN) / VN1 * y[3] + QN / VN2 * y[4],
            QN / VN1 * y[3] - QN / VN2 * y[4],
        ]

    return rhs


def scipy_lsoda(cl: float, v1: float, minutes: float, times: Any) -> Any:
    from scipy.integrate import odeint

    k = int(np.searchsorted(times, minutes, "right"))
    on = odeint(_rhs(cl, v1, DOSE / minutes), [0.0] * 5, times[:k], rtol=1e-8, atol=1e-8)
    return odeint(_rhs(cl, v1, 0.0), on[-1], times[k - 1 :], rtol=1e-8, atol=1e-8)


def roadrunner_cvode() -> Callable[[float, float, float, Any], Any]:
    import antimony
    import roadrunner

    text = f"""model m()
      A1=0; A2=0; A3=0; N1=0; N2=0; CL={CL!r}; V1={V1!r}; R=0;
      A1' = R-(CL+{Q2!r}+{Q3!r})/V1*A1+{K21!r}*A2+{K31!r}*A3;
      A2' = {Q2!r}/V1*A1-{K21!r}*A2; A3' = {Q3!r}/V1*A1-{K31!r}*A3;
      N1' = {FM!r}*CL/V1*A1-{(CLN + QN) / VN1!r}*N1+{QN / VN2!r}*N2;
      N2' = {QN / VN1!r}*N1-{QN / VN2!r}*N2;
    end"""
    antimony.loadAntimonyString(text)
    runner = roadrunner.RoadRunner(antimony.getSBMLString("m"))
    runner.selections = ["A1", "N1"]
    runner.getIntegrator().relative_tolerance = 1e-8
    runner.getIntegrator().absolute_tolerance = 1e-10

    def run(cl: float, v1: float, minutes: float, times: Any) -> Any:
        runner.resetToOrigin()
        runner["CL"], runner["V1"], runner["R"] = float(cl), float(v1), DOSE / minutes
        k = int(np.searchsorted(times, minutes, "right"))
        runner.simulate(0, minutes, k)
        runner["R"] = 0.0
        return runner.simulate(minutes, float(times[-1]), int(times.size - k + 1))

    return run


def numbalsoda_lsoda() -> Callable[[float, float, float, Any], Any]:
    from numbalsoda_lsoda.driver import lsoda, lsoda_sig  # built by peers_from_source.py

    @nb.cfunc(lsoda_sig)
    def rhs(_t, u, du, p):  # type: ignore[no-untyped-def]
        q = nb.carray(p, (3,))
        du[0] = q[2] - (q[0] + Q2 + Q3) / q[1] * u[0] + K21 * u[1] + K31 * u[2]
        du[1] = Q2 / q[1] * u[0] - K21 * u[1]
        du[2] = Q3 / q[1] * u[0] - K31 * u[2]
        du[3] = FM * q[0] / q[1] * u[0] - (CLN + QN) / VN1 * u[3] + QN / VN2 * u[4]
        du[4] = QN / VN1 * u[3] - QN / VN2 * u[4]

    address = rhs.address

    @nb.njit
    def solve(cl, v1, minutes, on_times, off_times):  # type: ignore[no-untyped-def]
        p = np.array([cl, v1, DOSE / minutes])
        on, _ = lsoda(address, np.zeros(5), on_times, p, 1e-8, 1e-8)
        p[2] = 0.0
        off, _ = lsoda(address, on[-1].copy(), off_times, p, 1e-8, 1e-8)
        return on, off

    def run(cl: float, v1: float, minutes: float, times: Any) -> Any:
        _ = rhs  # kept alive: the solver holds its address only
        k = int(np.searchsorted(times, minutes, "right"))
        on, off = solve(cl, v1, minutes, times[:k], times[k - 1 :])
        return np.concatenate([on, off[1:]])[:, [0, 3]]

    return run


def opentiva_closed_form() -> Callable[[float, float, float, Any], Any]:
    from opentiva.ketamine import Domino  # built by peers_from_source.py
    from opentiva.pump import Pump

    def run(_cl: float, _v1: float, minutes: float, times: Any) -> Any:
        pump = Pump(Domino(0, 40, 70, 170), 10, int(times[-1] * 60.0))
        pump.add_infusion(0, DOSE / (minutes * 60.0), int(minutes * 60.0))  # mg each second
        return pump.run()[:, 1:2] * V1  # mg in plasma, from ug/mL

    return run


Peer = Callable[[float, float, float, Any], Any]
PEERS: dict[str, tuple[Callable[[], Peer], bool]] = {  # and whether it simulates populations
    "numbalsoda LSODA, 1e-8": (numbalsoda_lsoda, True),
    "SciPy LSODA, 1e-8": (lambda: scipy_lsoda, True),
    "libRoadRunner CVODE, 1e-8": (roadrunner_cvode, True),
    "opentiva 1.1.2, plasma and effect site": (opentiva_closed_form, False),
}
SOME = 200  # people a peer simulates of the 10,000 of W2


def peer_times(name: str) -> tuple[float, float | None] | str:
    """Seconds for W1 and for W2 (SOME people, scaled to 10,000; None: one person only), or why not."""
    make, populations = PEERS[name]
    try:
        run = make()
    except (ImportError, OSError) as missing:
        return f"not here ({missing})"
    one = best(lambda: run(CL, V1, 40.0, T1), 5)
    if not populations:
        return one, None
    cl, v1 = people_of[1_000]["cl"].tolist(), people_of[1_000]["v1"].tolist()
    few = SOME if name.startswith("numbalsoda") else SOME // 10
    many = best(lambda: [run(cl[i], v1[i], 60.0, T2) for i in range(few)], 3) * (10_000 / few)
    return one, many


# -------------------------------------------------------------------------- the table


def measure() -> list[tuple[str, float, float, str]]:
    """(what, seconds or ratio, target, unit)."""
    limits = machine()
    exp_limit = 10_000 * 181 * 5 / (limits["exp_g"] * 1e9)
    out2, out3 = np.empty((2, 181, 10_000)), np.empty((2, 8065, 1_000))
    w2, w3 = infusions(60.0), infusions(40.0, EVERY_14_DAYS)
    year = infusions(40.0, tuple(24 * 1440.0 * k for k in range(16)))
    year_times = np.arange(35_041) * 15.0
    base, one = cold(ONE_PERSON)
    base_band, band = cold(BAND)
    _, many = cold(MANY)
    fitted, whole = map_fits()
    short, memory = ten_million(exact=False)
    exact, exact_memory = ten_million(exact=True)
    ms = 1e3
    w2_time = best(lambda: simulate_held(10_000, w2, T2, out2), 15)
    return [
        ("machine: NumPy exp, G/s", limits["numpy_exp_g"], 0.0, ""),
        ("machine: compiled exp, G/s", limits["exp_g"], 0.0, ""),
        ("machine: triad, GB/s", limits["triad_gb_s"], 0.0, ""),
        ("W1 one person, 10,801 times, both analytes", ms * best(w1, 15), 0.3, "ms"),
        ("W2 10,000 people simulated", ms * w2_time, 7.0, "ms"),
        ("W2 over the exp() limit of this run", w2_time / exp_limit, 1.0, "x"),
        (
            "W2 with percentiles",
            ms * best(lambda: with_percentiles(10_000, w2, T2), 9),
            10.4,
            "ms",
        ),
        ("W3 simulated", ms * best(lambda: simulate_held(1_000, w3, T3, out3), 9), 18.0, "ms"),
        ("W4 MAP fit with covariance, from Python, schedule prepared", 1e6 * fitted, 20.0, "us"),
        ("   the same from nothing prepared (`estimate`)", 1e6 * whole, 0.0, "us"),
        (
            "W5 rate search, 1,000 people, drawing them included",
            ms * best(rate_search, 15),
            0.4,
            "ms",
        ),
        ("10 million people, W2 percentiles in bins of 0.4 %, 2 threads", short, 3.0, "s"),
        ("   memory", memory, 2.0, "GB"),
        ("10 million people, W2 percentiles exact, 2 threads", exact, 6.0, "s"),
        ("   memory", exact_memory, 2.0, "GB"),
        (
            "1,000 people, 1 year by 15 min, percentiles",
            best(lambda: with_percentiles(1_000, year, year_times), 3),
            0.4,
            "s",
        ),
        ("cold one-person command over bare import numpy", one / base, 1.6, "x"),
        ("   with a population of 256 and a precipitant", band / base_band, 1.6, "x"),
        ("cold command, 10,000 people, cached code", many, 0.7, "s"),
    ]


WHY = """
Where a figure is missed:

- W1: both analytes, every second. Exponentials are shared and few; what remains is NumPy's handling of arrays of 10,801 times and the
  series that repairs norketamine's first seconds.
- W3: the curves kept are 129 MB. Filling as much memory with a constant takes {fill:.0f} ms on this machine in this run.
- W4: reading the tape of a model of any shape costs about a microsecond each time it is run, and the call from Python some ten.
- W5: the answer also holds the dose and the typical peak, and draws its people anew.
- 10 million people: each is drawn from a counter-based generator, so that any worker can draw any of them; exact percentiles draw everyone twice.
- Cold calls: a population takes linear algebra and random numbers beside NumPy's import; 10,000 people load Numba and cached code.

In the compiled population two rates of one person that nearly coincide are set 3e-5 apart, so that a person in 10,000 of W2 is right to 1e-5
rather than 1e-12; one person alone is always simulated exactly.
"""


def fill_ms() -> float:
    """Milliseconds to fill as much memory as the curves of W3."""
    store = np.empty((2, T3.size, 1_000))
    return 1e3 * best(lambda: store.fill(1.0), 5)


def table() -> str:
    rows = measure()
    ours = {name: value for name, value, _, _ in rows}
    w1_s = ours["W1 one person, 10,801 times, both analytes"] / 1e3
    w2_s = ours["W2 10,000 people simulated"] / 1e3
    lines = [
        "# Benchmarks: pharmacology",
        "",
        (
            f"Taken {time.strftime('%Y-%m-%d')} on {os.cpu_count()} cores, {platform.machine()}, Python "
            f"{platform.python_version()}, NumPy {np.__version__}, Numba {nb.__version__}. One thread "
            "unless said. `make bench` prints it anew; other work on the machine moves it by tens of percent."
        ),
        "",
        "| what | measured | target | |",
        "|---|---|---|---|",
    ]
    for name, value, target, unit in rows:
        verdict = (
            ""
            if not target
            else "met"
            if value <= target
            else f"missed, {value / target:.1f} times"
        )
        goal = f"{target:g} {unit}" if target else ""
        lines.append(f"| {name} | {value:.3g} {unit} | {goal} | {verdict} |")
    lines += [
        "",
        f"| peer, same run | W1 | over ours | W2 (scaled from {SOME // 10} to {SOME} people) | over ours |",
        "|---|---|---|---|---|",
    ]
    for name in PEERS:
        found = peer_times(name)
        if isinstance(found, str):
            lines.append(f"| {name} | {found} | | | |")
            continue
        one, many = found
        w2_row = "one person only | |" if many is None else f"{many:.3g} s | {many / w2_s:.0f}x |"
        lines.append(f"| {name} | {1e3 * one:.3g} ms | {one / w1_s:.1f}x | {w2_row}")
    return "\n".join(lines) + "\n" + WHY.format(fill=fill_ms())


def write(text: str) -> None:
    """Into the reference page, keeping what stands from the second heading on."""
    old = PAGE.read_text(encoding="utf-8")
    cut = old.find("\n## ")
    PAGE.write_text(text + (old[cut:] if cut >= 0 else ""), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"into {PAGE.name}")
    asked = parser.parse_args()
    text = table()
    print(text)
    if asked.write:
        write(text)


if __name__ == "__main__":
    main()
