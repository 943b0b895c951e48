"""Where the counts stand: read before a page is drawn, so that it can be behind and never ahead."""

import uuid

from django.db.models import Sum
from django.http import Http404

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.live.models import SessionVersion
from reprieve.clinic.session.models import Encounter


def version_of(clinic: Clinic, session_id: uuid.UUID) -> str:
    """`charted.readings` as the events of the session name it."""
    row = SessionVersion.objects.for_clinic(clinic).filter(encounter_id=session_id).first()
    charted, readings = (row.charted, row.readings) if row else (0, 0)
    return f"{charted + 1}.{readings + 1}"


def version_of_board(clinic: Clinic) -> str:
    rows = SessionVersion.objects.for_clinic(clinic).aggregate(charted=Sum("charted"))
    return f"{(rows['charted'] or 0) + 1}.1"


def check_session(*, clinic: Clinic, patient_id: uuid.UUID, session_id: uuid.UUID) -> None:
    """Raises Http404 unless this session of this patient is one of the clinic's."""
    found = Encounter.objects.for_clinic(clinic).filter(patient_id=patient_id, pk=session_id)
    if not found.exists():
        raise Http404
