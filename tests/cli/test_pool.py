"""`reprieve pool`: CSV in, one JSON document out, or every problem."""

from collections.abc import Callable

import pytest

from tests.cli.conftest import Run
from tests.core.synthesis.reference import BCG

Reprieve = Callable[..., Run]
CELLS = "trial,ai,bi,ci,di\n" + "\n".join(
    f"trial {i},{a},{b},{c},{d}" for i, (a, b, c, d) in enumerate(zip(*BCG.values(), strict=True))
)
ARMS = "study,m1i,sd1i,n1i,m2i,sd2i,n2i,spread_type\nA,2,1,20,3,1,20,SD\nB,2,0.2,25,3,0.2,25,SEM\n"


def test_bcg_by_dersimonian_laird(reprieve: Reprieve) -> None:
    """Colditz 1994; metafor and Stata print -0.7141 (-1.0644, -0.3638), tau² 0.3088, Q 152.233."""
    answer = reprieve("pool", "-", "--measure", "RR", "--method", "DL", document=CELLS).answer
    assert answer["k"] == 13
    assert answer["estimate"] == pytest.approx(-0.7141, abs=5e-5)
    assert answer["ci"] == pytest.approx([-1.0644, -0.3638], abs=5e-5)
    assert (answer["tau2"], answer["q"]) == pytest.approx((0.3088, 152.233), abs=5e-4)
    assert answer["studies"][0]["label"] == "trial 0"
    assert sum(s["weight"] for s in answer["studies"]) == pytest.approx(100)


def test_fixed_effect_has_no_prediction_interval(reprieve: Reprieve) -> None:
    answer = reprieve("pool", "-", "--measure", "OR", "--method", "Peto", document=CELLS).answer
    assert answer["tau2"] == 0
    assert answer["prediction_interval"] is None
    assert answer["why"]["prediction_interval"]


def test_mixed_spreads_are_converted_and_said(reprieve: Reprieve) -> None:
    """SEM 0.2 × √25 = SD 1: both studies have variance 1/20 + 1/20 and 1/25 + 1/25."""
    answer = reprieve("pool", "-", "--measure", "MD", document=ARMS).answer
    assert [s["vi"] for s in answer["studies"]] == pytest.approx([0.1, 0.08])
    assert "standard errors" in answer["notes"][0]


@pytest.mark.parametrize(
    ("words", "text", "path"),
    [
        (["MD"], ARMS.replace(",SEM", ",IQR"), "rows[1].spread_type"),
        (["MD"], "m1i,sd1i,n1i,m2i,sd2i,n2i\n1,1,9,1,1,9\n", "spread_type"),
        (["MD"], ARMS.replace("0.2,25,SEM", "NaN,25,SEM"), "rows[1].sd2i"),
        (["MD"], ARMS.replace("A,2,1,", "A,2,0,"), "rows[0].sd1i"),
        (["RR"], "ai,n1i,ci\n1,2,1\n", "n2i"),
        (["RR"], "ai,n1i,ci,n2i,n3i\n1,2,1,2,4\n", "n3i"),
        (["RR"], "ai,n1i,ci,n2i\n1,2,,2\n", "rows[0].ci"),
        (["RR"], "ai,n1i,ci,n2i\n1,2,1\n", "rows[0]"),
        (["RR"], "ai,n1i,ci,n2i\n", "rows"),
        (["RR"], "", "rows"),
        (["generic"], "yi,vi,spread_type\n1,1,SD\n", "spread_type"),
        (["generic"], "yi,vi,sei\n1,1,1\n", "header"),
        (["MD", "--method", "MH"], ARMS, "--method"),
        (["RR", "--method", "MH", "--ci", "knapp-hartung"], CELLS, "--ci"),
        (["RR", "--add", "nan"], CELLS, "--add"),
    ],
)
def test_what_cannot_be_pooled_is_named(
    reprieve: Reprieve, words: list[str], text: str, path: str
) -> None:
    run = reprieve("pool", "-", "--measure", *words, document=text)
    assert (run.code, run.out) == (2, "")
    assert path in run.problems


def test_columns_of_words_are_ignored_and_listed(reprieve: Reprieve) -> None:
    answer = reprieve(
        "pool", "-", "--measure", "generic", document="author,year,route,yi,sei\nX,2003,IV,1,2\n"
    ).answer
    assert [i["path"] for i in answer["ignored"]] == ["year", "route"]
    assert answer["studies"][0]["label"] == "X"
    assert answer["why"]["tau2"]
