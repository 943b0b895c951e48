"""`reprieve design`: keys, headline over models, refusals."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from reprieve.cli.main import main

CASE: dict[str, Any] = {
    "patient": {"weight_kg": 70, "age_years": 45, "sex": "female", "ancestry": "caucasian"},
    "drug": "ketamine",
    "steps": [{"duration_min": 40}],
    "stay_below": {"ng_per_ml": 250, "percent": 95},
    "reach": {"ng_per_ml": 100, "percent": 50},
    "fall_below_ng_per_ml": [50],
    "population": {"n": 500, "seed": 1},
}


@pytest.fixture
def ask(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(**changes: Any) -> Any:
        case = {k: v for k, v in {**copy.deepcopy(CASE), **changes}.items() if v is not None}
        file = tmp_path / "case.json"
        file.write_text(json.dumps(case))
        code = main(["design", str(file)])
        out, err = capsys.readouterr()
        return json.loads(out) if code == 0 else {p["path"] for p in json.loads(err)["problems"]}

    return run


def test_headline_is_the_lowest_rate_to_stay_below_and_the_highest_to_reach(ask: Any) -> None:
    out = ask()
    below = [m["stay_below"]["dose_mg"] for m in out["models"]]
    reach = [m["reach"]["dose_mg"] for m in out["models"]]
    assert len(below) == 7
    assert out["headline"]["stay_below"]["dose_mg"] == min(below)
    assert out["headline"]["reach"]["dose_mg"] == max(reach)
    assert out["caution"] == "No plasma concentration is known to predict lasting relief."


def test_models_without_variability_are_marked_typical_only(ask: Any) -> None:
    marks = {m["model"]: m["stay_below"]["typical_only"] for m in ask()["models"]}
    assert marks["otto-2021"] is False
    assert marks["kamp-2020"] is True


def test_one_goal_is_enough_and_none_is_not(ask: Any) -> None:
    assert ask(reach=None)["headline"]["reach"] is None
    assert ask(reach=None, stay_below=None) == {"$"}


def test_a_level_held_for_teaching(ask: Any) -> None:
    """Kamp at 70 kg: the first interval of 5 min fills most; later rates fall towards CL x level, 84 L/h x 0.1
    mg/L = 8.4 mg/h, and never below it."""
    hold = {"ng_per_ml": 100, "until_min": 60, "every_min": 5}
    [answer] = ask(hold=hold, models=["kamp-2020"], stay_below=None, reach=None)["models"]
    rates = [step["rate_mg_per_h"] for step in answer["teaching_scheme"]]
    assert len(rates) == 12
    assert rates[0] == max(rates)
    assert all(rate > 8.4 for rate in rates)
    assert ask()["models"][0]["teaching_scheme"] is None


@pytest.mark.parametrize(
    ("path", "changes"),
    [
        ("hold.every_min", {"hold": {"ng_per_ml": 100, "until_min": 60, "every_min": 0.01}}),
        ("hold.every_min", {"hold": {"ng_per_ml": 100, "until_min": 60, "every_min": 90}}),
        ("hold.ng_per_ml", {"hold": {"ng_per_ml": 0, "until_min": 60, "every_min": 5}}),
        ("steps", {"steps": []}),
        ("steps[0].duration_min", {"steps": [{"duration_min": 0}]}),
        ("steps", {"steps": [{"duration_min": 5, "relative_rate": 0}]}),
        ("stay_below.percent", {"stay_below": {"ng_per_ml": 250, "percent": 100}}),
        ("stay_below.ng_per_ml", {"stay_below": {"ng_per_ml": -1, "percent": 95}}),
        ("models[0]", {"models": ["herd-2007"]}),
        ("population.n", {"population": {"n": 10, "seed": 1}}),
        ("drug", {"drug": "propofol"}),
        ("patient.weight_kg", {"patient": {"weight_kg": 5, "age_years": 45, "sex": "male"}}),
        ("goal", {"goal": 1}),
    ],
)
def test_unusable_request(ask: Any, path: str, changes: dict[str, Any]) -> None:
    assert path in ask(**changes)
