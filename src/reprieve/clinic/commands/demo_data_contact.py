"""An invented patient with pages of their own: account, diary, messages, and who answers."""

import random
import uuid
from datetime import timedelta

from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role, User
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.contact.accounts import open_account
from reprieve.clinic.contact.messages import answer_message, write_message
from reprieve.clinic.contact.policy import set_policy
from reprieve.clinic.diary.services import Written, record_entry
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.patients.services import RECORD_NUMBER, change_patient

NUMBER, EMAIL = "H-1048", "patient@demo.example"
ENTRIES = (  # days ago, pain now, regions, what else was said
    (4, 3, {"low-back-left": 4, "low-back-right": 3}, {"sleep": 3, "mood": 3}),
    (2, 4, {"low-back-left": 5}, {"sleep": 2, "activity": 3, "note": "Long drive yesterday."}),
    (1, 3, {}, {"activity": 3}),
)


def own_pages(
    clinic: Clinic, *, nurse: Actor, prescriber: Actor, manager: Actor, password: str
) -> None:
    """One patient, found by record number, as if the clinic had invited them a while ago."""
    set_policy(
        clinic=clinic,
        phone="+1 555 0100",
        responder=str(nurse.user.pk) if nurse.user else "",
        second=str(prescriber.user.pk) if prescriber.user else "",
        minutes=60,
        by=manager,
    )
    patient = Patient.objects.for_clinic(clinic).get(
        identifiers__system=RECORD_NUMBER, identifiers__value=NUMBER
    )
    fields = {"email": EMAIL, "language": "en"}
    change_patient(patient, fields=fields, record_number=NUMBER, by=nurse)
    user: User = open_account(patient, by=nurse).user
    user.set_password(password)
    user.save()
    own = Actor(user=user, clinic=clinic, roles=frozenset({Role.PATIENT}))
    ids = random.Random(NUMBER)  # noqa: S311  ids of invented entries
    for days, pain, regions, said in ENTRIES:
        at = timezone.now() - timedelta(days=days)
        entry_id = uuid.UUID(int=ids.getrandbits(128), version=4)
        written = Written(entry_id=entry_id, at=at, now=pain, regions=regions, said=said)
        record_entry(patient=patient, written=written, by=own)
    asked = write_message(
        patient=patient, text="May I take ibuprofen on the day of the infusion?", by=own
    )
    answer_message(asked, text="Yes, with food. Tell the nurse when you arrive.", by=nurse)
    write_message(patient=patient, text="Can we move my next visit to the afternoon?", by=own)
