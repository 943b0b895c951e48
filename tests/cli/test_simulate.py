"""`reprieve simulate` as contracts fix it: one JSON document, or every problem with its path."""

import copy
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from reprieve.cli.main import main

CASE: dict[str, Any] = {
    "patient": {
        "weight_kg": 70,
        "age_years": 45,
        "sex": "female",
        "height_cm": 165,
        "ancestry": "caucasian",
    },
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
    "times_min": [0, 10, 20, 40, 60, 120],
}
NASAL = {
    "drug": "esketamine",
    "salt_or_base": "base",
    "route": "intranasal",
    "amount_mg": 28,
    "start_min": 0,
}
ORAL = {
    "drug": "ketamine",
    "salt_or_base": "base",
    "route": "oral",
    "amount_mg": 50,
    "start_min": 0,
}
FILM = {**ORAL, "drug": "esketamine", "route": "sublingual"}


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs the command on CASE with top-level keys replaced; answers (code, stdout, problems)."""

    def run(**changes: Any) -> tuple[int, Any, dict[str, str]]:
        case = {k: v for k, v in {**copy.deepcopy(CASE), **changes}.items() if v is not None}
        file = tmp_path / "case.json"
        file.write_text(changes.get("raw") or json.dumps(case))
        code = main(["simulate", str(file)])
        out, err = capsys.readouterr()
        if code:
            assert out == ""
            return code, None, {p["path"]: p["message"] for p in json.loads(err)["problems"]}
        return code, json.loads(out), {}

    return run


def answer(ask: Any, **changes: Any) -> Any:
    code, out, problems = ask(**changes)
    assert (code, problems) == (0, {})
    return out


def refused(ask: Any, **changes: Any) -> dict[str, str]:
    code, _, problems = ask(**changes)
    assert code == 2
    return dict(problems)


def with_dose(**changes: Any) -> dict[str, Any]:
    dose = {k: v for k, v in {**CASE["doses"][0], **changes}.items() if v is not None}
    return {"doses": [dose]}


def test_answer_has_the_fixed_keys_and_nothing_that_was_not_asked(ask: Any) -> None:
    out = answer(ask)
    [profile] = out["profiles"]
    assert out["disagreement"] is None
    assert {"reprieve", "knowledge"} <= set(out)
    assert set(profile) == {
        "model", "site", "times_min", "ketamine", "norketamine", "hydroxynorketamine",
        "total_mg", "mg_per_kg", "weight_basis", "notes", "evidence",
    }  # fmt: skip
    assert set(profile["ketamine"]) == {
        "typical_ng_per_ml", "cmax_ng_per_ml", "tmax_min", "auc_last_ng_h_per_ml",
        "auc_inf_ng_h_per_ml", "half_life_h", "cl_l_per_h", "cavg_ng_per_ml", "thresholds",
    }  # fmt: skip
    assert (profile["model"], profile["site"], profile["weight_basis"]) == (
        "otto-2021",
        "venous",
        "actual",
    )
    assert (profile["total_mg"], profile["mg_per_kg"]) == (35, 0.5)
    assert profile["hydroxynorketamine"] is None
    assert any("no hydroxynorketamine" in n for n in profile["notes"])


def test_exposure_of_half_a_milligram_per_kg_over_40_min(ask: Any) -> None:
    k = answer(ask, thresholds_ng_per_ml=[100, 1000])["profiles"][0]["ketamine"]
    assert k["cmax_ng_per_ml"] == pytest.approx(158, abs=0.5)  # independent solver: 158
    assert k["tmax_min"] == 40
    assert k["auc_inf_ng_h_per_ml"] == pytest.approx(35_000 / 95.2)
    assert k["half_life_h"] == pytest.approx(7.4, abs=0.05)
    reached, never = k["thresholds"]
    # above from the rise to the fall: the fall after the end plus the part of the 40 min
    assert (
        reached["time_to_fall_below_min"]
        < reached["time_above_min"]
        < 40 + reached["time_to_fall_below_min"]
    )
    assert never == {"ng_per_ml": 1000, "time_above_min": 0, "time_to_fall_below_min": None}


def test_hydrochloride_is_0_867_of_its_weight_in_base(ask: Any) -> None:
    salt = answer(ask, **with_dose(salt_or_base="hydrochloride"))["profiles"][0]
    assert salt["total_mg"] == pytest.approx(35 * 0.867)


def test_grid_of_times_includes_its_end(ask: Any) -> None:
    out = answer(ask, times_min={"until_min": 180, "step_min": 0.1})
    assert len(out["profiles"][0]["times_min"]) == 1801
    assert out["profiles"][0]["times_min"][-1] == pytest.approx(180)


def test_percentiles_are_ordered_repeatable_and_differ_by_seed(ask: Any) -> None:
    band = {"n": 500, "seed": 7, "percentiles": [5, 50, 97.5]}
    one, two = (answer(ask, population=band)["profiles"][0]["ketamine"] for _ in range(2))
    assert one == two
    low, middle, high = one["percentiles_ng_per_ml"].values()
    assert list(one["percentiles_ng_per_ml"]) == ["5", "50", "97.5"]
    assert all(a < b < c for a, b, c in zip(low[1:], middle[1:], high[1:], strict=True))
    other = answer(ask, population={**band, "seed": 8})["profiles"][0]["ketamine"]
    assert other["percentiles_ng_per_ml"] != one["percentiles_ng_per_ml"]


def test_a_model_without_variability_gives_null_and_says_so(ask: Any) -> None:
    band = {"n": 10, "seed": 1, "percentiles": [50]}
    profile = answer(ask, models=["kamp-2020"], population=band)["profiles"][0]
    assert profile["ketamine"]["percentiles_ng_per_ml"] is None
    assert any("no published between-subject variability" in n for n in profile["notes"])


def test_all_models_show_their_disagreement(ask: Any) -> None:
    out = answer(ask, models="all")
    ids = [p["model"] for p in out["profiles"]]
    assert ids == [
        "otto-2021", "simons-2022", "perez-ruixo-2021", "kamp-2020", "domino-1984",
        "clements-1981", "hijazi-2003",
    ]  # fmt: skip
    # independent re-simulation of each model: lowest 125 (Perez-Ruixo), highest 289 (Simons)
    assert out["disagreement"]["ketamine_cmax_ng_per_ml"] == pytest.approx([125, 289], abs=0.5)


@pytest.mark.parametrize(
    ("dose", "model"),
    [(ORAL, "perez-ruixo-2021"), (FILM, "simons-2022"), (NASAL, "perez-ruixo-2021")],
)
def test_each_route_has_its_default(ask: Any, dose: dict[str, Any], model: str) -> None:
    assert [p["model"] for p in answer(ask, doses=[dose])["profiles"]] == [model]


@pytest.mark.parametrize("route", ["im", "sc", "inhaled", "rectal", "topical"])
def test_routes_without_an_adult_model_are_refused_with_the_published_range(
    ask: Any, route: str
) -> None:
    problems = refused(ask, **with_dose(route=route, duration_min=None))
    assert list(problems) == ["doses[0].route"]
    assert any(c.isdigit() for c in problems["doses[0].route"])


def test_racemic_nasal_is_refused_and_says_how_far_studies_differ(ask: Any) -> None:
    problems = refused(ask, doses=[{**NASAL, "drug": "ketamine"}])
    assert "0.45" in problems["doses[0].route"]
    assert "0.11" in problems["doses[0].route"]


@pytest.mark.parametrize("amount", [27.9, 28.1, 56])
def test_a_nasal_dose_is_one_spray_pair(ask: Any, amount: float) -> None:
    assert list(refused(ask, doses=[{**NASAL, "amount_mg": amount}])) == ["doses[0].amount_mg"]


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("patient.weight_kg", {"weight_kg": 29.9}),
        ("patient.weight_kg", {"weight_kg": 250.1}),
        ("patient.weight_kg", {"weight_kg": "70"}),
        ("patient.weight_kg", {"weight_kg": True}),
        ("patient.age_years", {"age_years": 17.9}),
        ("patient.age_years", {"age_years": 110.1}),
        ("patient.height_cm", {"height_cm": 119.9}),
        ("patient.height_cm", {"height_cm": 230.1}),
        ("patient.sex", {"sex": "F"}),
        ("patient.ancestry", {"ancestry": "martian"}),
        ("patient.bmi", {"bmi": 25}),
    ],
)
def test_unusable_patient(ask: Any, path: str, changes: dict[str, Any]) -> None:
    assert path in refused(ask, patient={**CASE["patient"], **changes})


@pytest.mark.parametrize("weight", [30, 250])
def test_limits_of_weight_are_answered(ask: Any, weight: float) -> None:
    answer(ask, patient={**CASE["patient"], "weight_kg": weight})


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("doses[0].amount_mg", {"amount_mg": -35}),
        ("doses[0].amount_mg", {"amount_mg": 0}),
        ("doses[0].amount_mg", {"amount_mg": 20_001}),
        ("doses[0].duration_min", {"duration_min": 0}),
        ("doses[0].duration_min", {"duration_min": None}),
        ("doses[0].start_min", {"start_min": -1}),
        ("doses[0].salt_or_base", {"salt_or_base": "acid"}),
        ("doses[0].salt_or_base", {"salt_or_base": None}),
        ("doses[0].route", {"route": "intravenous"}),
        ("doses[0].drug", {"drug": "arketamine"}),
        ("doses[0].product", {"product": "wafer"}),
        ("doses[0].rate", {"rate": 1}),
    ],
)
def test_unusable_dose(ask: Any, path: str, changes: dict[str, Any]) -> None:
    assert path in refused(ask, **with_dose(**changes))


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("times_min", {"times_min": [0, 20, 10]}),
        ("times_min", {"times_min": [0, 0]}),
        ("times_min[0]", {"times_min": [-1, 10]}),
        ("times_min[1]", {"times_min": [0, "10"]}),
        ("times_min", {"times_min": []}),
        ("times_min", {"times_min": {"until_min": 1e9, "step_min": 1}}),
        ("times_min.step_min", {"times_min": {"until_min": 10, "step_min": 0}}),
        ("population.n", {"population": {"n": 10**9, "seed": 1, "percentiles": [50]}}),
        ("population.percentiles[0]", {"population": {"n": 10, "seed": 1, "percentiles": [101]}}),
        ("population.percentiles", {"population": {"n": 10, "seed": 1}}),
        ("models[0]", {"models": ["herd-2007"]}),
        ("models[1]", {"models": ["otto-2021", "minto-1997"]}),
        ("models", {"models": []}),
        ("models", {"models": 3}),
        ("precipitants[0]", {"precipitants": ["ketoconazole"]}),
        ("precipitants[0]", {"precipitants": ["clarithromycin"]}),
        ("thresholds_ng_per_ml[0]", {"thresholds_ng_per_ml": [0]}),
        ("doses", {"doses": []}),
        ("colour", {"colour": "red"}),
    ],
)
def test_unusable_request(ask: Any, path: str, changes: dict[str, Any]) -> None:
    assert path in refused(ask, **changes)


def test_every_problem_is_reported_together(ask: Any) -> None:
    problems = refused(
        ask,
        patient={**CASE["patient"], "weight_kg": 3},
        doses=[{**CASE["doses"][0], "amount_mg": -1, "route": "rectal"}],
        times_min=[2, 1],
    )
    assert set(problems) == {
        "patient.weight_kg",
        "doses[0].amount_mg",
        "doses[0].route",
        "times_min",
    }


def test_nan_is_refused_before_it_is_read(ask: Any) -> None:
    raw = json.dumps(CASE).replace('"amount_mg": 35', '"amount_mg": NaN')
    assert "$" in refused(ask, raw=raw)


def test_a_model_that_does_not_cover_the_dose_is_named(ask: Any) -> None:
    problems = refused(ask, doses=[ORAL], models=["perez-ruixo-2021", "otto-2021"])
    assert list(problems) == ["models[1]"]


def test_an_inhibitor_never_tested_iv_gives_the_model_range(ask: Any) -> None:
    message = refused(ask, precipitants=["clarithromycin"])["precipitants[0]"]
    # well-stirred liver at extraction 0.72: 2.571/2.6 = 0.989, E' 0.497, ratio 0.72/0.497 = 1.45
    assert "not studied" in message
    assert "1 to 1.45" in message


def test_iv_rifampicin_is_calibrated_and_halves_norketamine(ask: Any) -> None:
    profile = answer(ask, precipitants=["rifampicin"])["profiles"][0]
    effect = profile["interaction"]
    assert 0.86 <= effect["auc_ratio"] <= 0.90
    assert effect["norketamine_auc_ratio"] == 0.5
    assert effect["calibrated_or_predicted"] == "calibrated"
    plain = answer(ask)["profiles"][0]
    ratio = (
        profile["norketamine"]["auc_inf_ng_h_per_ml"] / plain["norketamine"]["auc_inf_ng_h_per_ml"]
    )
    assert ratio == pytest.approx(0.5)


def test_nasal_ratio_is_predicted_and_the_measured_one_is_said(ask: Any) -> None:
    profile = answer(ask, doses=[NASAL], precipitants=["ticlopidine"])["profiles"][0]
    assert profile["interaction"]["calibrated_or_predicted"] == "predicted"
    assert profile["norketamine"] is None
    assert any("1.29 was measured" in n for n in profile["notes"])


def test_what_was_taken_for_granted_is_in_the_notes(ask: Any) -> None:
    patient = {k: v for k, v in CASE["patient"].items() if k != "ancestry"}
    notes = answer(ask, patient=patient, doses=[FILM])["profiles"][0]["notes"]
    assert "Ancestry was not given: taken as Caucasian." in notes
    assert "Product not given: taken as a film." in notes
    assert any("Age 45 lies outside the 19 to 32 years" in n for n in notes)


def test_a_wafer_differs_from_a_film(ask: Any) -> None:
    film, wafer = (
        answer(ask, doses=[{**FILM, "product": p}])["profiles"][0]["ketamine"]
        for p in ("film", "wafer")
    )
    ratio = wafer["auc_inf_ng_h_per_ml"] / film["auc_inf_ng_h_per_ml"]
    assert ratio == pytest.approx(0.29 / 0.263)


BAND = {
    "population": {"n": 256, "seed": 1, "percentiles": [5, 50, 95]},
    "precipitants": ["rifampicin"],
}


@pytest.mark.parametrize("asked", [{}, BAND], ids=["one person", "a band and a precipitant"])
def test_a_cold_call_loads_no_heavy_library(asked: dict[str, Any]) -> None:
    code = (
        "import sys, io; from reprieve.cli.main import main\n"
        "sys.stdin = io.TextIOWrapper(io.BytesIO(sys.argv[1].encode()))\n"
        "assert main(['simulate', '-']) == 0\n"
        "heavy = {'scipy', 'numba', 'pandas', 'jax', 'django', 'numpy.ma'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )
    subprocess.run(
        [sys.executable, "-c", code, json.dumps(CASE | asked)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
