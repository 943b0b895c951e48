"""What intake needs before an assessment, and what of it is there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reprieve import knowledge
from reprieve.clinic.assessment.models import RuleAnswer
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.intake.questionnaires import QuestionnaireForm
from reprieve.clinic.intake.selectors import (
    Trend,
    band_words,
    crisis_answer,
    form_of,
    list_responses,
    score_words,
    trend_of,
)
from reprieve.clinic.patients.models import Condition, ListConfirmation, Observation, Patient
from reprieve.clinic.patients.models.chart import ENTERED_IN_ERROR, PriorTreatment
from reprieve.clinic.patients.selectors import confirmations, latest_observation
from reprieve.core.eligibility.contraindications import READING_COUNTS_DAYS
from reprieve.core.instruments.questionnaire import Questionnaire, ScoringMethod

BASELINE = ("NRS", "PEG", "PHQ-9", "GAD-7", "BLADDER", "DISSOCIATION", "DISTRESS")
AFTER_TREATMENT = ("PGIC",)
Lists = ListConfirmation.Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """One thing intake needs. state: clear (there), ask (missing or too old)."""

    name: Any
    state: str
    said: str
    act: str
    href: str

    @property
    def done(self) -> bool:
        return self.state == "clear"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One instrument as the page lists it. history: newest first, as (row, score, band)."""

    instrument: Questionnaire
    address: str
    history: tuple[tuple[QuestionnaireResponse, str, str], ...]
    trend: Trend | None
    later: bool  # asked after treatment began, not now

    @property
    def licensed(self) -> bool:
        """Its text may not be shipped: a total is typed in."""
        return self.instrument.method is ScoringMethod.SCORE_ONLY


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """urgent: newest answers that somebody must act on, with what a clinician has answered since."""

    needs: tuple[Need, ...]
    baseline: tuple[Line, ...]
    others: tuple[Line, ...]
    licensed: tuple[Line, ...]
    urgent: tuple[tuple[QuestionnaireForm, RuleAnswer | None], ...]

    @property
    def done(self) -> int:
        return sum(need.done for need in self.needs)


def overview_of(patient: Patient, *, consent: Any) -> Overview:
    """Everything the intake page shows, in a fixed number of queries. `consent`: the one that stands."""
    answered: dict[str, list[QuestionnaireResponse]] = {}
    for row in list_responses(patient):
        answered.setdefault(row.questionnaire, []).append(row)
    instruments = {q.id: q for q in knowledge.instruments()}
    lines = {name: _line(q, answered.get(name, [])) for name, q in instruments.items()}
    rest = [line for name, line in lines.items() if name not in BASELINE]
    return Overview(
        needs=(
            *_chart_needs(patient),
            _questionnaire_need(patient, answered),
            _consent_need(patient, consent),
        ),
        baseline=tuple(lines[name] for name in BASELINE),
        others=tuple(line for line in rest if not line.licensed),
        licensed=tuple(line for line in rest if line.licensed),
        urgent=_urgent(patient, [rows[0] for rows in answered.values()]),
    )


def _urgent(
    patient: Patient, newest: list[QuestionnaireResponse]
) -> tuple[tuple[QuestionnaireForm, RuleAnswer | None], ...]:
    """The crisis first."""
    found = [(form, row) for row in newest if (form := form_of(row)).urgent]
    found.sort(key=lambda pair: not pair[0].is_crisis)
    return tuple(
        (form, crisis_answer(patient, row) if form.is_crisis else None) for form, row in found
    )


def _line(asked: Questionnaire, rows: list[QuestionnaireResponse]) -> Line:
    history = tuple((r, score_words(asked, r.scores), band_words(asked, r.scores)) for r in rows)
    return Line(
        instrument=asked,
        address=asked.id.lower(),
        history=history,
        trend=trend_of(asked, rows),
        later=asked.id in AFTER_TREATMENT,
    )


def _chart_needs(patient: Patient) -> list[Need]:
    clinic, said = patient.clinic, confirmations(patient)
    pain = Condition.objects.for_clinic(clinic).filter(patient=patient, pain=True)
    pain = pain.exclude(verification=ENTERED_IN_ERROR).first()
    tried = PriorTreatment.objects.for_clinic(clinic).filter(patient=patient)
    tried_n = tried.exclude(status=ENTERED_IN_ERROR).count()
    tried_known = tried_n or _complete(said, Lists.PRIOR_TREATMENTS)
    return [
        _need(
            patient,
            gettext_lazy("Pain to be treated"),
            pain.text if pain else "",
            gettext_lazy("Name the pain"),
            "conditions",
        ),
        _need(
            patient,
            gettext_lazy("Treatments tried before"),
            _("%(n)s recorded") % {"n": tried_n} if tried_known else "",
            gettext_lazy("Add treatments"),
            "prior-treatments",
        ),
        _list_need(patient, gettext_lazy("Medicines"), said.get(Lists.MEDICINES), "medicines"),
        _list_need(patient, gettext_lazy("Allergies"), said.get(Lists.ALLERGIES), "allergies"),
        _reading_need(patient, gettext_lazy("Weight"), Observation.Kind.WEIGHT),
        _reading_need(patient, gettext_lazy("Blood pressure"), Observation.Kind.BLOOD_PRESSURE),
    ]


def _need(patient: Patient, name: Any, said: str, act: Any, section: str) -> Need:
    chart = reverse("patients:chart", args=[patient.pk])
    state, words = ("clear", said) if said else ("ask", _("not recorded"))
    act = _("Look at it") if said else act
    return Need(name=name, state=state, said=words, act=act, href=f"{chart}#{section}")


def _list_need(patient: Patient, name: Any, row: Any, section: str) -> Need:
    confirmed = (
        _("confirmed complete by %(who)s, %(day)s")
        % {"who": row.recorded_by, "day": _day(row.recorded_at)}
        if row and row.complete
        else ""
    )
    need = _need(patient, name, confirmed, gettext_lazy("Confirm the list"), section)
    return need if confirmed else _worded(need, _("nobody has confirmed that the list is complete"))


def _reading_need(patient: Patient, name: Any, kind: str) -> Need:
    row = latest_observation(patient, kind)
    need = _need(patient, name, "", gettext_lazy("Measure"), "observations")
    if row is None:
        return need
    values = "/".join(f"{v.normalize():f}" for v in (row.value, row.second_value) if v is not None)
    said = f"{values} {'mmHg' if row.unit == 'mm[Hg]' else row.unit}, {_day(row.measured_at)}"
    days = (timezone.localdate() - timezone.localdate(row.measured_at)).days
    if days > READING_COUNTS_DAYS:
        return _worded(need, _("%(said)s: older than 30 days") % {"said": said})
    return _need(patient, name, said, "", "observations")


def _questionnaire_need(patient: Patient, answered: dict[str, Any]) -> Need:
    n, of = sum(name in answered for name in BASELINE), len(BASELINE)
    said = _("%(n)s of %(of)s answered") % {"n": n, "of": of}
    href = reverse("intake:show", args=[patient.pk]) + "#questionnaires"
    state = "clear" if n == of else "ask"
    act = _("Look at it") if n == of else _("Go to the questionnaires")
    return Need(name=_("Questionnaires"), state=state, said=said, act=act, href=href)


def _consent_need(patient: Patient, consent: Any) -> Need:
    href = reverse("intake:consent", args=[patient.pk])
    if consent is None:
        return Need(
            name=_("Consent"), state="ask", said=_("none"), act=_("Record the consent"), href=href
        )
    said = _("version %(version)s, %(day)s") % {
        "version": consent.version,
        "day": _day(consent.signed_at),
    }
    return Need(name=_("Consent"), state="clear", said=said, act=_("Look at it"), href=href)


def _worded(need: Need, said: str) -> Need:
    return Need(name=need.name, state="ask", said=said, act=need.act, href=need.href)


def _complete(said: dict[str, Any], kind: str) -> bool:
    return kind in said and said[kind].complete


def _day(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "DATE_FORMAT")
