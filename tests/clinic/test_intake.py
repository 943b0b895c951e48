"""The intake page: what is missing, what was answered, what must be done at once; consent; opioids."""

import hashlib
from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone, translation
from pypdf import PdfReader

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.assessment.models import RuleAnswer
from reprieve.clinic.assessment.services import answer_rule
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.intake.consent import (
    SENTENCES,
    clauses,
    consent_text,
    list_consents,
    record_consent,
    withdraw_consent,
)
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.intake.opioids import opioid_load
from reprieve.clinic.intake.overview import overview_of
from reprieve.clinic.intake.questionnaires import instrument, questionnaire_form
from reprieve.clinic.intake.selectors import band_words, list_responses, trend_of
from reprieve.clinic.intake.services import record_answers
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.selectors import banner_of
from reprieve.clinic.patients.services import confirm_list, record_chart_row
from reprieve.clinic.plan.models import Consent
from reprieve.core.problems import UnusableInput

from .conftest import somebody

pytestmark = pytest.mark.django_db
PEG = {"peg-p": "7", "peg-e": "8", "peg-g": "6"}
CRISIS_LINE = "call or text 988"  # the number alone may stand in an id
PHQ9 = {f"phq9-{n}": "1" for n in range(1, 10)}


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """A page shown in Spanish leaves its language behind in the thread."""
    with translation.override("en"):
        yield


def needs(patient: Patient) -> dict[str, str]:
    found = overview_of(patient, consent=banner_of(patient).consent).needs
    return {str(n.name): n.state for n in found}


def a_row(patient: Patient, by: Actor, section: str, **fields: object) -> None:
    record_chart_row(patient=patient, section=section, fields=fields, by=by)


def a_reading(patient: Patient, by: Actor, kind: str, days: int) -> None:
    at = timezone.now() - timedelta(days=days)
    a_row(patient, by, "observations", kind=kind, text="x", value=80, unit="kg", measured_at=at)


def an_opioid(patient: Patient, by: Actor, name: str, **fields: object) -> None:
    given = {"daily_dose": Decimal(30), "daily_dose_unit": "mg", "route": "oral", **fields}
    a_row(patient, by, "medicines", text=name, **given)


# --- what intake needs ---


def test_of_a_new_patient_everything_is_open(patient: Patient) -> None:
    assert set(needs(patient).values()) == {"ask"}
    assert len(needs(patient)) == 8


def test_an_empty_list_is_done_only_when_somebody_vouches_for_it(
    patient: Patient, nurse: Actor
) -> None:
    an_opioid(patient, nurse, "oxycodone")
    assert needs(patient)["Medicines"] == "ask"

    confirm_list(patient=patient, kind="medicines", complete=True, by=nurse)
    assert needs(patient)["Medicines"] == "clear"

    confirm_list(patient=patient, kind="medicines", complete=False, by=nurse)
    assert needs(patient)["Medicines"] == "ask"


@pytest.mark.parametrize(("days", "state"), [(0, "clear"), (30, "clear"), (31, "ask")])
@pytest.mark.parametrize(("kind", "name"), [("29463-7", "Weight"), ("85354-9", "Blood pressure")])
def test_weight_and_blood_pressure_count_for_thirty_days(
    patient: Patient, nurse: Actor, days: int, state: str, kind: str, name: str
) -> None:
    a_reading(patient, nurse, kind, days)

    assert needs(patient)[name] == state


def test_the_pain_to_be_treated_must_be_named(patient: Patient, nurse: Actor) -> None:
    a_row(patient, nurse, "conditions", text="Hypertension")
    assert needs(patient)["Pain to be treated"] == "ask"

    a_row(patient, nurse, "conditions", text="CRPS", pain=True)
    assert needs(patient)["Pain to be treated"] == "clear"


def test_the_page_takes_a_bounded_number_of_queries(
    clinic: Clinic,
    patient: Patient,
    nurse: Actor,
    signed_in: Callable[..., Client],
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    for _n in range(5):
        form = questionnaire_form(instrument("PEG"), PEG)
        record_answers(patient=patient, form=form, by=nurse)
        an_opioid(patient, nurse, "oxycodone")
    browser = signed_in(clinic, Role.NURSE)
    browser.get(f"/patients/{patient.pk}/intake/")

    with django_assert_max_num_queries(36):  # some 12 of them sign in and write the trail
        assert browser.get(f"/patients/{patient.pk}/intake/").status_code == 200


@pytest.mark.parametrize(
    ("role", "page", "asks"),
    [
        (Role.FRONT_DESK, 403, 403),
        (Role.NURSE, 200, 200),
        (Role.PRESCRIBER, 200, 200),
        (Role.PHARMACIST, 200, 403),
    ],
)
def test_who_opens_intake_and_who_asks(
    clinic: Clinic,
    patient: Patient,
    signed_in: Callable[..., Client],
    role: Role,
    page: int,
    asks: int,
) -> None:
    browser = signed_in(clinic, role)

    assert browser.get(f"/patients/{patient.pk}/intake/").status_code == page
    assert browser.get(f"/patients/{patient.pk}/intake/peg/").status_code == asks


# --- questionnaires on screen ---


def test_what_was_chosen_stays_when_something_is_missing(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    answer = signed_in(clinic, Role.NURSE).post(
        f"/patients/{patient.pk}/intake/peg/", {"peg-p": "7", "peg-e": "declined"}
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(" checked") == 2
    assert 'href="#peg-g"' in page
    assert QuestionnaireResponse.objects.count() == 0


def test_an_urgent_answer_says_what_to_do_even_before_the_rest_is_answered(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    somebody(clinic, Role.PRESCRIBER, "Miriam Castellanos")
    browser = signed_in(clinic, Role.NURSE)

    half = browser.post(f"/patients/{patient.pk}/intake/phq-9/", {"phq9-9": "1"})
    whole = browser.post(f"/patients/{patient.pk}/intake/phq-9/", PHQ9)

    assert half.status_code == 422
    for page in (half, browser.get(whole.headers["Location"])):
        said = page.content.decode()
        assert CRISIS_LINE in said
        assert "In immediate danger call 911 in the US and Canada." in said
        assert "Miriam Castellanos" in said
        assert "#ci_suicidal" in said
    assert CRISIS_LINE in browser.get(f"/patients/{patient.pk}/intake/").content.decode()


def test_no_thought_of_self_harm_shows_no_crisis_line(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.NURSE)

    done = browser.post(f"/patients/{patient.pk}/intake/phq-9/", PHQ9 | {"phq9-9": "0"})

    assert CRISIS_LINE not in browser.get(done.headers["Location"]).content.decode()


def test_an_urgent_answer_settles_no_rule_by_itself(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    signed_in(clinic, Role.NURSE).post(f"/patients/{patient.pk}/intake/phq-9/", PHQ9)

    assert RuleAnswer.objects.count() == 0


@pytest.mark.parametrize(
    ("answer", "calms"), [("absent", True), ("present", True), ("unknown", False)]
)
def test_the_crisis_notice_stands_until_a_clinician_has_answered(
    clinic: Clinic,
    patient: Patient,
    nurse: Actor,
    signed_in: Callable[..., Client],
    answer: str,
    calms: bool,
) -> None:
    answer_rule(patient=patient, rule="ci_suicidal", answer="absent", by=nurse)  # before
    browser = signed_in(clinic, Role.PRESCRIBER)
    browser.post(f"/patients/{patient.pk}/intake/phq-9/", PHQ9)
    assert CRISIS_LINE in browser.get(f"/patients/{patient.pk}/intake/").content.decode()

    answer_rule(patient=patient, rule="ci_suicidal", answer=answer, by=nurse)
    page = browser.get(f"/patients/{patient.pk}/intake/").content.decode()

    assert (CRISIS_LINE not in page) is calms
    assert ("Answered since in the assessment" in page) is calms


def test_blood_in_the_urine_asks_for_a_clinician_and_not_for_the_crisis_line(
    patient: Patient, nurse: Actor
) -> None:
    typed = {f"bladder-{n}": "0" for n in range(1, 5)} | {"bladder-5": "1"}

    form = questionnaire_form(instrument("BLADDER"), typed)

    assert (form.urgent, form.is_crisis) == (("bladder-5",), False)


def test_the_same_answers_sent_twice_are_one_row(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.NURSE)
    typed = PEG | {"id": "11111111-1111-4111-8111-111111111111"}

    for _n in range(2):
        assert browser.post(f"/patients/{patient.pk}/intake/peg/", typed).status_code == 302

    assert QuestionnaireResponse.objects.count() == 1


def test_a_correction_on_screen_needs_its_reason_and_keeps_what_stood(
    clinic: Clinic, patient: Patient, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    form = questionnaire_form(instrument("PEG"), PEG)
    first = record_answers(patient=patient, form=form, by=nurse)
    browser = signed_in(clinic, Role.NURSE)
    address = f"/patients/{patient.pk}/intake/answers/{first.pk}/correct/"

    assert browser.get(address).content.decode().count(" checked") == 3
    assert browser.post(address, PEG | {"peg-p": "2"}).status_code == 422
    assert browser.post(address, PEG | {"peg-p": "2", "reason": "misheard"}).status_code == 302

    old = browser.get(f"/patients/{patient.pk}/intake/answers/{first.pk}/").content.decode()
    assert "These answers were corrected" in old
    # (2 + 8 + 6) / 3 = 5.33
    assert "5.33 of 10" in browser.get(f"/patients/{patient.pk}/intake/").content.decode()


def test_an_instrument_that_does_not_exist_is_not_found(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.NURSE)

    assert browser.get(f"/patients/{patient.pk}/intake/mmpi/").status_code == 404


def test_answers_of_another_clinic_do_not_exist_here(
    patient: Patient, nurse: Actor, other_clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    row = record_answers(patient=patient, form=questionnaire_form(instrument("PEG"), PEG), by=nurse)
    stranger = signed_in(other_clinic, Role.PRESCRIBER)

    assert stranger.get(f"/patients/{patient.pk}/intake/answers/{row.pk}/").status_code == 404
    assert stranger.post(f"/patients/{patient.pk}/intake/peg/", PEG).status_code == 404


def test_a_trend_begins_with_the_second_score_and_spans_the_whole_scale(
    patient: Patient, nurse: Actor
) -> None:
    asked = instrument("NRS")
    for days, value in ((20, "10"), (10, "declined"), (0, "0")):
        record_answers(
            patient=patient,
            form=questionnaire_form(asked, {"nrs-average": value}),
            by=nurse,
            answered_at=timezone.now() - timedelta(days=days),
        )
    rows = list(list_responses(patient, "NRS"))

    trend = trend_of(asked, rows)

    assert trend_of(asked, rows[:2]) is None  # one score and one declined
    assert trend is not None
    # 10 of 10 at the top edge (10), 0 of 10 at the bottom edge (96 - 10), from left to right edge.
    assert trend.dots == ((10.0, 10.0), (310.0, 86.0))


def test_a_band_is_shown_as_it_was_named_then() -> None:
    phq9 = instrument("PHQ-9")

    assert band_words(phq9, {"score": 12, "band": "moderate"}) == "moderate"
    assert band_words(phq9, {"score": 12, "band": "named otherwise"}) == "named otherwise"
    assert band_words(phq9, {}) == ""


# --- opioids ---


def test_oxycodone_30_mg_is_45_mme(patient: Patient, nurse: Actor) -> None:
    an_opioid(patient, nurse, "Oxycodone Hydrochloride 10 MG Oral Tablet")  # 30 mg x 1.5

    assert opioid_load(patient).mme_per_day == 45


def test_two_opioids_add_up_and_other_medicines_do_not_count(
    patient: Patient, nurse: Actor
) -> None:
    an_opioid(patient, nurse, "oxycodone")  # 30 x 1.5 = 45
    an_opioid(patient, nurse, "morphine", daily_dose=Decimal(60))  # 60 x 1 = 60
    an_opioid(patient, nurse, "gabapentin", daily_dose=Decimal(1800))
    an_opioid(patient, nurse, "hydrocodone", status="stopped")

    load = opioid_load(patient)

    assert load.mme_per_day == 105
    assert [r.medicine.text for r in load.rows] == ["morphine", "oxycodone"]


@pytest.mark.parametrize(
    ("name", "fields", "why"),
    [
        ("oxycodone", {"daily_dose": None}, "the dose a day is not recorded"),
        ("oxycodone", {"route": ""}, "the route is not recorded"),
        ("oxycodone", {"route": "intravenous"}, "iv route"),
        ("oxycodone", {"daily_dose_unit": "{tbl}"}, "the table counts mg"),
        ("buprenorphine", {"route": "sublingual"}, "no factor"),
        ("levorphanol", {}, "not in the table"),
    ],
)
def test_one_opioid_that_cannot_be_counted_takes_the_sum_away(
    patient: Patient, nurse: Actor, name: str, fields: dict[str, object], why: str
) -> None:
    an_opioid(patient, nurse, "morphine")
    an_opioid(patient, nurse, name, **fields)

    load = opioid_load(patient)

    assert load.mme_per_day is None
    assert any(why in row.why for row in load.rows)


def test_an_opioid_known_only_by_its_code_counts_as_an_opioid(
    patient: Patient, nurse: Actor
) -> None:
    rxnorm = "http://www.nlm.nih.gov/research/umls/rxnorm"
    an_opioid(patient, nurse, "a tablet", codings=[{"system": rxnorm, "code": "7804"}])

    assert [r.medicine.text for r in opioid_load(patient).rows] == ["a tablet"]


# --- consent ---


def a_consent(patient: Patient, by: Actor, **fields: object) -> Consent:
    said = {
        "language": "en",
        "signed_name": "Ada Abara",
        "signed_on": timezone.localdate(),
        "witness": "Ruth Okafor",
        "told": True,
    }
    return record_consent(patient=patient, by=by, **{**said, **fields})  # type: ignore[arg-type]


def test_the_text_says_every_element_the_sources_name() -> None:
    assert {c.id for c in clauses()} == {e.id for e in knowledge.consent()} == set(SENTENCES)


def test_consent_keeps_its_exact_text_with_a_fingerprint(patient: Patient, nurse: Actor) -> None:
    row = a_consent(patient, nurse)

    assert row.text == consent_text("en")
    assert row.text_sha256 == hashlib.sha256(row.text.encode()).hexdigest()
    assert row.version.startswith(knowledge.VERSION)
    assert banner_of(patient).consent == row
    assert needs(patient)["Consent"] == "clear"
    assert AuditEvent.objects.filter(action="sign", object_id=str(row.pk)).exists()


def test_consent_is_kept_in_the_language_it_was_signed_in(patient: Patient, nurse: Actor) -> None:
    assert "ketamina" in a_consent(patient, nurse, language="es").text


def test_a_withdrawal_is_a_new_row_and_the_consent_no_longer_stands(
    patient: Patient, nurse: Actor
) -> None:
    given = a_consent(patient, nurse)

    withdrawn = withdraw_consent(patient=patient, signed_name="Ada Abara", by=nurse)

    assert banner_of(patient).consent is None
    assert [r.pk for r in list_consents(patient)] == [withdrawn.pk, given.pk]
    assert withdrawn.text == given.text
    with pytest.raises(UnusableInput):
        withdraw_consent(patient=patient, signed_name="Ada Abara", by=nurse)


@pytest.mark.parametrize(
    ("fields", "path"),
    [
        ({"told": False}, "told"),
        ({"signed_name": " "}, "signed_name"),
        ({"witness": ""}, "witness"),
        ({"signed_on": None}, "signed_on"),
        ({"signed_on": timezone.localdate() + timedelta(days=2)}, "signed_on"),
    ],
)
def test_a_consent_that_lacks_something_is_not_recorded(
    patient: Patient, nurse: Actor, fields: dict[str, object], path: str
) -> None:
    with pytest.raises(UnusableInput) as refused:
        a_consent(patient, nurse, **fields)

    assert [p.path for p in refused.value.problems] == [path]
    assert Consent.objects.count() == 0


def test_consent_on_screen(
    clinic: Clinic, patient: Patient, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.NURSE)
    address = f"/patients/{patient.pk}/intake/consent/"

    empty = browser.post(address, {"signed_name": "Ada Abara"})
    assert empty.status_code == 422
    assert 'value="Ada Abara"' in empty.content.decode()
    said = {"told": "yes", "signed_name": "Ada Abara", "witness": "R. Okafor"}
    said["signed_on"] = timezone.localdate().isoformat()
    said["id"] = "11111111-1111-4111-8111-111111111111"
    for _n in range(2):  # the same form sent twice is one consent
        assert browser.post(address, said).status_code == 302
    row = Consent.objects.get()
    assert row.text_sha256 in browser.get(f"{address}{row.pk}/").content.decode()
    assert browser.post(f"{address}withdraw/", {"withdraw_name": ""}).status_code == 422
    assert browser.post(f"{address}withdraw/", {"withdraw_name": "Ada"}).status_code == 302
    assert banner_of(patient).consent is None


def test_the_signed_consent_prints_word_for_word(
    clinic: Clinic, patient: Patient, nurse: Actor, signed_in: Callable[..., Client]
) -> None:
    row = a_consent(patient, nurse)
    address = f"/patients/{patient.pk}/intake/consent/{row.pk}/summary.pdf"

    answer = signed_in(clinic, Role.NURSE).get(address)

    pages = PdfReader(BytesIO(answer.content)).pages
    printed = " ".join(" ".join(page.extract_text() for page in pages).split())
    assert row.text_sha256[:20] in printed.replace(" ", "")
    for line in filter(str.strip, row.text.splitlines()):
        assert " ".join(line.split())[:60] in printed
