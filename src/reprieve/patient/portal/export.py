"""Everything the patient may take along: one FHIR Bundle, and the same on paper."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from reprieve.clinic.contact.links import title_of
from reprieve.clinic.contact.selectors import list_messages
from reprieve.clinic.intake.models import QuestionnaireResponse
from reprieve.clinic.intake.selectors import list_responses
from reprieve.clinic.patients.models import Observation, Patient
from reprieve.clinic.patients.sections import SECTIONS
from reprieve.clinic.patients.selectors import banner_of, chart_rows
from reprieve.clinic.session.models import Encounter
from reprieve.clinic.ui.pdf import summary_pdf
from reprieve.fhir import to_fhir

OTHER = Observation.Kind.OTHER


def record_bundle(patient: Patient, at: datetime) -> dict[str, Any]:
    """The chart, scores, answers and visits of one patient; rows entered in error are left out."""
    key = str(patient.pk)
    resources = [
        to_fhir.patient(
            id=key,
            family=patient.family_name,
            given=patient.given_names,
            sex=patient.sex,
            born=patient.birth_date,
            phone=patient.phone,
            email=patient.email,
            language=patient.language,
            numbers=[(i.system, i.value) for i in patient.identifiers.all()],
        ),
        *(_condition(row, key) for row in chart_rows(patient, "conditions")),
        *(_medicine(row, key) for row in chart_rows(patient, "medicines")),
        *(_allergy(row, key) for row in chart_rows(patient, "allergies")),
        *(_measured(row, key) for row in chart_rows(patient, "observations")),
        *(_visit(row, key) for row in visits(patient)),
    ]
    for row in list_responses(patient):
        resources += _answers(row, key)
    return to_fhir.bundle(resources, at=at)


def visits(patient: Patient) -> list[Encounter]:
    """Newest first, without what was entered in error."""
    rows = Encounter.objects.for_clinic(patient.clinic).filter(patient=patient)
    rows = rows.exclude(status=Encounter.Status.ENTERED_IN_ERROR)
    return list(rows.order_by("-planned_at", "-began_at"))


def record_pdf(patient: Patient) -> bytes:
    """The same record to read, in the patient's words where we have them."""
    sections = [
        _table(patient, slug) for slug in ("conditions", "medicines", "allergies", "observations")
    ]
    sections += [_visits(patient), _scores(patient), _messages(patient)]
    return summary_pdf(
        banner_of(patient),
        title=_("Your record"),
        lead=_("Everything the clinic keeps about you in this system, as it stands today."),
        sections=sections,
        size_pt=11.0,
        signed=_("Printed {when}").format(
            when=date_format(timezone.localtime(), "DATETIME_FORMAT")
        ),
    )


def _condition(row: Any, key: str) -> dict[str, Any]:
    return to_fhir.condition(
        id=str(row.pk),
        subject=key,
        text=row.text,
        codings=row.codings,
        status=row.status,
        verification=row.verification,
        body_site=row.body_site,
        onset=row.onset_on,
        ended=row.ended_on,
        recorded=timezone.localdate(row.recorded_at),
    )


def _medicine(row: Any, key: str) -> dict[str, Any]:
    return to_fhir.medication_statement(
        id=str(row.pk),
        subject=key,
        text=row.text,
        codings=row.codings,
        status=row.status,
        daily_dose=_number(row.daily_dose),
        unit=row.daily_dose_unit,
        route=row.route,
        as_needed=row.as_needed,
        as_written=row.dosage,
        since=row.started_on,
        until=row.stopped_on,
    )


def _allergy(row: Any, key: str) -> dict[str, Any]:
    return to_fhir.allergy_intolerance(
        id=str(row.pk),
        subject=key,
        text=row.text,
        codings=row.codings,
        status=row.status,
        criticality=row.criticality,
        reaction=row.reaction,
    )


def _measured(row: Any, key: str) -> dict[str, Any]:
    pressure = row.kind == Observation.Kind.BLOOD_PRESSURE
    parts = to_fhir.blood_pressure_components(_number(row.value), _number(row.second_value))
    return to_fhir.measurement(
        id=str(row.pk),
        subject=key,
        text=row.text,
        loinc="" if row.kind == OTHER else row.kind,
        status=row.status,
        at=row.measured_at,
        value=None if pressure else _number(row.value),
        unit=row.unit,
        value_text=row.value_text,
        codings=row.codings,
        components=parts if pressure else row.components,
    )


def _visit(row: Encounter, key: str) -> dict[str, Any]:
    return to_fhir.encounter(
        id=str(row.pk),
        subject=key,
        text=row.text or row.get_kind_display(),
        status=row.status,
        start=row.began_at or row.planned_at,
        end=row.ended_at,
    )


def _answers(row: QuestionnaireResponse, key: str) -> list[dict[str, Any]]:
    found = [
        to_fhir.questionnaire_response(
            id=str(row.pk),
            subject=key,
            instrument=row.questionnaire,
            answers=row.answers,
            at=row.answered_at,
        )
    ]
    if "score" in row.scores:
        value = to_fhir.score(
            id=f"{row.pk}-score",
            subject=key,
            instrument=row.questionnaire,
            title=title_of(row.questionnaire),
            value=row.scores["score"],
            at=row.answered_at,
        )
        found.append(value)
    return found


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _table(patient: Patient, slug: str) -> dict[str, Any]:
    section = SECTIONS[slug]
    rows = [
        [str(value) for _column, value in section.summary(row)]
        for row in chart_rows(patient, slug)[:200]
    ]
    columns = [str(column.label) for column in section.columns]
    return _rows(str(section.title), columns, rows)


def _visits(patient: Patient) -> dict[str, Any]:
    rows = [
        [
            _day(row.began_at or row.planned_at),
            str(row.text or row.get_kind_display()),
            str(row.get_status_display()),
        ]
        for row in visits(patient)
    ]
    return _rows(_("Visits"), [_("Day"), _("What"), _("Status")], rows)


def _scores(patient: Patient) -> dict[str, Any]:
    rows = [
        [_day(row.answered_at), title_of(row.questionnaire), f"{row.scores['score']:g}"]
        for row in list_responses(patient)
        if "score" in row.scores
    ]
    return _rows(_("Scores"), [_("Day"), _("What"), _("Result")], rows)


def _messages(patient: Patient) -> dict[str, Any]:
    rows = [
        [_day(m.recorded_at), _("you") if m.from_patient else str(m.recorded_by), m.text]
        for m in list_messages(patient)
    ]
    return _rows(_("Messages"), [_("Day"), _("From"), _("Text")], rows)


def _rows(heading: str, columns: list[str], rows: list[list[str]]) -> dict[str, Any]:
    if not rows:
        return {"heading": heading, "text": _("Nothing recorded.")}
    return {"heading": heading, "table": {"columns": columns, "rows": rows}}


def _day(at: datetime | None) -> str:
    return date_format(timezone.localtime(at), "DATE_FORMAT") if at else ""
