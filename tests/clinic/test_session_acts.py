"""What is charted in a session: roles, orders beyond the order, co-signatures, single doses, handovers, emergencies."""

import uuid
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.test import Client
from pypdf import PdfReader

from reprieve import knowledge
from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.session.models import Encounter, SessionEvent
from reprieve.clinic.session.policy import adopt, policy_of
from reprieve.clinic.session.waiting import board_of, calls_due, to_sign, urgent
from reprieve.core.problems import UnusableInput
from reprieve.core.session.events import EventKind as K
from reprieve.core.session.state import State

from .people import acting, somebody
from .sessions import a_session, address, form, go_home, now, refused, running, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def by_prescriber(clinic: Clinic, prescriber: Actor) -> Client:
    browser = Client()
    browser.force_login(
        prescriber.user, backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    return browser


# ---- who may do what


def test_where_only_prescribers_titrate_a_nurse_may_only_lower(
    session: Encounter, nurse: Actor, prescriber: Actor, clinic: Clinic
) -> None:
    adopt(clinic=clinic, settings={"may_titrate": ["prescriber"]}, by=prescriber)
    running(session, nurse)
    assert refused(session, nurse, K.RATE_CHANGED, rate_mg_per_h=36) == [
        "A higher rate is set by a prescriber here: the clinic's rule."
    ]
    write(session, nurse, K.RATE_CHANGED, 10, rate_mg_per_h=20)
    write(session, prescriber, K.RATE_CHANGED, rate_mg_per_h=26)


def test_no_telephone_order_lets_a_nurse_give_what_the_rule_reserves(
    session: Encounter, nurse: Actor, prescriber: Actor, clinic: Clinic
) -> None:
    adopt(clinic=clinic, settings={"may_bolus": ["prescriber"]}, by=prescriber)
    running(session, nurse)
    told = {"by": "Miriam", "how": "telephone", "read_back": True, "reason": "no effect"}
    assert refused(session, nurse, K.BOLUS_GIVEN, amount_mg=3, outside_order=told)
    write(session, prescriber, K.BOLUS_GIVEN, amount_mg=3, outside_order={**told, "by": ""})


def test_a_clinic_cannot_shut_out_its_prescribers(clinic: Clinic, prescriber: Actor) -> None:
    for roles in (["nurse"], [], ["prescriber", "front_desk"]):
        with pytest.raises(UnusableInput):
            adopt(clinic=clinic, settings={"may_bolus": roles}, by=prescriber)


def test_the_clinics_own_limit_speaks_and_says_whose_it_is(
    session: Encounter, nurse: Actor, by_prescriber: Client, at_the_chair: Client
) -> None:
    page = by_prescriber.get("/chairs/rules/")
    assert "our defaults; nothing has been adopted yet" in page.content.decode()
    body = {
        "may_titrate": "nurse",
        "may_bolus": "nurse",
        "repeat_s": "30",
        "patients_per_nurse": "3",
        "limit-mon_hr_warn_high": "110",
    }
    out = by_prescriber.post("/chairs/rules/", {**body, "limit-mon_hr_warn_high": "160"})
    assert out.status_code == 422
    assert by_prescriber.post("/chairs/rules/", body).status_code == 302
    running(session, nurse)
    write(session, nurse, K.VITALS, heart_rate_per_min=112.0)
    [item] = [s.advisory for s in now(session).advisories if s.advisory.code == "mon_hr_warn_high"]
    assert (item.limit, item.owner) == (110, "clinic")
    assert "clinic protocol" in at_the_chair.get(address(session)).content.decode()


def test_a_card_of_the_clinics_own_says_so(
    clinic: Clinic, prescriber: Actor, at_the_chair: Client
) -> None:
    assert (
        "Not adopted by this clinic yet" in at_the_chair.get("/chairs/emergency/").content.decode()
    )
    cards = {"em_seizure": {"title": "Seizure", "steps": ["On the side.", "Call Dr Reyes."]}}
    adopt(clinic=clinic, settings={"cards": cards}, by=prescriber)
    page = at_the_chair.get("/chairs/emergency/").content.decode()
    assert "Call Dr Reyes." in page
    assert "own card, adopted by Miriam Castellanos" in page


def test_each_emergency_of_the_specification_has_its_card() -> None:
    said = " ".join(card.title.lower() for card in knowledge.emergency())
    for word in [
        "apnoea",
        "laryngospasm",
        "hypertensive",
        "chest",
        "agitation",
        "seizure",
        "anaphylaxis",
        "vomiting",
        "collapse",
        "extravasation",
        "pump",
    ]:
        assert word in said
    assert all(c.evidence.verification.value == "project_default" for c in knowledge.emergency())


# ---- beyond the order, and the signature afterwards


def by_telephone(prescriber: Actor, **changes: Any) -> dict[str, Any]:
    return form(
        amount_mg="3",
        prescriber=str(prescriber.user.pk),
        how="telephone",
        read_back="on",
        why="no effect",
        **changes,
    )


def test_an_order_by_telephone_waits_for_its_prescriber(
    session: Encounter, nurse: Actor, prescriber: Actor, at_the_chair: Client, by_prescriber: Client
) -> None:
    running(session, nurse)
    unread = by_telephone(prescriber)
    del unread["read_back"]
    page = at_the_chair.post(address(session, "chart/bolus/"), unread)
    assert "must be read back" in page.content.decode()
    sent = at_the_chair.post(address(session, "chart/bolus/"), by_telephone(prescriber))
    assert sent.status_code == 302
    [waits] = to_sign(session.clinic, prescriber.user)
    assert (waits.by, waits.mine) == ("Miriam Castellanos", True)
    assert "I ordered it: sign" in by_prescriber.get("/desk/").content.decode()
    by_prescriber.post(f"/desk/{waits.event.pk}/", form(agrees="yes"))
    assert to_sign(session.clinic, prescriber.user) == []


def test_only_the_prescriber_who_ordered_it_signs(
    session: Encounter, nurse: Actor, prescriber: Actor, at_the_chair: Client,
    clinic: Clinic, signed_in: Callable[..., Client],
) -> None:  # fmt: skip
    running(session, nurse)
    at_the_chair.post(address(session, "chart/bolus/"), by_telephone(prescriber))
    [waits] = to_sign(session.clinic, prescriber.user)
    another = signed_in(clinic, Role.PRESCRIBER)
    assert another.post(f"/desk/{waits.event.pk}/", form(agrees="yes")).status_code == 404
    assert at_the_chair.post(f"/desk/{waits.event.pk}/", form(agrees="yes")).status_code == 403


def test_a_prescriber_who_did_not_order_it_says_what_was(
    session: Encounter, nurse: Actor, prescriber: Actor, at_the_chair: Client, by_prescriber: Client
) -> None:
    running(session, nurse)
    at_the_chair.post(address(session, "chart/bolus/"), by_telephone(prescriber))
    [waits] = to_sign(session.clinic, prescriber.user)
    by_prescriber.post(f"/desk/{waits.event.pk}/", form(agrees="no"))
    assert to_sign(session.clinic, prescriber.user)  # a no without words is no answer
    by_prescriber.post(f"/desk/{waits.event.pk}/", form(agrees="no", text="I said 2 mg"))
    signed = session.events.get(kind="order_cosigned").payload
    assert (signed["agrees"], signed["text"]) == (False, "I said 2 mg")


def test_in_person_no_read_back_is_needed_but_the_signature_is(
    session: Encounter, nurse: Actor, prescriber: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    body = by_telephone(prescriber) | {"how": "in person"}
    del body["read_back"]
    assert at_the_chair.post(address(session, "chart/bolus/"), body).status_code == 302
    assert len(to_sign(session.clinic, prescriber.user)) == 1


def test_nothing_more_is_given_while_a_hold_stands(
    session: Encounter, nurse: Actor, prescriber: Actor
) -> None:
    running(session, nurse)
    write(session, nurse, K.VITALS, 2, spo2_percent=91.0)
    assert (
        "no more while this stands" in refused(session, nurse, K.RATE_CHANGED, rate_mg_per_h=36)[0]
    )
    write(session, nurse, K.RATE_CHANGED, 1, rate_mg_per_h=20)  # less is always inside
    write(session, nurse, K.INFUSION_PAUSED, 0.9)
    assert refused(session, nurse, K.INFUSION_RESUMED)
    write(session, nurse, K.VITALS, 0.5, spo2_percent=97.0)
    write(session, nurse, K.INFUSION_RESUMED)


def test_what_the_prescriber_charts_needs_no_second_signature(
    session: Encounter, nurse: Actor, prescriber: Actor, by_prescriber: Client
) -> None:
    running(session, nurse)
    by_prescriber.post(address(session, "chart/bolus/"), form(amount_mg="3", why="no effect"))
    assert session.events.filter(kind="bolus_given").count() == 1
    assert to_sign(session.clinic, prescriber.user) == []


def test_somebody_elses_change_of_the_dose_is_looked_at_first(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    seen = now(session).last_sequence
    write(session, nurse, K.RATE_CHANGED, 30, rate_mg_per_h=40)
    page = at_the_chair.post(address(session, "chart/rate/"), form(rate_mg_per_h="38", seen=seen))
    assert page.status_code == 422
    assert "Ruth Okafor charted this meanwhile" in page.content.decode()
    looked = form(rate_mg_per_h="38", seen=now(session).last_sequence)
    assert at_the_chair.post(address(session, "chart/rate/"), looked).status_code == 302


def test_two_corrections_of_one_entry_never_both_stand(
    session: Encounter, nurse: Actor, prescriber: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    wrong = write(session, nurse, K.VITALS, 3, systolic_mmhg=216.0)
    write(session, nurse, K.VITALS, 3, corrects=wrong, reason="typed", systolic_mmhg=126.0)
    said = refused(
        session, prescriber, K.VITALS, 3, corrects=wrong, reason="typed", systolic_mmhg=121.0
    )
    assert said == ["Corrected meanwhile by Ruth Okafor: look at the new entry."]
    page = at_the_chair.get(address(session, f"correct/{wrong.pk}/"), follow=True)
    assert "Corrected already, by Ruth Okafor" in page.content.decode()


def test_a_draft_stays_with_its_chair(
    session: Encounter, nurse: Actor, prescriber: Actor, at_the_chair: Client
) -> None:
    other = running(a_session(nurse, prescriber, chair="3"), nurse)
    running(session, nurse)
    page = at_the_chair.post(
        address(session, "chart/note/"), form(text="he asked for water", measured_at="nonsense")
    )
    assert "he asked for water" in page.content.decode()
    assert "he asked for water" not in at_the_chair.get(address(other)).content.decode()


# ---- other events


def test_the_pump_is_held_against_the_charted_rates(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    """32 mg/h for 60 min is 32 mg; 33 mL of 1 mg/mL is 33 mg: 1.0 more."""
    running(session, nurse)
    body = form(volume_infused_ml="33", concentration_mg_per_ml="1")
    assert at_the_chair.post(address(session, "chart/pump/"), body).status_code == 302
    [check] = now(session).pump
    assert check.difference_mg == pytest.approx(1.0, abs=0.02)
    assert "Difference, mg" in at_the_chair.get(address(session)).content.decode()


@pytest.mark.parametrize(
    ("what", "fields", "kind", "held"),
    [
        ("scores", {"cadss6_points": "9"}, "dissociation", {"cadss6_points": 9.0}),
        ("scores", {"distress_points": "0"}, "dissociation", {"distress_points": 0.0}),
        ("setting", {"light": "dim", "music": "quiet", "preparation": "on"}, "setting",
         {"light": "dim", "music": "quiet", "preparation": True}),
        ("adverse", {"effect": "other", "severity": "mild", "text": "itch"}, "adverse_event",
         {"effect": "other", "severity": "mild", "text": "itch"}),
        ("ask-stop", {}, "stop_requested", {}),
        ("rescue", {"other": "ibuprofen", "dose_mg": "400", "route": "oral", "own": "on"},
         "drug_given", {"drug": "ibuprofen", "dose_mg": 400.0, "route": "oral", "own": True}),
    ],
)  # fmt: skip
def test_each_kind_of_entry_is_kept_as_typed(
    session: Encounter, nurse: Actor, at_the_chair: Client,
    what: str, fields: dict[str, str], kind: str, held: dict[str, Any],
) -> None:  # fmt: skip
    running(session, nurse)
    assert at_the_chair.post(address(session, f"chart/{what}/"), form(**fields)).status_code == 302
    assert session.events.get(kind=kind).payload == held


def test_a_drug_that_is_neither_ordered_nor_the_patients_own_is_refused(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    body = form(other="midazolam", dose_mg="1", route="IV")
    page = at_the_chair.post(address(session, "chart/rescue/"), body)
    assert "the order holds no midazolam" in page.content.decode()


# ---- single doses


@pytest.fixture
def lozenge(session: Encounter) -> Encounter:
    return single(session, "sublingual", Encounter.Kind.ORAL)


def single(session: Encounter, route: str, kind: str) -> Encounter:
    """The same order as one dose by another route; orders are append-only, so this one is made new."""
    order = session.order
    assert order is not None
    said = {
        **order.order,
        "route": route,
        "start_rate_mg_per_h": None,
        "maximum_rate_mg_per_h": None,
    }
    new = type(order).objects.create(
        clinic=order.clinic, patient=order.patient, recorded_by=order.recorded_by, plan=order.plan,
        replaces=order, signed_at=order.signed_at, weight_kg=order.weight_kg,
        weight_on=order.weight_on, weight_basis=order.weight_basis, order=said,
    )  # fmt: skip
    Encounter.objects.filter(pk=session.pk).update(order=new, kind=kind)
    return Encounter.objects.get(pk=session.pk)


@pytest.mark.parametrize(
    ("route", "kind", "site", "more", "minutes"),
    [
        ("im", "intramuscular", "deltoid left", {}, 60),
        ("intranasal", "nasal", "left nostril", {}, 120),
        ("sublingual", "oral", "under the tongue", {"hold_min": "10", "afterwards": "spat"}, 90),
        ("oral", "oral", "mouth", {}, 120),
    ],
)
def test_a_single_dose_from_gate_to_door(
    session: Encounter, nurse: Actor, at_the_chair: Client,
    route: str, kind: str, site: str, more: dict[str, str], minutes: int,
) -> None:  # fmt: skip
    visit = single(session, route, kind)
    own = {"systolic_mmhg": 128, "heart_rate_per_min": 72, "spo2_percent": 98, "pain_points": 6,
           "dissociation_points": 0}  # fmt: skip
    write(visit, nurse, K.GATE_PASSED, minutes + 20, baseline=own)
    page = at_the_chair.get(address(visit)).content.decode()
    assert "Chart the dose" in page
    assert "Start the infusion" not in page
    body = form(amount_mg="40", product="40 mg", site=site, **more)
    assert at_the_chair.post(address(visit, "chart/dose/"), {**body, "site": ""}).status_code == 422
    assert at_the_chair.post(address(visit, "chart/dose/"), body).status_code == 302
    given = visit.events.get(kind="dose_given")
    assert (given.payload["route"], given.payload["site"]) == (route, site)
    assert ("spat" in given.payload) is (route == "sublingual")
    assert now(visit).state is State.RECOVERY
    early = go_home(visit, at_the_chair)
    assert f"Observed {minutes} min after the dose" in early.content.decode()


def test_a_single_dose_goes_home_when_its_own_clock_has_run(
    lozenge: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    own = {"systolic_mmhg": 128, "heart_rate_per_min": 72, "spo2_percent": 98, "pain_points": 6,
           "dissociation_points": 0}  # fmt: skip
    write(lozenge, nurse, K.GATE_PASSED, 100, baseline=own)
    write(lozenge, nurse, K.DOSE_GIVEN, 91, amount_mg=40.0, route="sublingual", product="troche")
    assert go_home(lozenge, at_the_chair).status_code == 302
    assert now(lozenge).state is State.DISCHARGED


def test_a_single_dose_stays_inside_the_order(lozenge: Encounter, nurse: Actor) -> None:
    """80 mg is the most of the order; a second dose counts with the first, and restarts the clock."""
    write(lozenge, nurse, K.GATE_PASSED, 30)
    assert refused(lozenge, nurse, K.DOSE_GIVEN, amount_mg=80.1)
    write(lozenge, nurse, K.DOSE_GIVEN, 20, amount_mg=50.0)
    second = write(lozenge, nurse, K.DOSE_GIVEN, 5, amount_mg=30.0)
    assert refused(lozenge, nurse, K.DOSE_GIVEN, amount_mg=1)
    assert now(lozenge).stopped_at == second.measured_at


def test_an_infusions_order_gives_no_single_dose(session: Encounter, nurse: Actor) -> None:
    write(session, nurse, K.GATE_PASSED)
    assert refused(session, nurse, K.DOSE_GIVEN, amount_mg=10) == [
        "Outside the order: the order is for an infusion, not a single dose."
    ]


def test_rescue_drugs_keep_their_limits_with_a_single_dose(
    lozenge: Encounter, nurse: Actor
) -> None:
    write(lozenge, nurse, K.GATE_PASSED, 30)
    write(lozenge, nurse, K.DOSE_GIVEN, 20, amount_mg=40.0)
    assert refused(lozenge, nurse, K.DRUG_GIVEN, drug="midazolam", dose_mg=2.0, route="IV")
    write(lozenge, nurse, K.DRUG_GIVEN, drug="ondansetron", dose_mg=4.0, route="IV")


# ---- urgent, escalated, handed over


def test_a_high_advisory_nobody_took_reaches_the_prescriber_and_the_board(
    session: Encounter, nurse: Actor, at_the_chair: Client, by_prescriber: Client
) -> None:
    running(session, nurse)
    write(session, nurse, K.VITALS, 2, spo2_percent=88.0)
    assert [e.shown.advisory.code for e in now(session).escalated] == ["mon_spo2_emergency"]
    for page in (by_prescriber.get("/chairs/watch/"), by_prescriber.get("/chairs/")):
        assert "nobody has put their name to it" in page.content.decode()
    at_the_chair.post(address(session, "acknowledge/"), form(code="mon_spo2_emergency"))
    assert now(session).escalated == ()
    assert "nobody has put" not in by_prescriber.get("/chairs/watch/").content.decode()
    kept = session.events.get(kind="advisory_acknowledged").payload
    assert (kept["value"], kept["limit"], kept["owner"]) == (88.0, 90.0, "project_default")


def test_a_calm_clinic_has_nothing_on_the_strip(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse, 4)
    assert "<li" not in at_the_chair.get("/chairs/watch/").content.decode()


@pytest.mark.parametrize("silent", [False, True])
def test_the_sound_is_in_the_page_and_silence_is_a_choice(
    session: Encounter, nurse: Actor, at_the_chair: Client, silent: bool
) -> None:
    running(session, nurse)
    write(session, nurse, K.VITALS, systolic_mmhg=185.0)
    if silent:
        at_the_chair.post("/chairs/switch/silent/", {"back": "/chairs/"})
    page = at_the_chair.get(address(session, "live/")).content.decode()
    assert 'data-sound="high" data-repeat="45"' in page
    assert ("data-silent" in page) is silent


def test_a_handover_counts_when_the_colleague_takes_it(
    session: Encounter, nurse: Actor, second: Any, clinic: Clinic, at_the_chair: Client
) -> None:
    running(session, nurse)
    body = form(to=str(second.pk), occasion="break", text="calm, next set at ten past")
    assert at_the_chair.post(address(session, "chart/hand-over/"), body).status_code == 302
    assert now(session).nurse == "Ruth Okafor"
    assert "not taken yet" in at_the_chair.get("/chairs/").content.decode()
    at_the_chair.post(address(session, "take-over/"), form())  # not meant for this person
    assert now(session).handover is not None
    colleague = Client()
    colleague.force_login(second, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert "I take over" in colleague.get(address(session)).content.decode()
    colleague.post(address(session, "take-over/"), form())
    assert now(session).handover is None
    assert now(session).nurse == "Tomás Rey"
    assert urgent(clinic) == []


def test_a_nurse_with_too_many_patients_is_on_the_board(
    clinic: Clinic, session: Encounter, nurse: Actor, prescriber: Actor, at_the_chair: Client
) -> None:
    adopt(clinic=clinic, settings={"patients_per_nurse": 1}, by=prescriber)
    running(session, nurse, 20)
    [alone] = board_of(clinic)
    assert (alone.nurse_has, alone.too_many) == (1, False)
    running(a_session(nurse, prescriber, chair="3"), nurse, 20)
    assert all(chair.too_many and chair.nurse_has == 2 for chair in board_of(clinic))
    assert "more than 1" in at_the_chair.get("/chairs/").content.decode()


def test_the_board_guesses_when_a_chair_is_free(
    clinic: Clinic, session: Encounter, nurse: Actor
) -> None:
    """80 mg at 32 mg/h take 150 min, 60 have gone: 90 left, then 30 min of observation."""
    running(session, nurse, 60)
    [chair] = board_of(clinic)
    assert chair.free is not None
    minutes = (chair.free.low - chair.live.now).total_seconds() / 60
    assert minutes == pytest.approx(120, abs=0.5)
    assert chair.free.basis == "default"


# ---- emergency


@pytest.mark.parametrize("state", ["planned", "ready", "running", "recovery"])
def test_an_emergency_is_one_tap_from_any_open_session(
    session: Encounter, nurse: Actor, at_the_chair: Client, state: str
) -> None:
    if state != "planned":
        write(session, nurse, K.GATE_PASSED, 50)
    if state in ("running", "recovery"):
        write(session, nurse, K.INFUSION_STARTED, 40, rate_mg_per_h=32)
    if state == "recovery":
        write(session, nurse, K.INFUSION_STOPPED, 10)
    assert (
        address(session, "chart/emergency/") in at_the_chair.get(address(session)).content.decode()
    )
    page = at_the_chair.post(address(session, "chart/emergency/"), form())
    assert page["Location"] == address(session, "emergency/")
    assert now(session).state is State.EMERGENCY
    assert now(session).given.rate_mg_per_h(now(session).now) == 0


def test_the_second_tap_of_a_colleague_leads_to_the_same_page(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    for _twice in range(2):
        page = at_the_chair.post(address(session, "chart/emergency/"), form())
        assert page["Location"] == address(session, "emergency/")
    assert session.events.filter(kind="emergency_started").count() == 1


@pytest.mark.parametrize(
    "step", ["pump", "help", "911", "airway", "oxygen", "suction", "bag", "drug", "aed"]
)
def test_each_thing_done_is_one_tap_with_its_time(
    session: Encounter, nurse: Actor, at_the_chair: Client, step: str
) -> None:
    running(session, nurse)
    write(session, nurse, K.EMERGENCY_STARTED, 2)
    body = form(step=step, seconds_ago="60")
    for _twice in range(2):  # sent again because the first answer was lost
        assert at_the_chair.post(address(session, "chart/step/"), body).status_code == 302
    event = session.events.get(kind="emergency_step")
    assert event.payload == {"step": step}
    assert 55 < (event.recorded_at - event.measured_at).total_seconds() < 75


def test_the_emergency_page_says_stop_the_pump_first_and_shows_the_cards(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    write(session, nurse, K.EMERGENCY_STARTED, 1)
    page = at_the_chair.get(address(session, "emergency/")).content.decode()
    assert page.index("Stop the pump by hand") < page.index("data-began")
    assert all(card.title in page for card in knowledge.emergency())


def test_an_emergency_ends_in_recovery_or_in_hospital(
    session: Encounter, nurse: Actor, prescriber: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    write(session, nurse, K.EMERGENCY_STARTED, 5)
    at_the_chair.post(address(session, "chart/emergency-over/"), form())
    assert now(session).state is State.RECOVERY
    other = running(a_session(nurse, prescriber, chair="3"), nurse)
    write(other, nurse, K.EMERGENCY_STARTED, 5)
    body = form(hospital="County Hospital", text="Medic 7, told everything")
    assert at_the_chair.post(address(other, "chart/transfer/"), body).status_code == 302
    assert now(other).state is State.TRANSFERRED


def test_the_handover_for_transfer_is_one_page(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    for n in range(8):
        write(session, nurse, K.VITALS, 40 - n, systolic_mmhg=150.0 + n, spo2_percent=95.0)
    write(session, nurse, K.EMERGENCY_STARTED, 5)
    for n in range(20):
        write(session, nurse, K.EMERGENCY_STEP, 4 - n / 10, step="oxygen")
    reader = PdfReader(BytesIO(at_the_chair.get(address(session, "transfer.pdf")).content))
    text = reader.pages[0].extract_text()
    assert len(reader.pages) == 1
    assert "Handover for transfer" in text
    assert "Abara" in text
    assert "157" in text


# ---- afterwards


def test_the_recovery_score_moves_to_the_chair_and_never_home(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    write(session, nurse, K.INFUSION_STOPPED, 10)
    body = form(
        activity="2", respiration="2", consciousness="2", on_oxygen="no",
        systolic_mmhg="130", spo2_percent="97", chair="R1",
    )  # fmt: skip
    assert at_the_chair.post(address(session, "recovery/"), body).status_code == 302
    scored = session.events.get(kind="recovery_scored").payload
    assert (scored["aldrete"]["total"], scored["moved"], scored["site"]) == (10, True, "R1")
    assert now(session).state is State.RECOVERY


@pytest.mark.parametrize("change", [{"consciousness": "0"}, {"on_oxygen": ""}, {"activity": ""}])
def test_too_few_points_or_an_item_unseen_moves_nobody(
    session: Encounter, nurse: Actor, at_the_chair: Client, change: dict[str, str]
) -> None:
    running(session, nurse)
    write(session, nurse, K.INFUSION_STOPPED, 10)
    body = form(
        activity="2", respiration="2", consciousness="2", on_oxygen="no",
        systolic_mmhg="130", spo2_percent="97",
    ) | change  # fmt: skip
    at_the_chair.post(address(session, "recovery/"), body)
    assert not session.events.get(kind="recovery_scored").payload["moved"]


def test_an_item_of_the_discharge_score_nobody_looked_at_keeps_the_door_closed(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse, 120)
    write(session, nurse, K.INFUSION_STOPPED, 60)
    page = go_home(session, at_the_chair, nausea="")
    assert "Discharge score at least 9: not scored" in page.content.decode()
    assert go_home(session, at_the_chair, pain_points="9", bleeding="1").status_code == 422


def test_nobody_goes_home_while_a_high_advisory_stands(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse, 120)
    write(session, nurse, K.INFUSION_STOPPED, 60)
    write(session, nurse, K.VITALS, 3, moaa_s_points=3.0)
    page = go_home(session, at_the_chair)
    assert "No high advisory stands: MOAA/S 3" in page.content.decode()
    write(session, nurse, K.VITALS, 1, moaa_s_points=5.0)
    assert go_home(session, at_the_chair).status_code == 302


def test_the_same_discharge_twice_is_one_event_and_one_answer(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse, 120)
    write(session, nurse, K.INFUSION_STOPPED, 60)
    same = str(uuid.uuid4())
    for _twice in range(2):
        assert go_home(session, at_the_chair, event_id=same).status_code == 302
    assert session.events.filter(kind="discharged").count() == 1


def discharged(session: Encounter, nurse: Actor, hours_ago: float) -> Encounter:
    running(session, nurse, hours_ago * 60 + 120)
    write(session, nurse, K.INFUSION_STOPPED, hours_ago * 60 + 60)
    write(session, nurse, K.DISCHARGED, hours_ago * 60)
    return session


@pytest.mark.parametrize(
    ("hours", "due", "late"), [(23.9, 0, None), (24.1, 1, False), (48.1, 1, True)]
)
def test_a_call_falls_due_a_day_after_going_home(
    session: Encounter, nurse: Actor, hours: float, due: int, late: bool | None
) -> None:
    discharged(session, nurse, hours)
    found = calls_due(session.clinic)
    assert len(found) == due
    if due:
        assert found[0].late is late


def test_a_call_with_a_worry_goes_to_a_prescriber(
    session: Encounter, nurse: Actor, prescriber: Actor, at_the_chair: Client
) -> None:
    discharged(session, nurse, 30)
    page = at_the_chair.get(address(session, "call/")).content.decode()
    assert "Let them speak first" in page
    at_the_chair.post(address(session, "call/"), form(reached="no"))
    assert len(calls_due(session.clinic)) == 1  # not reached: still due
    body = form(reached="yes", pain_on_call_points="4", bladder="on")
    assert at_the_chair.post(address(session, "call/"), body).status_code == 302
    assert calls_due(session.clinic) == []
    [waits] = to_sign(session.clinic, prescriber.user)
    assert "blood in the urine" in waits.text
    assert now(session).ended_at == session.events.get(kind="discharged").measured_at


@pytest.mark.parametrize(("language", "said"), [("en", "Your visit"), ("es", "Su visita")])
def test_the_patient_takes_home_plain_words_in_their_language(
    session: Encounter, nurse: Actor, at_the_chair: Client, language: str, said: str
) -> None:
    type(session.patient).objects.filter(pk=session.patient_id).update(language=language)
    discharged(session, nurse, 0.1)
    pdf = at_the_chair.get(address(session, "after-visit.pdf"))
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(pdf.content)).pages)
    assert said in text
    assert "911" in text
    assert "32.0 mg" in text  # 60 min at 32 mg/h


def test_the_record_draws_the_timeline_and_tells_of_the_advisories(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    write(session, nurse, K.VITALS, 30, systolic_mmhg=185.0, diastolic_mmhg=96.0)
    write(session, nurse, K.VITALS, 20, systolic_mmhg=140.0, diastolic_mmhg=82.0)
    pdf = at_the_chair.get(address(session, "record.pdf")).content
    reader = PdfReader(BytesIO(pdf))
    text = "".join(page.extract_text() for page in reader.pages)
    assert "at or above 180" in text
    assert "Escalated" in text
    assert "Vital sets due" in text
    assert reader.trailer["/Root"]["/MarkInfo"]["/Marked"]  # tagged


def test_what_is_charted_names_its_patient(
    session: Encounter, nurse: Actor, at_the_chair: Client
) -> None:
    running(session, nurse)
    write(session, nurse, K.VITALS, systolic_mmhg=185.0)
    for what, fields in (
        ("chart/note/", {"text": "calm"}),
        ("acknowledge/", {"code": "mon_sbp_stop"}),
    ):
        page = at_the_chair.post(address(session, what), form(**fields), follow=True)
        notes = page.content.decode().split('class="notes"')[1]
        assert "Abara, Ada" in notes


def test_old_rules_stay_readable(clinic: Clinic, prescriber: Actor) -> None:
    adopt(clinic=clinic, settings={"limits": {"mon_sbp_warn": 150}}, by=prescriber)
    adopt(clinic=clinic, settings={}, by=prescriber)
    rows = list(
        type(adopt(clinic=clinic, settings={}, by=prescriber)).objects.filter(clinic=clinic)
    )
    assert len(rows) == 3
    assert policy_of(clinic).chosen == {}
    with pytest.raises(TypeError):
        rows[0].save()


def test_a_late_entry_from_a_tablet_is_kept_after_the_end(
    session: Encounter, nurse: Actor, clinic: Clinic
) -> None:
    discharged(session, nurse, 1)
    late = acting(somebody(clinic, Role.NURSE, "Late"), clinic, Role.NURSE)
    write(session, late, K.VITALS, 90, systolic_mmhg=131.0)
    assert SessionEvent.objects.filter(encounter=session, recorded_by=late.user).count() == 1
