"""The one way to find a patient by what identifies them.

Each patient has a few words: the parts of the name, the date of birth, record numbers, the last
digits of the telephone. A question is split the same way and each part must begin one of the words.
To encrypt identifiers, key the words here (and their beginnings): no view, form or model changes.
"""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date

from django.db import connection
from django.db.models import Q, QuerySet

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.patients.models import Patient, SearchWord

_US_DATE = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")


def search_patients(clinic: Clinic, question: str) -> QuerySet[Patient]:
    """The clinic's patients who match every part of the question; all of them when it is empty."""
    found = Patient.objects.for_clinic(clinic)
    for part in split(question):
        words = SearchWord.objects.for_clinic(clinic).filter(_begins(part))
        found = found.filter(pk__in=words.values("patient_id"))
    return found


def index_patient(patient: Patient) -> None:
    """Write the words of a patient anew. Called by whatever changes a name, a date or a number."""
    wanted = words_of(patient, [i.value for i in patient.identifiers.all()])
    stale = SearchWord.objects.for_clinic(patient.clinic).filter(patient=patient)
    stale.exclude(word__in=wanted).delete()
    SearchWord.objects.bulk_create(
        [SearchWord(clinic=patient.clinic, patient=patient, word=w) for w in sorted(wanted)],
        ignore_conflicts=True,
    )


def words_of(patient: Patient, identifiers: Iterable[str] = ()) -> set[str]:
    names = split(f"{patient.family_name} {patient.given_names}")
    born = [patient.birth_date.isoformat()] if patient.birth_date else []
    numbers = [w for value in identifiers for w in (*split(value), "".join(split(value)))]
    digits = re.sub(r"\D", "", patient.phone)
    telephone = [digits[-7:], digits[-4:]] if len(digits) >= 7 else []
    return {w[:80] for w in [*names, *born, *numbers, *telephone] if w}


def split(text: str) -> list[str]:
    """Parts without accents, case or punctuation; dates, also as 2/14/1974, as 1974-02-14."""
    text = _US_DATE.sub(lambda m: f"{m[3]}-{int(m[1]):02}-{int(m[2]):02}", text)
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if not unicodedata.combining(c)).casefold()
    return [part for raw in plain.split() for part in _parts(raw)]


def _parts(raw: str) -> list[str]:
    if _is_date(raw):
        return [raw]
    return re.findall(r"\w+", raw.replace("'", "").replace("’", ""))


def _is_date(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text)) and len(text) == 10
    except ValueError:
        return False


def _begins(part: str) -> Q:
    """Word begins with `part`, by the index: a range on SQLite, LIKE on PostgreSQL."""
    if connection.vendor == "sqlite":
        return Q(word__gte=part, word__lt=part + "\U0010ffff")
    return Q(word__startswith=part)
