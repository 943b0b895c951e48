"""A clinic's outcomes: everybody counted, nothing called an effect, no wait for a count."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.followup.services import decide
from reprieve.clinic.outcomes.gather import courses_of
from reprieve.clinic.outcomes.models import OutcomesRun
from reprieve.clinic.outcomes.report import report_on
from reprieve.clinic.outcomes.services import ask_for_count, count, newest
from reprieve.clinic.patients.models import Patient

from .test_followup import prescriber, says, treated, week_before

__all__ = ["prescriber", "treated"]
pytestmark = pytest.mark.django_db


def counted(clinic: Clinic) -> OutcomesRun:
    run = OutcomesRun.objects.create(clinic=clinic)
    count(run)
    return run


def a_course(**changes: Any) -> dict[str, Any]:
    return {
        "condition": "CRPS",
        "protocol": "pr_iv_80mg_over_2h",
        "clinician": "Miriam",
        "month": "2026-01",
        "planned": 1,
        "given": 1,
        "baseline": 8.0,
        "drop_percent": 50.0,
        "relief": {"after_days": 14.0, "by_days": 28.0, "ended": "relapse"},
        "days": [0],
        "mme": None,
        "asked": 1,
        "adverse": 0,
        "stopped": False,
        **changes,
    }


def test_a_course_is_counted_as_its_own_pages_judge_it(
    treated: Patient, nurse: Actor, clinic: Clinic
) -> None:
    """8 before; 4 on days 2, 10 and 20 after: half the pain gone, and still so at day 20."""
    week_before(treated, nurse)
    for days_ago in (28, 20, 10):
        says(treated, nurse, days_ago, 4)
    [row] = courses_of(clinic)

    assert (row["baseline"], row["drop_percent"], row["given"]) == (8, 50, 1)
    assert row["relief"]["ended"] == "watched"
    assert row["relief"]["after_days"] == pytest.approx(20, abs=0.1)
    assert row["clinician"] == "Miriam Castellanos"
    assert str(treated.family_name) not in str(row)


def test_a_course_without_a_baseline_stays_in_the_denominator(
    treated: Patient, nurse: Actor, clinic: Clinic
) -> None:
    says(treated, nurse, 10, 2)
    report = report_on(courses_of(clinic))
    assert report is not None

    assert (report.n, report.no_baseline, report.responders.events) == (1, 1, 0)


def test_stopping_while_relief_holds_is_no_relapse(
    treated: Patient, nurse: Actor, prescriber: Actor, clinic: Clinic
) -> None:
    week_before(treated, nurse)
    says(treated, nurse, 10, 4)
    plan = treated.careplans.get()
    decide(plan=plan, decision="stop", reason="", at=timezone.now(), by=prescriber)
    [row] = courses_of(clinic)

    assert row["relief"]["ended"] == "stopped"
    assert row["relief"]["by_days"] is None
    assert row["stopped"]


def test_another_clinic_counts_nothing_of_ours(treated: Patient, other_clinic: Clinic) -> None:
    assert courses_of(other_clinic) == []


def test_figures_say_what_is_missing_and_how_unsure_they_are() -> None:
    rows = [a_course() for _ in range(10)]
    rows += [
        a_course(drop_percent=None, relief=None),
        a_course(baseline=None, drop_percent=None, relief=None),
    ]
    report = report_on(rows)
    assert report is not None

    assert (report.n, report.no_baseline, report.no_score) == (12, 1, 1)
    assert (report.responders.events, report.responders.n) == (10, 12)
    assert report.responders.low < 10 / 12 < report.responders.high
    # No event in 12 infusions: up to 3.689 / 12 = 31 in 100 by the exact limit
    assert report.adverse[4] == pytest.approx(30.7, abs=0.1)


def test_relief_lost_between_visits_is_a_range_there_and_a_point_after() -> None:
    report = report_on([a_course() for _ in range(4)])
    assert report is not None
    assert report.lasting is not None

    assert report.lasting.still_in_relief(1) == (1, 1)
    assert report.lasting.still_in_relief(3) == (0, 1)  # somewhere from day 14 to 28
    assert report.lasting.still_in_relief(4) == (0, 0)


def test_opioids_are_counted_only_with_a_dose_before_and_after() -> None:
    rows = [a_course(mme=[60, 30]), a_course(mme=[60, 31]), a_course(mme=[40, 0]), a_course()]
    report = report_on([*rows, a_course(mme=[0, 10])])
    assert report is not None
    assert report.opioids is not None

    assert (report.opioids.halved.events, report.opioids.halved.n) == (2, 3)
    assert report.opioids.stopped.events == 1


@pytest.mark.parametrize(("months", "charted"), [(5, False), (6, True)])
def test_a_control_chart_waits_for_six_months(months: int, charted: bool) -> None:
    report = report_on([a_course(month=f"2026-0{m + 1}") for m in range(months)])
    assert report is not None

    assert (report.chart is not None) is charted


def test_the_page_never_waits_for_a_count(
    treated: Patient, clinic: Clinic, prescriber: Actor, signed_in: Callable[..., Client]
) -> None:
    browser = signed_in(clinic, Role.MANAGER)
    assert "Nothing counted yet" in browser.get("/outcomes/").content.decode()

    assert browser.post("/outcomes/count/").status_code == 302
    assert "Counting" in browser.get("/outcomes/").content.decode()
    run = OutcomesRun.objects.for_clinic(clinic).get()
    count(run)
    said = browser.get("/outcomes/").content.decode()
    assert "None of this is an effect." in said
    assert "1 of 1" not in said or "0 of 1" in said


def test_asking_twice_counts_once(clinic: Clinic, prescriber: Actor) -> None:
    assert ask_for_count(by=prescriber).pk == ask_for_count(by=prescriber).pk
    assert OutcomesRun.objects.for_clinic(clinic).count() == 1


def test_a_count_that_breaks_says_so_and_leaves_the_last_one(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch, signed_in: Callable[..., Client]
) -> None:
    good = counted(clinic)

    def breaks(*_args: object, **_named: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("reprieve.clinic.outcomes.services.courses_of", breaks)
    with pytest.raises(RuntimeError):
        counted(clinic)
    assert newest(clinic) == good
    assert (
        "The last count stopped."
        in signed_in(clinic, Role.MANAGER).get("/outcomes/").content.decode()
    )


def test_an_export_names_nobody_joins_small_cells_and_is_audited(
    clinic: Clinic, signed_in: Callable[..., Client]
) -> None:
    rows = [a_course() for _ in range(11)] + [a_course(condition="rare", clinician="Ann")]
    OutcomesRun.objects.create(clinic=clinic, courses=rows, finished_at=timezone.now())
    said = signed_in(clinic, Role.MANAGER).get("/outcomes/courses.csv").content.decode()

    assert said.count("CRPS") == 11
    assert "rare" not in said
    assert "other" in said
    assert "Miriam" not in said
    assert "# drop_percent [%]" in said
    assert AuditEvent.objects.filter(clinic=clinic, action="export").count() == 1


@pytest.mark.parametrize(("role", "status"), [(Role.NURSE, 403), (Role.PRESCRIBER, 200)])
def test_who_sees_outcomes(
    clinic: Clinic, signed_in: Callable[..., Client], role: Role, status: int
) -> None:
    browser = signed_in(clinic, role)
    assert browser.get("/outcomes/").status_code == status
    assert browser.get("/outcomes/courses.csv").status_code == 403


def test_a_month_ago_is_not_today(treated: Patient, clinic: Clinic) -> None:
    [row] = courses_of(clinic)
    begun = timezone.localdate() - timedelta(days=30)
    assert row["month"] == begun.strftime("%Y-%m")
