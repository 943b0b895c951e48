"""Counting the courses: asked for by a person, done by a job."""

import time
import uuid

from django.utils import timezone
from django_tasks import task

from reprieve.clinic.accounts.models import Clinic
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import Actor, audit
from reprieve.clinic.outcomes.fits import fits_of, with_scores_of_some
from reprieve.clinic.outcomes.gather import courses_of
from reprieve.clinic.outcomes.models import OutcomesRun


def ask_for_count(*, by: Actor) -> OutcomesRun:
    """Queue a count; while one is counting, that one."""
    assert by.clinic is not None
    going = OutcomesRun.objects.for_clinic(by.clinic).filter(finished_at=None, problem="").first()
    if going:
        return going
    run = OutcomesRun.objects.create(clinic=by.clinic, asked_by=by.user)
    audit(run, action=Did.CREATE, by=by)
    count_courses.enqueue(str(run.pk))
    return run


@task()
def count_courses(run_id: str) -> None:
    count(OutcomesRun.objects.select_related("clinic").get(pk=uuid.UUID(run_id)))


def count(run: OutcomesRun) -> None:
    """Fill a run. What stops it is written on it, so that the page can say so."""
    started = time.monotonic()
    try:
        with timezone.override(run.clinic.time_zone):
            run.courses = courses_of(run.clinic, progress=lambda n, of: _progress(run, n, of))
        run.fits = fits_of(run.courses)
        run.courses = with_scores_of_some(run.courses)
    except Exception as error:
        run.problem = type(error).__name__
        run.save(update_fields=["problem"])
        raise
    run.took_ms = round(1000 * (time.monotonic() - started))
    run.finished_at = timezone.now()
    run.save()


def newest(clinic: Clinic) -> OutcomesRun | None:
    """The last count that finished."""
    done = OutcomesRun.objects.for_clinic(clinic).exclude(finished_at=None)
    return done.order_by("-finished_at").first()


def _progress(run: OutcomesRun, n: int, of: int) -> None:
    OutcomesRun.objects.filter(pk=run.pk).update(done=n, of=of)
