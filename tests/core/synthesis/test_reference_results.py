"""The engine against R's metafor: every digit printed there."""

import pytest

from reprieve.core.synthesis.columns import Columns
from reprieve.core.synthesis.measures import table_measure
from reprieve.core.synthesis.pool import METHODS, pool
from reprieve.core.synthesis.regression import meta_regression
from reprieve.core.synthesis.sensitivity import influence, leave_one_out
from reprieve.core.synthesis.small_study import begg, egger
from reprieve.core.synthesis.tables_pool import pool_tables
from reprieve.core.synthesis.trim_fill import trim_and_fill
from reprieve.core.synthesis.two_by_two import read_tables
from tests.core.synthesis.reference import BCG, EXPECTED, LATITUDE, MAGNESIUM

EFFECTS = {
    "bcg_rr": table_measure("RR", BCG),
    "bcg_or": table_measure("OR", BCG),
    "magnesium_or": table_measure("OR", MAGNESIUM),
}
DATA = pytest.mark.parametrize("data", EFFECTS)


def digits(value):
    """Equal to every one of 7 significant digits (half a unit of the last, at worst 5e-7 relative)."""
    return pytest.approx(value, rel=5.0001e-7, abs=1e-14)


@DATA
@pytest.mark.parametrize("method", METHODS)
def test_estimate_and_heterogeneity_by_every_method(data: str, method: str) -> None:
    expected = EXPECTED[data][method]
    pooled = pool(EFFECTS[data], method=method)
    assert pooled.estimate == digits(expected["estimate"])
    assert pooled.se == digits(expected["se"])
    assert pooled.ci == digits((expected["ci_lb"], expected["ci_ub"]))
    assert pooled.tau2 == digits(expected["tau2"])
    assert (pooled.i2, pooled.h2) == digits((expected["I2"], expected["H2"]))


@DATA
@pytest.mark.parametrize("method", ["DL", "REML", "PM"])
@pytest.mark.parametrize("ci", ["knapp-hartung", "knapp-hartung-adhoc"])
def test_knapp_hartung_and_its_floor(data: str, method: str, ci: str) -> None:
    expected = EXPECTED[data][f"{method}_{ci.replace('-', '_')}"]
    pooled = pool(EFFECTS[data], method=method, ci=ci)
    assert pooled.se == digits(expected["se"])
    assert pooled.ci == digits((expected["ci_lb"], expected["ci_ub"]))


@DATA
@pytest.mark.parametrize("method", ["DL", "REML"])
@pytest.mark.parametrize(
    ("convention", "key"),
    [("z", "z_tau2_plus_se2"), ("t-k-1", "t_k_minus_1"), ("t-k-2", "t_k_minus_2")],
)
def test_prediction_interval_by_its_convention(
    data: str, method: str, convention: str, key: str
) -> None:
    pooled = pool(EFFECTS[data], method=method, prediction=convention)
    assert pooled.prediction_interval == digits(
        tuple(EXPECTED[data]["prediction_interval"][method][key])
    )


@DATA
def test_q_and_q_profile(data: str) -> None:
    pooled, expected = pool(EFFECTS[data]), EXPECTED[data]
    assert (pooled.q, pooled.q_p) == digits((expected["Q"], expected["Q_p"]))
    assert pooled.tau2_ci == digits(tuple(expected["tau2_q_profile_95"]))


@DATA
def test_small_study_tests(data: str) -> None:
    e, b, expected = egger(EFFECTS[data]), begg(EFFECTS[data]), EXPECTED[data]
    assert (e.t, e.df, e.p) == digits(
        (expected["egger_t"], expected["egger_df"], expected["egger_p"])
    )
    assert (b.tau, b.p) == digits((expected["begg_tau"], expected["begg_p"]))


@DATA
def test_trim_and_fill(data: str) -> None:
    result, expected = trim_and_fill(EFFECTS[data], method="DL"), EXPECTED[data]["trim_fill_DL"]
    assert (result.side, result.missing) == (expected["side"], expected["k0"])
    assert result.pooled.estimate == digits(expected["estimate"])
    assert result.pooled.ci == digits((expected["ci_lb"], expected["ci_ub"]))


@pytest.mark.parametrize(
    ("method", "measure", "estimate", "se", "q", "i2"),
    [
        ("MH", "RR", -0.4537096046838, 0.03933736687129, 152.567553586657, 92.134631697306),
        ("MH", "OR", -0.4734109883886, 0.04100777840423, 163.942579569193, 92.680364044818),
        ("MH", "RD", -0.003288181832613, 0.0002866567485274, 386.77594183656, 96.897428536268),
        ("Peto", "OR", -0.4744463109406, 0.04065908074465, 167.730167511489, 92.845651931291),
    ],
)
def test_tables_pooled_as_tables(
    method: str, measure: str, estimate: float, se: float, q: float, i2: float
) -> None:
    tables = read_tables(Columns(BCG), totals=False)
    pooled = pool_tables(tables, measure=measure, method=method)
    assert (pooled.estimate, pooled.se, pooled.q, pooled.i2) == pytest.approx(
        (estimate, se, q, i2), rel=1e-12
    )


def test_latitude_explains_most_of_the_bcg_trials_differences() -> None:
    result = meta_regression(EFFECTS["bcg_rr"], {"latitude": LATITUDE})
    slope = result.coefficients[1]
    assert slope.estimate == pytest.approx(-0.02910166092801, rel=1e-5)
    assert slope.se == pytest.approx(0.007195554757081, rel=1e-4)
    assert result.tau2 == pytest.approx(0.07635469470566, rel=1e-4)
    assert result.r2 == pytest.approx(75.624478361491, rel=1e-4)
    assert result.qm == pytest.approx(16.357125572159, rel=1e-4)
    assert result.qe == pytest.approx(30.733090010749, rel=1e-12)


def test_leaving_out_one_study_agrees_with_pooling_the_others() -> None:
    """By definition, and Q without a study is what its influence row says."""
    data = EFFECTS["bcg_rr"]
    rows = influence(data)
    for i, left in enumerate(leave_one_out(data)):
        assert rows[i].q_deleted == pytest.approx(left.q, rel=1e-12)
        assert rows[i].tau2_deleted == pytest.approx(left.tau2, rel=1e-12)
        moved = pool(data).estimate - left.estimate
        assert rows[i].cooks_distance == pytest.approx((moved / pool(data).se) ** 2, rel=1e-9)
    assert sum(row.hat for row in rows) == pytest.approx(1.0, rel=1e-12)  # one coefficient
