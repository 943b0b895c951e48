"""JSON is read strictly, and every problem is reported with its path."""

import math
from typing import Any

import pytest

from reprieve.core.problems import UnusableInput
from reprieve.core.reading import Reader


def messages(reader: Reader) -> dict[str, str]:
    return {p.path: p.message for p in reader.problems}


@pytest.mark.parametrize("value", ["35", True, [35], {}, math.nan, math.inf, -math.inf])
def test_only_a_finite_number_is_a_number(value: Any) -> None:
    reader = Reader({"weight_kg": value})
    assert reader.number("weight_kg") is None
    assert "weight_kg" in messages(reader)


def test_an_integer_too_large_for_a_float_is_refused() -> None:
    reader = Reader({"n": 10**400})
    assert reader.number("n") is None


@pytest.mark.parametrize(("value", "ok"), [(29.9, False), (30, True), (250, True), (250.1, False)])
def test_limits_include_their_ends(value: float, ok: bool) -> None:
    reader = Reader({"w": value})
    assert (reader.number("w", minimum=30, maximum=250) is not None) is ok


def test_every_problem_is_collected_with_its_path() -> None:
    reader = Reader({"doses": [{"amount_mg": "35"}, {"amount_mg": -1}, 7], "extra": 1})
    for item in reader.tables("doses"):
        item.number("amount_mg", above=0)
        item.close()
    reader.text("drug")
    reader.close()
    assert list(messages(reader)) == [
        "doses[0].amount_mg",
        "doses[1].amount_mg",
        "doses[2]",
        "doses[2].amount_mg",
        "drug",
        "extra",
    ]
    with pytest.raises(UnusableInput) as unusable:
        reader.raise_if_any()
    assert len(unusable.value.problems) == 6


@pytest.mark.parametrize(
    "text", ["2026-13-01", "2026-02-31", "20261121", "21.11.2026", "2026-11-21T10:00"]
)
def test_a_day_is_written_in_full_or_not_read(text: str) -> None:
    reader = Reader({"on": text})
    assert reader.day("on") is None
    assert "on" in messages(reader)


def test_null_is_the_same_as_left_out() -> None:
    reader = Reader({"a": None})
    assert reader.number("a", required=False) is None
    reader.close()
    assert reader.problems == []
