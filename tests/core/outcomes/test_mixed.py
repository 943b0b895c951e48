"""Repeated scores, against R's lme4 1.1 on the amitriptyline trial of Dinat 2015 (data CC BY 4.0)."""

import csv
from importlib.resources import files

import pytest

from reprieve.core.outcomes.mixed import MixedFit, fit_mixed
from reprieve.core.problems import UnusableInput

DATA = files("reprieve") / "clinic" / "outcomes" / "data" / "dinat_2015_pain.csv"
# pain ~ treatment * visit + period + (1 | person): estimate, standard error
LME4 = {
    "one": (8.02260308, 0.26404504496),
    "amitriptyline": (-0.26469909872, 0.28635916774),
    "week 3": (-1.8442622951, 0.28603688708),
    "week 6": (-2.4262295082, 0.28603688708),
    "period 2": (-2.3706709957, 0.16570105342),
    "amitriptyline, week 3": (0.16393442623, 0.40451724505),
    "amitriptyline, week 6": (-0.30327868852, 0.40451724505),
}
# … + (1 | person:period): variances of period within person, person, residual
LME4_NESTED = (0.57412652071, 2.5789737167, 4.6487024751)


@pytest.fixture(scope="module")
def lines() -> list[dict[str, str]]:
    kept = (line for line in DATA.read_text().splitlines() if not line.startswith("#"))
    return list(csv.DictReader(kept))


def fit(lines: list[dict[str, str]], *, nested: bool) -> MixedFit:
    def column(name: str, value: str) -> list[float]:
        return [float(line[name] == value) for line in lines]

    ami, three, six = (
        column("treatment", "amitriptyline"),
        column("week", "3"),
        column("week", "6"),
    )
    columns = {
        "one": [1.0] * len(lines),
        "amitriptyline": ami,
        "week 3": three,
        "week 6": six,
        "period 2": column("period", "2"),
        "amitriptyline, week 3": [a * b for a, b in zip(ami, three, strict=True)],
        "amitriptyline, week 6": [a * b for a, b in zip(ami, six, strict=True)],
    }
    return fit_mixed(
        [float(line["pain"]) for line in lines],
        columns,
        [line["person"] for line in lines],
        nested=[line["period"] for line in lines] if nested else None,
    )


def test_amitriptyline_did_no_more_than_placebo_as_lme4_reckons_it(lines) -> None:
    found = fit(lines, nested=False)
    assert found.people == 122
    assert found.scores == 732
    for name, (estimate, se) in LME4.items():
        assert found.fixed[name].estimate == pytest.approx(estimate, abs=1e-5)
        assert found.fixed[name].se == pytest.approx(se, rel=1e-4)
    low, high = found.fixed["amitriptyline"].interval
    assert low < 0 < high


def test_variances_between_people_and_between_their_periods(lines) -> None:
    found = fit(lines, nested=True)
    period, person, residual = LME4_NESTED
    assert found.nested_variance == pytest.approx(period, rel=1e-3)
    assert found.person_covariance[0][0] == pytest.approx(person, rel=1e-3)
    assert found.residual_variance == pytest.approx(residual, rel=1e-3)


def test_two_people_with_two_scores_each_have_the_mean_of_all() -> None:
    # Balanced, so the estimate is the plain mean: (2 + 4 + 6 + 8) / 4.
    found = fit_mixed([2.0, 4.0, 6.0, 8.0], {"one": [1.0] * 4}, ["a", "a", "b", "b"])
    assert found.fixed["one"].estimate == pytest.approx(5.0, abs=1e-9)


@pytest.mark.parametrize(
    ("scores", "columns", "said"),
    [
        ([], {"one": []}, "no score"),
        ([1.0, 2.0], {"one": [1.0]}, "1 entries, 2 scores"),
        ([1.0, float("nan")], {"one": [1.0, 1.0]}, "not a number"),
        ([1.0, 2.0], {"one": [1.0, 1.0], "two": [2.0, 2.0]}, "linearly dependent"),
    ],
)
def test_scores_that_cannot_be_fitted_are_refused_with_the_reason(scores, columns, said) -> None:
    with pytest.raises(UnusableInput, match=said):
        fit_mixed(scores, columns, ["a", "b"][: len(scores)])
