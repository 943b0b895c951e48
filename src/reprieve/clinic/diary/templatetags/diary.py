"""What a patient wrote at home, drawn on the follow-up page."""

from typing import Any

from django import template

from reprieve.clinic.diary import body
from reprieve.clinic.diary.forms import BLADDER, DOMAINS, FEELING
from reprieve.clinic.diary.models import DiaryEntry
from reprieve.clinic.diary.selectors import list_entries
from reprieve.clinic.patients.models import Patient

register = template.Library()
URGENT = ("blood", "retention")


@register.inclusion_tag("diary/_entries.html")
def diary_panel(patient: Patient) -> dict[str, Any]:
    """The newest entries, marked as the patient's own."""
    return {"entries": [(entry, in_words(entry)) for entry in list_entries(patient)]}


def in_words(entry: DiaryEntry) -> list[tuple[str, bool]]:
    """What else was said, as sentences; True where it could not wait."""
    feelings, domains, bladder = dict(FEELING), dict(DOMAINS), dict(BLADDER)
    said = [
        (f"{domains[name]}: {feelings[str(value)]}", False)
        for name, value in entry.said.items()
        if name in domains
    ]
    said += [(str(bladder[code]), code in URGENT) for code in entry.said.get("bladder", [])]
    said += [(entry.said[name], False) for name in ("medicines", "note") if name in entry.said]
    places = [f"{body.BY_ID[r].label} {n}" for r, n in entry.regions.items() if r in body.BY_ID]
    return [*said, (", ".join(places), False)] if places else said
