"""The calendar: no place is given twice, a course keeps its interval, a delay travels on."""

import re
import zoneinfo
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Membership, Role
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.followup.models import FollowUpDecision
from reprieve.clinic.patients.models import Patient
from reprieve.clinic.scheduling.models import Appointment, HeldStep
from reprieve.clinic.scheduling.reminders import remind
from reprieve.clinic.scheduling.rules import Rules, adopt_rules, rules_of, set_day
from reprieve.clinic.scheduling.services import book, cancel, delay, move, slots_on, wait
from reprieve.clinic.session.models import Encounter
from reprieve.core.problems import UnusableInput

from .people import a_patient
from .sessions import K, a_session, running, write

PEOPLE, SLOTS = 200, 20
SignIn = Callable[..., Client]


@pytest.fixture(autouse=True)
def _chicago() -> Iterator[None]:
    with timezone.override(zoneinfo.ZoneInfo("America/Chicago")):
        yield


def workday(after: int = 2) -> date:
    """A Monday to Friday some days ahead."""
    day = timezone.localdate() + timedelta(days=after)
    return day + timedelta(days=(7 - day.weekday()) % 7 if day.weekday() > 4 else 0)


def at(hour: int, minute: int = 0, on: date | None = None) -> datetime:
    return timezone.make_aware(datetime.combine(on or workday(), time(hour, minute)))


def why_not(act: Callable[[], object]) -> list[str]:
    with pytest.raises(UnusableInput) as refused:
        act()
    return [p.message for p in refused.value.problems]


@pytest.fixture
def ordered(nurse: Actor, prescriber: Actor) -> Patient:
    """A patient with a signed order of several visits, and nothing in the calendar."""
    visit = a_session(nurse, prescriber, sessions=6, interval_days=14)
    Encounter.objects.filter(pk=visit.pk).delete()
    return visit.patient


def a_talk(patient: Patient, starts_at: datetime, by: Actor, **more: object) -> Appointment:
    return book(patient=patient, kind="consultation", starts_at=starts_at, by=by, **more)  # type: ignore[arg-type]


@pytest.mark.django_db
class TestBooking:
    def test_a_dose_is_planned_on_the_order_with_chair_and_nurse(
        self, ordered: Patient, nurse: Actor
    ) -> None:
        row = book(patient=ordered, kind="dose", starts_at=at(9), by=nurse)

        assert (row.encounter.status, row.encounter.planned_at) == ("planned", at(9))
        assert row.encounter.order is not None
        assert (row.chair, row.encounter.chair, row.nurse) == ("1", "1", nurse.user)
        # 30 min to prepare + 150 min infusion, 60 min recovery, 15 min turnover
        assert (row.treatment_min, row.recovery_min, row.turnover_min) == (180, 60, 15)
        assert row.leaves_at == at(13)
        # the chair until 13:15: 255 / 5 = 51 steps; the nurse until 13:00: 240 / 5 = 48
        assert HeldStep.objects.filter(kind="chair").count() == 51
        assert HeldStep.objects.filter(kind="nurse").count() == 48

    def test_without_an_order_no_dose_is_booked(self, patient: Patient, nurse: Actor) -> None:
        assert (
            "No order stands"
            in why_not(lambda: book(patient=patient, kind="dose", starts_at=at(9), by=nurse))[0]
        )

    def test_the_second_dose_waits_for_a_decision_on_the_first(
        self, ordered: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        first = book(patient=ordered, kind="dose", starts_at=at(9), by=nurse)
        later = at(9, on=workday(30))
        assert (
            "Somebody first judges"
            in why_not(lambda: book(patient=ordered, kind="dose", starts_at=later, by=nurse))[0]
        )

        assert first.encounter.order is not None
        FollowUpDecision.objects.create(
            clinic=ordered.clinic,
            patient=ordered,
            recorded_by=prescriber.user,
            plan=first.encounter.order.plan,
            decision="repeat",
            reason="Pain 7 to 4.",
            decided_at=timezone.now(),
        )
        Encounter.objects.filter(pk=first.encounter_id).update(
            status="finished", began_at=timezone.now() - timedelta(hours=3)
        )
        assert book(patient=ordered, kind="dose", starts_at=later, by=nurse).pk

    def test_a_closed_day_offers_nothing_and_says_so(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        set_day(clinic=patient.clinic, on=workday(), closed=True, people=[], by=nurse)

        assert slots_on(patient, "consultation", workday(), patient.clinic) is None
        assert why_not(lambda: a_talk(patient, at(9), nurse)) == [
            "The clinic is closed on this day."
        ]

    def test_nobody_on_duty_means_no_slots(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        set_day(clinic=patient.clinic, on=workday(), closed=False, people=[], by=nurse)

        assert slots_on(patient, "consultation", workday(), patient.clinic) == ()

    def test_a_visit_planned_elsewhere_is_linked_and_not_doubled(
        self, nurse: Actor, prescriber: Actor
    ) -> None:
        visit = a_session(nurse, prescriber)

        row = book(patient=visit.patient, kind="dose", starts_at=at(9), by=nurse, encounter=visit)

        visit.refresh_from_db()
        assert (row.encounter_id, visit.planned_at, visit.chair) == (visit.pk, at(9), "1")
        assert Encounter.objects.filter(patient=visit.patient).count() == 1

    def test_the_same_form_twice_is_one_appointment(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        key = a_talk(patient, at(9), nurse).pk

        again = a_talk(patient, at(9), nurse, appointment_id=key)

        assert again.pk == key
        assert Appointment.objects.count() == 1

    def test_the_database_itself_refuses_a_second_holder(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        step = HeldStep.objects.filter(appointment=a_talk(patient, at(9), nurse)).first()
        assert step is not None
        step.pk = None

        with pytest.raises(IntegrityError), transaction.atomic():
            step.save(force_insert=True)

    def test_booking_and_its_visit_are_in_the_trail(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        row = a_talk(patient, at(9), nurse)

        trail = AuditEvent.objects.filter(object_id__in=[str(row.pk), str(row.encounter_id)])
        assert trail.filter(action="create", patient_id=patient.pk).count() == 2


@pytest.mark.django_db
class TestChanging:
    def test_a_move_frees_the_old_place_and_takes_the_visit_along(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        row = move(a_talk(patient, at(9), nurse), starts_at=at(9, 15), by=nurse)

        row.encounter.refresh_from_db()
        assert (row.encounter.planned_at, row.revision) == (at(9, 15), 1)
        other = a_patient(nurse, family_name="Bello")
        assert "No prescriber" in why_not(lambda: a_talk(other, at(9), nurse))[0]
        assert a_talk(other, at(8, 30), nurse)  # 8:30-9:15, which the old place would have met

    def test_a_move_to_a_taken_place_changes_nothing(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        row = a_talk(patient, at(9), nurse)
        a_talk(a_patient(nurse, family_name="Bello"), at(10), nurse)

        assert "No prescriber" in why_not(lambda: move(row, starts_at=at(10, 15), by=nurse))[0]
        row.refresh_from_db()
        assert row.starts_at == at(9)
        assert row.steps.count() == 9  # 45 min

    def test_a_cancelled_visit_frees_its_place_and_stays_readable(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        row = cancel(a_talk(patient, at(9), nurse), because="has a cold", by=nurse)

        row.encounter.refresh_from_db()
        assert (row.status, row.encounter.status) == ("cancelled", "cancelled")
        assert row.cancelled_because == "has a cold"
        assert a_talk(a_patient(nurse, family_name="Bello"), at(9), nurse)

    def test_cancelling_needs_a_reason(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        row = a_talk(patient, at(9), nurse)

        assert why_not(lambda: cancel(row, because=" ", by=nurse)) == ["Say why, in a few words."]

    def test_a_visit_that_has_begun_is_neither_moved_nor_cancelled(
        self, nurse: Actor, prescriber: Actor, session: Encounter
    ) -> None:
        row = book(
            patient=session.patient, kind="dose", starts_at=at(9), by=nurse, encounter=session
        )
        running(session, nurse)

        assert "has begun" in why_not(lambda: move(row, starts_at=at(13), by=nurse))[0]
        assert "has begun" in why_not(lambda: cancel(row, because="x", by=nurse))[0]

    def test_a_visit_cancelled_at_the_chair_gives_its_chair_back(
        self, nurse: Actor, prescriber: Actor, session: Encounter
    ) -> None:
        adopt_rules(clinic=session.clinic, rules=Rules(chairs=("1",)), by=nurse)
        book(patient=session.patient, kind="dose", starts_at=at(9), by=nurse, encounter=session)
        write(session, nurse, K.CANCELLED, text="fever")
        other = a_session(nurse, prescriber)

        again = book(patient=other.patient, kind="dose", starts_at=at(9), by=nurse, encounter=other)

        assert again.chair == "1"

    def test_running_late_moves_the_next_and_keeps_what_was_promised(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        first = a_talk(patient, at(9), nurse)
        second = a_talk(a_patient(nurse, family_name="Bello"), at(9, 45), nurse)
        third = a_talk(a_patient(nurse, family_name="Cruz"), at(13), nurse)

        changed = delay(first, minutes=20, by=nurse)

        # 9:20-10:05, so the second begins at 10:05; at 13:00 nothing is late any more
        assert [(r.pk, r.expected_at) for r in changed] == [
            (first.pk, at(9, 20)),
            (second.pk, at(10, 5)),
        ]
        second.refresh_from_db()
        third.refresh_from_db()
        assert (second.starts_at, second.late_min, third.late_min) == (at(9, 45), 20, 0)

    @pytest.mark.parametrize("minutes", [0, 241, -10])
    def test_a_delay_has_a_sensible_length(
        self, patient: Patient, nurse: Actor, prescriber: Actor, minutes: int
    ) -> None:
        row = a_talk(patient, at(9), nurse)

        assert why_not(lambda: delay(row, minutes=minutes, by=nurse)) == [
            "Between 1 and 240 minutes."
        ]

    def test_a_booked_day_inside_the_wish_takes_a_patient_off_the_waiting_list(
        self, patient: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        entry = wait(
            patient=patient,
            kind="consultation",
            from_on=workday(),
            until_on=workday(),
            note="mornings",
            by=nurse,
        )
        row = a_talk(patient, at(9, on=workday(12)), nurse)
        entry.refresh_from_db()
        assert entry.settled_at is None

        move(row, starts_at=at(9), by=nurse)

        entry.refresh_from_db()
        assert entry.settled_at is not None


@pytest.mark.django_db(transaction=True)
def test_two_hundred_at_once_for_twenty_slots_twenty_are_booked_and_the_rest_are_told(
    clinic: Clinic, nurse: Actor, prescriber: Actor
) -> None:
    # One prescriber, consultations of 20 min, 8:00 to 14:40: 400 / 20 = 20 slots.
    adopt_rules(clinic=clinic, rules=Rules(closes="14:40", consultation_min=20), by=nurse)
    patients = [a_patient(nurse, family_name=f"Person {n}") for n in range(PEOPLE)]
    wishes = [at(8) + timedelta(minutes=20 * (n % SLOTS)) for n in range(PEOPLE)]

    def person(number: int) -> list[str]:
        try:
            with timezone.override(zoneinfo.ZoneInfo("America/Chicago")):
                a_talk(patients[number], wishes[number], nurse)
        except UnusableInput as refused:
            return [p.message for p in refused.problems]
        finally:
            connection.close()
        return []

    with ThreadPoolExecutor(16) as people:
        answers = list(people.map(person, range(PEOPLE)))

    assert answers.count([]) == SLOTS
    assert answers.count(["No prescriber is free then."]) == PEOPLE - SLOTS
    booked = Appointment.objects.filter(clinic=clinic)
    assert sorted(booked.values_list("starts_at", flat=True)) == sorted(set(wishes))
    assert Encounter.objects.filter(clinic=clinic).count() == SLOTS


@pytest.mark.django_db(transaction=True)
def test_everybody_who_fits_the_ratio_gets_a_chair_also_when_all_ask_at_once(
    clinic: Clinic, nurse: Actor, prescriber: Actor
) -> None:
    # 4 chairs, one nurse for 3: of 8 who ask for 9:00, 3 get it.
    adopt_rules(clinic=clinic, rules=Rules(patients_per_nurse=3), by=nurse)
    visits = [a_session(nurse, prescriber) for _n in range(8)]

    def person(visit: Encounter) -> bool:
        try:
            with timezone.override(zoneinfo.ZoneInfo("America/Chicago")):
                book(patient=visit.patient, kind="dose", starts_at=at(9), by=nurse, encounter=visit)
        except UnusableInput:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as people:
        answers = list(people.map(person, visits))

    assert answers.count(True) == 3
    chairs = Appointment.objects.values_list("chair", flat=True)
    assert sorted(chairs) == ["1", "2", "3"]


@pytest.fixture
def reachable(patient: Patient) -> Patient:
    patient.email = "ada@example.org"
    patient.save()
    return patient


@pytest.mark.django_db
class TestReminders:
    def reminded(self, row: Appointment) -> int:
        mail.outbox.clear()
        remind.func(str(row.pk))
        return len(mail.outbox)

    def soon(self, row: Appointment, hours: float) -> Appointment:
        """As if the visit were so many hours away."""
        row.starts_at = timezone.now() + timedelta(hours=hours)
        row.save()
        return row

    @pytest.mark.parametrize(("hours", "messages"), [(49, 0), (48, 1), (1, 1), (-1, 0)])
    def test_a_reminder_goes_out_in_the_two_days_before(
        self, reachable: Patient, nurse: Actor, prescriber: Actor, hours: float, messages: int
    ) -> None:
        row = self.soon(a_talk(reachable, at(9), nurse), hours)

        assert self.reminded(row) == messages

    def test_it_goes_out_once_and_again_after_a_move(
        self, reachable: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        row = self.soon(a_talk(reachable, at(9), nurse), 20)

        assert [self.reminded(row), self.reminded(row)] == [1, 0]
        row.refresh_from_db()
        assert self.reminded(self.soon(row, 30)) == 1

    def test_of_a_cancelled_visit_nobody_is_reminded(
        self, reachable: Patient, nurse: Actor, prescriber: Actor
    ) -> None:
        row = self.soon(cancel(a_talk(reachable, at(9), nurse), because="ill", by=nurse), 20)

        assert self.reminded(row) == 0

    def test_it_names_clinic_and_time_and_no_treatment(
        self, reachable: Patient, nurse: Actor, prescriber: Actor, settings: Any
    ) -> None:
        settings.PUBLIC_ADDRESS = "https://clinic.example"
        row = self.soon(a_talk(reachable, at(9), nurse), 20)

        self.reminded(row)

        [message] = mail.outbox
        assert message.to == ["ada@example.org"]
        assert "Harbor" in message.body
        assert "https://clinic.example/l/" in message.body
        for word in ("ketamine", "infusion", "consultation", "Abara"):
            assert word not in message.subject + message.body

    def test_its_link_shows_what_to_prepare_and_takes_the_answer(
        self, ordered: Patient, nurse: Actor, settings: Any
    ) -> None:
        settings.PUBLIC_ADDRESS = "https://clinic.example"
        ordered.email = "ada@example.org"
        ordered.save()
        adopt_rules(clinic=ordered.clinic, rules=Rules(before_dose="Bring an adult."), by=nurse)
        row = book(patient=ordered, kind="dose", starts_at=at(9), by=nurse)
        self.reminded(self.soon(row, 20))
        [line] = [x for x in mail.outbox[0].body.splitlines() if "/l/" in x]
        browser = Client()

        page = browser.post(line.removeprefix("https://clinic.example"), follow=True)

        assert "Bring an adult." in page.content.decode()
        assert browser.post("/l/visit/", {"coming": "yes"}).status_code == 200


@pytest.mark.django_db
class TestFeeds:
    def address(self, answer: Any) -> str:
        found = re.search(r"/calendar/feed/[\w-]+\.ics", answer.content.decode())
        assert found
        return found[0]

    def test_a_feed_for_staff_has_initials_and_no_names(
        self, patient: Patient, nurse: Actor, prescriber: Actor, signed_in: SignIn
    ) -> None:
        row = a_talk(patient, at(9), nurse)
        desk = signed_in(patient.clinic, Role.FRONT_DESK)
        address = self.address(desk.post("/calendar/feed/"))

        text = Client().get(address).content.decode()

        assert "SUMMARY:AA\\, consultation\\, talk\r\n" in text
        assert "Abara" not in text
        cancel(row, because="ill", by=nurse)
        assert "STATUS:CANCELLED\r\n" in Client().get(address).content.decode()

    def test_a_feed_of_a_patient_holds_nobody_elses_visits(
        self, patient: Patient, nurse: Actor, prescriber: Actor, signed_in: SignIn
    ) -> None:
        a_talk(patient, at(9), nurse)
        a_talk(a_patient(nurse, family_name="Bello"), at(10), nurse)
        desk = signed_in(patient.clinic, Role.FRONT_DESK)
        address = self.address(desk.post(f"/calendar/feed/for/{patient.pk}/"))

        assert Client().get(address).content.decode().count("BEGIN:VEVENT") == 1

    def test_a_new_address_ends_the_one_before_and_a_wrong_one_is_refused(
        self, clinic: Clinic, signed_in: SignIn
    ) -> None:
        desk = signed_in(clinic, Role.FRONT_DESK)
        first, second = (self.address(desk.post("/calendar/feed/")) for _n in range(2))

        assert Client().get(first).status_code == 404
        assert Client().get(second).status_code == 200
        assert Client().get(f"/calendar/feed/{'x' * 43}.ics").status_code == 404

    def test_the_feed_of_somebody_who_has_left_is_empty_handed(
        self, clinic: Clinic, signed_in: SignIn
    ) -> None:
        address = self.address(signed_in(clinic, Role.FRONT_DESK).post("/calendar/feed/"))
        Membership.objects.update(ended_at=timezone.now())

        assert Client().get(address).status_code == 404


@pytest.mark.django_db
class TestPages:
    def test_the_front_desk_books_by_pressing_a_free_time(
        self, patient: Patient, prescriber: Actor, signed_in: SignIn
    ) -> None:
        desk = signed_in(patient.clinic, Role.FRONT_DESK)
        page = f"/calendar/book/{patient.pk}/"
        shown = desk.get(page, {"kind": "consultation", "on": workday().isoformat()})
        assert f'value="{at(9).isoformat()}"' in shown.content.decode()

        said = {"kind": "consultation", "starts_at": at(9).isoformat()}
        answer = desk.post(page, said)

        row = Appointment.objects.get()
        assert answer.headers["Location"] == f"/calendar/{row.pk}/"
        day = desk.get("/calendar/", {"on": workday().isoformat()}).content.decode()
        assert "Abara, Ada" in day

    def test_who_comes_second_reads_why_and_sees_what_is_left(
        self, patient: Patient, nurse: Actor, prescriber: Actor, signed_in: SignIn
    ) -> None:
        a_talk(a_patient(nurse, family_name="Bello"), at(9), nurse)
        said = {"kind": "consultation", "starts_at": at(9).isoformat()}

        answer = signed_in(patient.clinic, Role.FRONT_DESK).post(
            f"/calendar/book/{patient.pk}/", said
        )

        page = answer.content.decode()
        assert answer.status_code == 422
        assert "No prescriber is free then." in page
        assert f'value="{at(9, 45).isoformat()}"' in page
        assert f'value="{at(9).isoformat()}"' not in page

    @pytest.mark.parametrize("starts_at", ["", "nonsense", "2026-02-30T09:00:00-06:00"])
    def test_a_time_no_page_offered_is_refused_and_not_an_error(
        self, patient: Patient, prescriber: Actor, signed_in: SignIn, starts_at: str
    ) -> None:
        answer = signed_in(patient.clinic, Role.NURSE).post(
            f"/calendar/book/{patient.pk}/", {"kind": "consultation", "starts_at": starts_at}
        )

        assert answer.status_code == 422
        assert not Appointment.objects.exists()

    @pytest.mark.parametrize(
        ("role", "status"),
        [
            (Role.FRONT_DESK, 200),
            (Role.NURSE, 200),
            (Role.PRESCRIBER, 200),
            (Role.MANAGER, 200),
            (Role.PHARMACIST, 403),
            (Role.PATIENT, 403),
        ],
    )
    def test_who_opens_the_calendar(
        self, clinic: Clinic, signed_in: SignIn, role: Role, status: int
    ) -> None:
        assert signed_in(clinic, role).get("/calendar/").status_code == status

    def test_another_clinics_visit_does_not_exist_here(
        self,
        patient: Patient,
        nurse: Actor,
        prescriber: Actor,
        other_clinic: Clinic,
        signed_in: SignIn,
    ) -> None:
        row = a_talk(patient, at(9), nurse)
        stranger = signed_in(other_clinic, Role.PRESCRIBER)

        assert stranger.get(f"/calendar/{row.pk}/").status_code == 404
        assert stranger.get(f"/calendar/{row.pk}/visit.ics").status_code == 404
        assert stranger.post(f"/calendar/{row.pk}/cancel/", {"because": "x"}).status_code == 404
        on = {"on": workday().isoformat()}
        assert "Abara" not in stranger.get("/calendar/", on).content.decode()

    def test_the_calendar_file_of_a_patient_names_the_clinic_and_no_treatment(
        self, patient: Patient, nurse: Actor, prescriber: Actor, signed_in: SignIn
    ) -> None:
        row = a_talk(patient, at(9), nurse)

        answer = signed_in(patient.clinic, Role.FRONT_DESK).get(f"/calendar/{row.pk}/visit.ics")

        text = answer.content.decode()
        assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
        assert "SUMMARY:Appointment at Harbor\r\n" in text
        assert f"DTSTART:{at(9).astimezone(UTC):%Y%m%dT%H%M%SZ}\r\n" in text
        assert "Abara" not in text

    def test_the_clinic_adopts_hours_and_a_figure_out_of_range_is_refused(
        self, clinic: Clinic, signed_in: SignIn
    ) -> None:
        manager = signed_in(clinic, Role.MANAGER)
        said = {
            "opens": "09:00",
            "closes": "15:00",
            "weekdays": ["0", "2"],
            "chairs": "window, door",
            "patients_per_nurse": "3",
            "prepare_min": "20",
            "recovery_min": "45",
            "turnover_min": "10",
            "consultation_min": "60",
            "follow_up_min": "15",
        }

        assert manager.post("/calendar/rules/", {**said, "turnover_min": "7"}).status_code == 422
        assert manager.post("/calendar/rules/", said).status_code == 302

        adopted = rules_of(clinic)
        assert (adopted.chairs, adopted.weekdays) == (("window", "door"), (0, 2))

    def test_a_delay_and_a_cancellation_through_the_page(
        self, patient: Patient, nurse: Actor, prescriber: Actor, signed_in: SignIn
    ) -> None:
        row = a_talk(patient, at(9), nurse)
        desk = signed_in(patient.clinic, Role.FRONT_DESK)

        assert desk.post(f"/calendar/{row.pk}/late/", {"minutes": "999"}).status_code == 422
        assert desk.post(f"/calendar/{row.pk}/late/", {"minutes": "15"}).status_code == 302
        assert desk.post(f"/calendar/{row.pk}/cancel/", {"because": "ill"}).status_code == 302

        row.refresh_from_db()
        assert (row.late_min, row.status) == (15, "cancelled")

    def test_who_is_on_duty_is_set_for_one_day(
        self, clinic: Clinic, nurse: Actor, prescriber: Actor, signed_in: SignIn
    ) -> None:
        desk = signed_in(clinic, Role.FRONT_DESK)
        page = f"/calendar/days/{workday().isoformat()}/"
        assert nurse.user is not None

        assert desk.get(page).status_code == 200
        assert desk.post(page, {"people": [str(nurse.user.pk)]}).status_code == 302

        day = desk.get("/calendar/", {"on": workday().isoformat()}).content.decode()
        assert "On duty: Ruth Okafor" in " ".join(day.split())


def test_where_visits_stand_is_a_style_sheet_of_numbers_without_names(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.FRONT_DESK)
    sheet = browser.get(f"/calendar/days/{timezone.localdate()}/grid.css")
    assert sheet.headers["Content-Type"] == "text/css"
    assert not re.search(r"[A-Z]", sheet.content.decode())
