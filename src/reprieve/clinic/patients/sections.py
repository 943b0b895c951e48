"""The sections of the chart: what each is called, shows, and says when it is empty."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils import formats, timezone
from django.utils.translation import gettext_lazy as _

from reprieve.clinic.patients.models import ListConfirmation
from reprieve.clinic.patients.models.base import Source
from reprieve.clinic.patients.units import UNIT_NAMES


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    label: Any
    value: Callable[[Any], Any]
    number: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """slug: its word in the address. confirms: the list somebody can vouch for, if there is one."""

    slug: str
    title: Any
    add: Any
    empty: Any
    columns: tuple[Column, ...]
    confirms: str = ""

    def summary(self, row: Any) -> list[tuple[Column, Any]]:
        return [(column, column.value(row)) for column in self.columns]


def day(value: date | datetime | None) -> str:
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return formats.date_format(value, "DATE_FORMAT") if value else ""


def number(value: Decimal | None) -> str:
    return f"{value.normalize():f}" if value is not None else ""


def significant(value: Decimal) -> str:
    """Four significant figures, whole numbers kept whole; the row keeps what was sent."""
    return number(Decimal(f"{value:.0f}" if abs(value) >= 1000 else f"{value:.4g}"))


def dose(row: Any) -> str:
    amount = (
        f"{number(row.daily_dose)} {row.daily_dose_unit}/d"
        if row.daily_dose is not None
        else row.dosage
    )
    return f"{amount} {_('when needed')}".strip() if row.as_needed else amount


def result(row: Any) -> str:
    """As typed; what an import brings with five decimals is shown to four significant figures."""
    shown = significant if row.source == Source.IMPORT else number
    values = "/".join(shown(v) for v in (row.value, row.second_value) if v is not None)
    return f"{values} {UNIT_NAMES.get(row.unit, row.unit)}".strip() if values else row.value_text


def certainty(row: Any) -> str:
    return (
        row.get_status_display()
        if row.verification == "confirmed"
        else row.get_verification_display()
    )


SECTIONS: dict[str, Section] = {
    s.slug: s
    for s in (
        Section(
            slug="conditions",
            title=_("Conditions"),
            add=_("Add a condition"),
            empty=_("No condition recorded. Begin with the pain to be treated."),
            confirms=ListConfirmation.Kind.CONDITIONS,
            columns=(
                Column(label=_("Condition"), value=lambda r: r.text),
                Column(label=_("Where"), value=lambda r: r.body_site),
                Column(label=_("Status"), value=certainty),
                Column(label=_("Since"), value=lambda r: day(r.onset_on)),
            ),
        ),
        Section(
            slug="medicines",
            title=_("Medicines"),
            add=_("Add a medicine"),
            empty=_("No medicine recorded. Ask also about grapefruit, cannabis and alcohol."),
            confirms=ListConfirmation.Kind.MEDICINES,
            columns=(
                Column(label=_("Medicine"), value=lambda r: r.text),
                Column(label=_("Dose"), value=dose, number=True),
                Column(label=_("Route"), value=lambda r: r.route),
                Column(label=_("Status"), value=lambda r: r.get_status_display()),
            ),
        ),
        Section(
            slug="allergies",
            title=_("Allergies"),
            add=_("Add an allergy"),
            empty=_("No allergy recorded. If there is none, confirm that the list is complete."),
            confirms=ListConfirmation.Kind.ALLERGIES,
            columns=(
                Column(label=_("To"), value=lambda r: r.text),
                Column(label=_("What happened"), value=lambda r: r.reaction),
                Column(label=_("How dangerous"), value=lambda r: r.get_criticality_display()),
                Column(label=_("Status"), value=lambda r: r.get_status_display()),
            ),
        ),
        Section(
            slug="observations",
            title=_("Measurements"),
            add=_("Add a measurement"),
            empty=_("Nothing measured yet. Weight and blood pressure are needed before a plan."),
            columns=(
                Column(label=_("What"), value=lambda r: r.text),
                Column(label=_("Result"), value=result, number=True),
                Column(label=_("Measured on"), value=lambda r: day(r.measured_at)),
            ),
        ),
        Section(
            slug="prior-treatments",
            title=_("Treatments tried before"),
            add=_("Add a treatment"),
            empty=_("No earlier treatment recorded. What was tried, and what came of it?"),
            confirms=ListConfirmation.Kind.PRIOR_TREATMENTS,
            columns=(
                Column(label=_("Treatment"), value=lambda r: r.text),
                Column(label=_("Outcome"), value=lambda r: r.get_outcome_display()),
                Column(label=_("Highest dose"), value=lambda r: r.highest_dose),
                Column(label=_("How long"), value=lambda r: r.how_long),
            ),
        ),
        Section(
            slug="procedures",
            title=_("Procedures"),
            add=_("Add a procedure"),
            empty=_("No procedure recorded."),
            columns=(
                Column(label=_("Procedure"), value=lambda r: r.text),
                Column(label=_("Status"), value=lambda r: r.get_status_display()),
                Column(label=_("Done on"), value=lambda r: day(r.performed_on)),
            ),
        ),
    )
}
