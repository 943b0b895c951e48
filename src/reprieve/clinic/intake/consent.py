"""Consent to off-label ketamine: one exact text, given or withdrawn, each a row that stands."""

import hashlib
import uuid
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from reprieve import knowledge
from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.plan.models import Consent
from reprieve.core.evidence import Evidence
from reprieve.core.problems import Problem, UnusableInput

FORM = "ketamine-off-label"
TEXT_VERSION = "1"  # raise it when a sentence below changes; old consents keep their own text

# What each element of knowledge.consent() says to the patient, in our own plain words.
SENTENCES: dict[str, Any] = {
    "con_off_label_and_not_fda_approved_for_p": gettext_lazy(
        "Ketamine is approved as an anesthetic. Using it for long-lasting pain is off-label: no authority in the United States has approved it for that."
    ),
    "con_size_certainty_and_duration_of_expec": gettext_lazy(
        "I was told how likely it is to help, how much, for how long, and how unsure that is. It may not help me."
    ),
    "con_alternatives_incl_no_treatment": gettext_lazy(
        "I was told about other treatments, and what to expect without this one."
    ),
    "con_dose_length_number_of_sessions_and_s": gettext_lazy(
        "I know the planned dose, how long a session lasts, how many are planned, and when we will stop."
    ),
    "con_dissociation_nausea_sedation_bp_rise": gettext_lazy(
        "During treatment I may feel far away from my body or see or hear things differently, feel sick or sleepy, and my blood pressure may rise."
    ),
    "con_liver_bladder_dependence_cognition": gettext_lazy(
        "Repeated treatment can harm the liver and the bladder, affect memory and thinking, and lead to dependence. I will be checked for these."
    ),
    "con_pregnancy_lactation": gettext_lazy(
        "I said whether I am or may be pregnant or breastfeeding. Ketamine is not advised then."
    ),
    "con_interactions_and_alcohol_cannabis": gettext_lazy(
        "I listed every medicine, alcohol, cannabis and other drugs I take. Some are not safe with ketamine."
    ),
    "con_driving_escort_decisions_24_h": gettext_lazy(
        "An adult takes me home. For 24 hours I do not drive, use machines or sign important papers."
    ),
    "con_capacity_and_right_to_stop_mid_sessi": gettext_lazy(
        "I decide freely. I can say stop at any time, also during a session, and my other care goes on."
    ),
    "con_cost_coverage_refund_policy": gettext_lazy(
        "I know what it costs, what insurance may not pay, and what happens to money paid if we stop."
    ),
    "con_privacy_and_outcomes_use": gettext_lazy(
        "I know who sees my record, and whether my results are used to learn, without my name."
    ),
    "con_emergency_plan_and_contact_at_24_48": gettext_lazy(
        "I know whom to call day or night, and that the clinic contacts me one to two days after the first treatment."
    ),
    "con_compounded_product_not_fda_reviewed": gettext_lazy(
        "If a pharmacy makes the product for me, no authority has reviewed that product."
    ),
    "con_written_signature_date_interpreter_t": gettext_lazy(
        "I had an interpreter if I needed one, could ask everything, and said in my own words what will be done."
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Clause:
    """One thing the person must have been told. covers: what the sources call it."""

    id: str
    sentence: Any
    covers: str
    evidence: Evidence


def clauses() -> tuple[Clause, ...]:
    """In their order. Raises KeyError for an element nobody has written a sentence for."""
    elements = sorted(knowledge.consent(), key=lambda e: e.order)
    return tuple(
        Clause(id=e.id, sentence=SENTENCES[e.id], covers=e.element, evidence=e.evidence)
        for e in elements
    )


def consent_version() -> str:
    """Of the elements and of our sentences together."""
    return f"{knowledge.VERSION}-{TEXT_VERSION}"


def consent_text(language: str) -> str:
    """The text that is signed, in one language, as it is kept."""
    with override(language):
        head = _("Consent to low-dose ketamine for chronic pain (off-label use)")
        version = _("Version %(version)s") % {"version": consent_version()}
        lines = [f"{n}. {clause.sentence}" for n, clause in enumerate(clauses(), 1)]
    return "\n".join([head, version, "", *lines])


def list_consents(patient: Patient) -> QuerySet[Consent]:
    """Given and withdrawn, newest first."""
    found = Consent.objects.for_clinic(patient.clinic).filter(patient=patient, form=FORM)
    return found.select_related("recorded_by").order_by("-signed_at", "-recorded_at")


@transaction.atomic
def record_consent(
    *,
    patient: Patient,
    language: str,
    signed_name: str,
    signed_on: date | None,
    witness: str,
    told: bool,
    by: Actor,
    row_id: uuid.UUID | None = None,
) -> Consent:
    """Keep what was signed, word for word. The same form (`row_id`) sent twice is one row. Raises UnusableInput with everything that is missing."""
    mine = Consent.objects.for_clinic(patient.clinic).filter(patient=patient)
    if row_id and (standing := mine.filter(pk=row_id).first()):
        return standing
    problems = []
    if not told:
        problems.append(Problem("told", _("Confirm that every point was talked through.")))
    if not signed_name.strip():
        problems.append(Problem("signed_name", _("Give the name as signed.")))
    if not witness.strip():
        problems.append(Problem("witness", _("Name the witness.")))
    if signed_on is None:
        problems.append(Problem("signed_on", _("Give the day it was signed.")))
    elif signed_on > timezone.localdate():
        problems.append(Problem("signed_on", _("This date lies in the future.")))
    if problems or signed_on is None:
        raise UnusableInput(problems)
    return _write(
        patient,
        given=True,
        text=consent_text(language),
        version=consent_version(),
        name=signed_name,
        witness=witness,
        at=_moment(signed_on),
        by=by,
        row_id=row_id,
    )


@transaction.atomic
def withdraw_consent(*, patient: Patient, signed_name: str, by: Actor) -> Consent:
    """The consent that stands is withdrawn now: a new row with the text that was given. Raises UnusableInput when none stands."""
    last = list_consents(patient).first()
    problems = []
    if last is None or not last.given:
        problems.append(Problem("withdraw_name", _("No consent stands that could be withdrawn.")))
    if not signed_name.strip():
        problems.append(Problem("withdraw_name", _("Say who withdraws it.")))
    if problems or last is None:
        raise UnusableInput(problems)
    return _write(
        patient,
        given=False,
        text=last.text,
        version=last.version,
        name=signed_name,
        witness="",
        at=timezone.now(),
        by=by,
    )


def _write(
    patient: Patient,
    *,
    given: bool,
    text: str,
    version: str,
    name: str,
    witness: str,
    at: datetime,
    by: Actor,
    row_id: uuid.UUID | None = None,
) -> Consent:
    row = Consent.objects.create(
        pk=row_id or uuid.uuid4(),
        clinic=patient.clinic,
        patient=patient,
        recorded_by=by.user,
        form=FORM,
        version=version,
        text=text,
        text_sha256=hashlib.sha256(text.encode()).hexdigest(),
        given=given,
        signed_name=name.strip()[:200],
        signed_at=at,
        witness=witness.strip()[:200],
    )
    audit(row, action=Action.SIGN, by=by, detail={"given": given, "version": row.version})
    return row


def _moment(day: date) -> datetime:
    """Today is now; an earlier day its noon: the order of signing and withdrawing stays right."""
    if day == timezone.localdate():
        return timezone.now()
    return timezone.make_aware(datetime.combine(day, time(12)))
