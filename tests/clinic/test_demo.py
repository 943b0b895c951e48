"""The demo: invented, complete, the same on every computer, and signed by named people."""

import pytest
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.commands.demo_data import CLINIC, PASSWORD, fill, logins
from reprieve.clinic.contact.models import PatientAccount
from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.followup.selectors import due_today, judge, trajectory
from reprieve.clinic.patients.models import Condition, MedicationStatement, Patient
from reprieve.clinic.plan.models import CarePlan, MedicationRequest
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.selectors import live, sessions_today
from reprieve.core.outcomes.response import ResponseStatus
from reprieve.core.session.state import State
from reprieve.fhir.bundle import read_bundle
from reprieve.patient.portal.export import record_bundle

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(db: None) -> Clinic:
    fill()
    return Clinic.objects.get(name=CLINIC)


def test_the_demo_has_somebody_at_every_stage(demo: Clinic) -> None:
    assert Patient.objects.count() == 60
    assert not Patient.objects.filter(invented=False).exists()
    given = {live(e).state for e in Encounter.objects.filter(events__isnull=False).distinct()[:60]}
    assert State.DISCHARGED in given
    today = [row.state for row in sessions_today(demo)]
    assert today.count(State.RUNNING) == 2
    assert State.RECOVERY in today
    assert State.PLANNED in today
    assert Encounter.objects.filter(events__kind="infusion_started").count() >= 190
    statuses = set(CarePlan.objects.values_list("status", flat=True))
    assert statuses == {"active", "on-hold", "revoked"}
    assert {d.decision for d in FollowUpDecision.objects.all()} == {"repeat", "pause", "stop"}
    courses = [c for p in Patient.objects.all() if (c := trajectory(p)) and len(c.doses) == 9]
    verdicts = {judge(c).response.status for c in courses}
    assert verdicts == set(ResponseStatus)
    assert due_today(demo, timezone.localdate())
    # every step is somebody's
    assert not SessionEvent.objects.filter(recorded_by=None).exists()
    assert not MedicationRequest.objects.filter(recorded_by=None).exists()
    named = {
        AuditEvent.objects.filter(object_id=str(e.pk)).exists()
        for e in Encounter.objects.filter(events__isnull=False)[:20]
    }
    assert named == {True}
    # the rules read codes
    assert not Condition.objects.filter(codings=[]).exists()
    assert not MedicationStatement.objects.filter(codings=[]).exists()
    # every session of the past ended by its own gates
    for session in Encounter.objects.filter(status="finished")[:30]:
        assert live(session).state is State.DISCHARGED
    people = Patient.objects.count()
    fill()
    assert Patient.objects.count() == people
    assert len(logins()) == 7


def test_the_demo_patients_own_record_reads_back_without_a_problem(demo: Clinic) -> None:
    account = PatientAccount.objects.select_related("patient", "user").get()
    assert account.user.check_password(PASSWORD)

    found, problems = read_bundle(
        record_bundle(account.patient, timezone.now()), as_of=timezone.localdate()
    )

    assert problems == []
    assert found.snapshot.conditions
    assert found.snapshot.medicines
    assert len(found.snapshot.pain_scores) > 20
