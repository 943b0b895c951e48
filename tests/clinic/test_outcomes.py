"""A clinic's outcomes: everybody counted, nothing called an effect, no wait for a count."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import duckdb
import pytest
from django.test import Client
from django.utils import timezone

from reprieve.clinic.accounts.models import Clinic, Role
from reprieve.clinic.audit.models import AuditEvent
from reprieve.clinic.audit.services import Actor
from reprieve.clinic.followup.services import decide
from reprieve.clinic.outcomes import published
from reprieve.clinic.outcomes.export import as_parquet, deidentified
from reprieve.clinic.outcomes.fits import fits_of, group_of
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
        "person": 0,
        "condition": "CRPS",
        "protocol": "pr_iv_80mg_over_2h",
        "clinician": "Miriam",
        "month": "2026-01",
        "planned": 1,
        "given": 1,
        "baseline": 8.0,
        "last": 4.0,
        "drop_percent": 50.0,
        "relief": {"after_days": 14.0, "by_days": 28.0, "ended": "relapse"},
        "days": [0],
        "scores": [[14.0, 4.0]],
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
        a_course(last=None, drop_percent=None, relief=None),
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


def test_scores_of_a_course_are_kept_by_day_since_its_first_dose(
    treated: Patient, nurse: Actor, clinic: Clinic
) -> None:
    """Dosed 30 days ago; 8 in the week before, 6 ten days ago: day 20."""
    week_before(treated, nurse)
    says(treated, nurse, 10, 6)
    [row] = courses_of(clinic)

    assert row["last"] == 6
    [[day, points]] = row["scores"]
    assert (round(day), points) == (20, 6)


def test_change_in_points_by_hand() -> None:
    """Falls of 4, 4 and 1: mean 3, SD sqrt(3), quartiles 2.5, 4, 4."""
    rows = [a_course(), a_course(), a_course(last=7.0), a_course(last=None)]
    report = report_on(rows)
    assert report is not None
    assert report.change is not None

    assert (report.change.n, report.change.mean) == (3, 3)
    assert report.change.sd == pytest.approx(3**0.5)
    assert report.change.quartiles == (2.5, 4, 4)


def test_each_group_is_fitted_by_itself_and_says_why_when_it_is_too_small() -> None:
    rows = [
        a_course(
            person=n, condition="CRPS" if n < 12 else "PHN", baseline=6 + n / 4, last=4 + n / 4
        )
        | {"scores": [[28.0, 4 + n / 4 + (0.5 if n % 2 else -0.5)]]}
        for n in range(15)
    ]
    fits = fits_of(rows)["courses"]

    assert set(fits) == {
        "",
        "condition=CRPS",
        "condition=PHN",
        "protocol=pr_iv_80mg_over_2h",
        "clinician=Miriam",
    }
    # Everybody answered, so the model can only give the mean: 4 + (0 + … + 11) / 4 / 12 = 5.375
    week_4 = next(w for w in fits["condition=CRPS"]["weeks"] if w["week"] == 4)
    assert week_4["modelled"] == pytest.approx(5.375, abs=1e-6)
    assert (fits["condition=CRPS"]["used"], fits["condition=CRPS"]["of"]) == (12, 12)
    assert "3 courses with a score" in fits["condition=PHN"]["problem"]
    assert group_of({"condition": "CRPS", "protocol": "x"}) is None


@pytest.mark.parametrize(
    "row", published.printed_table(), ids=lambda r: f"{r.antiretrovirals}-{r.treatment}"
)
def test_a_published_trial_comes_out_as_printed(row: published.Row) -> None:
    """R on the same data: 2.770 (3.283), 2.803 (3.487), 2.689 (3.384), 2.049 (2.807), n 61 each."""
    by_r = {
        ("no", "amitriptyline"): (2.7704918033, 3.2832577451, (1, 3, 4)),
        ("no", "placebo"): (2.8032786885, 3.4872131764, (0, 2, 6)),
        ("yes", "amitriptyline"): (2.6885245902, 3.3839867199, (0, 2, 5)),
        ("yes", "placebo"): (2.0491803279, 2.8072894965, (0, 1, 4)),
    }
    mean, sd, quartiles = by_r[row.antiretrovirals, row.treatment]
    assert row.change.n == 61
    assert row.change.mean == pytest.approx(mean, abs=1e-9)
    assert row.change.sd == pytest.approx(sd, abs=1e-9)
    assert row.change.quartiles == quartiles
    assert row.agrees


def test_responders_of_the_published_trial_in_its_first_period() -> None:
    """Counted in R, at least 0, 10, … 100 % less pain, of 56 on amitriptyline and 66 on placebo."""
    expected = {
        "amitriptyline": (56, [53, 43, 36, 26, 22, 18, 17, 12, 12, 9, 7]),
        "placebo": (66, [55, 44, 36, 28, 23, 21, 15, 11, 11, 11, 10]),
    }
    for treatment, (n, counts) in expected.items():
        curve = published.first_period_responders(treatment)
        assert [share.events for share in curve] == counts
        assert {share.n for share in curve} == {n}


def test_the_published_trial_has_its_page_with_and_without_a_count(
    signed_in: Callable[..., Client], clinic: Clinic
) -> None:
    client = signed_in(clinic, Role.PRESCRIBER)
    before = client.get("/outcomes/published-trial/").content.decode()
    assert "2.77 (3.28)" in before
    assert "differs" not in before
    assert "appears after the clinic" in before

    counted(clinic)
    after = client.get("/outcomes/published-trial/").content.decode()
    assert "appears after the clinic" not in after
    assert "Fitted" not in after  # all 122, no lot


def test_the_front_desk_sees_no_outcomes(signed_in: Callable[..., Client], clinic: Clinic) -> None:
    assert signed_in(clinic, Role.FRONT_DESK).get("/outcomes/published-trial/").status_code == 403


def test_parquet_has_types_nulls_and_its_dictionary_and_joins_small_cells(tmp_path: Any) -> None:
    rows = [a_course() for _ in range(11)] + [
        a_course(condition="PHN", baseline=None, drop_percent=None, relief=None)
    ]
    path = tmp_path / "courses.parquet"
    path.write_bytes(as_parquet(deidentified(rows)))

    with duckdb.connect() as base:
        read = base.execute(f"SELECT condition, baseline, given FROM '{path}'").fetchall()
        meta = base.execute(f"SELECT key, value FROM parquet_kv_metadata('{path}')").fetchall()
    assert read.count(("CRPS", 8.0, 1)) == 11
    assert read.count(("other", None, 1)) == 1
    assert {bytes(key) for key, _value in meta} >= {b"dictionary"}


def test_parquet_of_nothing_is_an_empty_table(tmp_path: Any) -> None:
    path = tmp_path / "courses.parquet"
    path.write_bytes(as_parquet([]))
    with duckdb.connect() as base:
        assert base.execute(f"SELECT count(*) FROM '{path}'").fetchall() == [(0,)]
