"""A diary entry as the page sends it: nothing is filled in, and silence is not a zero."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reprieve.clinic.contact.links import FOLLOW_UP
from reprieve.clinic.diary.body import BY_ID
from reprieve.clinic.diary.services import Written
from reprieve.core.problems import Problem, UnusableInput

FEELING: tuple[tuple[str, Any], ...] = (
    ("0", gettext_lazy("very bad")),
    ("1", gettext_lazy("bad")),
    ("2", gettext_lazy("so-so")),
    ("3", gettext_lazy("good")),
    ("4", gettext_lazy("very good")),
)
DOMAINS: tuple[tuple[str, Any], ...] = (
    ("sleep", gettext_lazy("Last night's sleep")),
    ("mood", gettext_lazy("Mood")),
    ("thinking", gettext_lazy("Thinking and memory")),
    ("activity", gettext_lazy("What I got done")),
)
BLADDER: tuple[tuple[str, Any], ...] = (
    ("often", gettext_lazy("I go more often than usual")),
    ("burning", gettext_lazy("It hurts or burns")),
    ("blood", gettext_lazy("There is blood in my urine")),
    ("retention", gettext_lazy("I cannot pass urine")),
)
EFFECTS: tuple[tuple[str, Any], ...] = (
    ("Dizziness", gettext_lazy("Dizzy")),
    ("Nausea", gettext_lazy("Sick to my stomach")),
    ("Fatigue", gettext_lazy("Tired or sleepy")),
    ("Headache", gettext_lazy("Headache")),
    ("Dissociation", gettext_lazy("Far away or unreal")),
    ("Bad dreams", gettext_lazy("Bad dreams")),
)
PEG_ITEMS = ("peg-p", "peg-e", "peg-g")
LONGEST = 500


def read_entry(sent: QueryDict | Mapping[str, Any]) -> Written:
    """The entry of a form or of the telephone's store.

    Raises UnusableInput: nothing said, a number that is not one of the buttons, a missing id.
    """
    values = sent if isinstance(sent, QueryDict) else _as_query(sent)
    problems: list[Problem] = []
    entry_id = _uuid(values.get("id", ""))
    if entry_id is None:
        problems.append(Problem("id", _("Please open the page again.")))
    average = _points(values.get("average", ""), "average", problems)
    now = _points(values.get("now", ""), "now", problems)
    regions = {}
    for name, value in values.items():
        region = name.removeprefix("region-")
        if region != name and value and region in BY_ID:
            points = _points(value, name, problems)
            regions |= {} if points is None else {region: points}
    said, answers = _said(values), _answers(values, problems)
    if not problems and average is None and now is None and not (regions or said or answers):
        problems.append(Problem("average", _("Choose a number first.")))
    if problems:
        raise UnusableInput(problems)
    assert entry_id is not None
    return Written(
        entry_id=entry_id,
        at=_moment(values.get("at", "")),
        average=average,
        now=now,
        regions=regions,
        said=said,
        answers=answers,
    )


def _said(values: QueryDict) -> dict[str, Any]:
    allowed = {key for key, _label in FEELING}
    said: dict[str, Any] = {
        name: int(values[name]) for name, _label in DOMAINS if values.get(name) in allowed
    }
    codes = [code for code, _label in BLADDER if code in values.getlist("bladder")]
    if codes:
        said["bladder"] = codes
    for name in ("medicines", "note"):
        if text := values.get(name, "").strip():
            said[name] = text[:LONGEST]
    return said


def _answers(values: QueryDict, problems: list[Problem]) -> dict[str, dict[str, Any]]:
    """Whole questionnaires among it: PEG when all three were answered, side effects."""
    found: dict[str, dict[str, Any]] = {}
    peg = {name: _points(values.get(name, ""), name, problems) for name in PEG_ITEMS}
    if all(points is not None for points in peg.values()):
        found["PEG"] = peg
    elif any(points is not None for points in peg.values()):
        problems.append(Problem("peg", _("Answer all three, or none.")))
    effects = [code for code, _label in EFFECTS if code in values.getlist("effects")]
    if "none" in values.getlist("effects") and not effects:
        found[FOLLOW_UP] = {"side_effects": []}
    elif effects:
        found[FOLLOW_UP] = {"side_effects": effects}
    return found


def _points(text: Any, name: str, problems: list[Problem]) -> int | None:
    if text in ("", None):
        return None
    if str(text) in {str(n) for n in range(11)}:
        return int(text)
    problems.append(Problem(name, _("Choose a number from 0 to 10.")))
    return None


def _moment(text: str) -> datetime:
    """When it was written, by the telephone; now when it does not say or speaks of the future."""
    try:
        at = parse_datetime(text)
    except ValueError:
        at = None
    now = timezone.now()
    return min(at, now) if at and timezone.is_aware(at) else now


def _as_query(sent: Mapping[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in sent.items():
        values = value if isinstance(value, list) else [value]
        query.setlist(str(name), [str(v) for v in values])
    return query


def _uuid(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text)
    except ValueError:
        return None
