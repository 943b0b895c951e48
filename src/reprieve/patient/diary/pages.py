"""The diary as a page, the same behind a link and in the portal: kept on the telephone, then sent."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from reprieve.clinic.audit.models import Action
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.contact.policy import policy_of
from reprieve.clinic.contact.urgent import REASONS, SUICIDAL
from reprieve.clinic.diary import body
from reprieve.clinic.diary.forms import BLADDER, DOMAINS, EFFECTS, FEELING, read_entry
from reprieve.clinic.diary.selectors import average_given_on
from reprieve.clinic.diary.services import URGENT, record_entry
from reprieve.clinic.intake.questionnaires import instrument, questionnaire_form
from reprieve.clinic.patients.models import Patient
from reprieve.core.problems import Problem, UnusableInput

MOST_ENTRIES = 60  # in one sending; the telephone sends the rest next
LARGEST_BYTES = 400_000


@dataclass(frozen=True, slots=True)
class Home:
    """Where the diary stands: the names of its routes."""

    page: str
    sync: str
    worker: str


BY_LINK = Home("links:diary", "links:sync", "links:worker")
IN_PORTAL = Home("my:diary", "my:sync", "my:worker")


def now() -> datetime:
    return timezone.now()


def diary(request: HttpRequest, patient: Patient, *, by: Actor, home: Home) -> HttpResponse:
    """Two questions, and more for who wants to say more. Holds no name and no earlier value."""
    problems: tuple[Problem, ...] = ()
    if request.method == "POST":  # a browser without scripts
        try:
            written = read_entry(request.POST)
            record_entry(patient=patient, written=written, by=by)
        except UnusableInput as unusable:
            problems = unusable.problems
        else:
            if written.urgent:
                return urgent(request, written.urgent, on=home.page)
            return render(request, "diary/kept.html", {"again": reverse(home.page)})
    else:
        audit("diary page", action=Action.READ, by=by, patient_id=patient.pk)
    context = {
        "home": home,
        "problems": problems,
        "entry_id": uuid.uuid4(),
        "key": _key(patient),
        "given_on": timezone.localdate().isoformat()
        if average_given_on(patient, timezone.now())
        else "",
        "nrs": questionnaire_form(instrument("NRS")).cards[0],
        "peg": questionnaire_form(instrument("PEG")).cards,
        "domains": DOMAINS,
        "feelings": FEELING,
        "bladder": BLADDER,
        "effects": EFFECTS,
        "points": range(11),
        "views": body.views(),
        "figure": {"width": body.WIDTH, "height": body.HEIGHT},
        "urgent_codes": " ".join(URGENT),
        "phone": phone_of(patient),
    }
    return render(request, "diary/diary.html", context, status=422 if problems else 200)


def sync(request: HttpRequest, patient: Patient, *, by: Actor) -> HttpResponse:
    """GET: a fresh token. POST {"key", "entries"}: which were kept and which never can be.

    An entry that was kept before is kept again without a second row. Entries of another patient's
    diary on the same telephone are not taken: `key` says whose they are.
    """
    if request.method != "POST":
        return JsonResponse({"csrf": get_token(request), "key": _key(patient)})
    try:
        if len(request.body) > LARGEST_BYTES:
            raise ValueError
        sent = json.loads(request.body)
        entries, key = sent["entries"], sent["key"]
        if key != _key(patient):
            detail = {"why": "another diary"}
            audit("diary entries", action=Action.REFUSED, by=by, detail=detail)
            raise ValueError
        if not isinstance(entries, list):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        return JsonResponse({"error": "not entries of this diary"}, status=400)
    kept, refused = [], []
    for entry in entries[:MOST_ENTRIES]:
        if not isinstance(entry, dict):
            continue
        try:
            written = read_entry(entry)
            record_entry(patient=patient, written=written, by=by)
        except UnusableInput:
            refused.append(entry.get("id"))
        else:
            kept.append(entry.get("id"))
    return JsonResponse({"kept": kept, "refused": refused})


def worker(request: HttpRequest) -> HttpResponse:
    """A script whose folder is the part of the site it may look after."""
    answer = render(request, "diary/worker.js", content_type="text/javascript")
    answer.headers["Cache-Control"] = "no-cache"
    return answer


def urgent(request: HttpRequest, reasons: Iterable[str], *, on: str) -> HttpResponse:
    """The next screen after an answer that cannot wait: whom to call, first. on: route that follows."""
    link = getattr(request, "link", None)
    patient = link.patient if link else request.patient
    found = tuple(reasons)
    context: dict[str, Any] = {
        "reasons": [REASONS[code] for code in found],
        "crisis": SUICIDAL in found,
        "phone": phone_of(patient),
        "on": reverse(on) if on else "",
    }
    return render(request, "diary/urgent.html", context)


def phone_of(patient: Patient) -> str:
    rules = policy_of(patient.clinic)
    return rules.phone if rules else ""


def _key(patient: Patient) -> str:
    """Whose diary, without saying who: entries of two people on one telephone stay apart."""
    secret = hashlib.sha256(b"diary" + settings.SECRET_KEY.encode()).digest()
    return hmac.new(secret, patient.pk.bytes, hashlib.sha256).hexdigest()[:24]
