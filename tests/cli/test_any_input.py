"""Whatever is thrown at a command, it answers or lists problems: never a traceback, never half an answer."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.cli.conftest import Run

SNAPSHOT = {
    "document": "PatientSnapshot",
    "patient": {"birth_date": "1974-02-14", "sex": "male"},
    "weights": [{"value": 93.3, "unit": "kg", "on": "2026-11-20"}],
    "height_cm": 175,
    "answers": {"ci_seizure": {"is": "absent", "by": "clinician", "on": "2026-11-20"}},
    "conditions": [
        {"system": "http://snomed.info/sct", "code": "38341003", "text": "x", "status": "active"}
    ],
    "medicines": {"complete": False, "list": [{"rxnorm": "36437", "name": "sertraline"}]},
    "allergies": {"complete": False, "list": [{"name": "latex"}]},
    "blood_pressures": [{"systolic_mmhg": 142, "diastolic_mmhg": 88, "on": "2026-11-20"}],
    "labs": [{"loinc": "1742-6", "value": 31, "unit": "U/L", "on": "2026-11-01"}],
    "prior_treatments": [{"what": "gabapentin", "outcome": "failed"}],
}
PLAN = {
    "snapshot": SNAPSHOT,
    "protocol": "pr_crps_4h_x10",
    "start_on": "2026-12-01",
    "adjust": {
        "amount_mg_per_kg": 0.5,
        "duration_min": 40,
        "sessions": 6,
        "interval_days": 14,
        "weight": {"basis": "actual"},
        "vial": {"mg_per_ml": 50, "ml": 10},
        "bag_ml": 100,
    },
}
SIMULATE = {
    "patient": {"weight_kg": 70, "age_years": 45, "sex": "female", "height_cm": 165},
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
    "times_min": [0, 10, 20],
    "models": ["otto-2021"],
    "population": {"n": 10, "seed": 1, "percentiles": [5, 50]},
    "precipitants": ["rifampicin"],
    "thresholds_ng_per_ml": [100],
}
DESIGN = {
    "patient": {"weight_kg": 70, "age_years": 45, "sex": "female"},
    "drug": "ketamine",
    "steps": [{"duration_min": 40, "relative_rate": 1}],
    "stay_below": {"ng_per_ml": 250, "percent": 95},
    "reach": {"ng_per_ml": 100, "percent": 50},
    "fall_below_ng_per_ml": [50],
    "models": ["otto-2021"],
    "population": {"n": 100, "seed": 1},
}
BUNDLE = json.loads((Path(__file__).parents[1] / "cases/bundle.json").read_text())
MME = {"opioids": [{"name": "oxycodone", "daily_dose": 30, "unit": "mg", "route": "oral"}]}
DOCUMENTS = {
    "screen": [SNAPSHOT, BUNDLE],
    "plan": [PLAN],
    "simulate": [SIMULATE],
    "mme": [MME],
    "design": [DESIGN],
}
TABLES = {  # command-line words of `pool`, and a table they fit
    ("--measure", "RR"): "trial,ai,bi,ci,di\nA,4,119,11,128\nB,6,300,29,274\nC,3,228,11,209\n",
    ("--measure", "SMD", "--method", "PM"): (
        "study,m1i,sd1i,n1i,m2i,sd2i,n2i,spread_type\nA,2,1,20,3,1,20,SD\nB,2,0.2,25,3,0.2,25,SEM\n"
    ),
    ("--measure", "PLO", "--ci", "knapp-hartung"): "study,xi,ni\nA,3,20\nB,8,31\nC,0,12\n",
    ("--measure", "generic", "--method", "EB"): "study,yi,sei\nA,-0.5,0.2\nB,0.1,0.3\nC,-1,0.4\n",
}
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**30), 10**30),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(max_size=12),
    st.sampled_from(["", " ", "2026-02-30", "9999-12-31", "0001-01-01", "-0", "1e400"]),
    st.lists(st.integers(), max_size=2),
    st.dictionaries(st.text(max_size=4), st.integers(), max_size=2),
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of every value inside a document."""
    yield path
    items = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, part in items:
        yield from places(part, (*path, key))


def put(document: Any, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    changed = copy.deepcopy(document)
    spot = changed
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = value
    return changed


@pytest.mark.parametrize("command", list(DOCUMENTS))
@settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_odd_values_anywhere(
    command: str, data: st.DataObject, reprieve: Callable[..., Run]
) -> None:
    document = data.draw(st.sampled_from(DOCUMENTS[command]))
    path = data.draw(st.sampled_from(list(places(document))))
    run = reprieve(command, document=put(document, path, data.draw(ODD)))
    assert run.code in (0, 2)
    if run.code == 0:
        assert run.answer["knowledge"]
    else:
        assert run.out == ""
        assert run.problems


@pytest.mark.parametrize("words", list(TABLES), ids=" ".join)
@settings(
    max_examples=80,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(data=st.data())
def test_odd_cells_anywhere_in_a_table(
    words: tuple[str, ...], data: st.DataObject, reprieve: Callable[..., Run]
) -> None:
    rows = [line.split(",") for line in TABLES[words].splitlines()]
    row = data.draw(st.sampled_from(rows))
    row[data.draw(st.integers(0, len(row) - 1))] = str(data.draw(ODD))
    run = reprieve("pool", "-", *words, document="\n".join(",".join(r) for r in rows) + "\n")
    assert run.code in (0, 2)
    if run.code == 0:
        assert run.answer["k"] >= 1
    else:
        assert run.out == ""
        assert run.problems
