"""Every curve against 40-digit arithmetic: relative error at most 1e-12 from 1e-4 of the peak on."""

import mpmath as mp
import numpy as np
import pytest

from reprieve.core.pkpd import MODELS, Ancestry, Covariates, Dose, Drug, Route, simulate
from reprieve.core.pkpd.response import UnitResponse, early_series
from reprieve.core.pkpd.simulate import typical_curves
from reprieve.core.pkpd.transfer import Floats, Transfer
from tests.core.pkpd.reference import Given, levels, otto, perez, plasma, simons

ADULT = Covariates(weight_kg=70.0, age_years=40.0, ancestry=Ancestry.CAUCASIAN)
TIMES = [
    0.0,
    0.5,
    1.0,
    2.5,
    5.0,
    8.0,
    12.0,
    18.0,
    27.0,
    40.0,
    41.0,
    60.0,
    95.0,
    180.0,
    360.0,
    900.0,
    2000.0,
]
ALL = ("ketamine", "norketamine", "hydroxynorketamine")


def dose(
    drug: Drug, route: Route, mg: float, start: float = 0.0, minutes: float | None = None
) -> Dose:
    return Dose(drug=drug, route=route, amount_mg=mg, start_min=start, duration_min=minutes)


def worst(ours: Floats, reference: list[mp.mpf], floor: float = 1e-4) -> float:
    peak = max(reference)
    return max(
        float(abs(mp.mpf(float(a)) - r) / r)
        for a, r in zip(ours, reference, strict=True)
        if r >= floor * peak and r > 0
    )


def compare(model: str, doses: list[Dose], graph, volumes, given, times=TIMES) -> None:
    profile = simulate(MODELS[model], ADULT, doses, np.array(times))
    reference = levels(graph, volumes, given, times)
    for name, values in zip(ALL, reference.values(), strict=False):
        analyte = profile.analytes[name]
        assert analyte is not None
        assert worst(analyte.typical_ng_per_ml, values) <= 1e-12, name


def test_iv_infusion_and_metabolite_of_otto() -> None:
    graph, volumes = otto()
    given = [Given("k", mp.mpf(35), 0.0, mp.mpf(40))]
    compare("otto-2021", [dose(Drug.KETAMINE, Route.IV, 35.0, 0.0, 40.0)], graph, volumes, given)


def test_film_with_its_chains_of_equal_rates() -> None:
    graph, volumes = simons()
    m = mp.mpf
    given = [
        Given("mucosa", m(50) * m(0.263), 0.0, m(13.1)),
        Given("gut", m(50) * m(1.16), 0.0, m(29.9)),
    ]
    compare("simons-2022", [dose(Drug.ESKETAMINE, Route.SUBLINGUAL, 50.0)], graph, volumes, given)


def test_arterial_infusion_and_two_metabolites_of_simons() -> None:
    graph, volumes = simons()
    given = [Given("k", mp.mpf(20), 0.0, mp.mpf(20))]
    compare(
        "simons-2022", [dose(Drug.ESKETAMINE, Route.IV, 20.0, 0.0, 20.0)], graph, volumes, given
    )


def test_two_nasal_spray_pairs_with_the_swallowed_part() -> None:
    graph, volumes = perez()
    m = mp.mpf
    given = []
    for start, fraction in ((0.0, m(0.54)), (5.0, m(0.54) * m(0.62))):
        given.append(Given("nose", 28 * fraction, start, m(0)))
        given.append(Given("swallowed", 28 * (1 - fraction) * m(0.64), start, m(0.53) * 60))
    sprays = [dose(Drug.ESKETAMINE, Route.INTRANASAL, 28.0, s) for s in (0.0, 5.0)]
    compare("perez-ruixo-2021", sprays, graph, volumes, given)


def test_swallowed_dose_through_the_liver() -> None:
    graph, volumes = perez()
    given = [Given("stomach", mp.mpf(25) * mp.mpf(0.64), 0.0, mp.mpf(0.32) * 60)]
    compare("perez-ruixo-2021", [dose(Drug.KETAMINE, Route.ORAL, 25.0)], graph, volumes, given)


def test_domino_with_norketamine_like_workload() -> None:
    """The standard workload of the benchmarks, parent part, an infusion of 40 min."""
    with mp.workdps(40):
        v1 = mp.mpf(0.063 * 70.0)
        graph = plasma(0, v1)
        for i, (out, back) in enumerate(((0.5921, 0.2470), (0.5900, 0.0146))):
            graph["k", f"kp{i}"], graph[f"kp{i}", "k"] = mp.mpf(out), mp.mpf(back)
        graph["k", None] = mp.mpf(0.4381)
    given = [Given("k", mp.mpf(35), 0.0, mp.mpf(40))]
    times = [*TIMES[:-2], 500.0]
    compare(
        "domino-1984",
        [dose(Drug.KETAMINE, Route.IV, 35.0, 0.0, 40.0)],
        graph,
        {"k": v1},
        given,
        times,
    )


@pytest.mark.parametrize(
    "gap", [0.0, 1e-15, 1e-12, 1e-9, 1e-6, 1e-4, 1e-3, 5e-3, 9.9e-3, 0.011, 0.05]
)
def test_near_equal_rates_lose_no_digits(gap: float) -> None:
    """Three stages in a row with rates k, k(1+gap), k(1+2 gap), then a slow one."""
    rates = (0.1, 0.1 * (1 + gap), 0.1 * (1 + 2 * gap), 0.01)
    times = np.array([3.0, 10.0, 30.0, 100.0, 300.0, 900.0])
    for minutes in (0.0, 20.0):
        ours = UnitResponse(Transfer(1.0, rates, (None,) * 4), minutes).at(times)
        with mp.workdps(60):
            graph = {(f"c{i}", f"c{i + 1}"): mp.mpf(r) for i, r in enumerate(rates[:3])}
            graph["c3", None] = mp.mpf(rates[3])
            scale = 1000 * mp.fprod(mp.mpf(r) for r in rates[:3])
            given = [Given("c0", mp.mpf(1), 0.0, mp.mpf(minutes))]
            exact = levels(graph, {"c3": scale}, given, list(times), dps=60)["c3"]
        assert worst(ours, exact) <= 1e-12


def test_early_series_and_exponentials_agree_where_both_hold() -> None:
    transfer = Transfer(2.0, (0.02, 0.3, 1.1, 0.5), (0.05, None, None, None))
    tau = np.array([40.0, 80.0, 160.0])
    assert UnitResponse(transfer).at(tau) == pytest.approx(early_series(transfer, tau), rel=1e-13)


def test_area_is_the_integral_of_the_curve() -> None:
    """Independent: Gauss-Legendre quadrature of the 40-digit curve would be circular, so of ours."""
    profile = simulate(
        MODELS["otto-2021"],
        ADULT,
        [dose(Drug.KETAMINE, Route.IV, 35.0, 10.0, 40.0)],
        np.array([0.0, 300.0]),
    )
    ketamine = profile.analytes["ketamine"]
    assert ketamine is not None
    nodes, weights = np.polynomial.legendre.leggauss(60)
    total = 0.0
    for a, b in ((10.0, 50.0), (50.0, 90.0), (90.0, 300.0)):
        t = (a + b) / 2 + (b - a) / 2 * nodes
        curve = simulate(
            MODELS["otto-2021"], ADULT, [dose(Drug.KETAMINE, Route.IV, 35.0, 10.0, 40.0)], t
        ).analytes["ketamine"]
        assert curve is not None
        total += (b - a) / 2 * float(weights @ curve.typical_ng_per_ml)
    assert ketamine.auc_last_ng_h_per_ml == pytest.approx(total / 60.0, rel=1e-9)


def test_whole_numbers_are_times_and_amounts_too() -> None:
    """10 mg as the integer 10, at integer times, is 10.0 mg at the same times."""
    whole = Dose(drug=Drug.KETAMINE, route=Route.IV, amount_mg=10, start_min=0, duration_min=40)
    model = MODELS["otto-2021"]
    curves = typical_curves(model, model.parameters(ADULT), [(whole, 0)])
    exact = typical_curves(
        model, model.parameters(ADULT), [(dose(Drug.KETAMINE, Route.IV, 10.0, 0.0, 40.0), 0)]
    )
    times = np.array([0, 20, 60, 600])
    for name, curve in curves.items():
        assert curve.area(times) == pytest.approx(exact[name].area(times * 1.0))
        assert curve.at(times) == pytest.approx(exact[name].at(times * 1.0))
        assert curve.area(times)[-1] > 0


def test_an_even_grid_gives_what_single_times_give() -> None:
    """A long even grid takes fewer exponentials; each of its levels must be that of its time alone."""
    grid = np.arange(0.0, 1201.0, 0.5)
    doses = [dose(Drug.KETAMINE, Route.IV, 35.0, 10.0, 40.0)]
    long = simulate(MODELS["otto-2021"], ADULT, doses, grid)
    for at in (0, 20, 21, 99, 100, 101, 555, 1800, 2400):
        one = simulate(MODELS["otto-2021"], ADULT, doses, grid[at : at + 1])
        for name in ("ketamine", "norketamine"):
            many, single = long.analytes[name], one.analytes[name]
            assert many is not None
            assert single is not None
            assert many.typical_ng_per_ml[at] == pytest.approx(
                single.typical_ng_per_ml[0], rel=1e-13
            )
