"""A questionnaire on paper and on screen asks the same; what is stored is what was said."""

import pytest
from django.utils import translation

from reprieve import knowledge
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.intake.questionnaires import instrument, questionnaire_form
from reprieve.clinic.intake.selectors import list_responses
from reprieve.clinic.intake.services import record_answers
from reprieve.clinic.patients.models import Patient
from reprieve.core.problems import UnusableInput

pytestmark = pytest.mark.django_db
PEG = {"peg-p": "7", "peg-e": "8", "peg-g": "6"}
CALM = {f"phq9-{n}": "0" for n in range(1, 10)}


def a_form(name: str, **typed: str):  # type: ignore[no-untyped-def]
    return questionnaire_form(instrument(name), {k.replace("_", "-"): v for k, v in typed.items()})


def test_no_answer_is_chosen_beforehand() -> None:
    for asked in knowledge.instruments():
        form = questionnaire_form(asked)

        assert [card.typed for card in form.cards if card.typed] == []
        assert form.answers == {}
        assert form.problems == ()


def test_field_names_are_shared_by_no_two_instruments() -> None:
    names = [c.name for q in knowledge.instruments() for c in questionnaire_form(q).cards]

    assert len(names) == len(set(names))


def test_an_item_left_blank_is_named_and_a_declined_one_is_kept_as_declined() -> None:
    form = a_form("PEG", peg_p="7", peg_e="declined")

    assert [p.path for p in form.problems] == ["peg-g"]
    assert form.answers == {"peg-p": 7, "peg-e": {"declined": True}}
    assert form.score is None


@pytest.mark.parametrize("value", ["11", "-1", "7.5", "seven", "nan", "1e1", "７"])
def test_what_the_scale_does_not_hold_is_refused(value: str) -> None:
    assert [p.path for p in a_form("NRS", nrs_average=value).problems] == ["nrs-average"]


def test_a_declined_item_leaves_no_score(patient: Patient, nurse: Actor) -> None:
    form = a_form("PEG", peg_p="7", peg_e="declined", peg_g="6")

    row = record_answers(patient=patient, form=form, by=nurse)

    assert row.scores == {}
    assert row.answers["peg-e"] == {"declined": True}


def test_answers_are_kept_with_score_band_and_content_version(
    patient: Patient, nurse: Actor
) -> None:
    typed = CALM | {"phq9-1": "3", "phq9-2": "3", "phq9-3": "3", "phq9-4": "3"}  # 12: moderate

    row = record_answers(
        patient=patient, form=questionnaire_form(instrument("PHQ-9"), typed), by=nurse
    )

    assert row.scores == {"score": 12, "band": "moderate"}
    assert row.knowledge_version == knowledge.VERSION
    assert row.answers["phq9-9"] == 0
    assert AuditEvent.objects.get(object_id=str(row.pk)).detail["questionnaire"] == "PHQ-9"


def test_a_score_of_a_licensed_instrument_is_kept_without_its_text(
    patient: Patient, nurse: Actor
) -> None:
    form = questionnaire_form(instrument("BPI-SF"), {"bpi-sf-total": "6,5"})

    assert record_answers(patient=patient, form=form, by=nurse).scores == {"score": 6.5}


@pytest.mark.parametrize(
    ("total", "accepted"), [("0", True), ("10", True), ("10.1", False), ("", False)]
)
def test_a_licensed_total_lies_in_its_range(total: str, accepted: bool) -> None:
    form = questionnaire_form(instrument("BPI-SF"), {"bpi-sf-total": total})

    assert form.is_complete is accepted


def test_a_correction_is_a_new_row_with_its_reason(patient: Patient, nurse: Actor) -> None:
    first = record_answers(patient=patient, form=a_form("NRS", nrs_average="3"), by=nurse)
    form = a_form("NRS", nrs_average="8")

    with pytest.raises(UnusableInput):
        record_answers(patient=patient, form=form, by=nurse, corrects=first)
    second = record_answers(patient=patient, form=form, by=nurse, corrects=first, reason="misheard")

    assert [r.pk for r in list_responses(patient)] == [second.pk]
    assert list_responses(patient, corrected_too=True).count() == 2
    assert second.answered_at == first.answered_at
    with pytest.raises(UnusableInput):  # the first one no longer stands
        record_answers(patient=patient, form=form, by=nurse, corrects=first, reason="again")


def test_spanish_where_it_may_be_shipped_and_english_marked_as_english_where_not() -> None:
    with translation.override("es"):
        nrs, phq9 = (questionnaire_form(instrument(n)).cards[0] for n in ("NRS", "PHQ-9"))

    assert (nrs.lang, phq9.lang) == ("es", "en")
    assert nrs.text.startswith("En las últimas 24 horas")
