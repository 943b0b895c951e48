"""The evidence browser pools what is chosen, keeps the contrary in view, and says when it cannot."""

import math
from collections.abc import Callable

import pytest
from django.template.loader import render_to_string
from django.test import Client

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.evidence.pooling import answer_to, poolable
from reprieve.clinic.evidence.templatetags.evidence_of import evidence_of
from reprieve.clinic.evidence.views import CONTRARY

pytestmark = pytest.mark.django_db
EARLY = ["tr_kvarnstrom_2003", "tr_kvarnstrom_2004", "tr_noppers_2011"]
PAGE = "/evidence/"


def chosen(*trials: str, measure: str = "RR", method: str = "REML", ci: str = "wald") -> dict:
    return {"measure": measure, "method": method, "ci": ci, "trials": list(trials)}


def test_three_early_trials_pool_as_metafor_pools_them() -> None:
    """metafor: RR 3.30 (1.48 to 7.33), tau2 0; the risk difference 0.43 (0.23 to 0.63)."""
    ratio = answer_to(chosen(*EARLY)).pooled
    difference = answer_to(chosen(*EARLY, measure="RD")).pooled
    assert ratio is not None
    assert ratio.ci is not None
    assert difference is not None
    assert difference.ci is not None

    figures = [round(math.exp(v), 2) for v in (ratio.estimate, *ratio.ci)]
    assert figures == [3.30, 1.48, 7.33]
    assert ratio.tau2 == pytest.approx(0, abs=1e-6)
    assert [round(v, 2) for v in (difference.estimate, *difference.ci)] == [0.43, 0.23, 0.63]


def test_the_contrary_trial_halves_the_answer() -> None:
    """metafor (DL) with Hardy 2012 added: RR 2.12 (0.97 to 4.65), I2 50 %."""
    found = answer_to(chosen(*EARLY, "tr_hardy_2012", method="DL")).pooled
    assert found is not None
    assert found.ci is not None

    figures = [round(math.exp(v), 2) for v in (found.estimate, *found.ci)]
    assert figures == [2.12, 0.97, 4.65]
    assert found.i2 == pytest.approx(50, abs=1)


def test_nothing_chosen_is_an_answer() -> None:
    assert str(answer_to(chosen()).why) == "Choose a study."


def test_one_study_is_shown_and_not_called_pooled_evidence(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    said = signed_in(clinic, Role.NURSE).get(
        PAGE, {"measure": "RR", "method": "REML", "ci": "wald", "trials": "tr_hardy_2012"}
    )

    assert "1 study: read it, not a pooled figure." in said.content.decode()
    assert "one study says nothing about differences" in said.content.decode()


@pytest.mark.parametrize(
    "query",
    ["", "?measure=RR", "?measure=XX&method=none&trials=tr_nobody", "?measure=OR&ci=knapp-hartung"],
)
def test_any_address_shows_the_page_with_the_newest_and_the_contrary(
    clinic: Clinic, signed_in: Callable[..., Client], query: str
) -> None:
    said = signed_in(clinic, Role.FRONT_DESK).get(PAGE + query)

    text = said.content.decode()
    assert said.status_code == 200
    assert "nobody knows" in text  # Cochrane 2025
    assert all(f"/knowledge/record/{name}/" in text for name in CONTRARY)


def test_what_stays_in_view_exists_and_is_the_newest_review() -> None:
    reviews = {r.id: r for r in knowledge.reviews()}

    assert CONTRARY[0] in reviews
    assert reviews[CONTRARY[0]].year == max(r.year for r in reviews.values())


def test_every_poolable_count_is_possible() -> None:
    for _trial, o in poolable():
        assert None not in (o.ai, o.n1i, o.ci, o.n2i)
        assert 0 <= (o.ai or 0) <= (o.n1i or 0)
        assert 0 <= (o.ci or 0) <= (o.n2i or 0)


def test_choosing_swaps_only_the_answer(clinic: Clinic, signed_in: Callable[..., Client]) -> None:
    said = signed_in(clinic, Role.NURSE).get(
        PAGE, {"measure": "RD", "trials": EARLY}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="pooled"
    )

    text = said.content.decode()
    assert text.lstrip().startswith('<div id="pooled">')
    assert "<html" not in text


def test_each_pain_leads_to_the_newest_pooled_result_its_certainty_and_its_own_trials() -> None:
    """Cochrane 2025 prints -15.79 (-32.09 to 0.51) of 100 for pain, very low certainty."""
    shown = render_to_string("evidence/_of.html", evidence_of("ind_fibromyalgia") | {"roles": ()})

    assert "-1.6 points of 10 (-3.2 to 0.1)" in shown
    assert "very low" in shown
    assert "Noppers 2011" in shown
    assert "Sigtermans" not in shown


def test_a_pain_without_a_trial_of_its_own_says_so_and_a_contraindication_has_none() -> None:
    shown = render_to_string("evidence/_of.html", evidence_of("ind_headache"))
    assert "No trial of this pain alone" in shown
    assert evidence_of("ci_pregnancy") == {}


def test_every_indication_a_trial_names_is_one_of_ours() -> None:
    known = {i.id for i in knowledge.indications()}
    assert {i for t in knowledge.trials() for i in t.indications} <= known
