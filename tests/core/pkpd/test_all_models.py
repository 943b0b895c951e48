"""Laws every linear model obeys, whatever its constants. A new model is covered by itself."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reprieve.core.pkpd import (
    MODELS,
    AnalyteProfile,
    Ancestry,
    Covariates,
    Dose,
    Drug,
    PkModel,
    Profile,
    Route,
    simulate,
)
from reprieve.core.pkpd.curve import Curve
from reprieve.core.pkpd.model import SPRAY_PAIR_MG
from reprieve.core.pkpd.simulate import typical_curves, with_pair_number

EVERY = pytest.mark.parametrize("model", MODELS.values(), ids=MODELS)
ROUTED = pytest.mark.parametrize(
    ("model", "route"),
    [pytest.param(m, r, id=f"{m.id}-{r.value}") for m in MODELS.values() for r in m.covers],
)
people = st.builds(
    Covariates,
    weight_kg=st.floats(30.0, 250.0),
    age_years=st.floats(18.0, 110.0),
    ancestry=st.sampled_from(Ancestry),
)
amounts = st.floats(1.0, 20_000.0)
minutes = st.floats(1.0, 6_000.0)
starts = st.floats(0.0, 3_000.0)
TIMES = np.array([0.0, 1.0, 7.0, 30.0, 45.0, 90.0, 240.0, 700.0, 3000.0, 3100.0, 9000.0])
FEW = settings(max_examples=25, deadline=None)


def a_dose(route: Route, mg: float, start: float = 0.0, duration: float = 40.0) -> Dose:
    return Dose(
        drug=Drug.ESKETAMINE,
        route=route,
        amount_mg=SPRAY_PAIR_MG if route is Route.INTRANASAL else mg,
        start_min=start,
        duration_min=duration if route is Route.IV else None,
    )


def ketamine(profile: Profile) -> AnalyteProfile:
    found = profile.analytes["ketamine"]
    assert found is not None
    return found


def curves(model: PkModel, person: Covariates, *doses: Dose) -> dict[str, Curve]:
    return typical_curves(model, model.parameters(person), with_pair_number(doses))


@EVERY
@FEW
@given(person=people, mg=amounts, duration=minutes)
def test_clearance_times_area_is_the_iv_dose(
    model: PkModel, person: Covariates, mg: float, duration: float
) -> None:
    k = ketamine(simulate(model, person, [a_dose(Route.IV, mg, 0.0, duration)], TIMES))
    assert k.cl_l_per_h * k.auc_inf_ng_h_per_ml / (1000.0 * mg) == pytest.approx(1.0, abs=1e-6)


@EVERY
@FEW
@given(person=people, mg=amounts)
def test_long_infusion_reaches_rate_over_clearance(
    model: PkModel, person: Covariates, mg: float
) -> None:
    k = ketamine(simulate(model, person, [a_dose(Route.IV, mg, 0.0, 60.0)], TIMES))
    long = 60.0 * k.half_life_h * 60.0  # minutes; e-folds of the slowest mode: 60 ln 2 = 41
    rate = 10.0  # mg/h
    steady = curves(model, person, a_dose(Route.IV, rate * long / 60.0, 0.0, long))["ketamine"]
    level = float(steady.at(np.array([long * (1 - 1e-9)]))[0])
    assert level == pytest.approx(1000.0 * rate / k.cl_l_per_h, rel=1e-6)


@ROUTED
@FEW
@given(person=people, mg=amounts, factor=st.floats(0.01, 50.0))
def test_level_is_proportional_to_dose(
    model: PkModel, route: Route, person: Covariates, mg: float, factor: float
) -> None:
    if route is Route.INTRANASAL:
        return  # one strength only
    one, other = (
        curves(model, person, a_dose(route, mg)),
        curves(model, person, a_dose(route, mg * factor)),
    )
    for name in one:
        assert other[name].at(TIMES) == pytest.approx(
            one[name].at(TIMES) * factor, rel=1e-11, abs=1e-200
        )


@ROUTED
@FEW
@given(person=people, mg=amounts, start=starts, duration=minutes)
def test_doses_add_up(
    model: PkModel, route: Route, person: Covariates, mg: float, start: float, duration: float
) -> None:
    apart = 0.0 if route is not Route.INTRANASAL else 5000.0  # another session
    first, second = a_dose(route, 20.0), a_dose(route, mg, apart + start, duration)
    both, one, two = (curves(model, person, *d) for d in ((first, second), (first,), (second,)))
    for name in both:
        total = one[name].at(TIMES) + two[name].at(TIMES)
        assert both[name].at(TIMES) == pytest.approx(total, rel=1e-11, abs=1e-200)


@EVERY
@FEW
@given(person=people, mg=amounts, duration=minutes, share=st.floats(0.05, 0.95))
def test_an_infusion_in_two_parts_is_the_infusion(
    model: PkModel, person: Covariates, mg: float, duration: float, share: float
) -> None:
    cut = duration * share
    whole = curves(model, person, a_dose(Route.IV, mg, 0.0, duration))
    parts = curves(
        model,
        person,
        a_dose(Route.IV, mg * share, 0.0, cut),
        a_dose(Route.IV, mg * (1 - share), cut, duration - cut),
    )
    for name in whole:
        assert parts[name].at(TIMES) == pytest.approx(whole[name].at(TIMES), rel=1e-9, abs=1e-200)


@ROUTED
@FEW
@given(person=people, mg=amounts, start=starts, duration=minutes)
def test_no_level_is_negative_and_none_comes_before_the_dose(
    model: PkModel, route: Route, person: Covariates, mg: float, start: float, duration: float
) -> None:
    t = np.sort(np.concatenate([TIMES, start + TIMES, [start * 0.5]]))
    for curve in curves(model, person, a_dose(route, mg, start, duration)).values():
        level = curve.at(t)
        assert np.all(np.isfinite(level))
        assert np.all(level >= 0.0)
        assert np.all(level[t < start] == 0.0)


@ROUTED
@FEW
@given(person=people, mg=amounts, duration=minutes)
def test_peak_is_nowhere_exceeded_and_is_reached_at_its_time(
    model: PkModel, route: Route, person: Covariates, mg: float, duration: float
) -> None:
    for curve in curves(model, person, a_dose(route, mg, 10.0, duration)).values():
        cmax, tmax = curve.cmax_tmax
        dense = np.linspace(0.0, 10.0 + duration + 3000.0, 20_001)
        assert float(curve.at(dense).max()) <= cmax * (1 + 1e-9)
        assert float(curve.at(np.array([tmax]))[0]) == pytest.approx(cmax, rel=1e-9)


@ROUTED
@FEW
@given(person=people, mg=amounts, share=st.floats(0.05, 0.95))
def test_curve_stands_at_the_level_when_it_falls_below_it(
    model: PkModel, route: Route, person: Covariates, mg: float, share: float
) -> None:
    for curve in curves(model, person, a_dose(route, mg)).values():
        level = curve.cmax_tmax[0] * share
        found = curve.threshold(level, 0.0)
        fall = found.time_to_fall_below_min
        assert fall is not None
        assert float(curve.at(np.array([fall]))[0]) == pytest.approx(level, rel=1e-6)
        assert 0.0 < found.time_above_min <= fall


@ROUTED
@FEW
@given(person=people, mg=amounts)
def test_area_to_infinity_is_the_limit_of_area_to_a_time(
    model: PkModel, route: Route, person: Covariates, mg: float
) -> None:
    for curve in curves(model, person, a_dose(route, mg)).values():
        late = 60.0 * math.log(2.0) / curve.slowest + 1000.0
        assert float(curve.area(np.array([late]))[0]) == pytest.approx(curve.total_area, rel=1e-9)
