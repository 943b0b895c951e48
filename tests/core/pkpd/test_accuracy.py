"""The standard workloads and every model and route against 40-digit arithmetic.

Relative error at most 1e-12 wherever the level is at least 1e-4 of the peak. The reference solves the
compartments again with a matrix exponential (reference.py) and shares no code with ours.
"""

import importlib.util
from pathlib import Path

import mpmath as mp
import numpy as np
import pytest

from reprieve.core.pkpd import (
    MODELS,
    Ancestry,
    Covariates,
    Dose,
    Drug,
    PkModel,
    Product,
    Route,
    simulate,
)
from reprieve.core.pkpd.bands import grid_steps
from reprieve.core.pkpd.curve import levels as levels_of
from reprieve.core.pkpd.kernels import advance_for
from reprieve.core.pkpd.modal import groups
from reprieve.core.pkpd.simulate import typical_curves
from reprieve.core.pkpd.transfer import Floats
from tests.core.pkpd.reference import Given, Graph, levels, otto, perez, plasma, simons

_FILE = Path(__file__).parents[3] / "benchmarks" / "workloads.py"
_SPEC = importlib.util.spec_from_file_location("workloads", _FILE)
assert _SPEC is not None
assert _SPEC.loader is not None
w = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(w)

MOST = 1e-12
FLOOR = 1e-4


def worst(ours: Floats, reference: list[mp.mpf]) -> float:
    """Largest relative error from FLOOR of the highest reference level on."""
    floor = FLOOR * max(reference)
    return max(
        float(abs(mp.mpf(float(a)) - r) / r)
        for a, r in zip(ours, reference, strict=True)
        if r > 0 and r >= floor
    )


# ---------------------------------------------------------------------- W1 to W3


def workload(cl: float, v1: float) -> tuple[Graph, dict[str, mp.mpf]]:
    m = mp.mpf
    with mp.workdps(40):
        graph: Graph = {
            ("k", "p2"): m(w.Q2) / m(v1),
            ("p2", "k"): m(w.K21),
            ("k", "p3"): m(w.Q3) / m(v1),
            ("p3", "k"): m(w.K31),
            ("k", "nk"): m(w.FM) * m(cl) / m(v1),
            ("k", None): (1 - m(w.FM)) * m(cl) / m(v1),
            ("nk", None): m(w.CLN) / m(w.VN1),
            ("nk", "np"): m(w.QN) / m(w.VN1),
            ("np", "nk"): m(w.QN) / m(w.VN2),
        }
        return graph, {"k": m(v1), "nk": m(w.VN1)}


def check(
    ours: Floats, cl: float, v1: float, minutes: float, starts: tuple[float, ...], times: Floats
) -> None:
    """ours: (2, times) of one person."""
    graph, volumes = workload(cl, v1)
    given = [Given("k", mp.mpf(w.DOSE), s, mp.mpf(minutes)) for s in starts]
    reference = levels(graph, volumes, given, list(times))
    assert worst(ours[0], reference["k"]) <= MOST
    assert worst(ours[1], reference["nk"]) <= MOST


def compiled(n: int, minutes: float, starts: tuple[float, ...], times: Floats) -> Floats:
    """Curves (2, times, n) by the compiled recurrence."""
    [group] = groups(w.Workload, w.people(n), w.infusions(minutes, starts), n)
    plan = grid_steps(0.0, times, group.inputs)
    out = np.empty((2, times.size, n))
    state = np.zeros_like(group.rates)
    arrays = (plan.index, plan.step, plan.first, plan.given)
    advance_for(5, 2)(group.rates, group.coef, *arrays, state, out)
    return out


def test_w1_each_second_of_one_infusion() -> None:
    curves = typical_curves(w.Workload, {"cl": w.CL, "v1": w.V1}, w.infusions(40.0))
    ours = levels_of(curves, w.T1)
    at = [0, 1, 2, 5, 15, 60, 250, 777, 1500, 2399, 2400, 2401, 2460, 3000, 4321, 7000, 10_800]
    picked = np.stack([ours["ketamine"][at], ours["norketamine"][at]])
    check(picked, w.CL, w.V1, 40.0, (0.0,), w.T1[at])


def test_w2_ten_thousand_people_compiled() -> None:
    ours = compiled(10_000, 60.0, (0.0,), w.T2)
    people = w.people(10_000)
    at = [0, 1, 2, 7, 30, 59, 60, 61, 75, 110, 150, 180]
    for i in (0, 1, 255, 256, 4095, 5000, 7777, 9999):
        check(ours[:, at, i], people["cl"][i], people["v1"][i], 60.0, (0.0,), w.T2[at])


def test_w3_twelve_weeks_of_infusions_compiled() -> None:
    ours = compiled(1_000, 40.0, w.EVERY_14_DAYS, w.T3)
    people = w.people(1_000)
    fortnight = 14 * 96  # steps of 15 min
    at = [0, 1, 2, 3, 4, 20, 60, fortnight, fortnight + 2, fortnight + 3, fortnight + 30]
    at += [5 * fortnight + k for k in (-1, 0, 1, 2, 3, 8, 40, 90)]
    for i in (0, 200, 400, 999):
        check(ours[:, at, i], people["cl"][i], people["v1"][i], 40.0, w.EVERY_14_DAYS, w.T3[at])


# ------------------------------------------------------------- every model and route

TIMES = [
    0.0,
    0.3,
    1.0,
    3.0,
    6.5,
    9.0,
    14.0,
    22.0,
    30.0,
    40.0,
    41.0,
    55.0,
    75.0,
    110.0,
    200.0,
    420.0,
]
TIMES += [700.0, 1300.0]
ADULT = Covariates(weight_kg=70.0, age_years=40.0, ancestry=Ancestry.CAUCASIAN)
m = mp.mpf


def rates_per_kg(v1_l_per_kg: float, k10: float, *pairs: tuple[float, float]) -> Graph:
    graph = plasma(0, 1)
    for i, (out, back) in enumerate(pairs):
        graph["k", f"kp{i}"], graph[f"kp{i}", "k"] = m(out), m(back)
    graph["k", None] = m(k10)
    return graph


def kamp() -> tuple[Graph, dict[str, mp.mpf]]:
    """V 25, 56, 157 L; CL 84, Q 161, 79 L/h at 70 kg."""
    with mp.workdps(40):
        h = m(60)
        graph = plasma(0, 25, (m(161) / h, 56), (m(79) / h, 157))
        graph["k", None] = m(84) / h / 25
        return graph, {"k": m(25)}


def domino() -> tuple[Graph, dict[str, mp.mpf]]:
    with mp.workdps(40):
        graph = rates_per_kg(0.063, 0.4381, (0.5921, 0.2470), (0.5900, 0.0146))
        return graph, {"k": m(0.063) * 70}


def clements() -> tuple[Graph, dict[str, mp.mpf]]:
    with mp.workdps(40):
        return rates_per_kg(1.7522, 0.0109, (0.0186, 0.0137)), {"k": m(1.7522) * 70}


def hijazi() -> tuple[Graph, dict[str, mp.mpf]]:
    with mp.workdps(40):
        return rates_per_kg(1.08, 0.0333, (0.0088, 0.0030)), {"k": m(1.08) * 70}


GRAPHS = {
    "otto-2021": otto,
    "simons-2022": simons,
    "perez-ruixo-2021": perez,
    "kamp-2020": kamp,
    "domino-1984": domino,
    "clements-1981": clements,
    "hijazi-2003": hijazi,
}


def dose(
    route: Route, mg: float, start: float, minutes: float | None = None, held: Product | None = None
) -> Dose:
    return Dose(
        drug=Drug.ESKETAMINE,
        route=route,
        amount_mg=mg,
        start_min=start,
        duration_min=minutes,
        product=held,
    )


def compare(model: PkModel, doses: list[Dose], given: list[Given]) -> None:
    graph, volumes = GRAPHS[model.id]()
    found = simulate(model, ADULT, doses, np.array(TIMES))
    reference = levels(graph, volumes, given, TIMES)
    for analyte, values in zip(model.analytes, reference.values(), strict=True):
        profile = found.analytes[analyte]
        assert profile is not None
        assert worst(profile.typical_ng_per_ml, values) <= MOST, analyte


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_two_infusions_at_different_rates(model: PkModel) -> None:
    doses = [dose(Route.IV, 35.0, 0.0, 40.0), dose(Route.IV, 10.0, 30.0, 45.0)]
    compare(model, doses, [Given("k", m(35), 0.0, m(40)), Given("k", m(10), 30.0, m(45))])


@pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
def test_an_infusion_of_half_a_minute(model: PkModel) -> None:
    """As near to a bolus as a dose comes."""
    compare(model, [dose(Route.IV, 7.0, 1.0, 0.5)], [Given("k", m(7), 1.0, m(0.5))])


@pytest.mark.parametrize(
    ("held", "fraction"),
    [
        (None, 0.263),
        (Product.FILM, 0.263),
        (Product.WAFER, 0.29),  # Rolan 2014
        (Product.TROCHE, 0.32),  # Chong 2006
    ],
)
def test_what_is_held_in_the_mouth(held: Product | None, fraction: float) -> None:
    """25 mg: the mucosal part over 13.1 min, the swallowed 1.16 of the dose over 29.9 min."""
    given = [
        Given("mucosa", 25 * m(fraction), 5.0, m(13.1)),
        Given("gut", 25 * m(1.16), 5.0, m(29.9)),
    ]
    compare(MODELS["simons-2022"], [dose(Route.SUBLINGUAL, 25.0, 5.0, held=held)], given)


def test_three_nasal_spray_pairs() -> None:
    """28 mg each: 0.54 through the nose the first time, 0.62 of that later; 0.64 of the rest from the gut."""
    doses, given = [], []
    for start, fraction in ((0.0, m(0.54)), (5.0, m(0.54) * m(0.62)), (10.0, m(0.54) * m(0.62))):
        doses.append(dose(Route.INTRANASAL, 28.0, start))
        given.append(Given("nose", 28 * fraction, start, m(0)))
        given.append(Given("swallowed", 28 * (1 - fraction) * m(0.64), start, m(0.53) * 60))
    compare(MODELS["perez-ruixo-2021"], doses, given)


def test_a_swallowed_dose_then_an_infusion() -> None:
    doses = [dose(Route.ORAL, 25.0, 0.0), dose(Route.IV, 10.0, 90.0, 30.0)]
    given = [
        Given("stomach", 25 * m(0.64), 0.0, m(0.32) * 60),
        Given("k", m(10), 90.0, m(30)),
    ]
    compare(MODELS["perez-ruixo-2021"], doses, given)
