"""The clinic's outcomes: last count, figures for what is chosen, and an export."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reprieve import knowledge
from reprieve.clinic.audit.models import Action as Did
from reprieve.clinic.audit.services import actor_of, audit, reads
from reprieve.clinic.outcomes import published
from reprieve.clinic.outcomes.drawings import (
    control_picture,
    course_picture,
    funnel_picture,
    lasting_picture,
    responder_picture,
    swimmer_picture,
)
from reprieve.clinic.outcomes.export import KINDS, deidentified
from reprieve.clinic.outcomes.fits import group_of
from reprieve.clinic.outcomes.models import OutcomesRun
from reprieve.clinic.outcomes.report import GROUPS, WATCHED_WEEKS, Course, report_on
from reprieve.clinic.outcomes.services import ask_for_count, newest


@require_safe
@reads("outcomes")
def home(request: HttpRequest) -> HttpResponse:
    run = newest(request.clinic)
    runs = OutcomesRun.objects.for_clinic(request.clinic).defer("courses")  # one parse is enough
    going = runs.order_by("-asked_at").first()
    chosen = {key: request.GET.get(key, "")[:200] for key in GROUPS}
    courses = _chosen(run.courses if run else [], chosen)
    report = report_on(courses)
    fit = run.fits.get("courses", {}).get(group_of(chosen)) if run else None
    context = {
        "stage": "outcomes",
        "run": run,
        "going": going if going and not going.finished_at else None,
        "chosen": chosen,
        "choices": _choices(run.courses if run else []),
        "report": report,
        "pictures": _pictures(report, courses, fit) if report else None,
        "fit": fit,
        "relief": run.fits.get("relief") if run else None,
        "relief_rows": _relief_rows(run.fits.get("relief", {}) if run else {}),
        "weeks": WATCHED_WEEKS,
        "benchmarks": [t for t in knowledge.trials() if not t.controlled],
    }
    only = request.htmx and request.htmx.target == "going"
    return render(request, "outcomes/_going.html" if only else "outcomes/home.html", context)


@require_safe
def trial(request: HttpRequest) -> HttpResponse:
    """A published trial through the same figures: nobody's patient, so no audit row."""
    run = newest(request.clinic)
    fits = run.fits.get("trial", {}) if run else {}
    arms = []
    for name in published.TREATMENTS:
        courses, fit = published.of_treatment(name), fits.get(name, {})
        arms.append(
            {
                "name": name,
                "responders": responder_picture(published.first_period_responders(name)),
                "curve": published.first_period_responders(name),
                "course": course_picture(courses, fit.get("weeks", [])),
                "fit": fit,
            }
        )
    context = {
        "stage": "outcomes",
        "rows": published.printed_table(),
        "arms": arms,
        "effects": published.side_effects(),
    }
    return render(request, "outcomes/trial.html", context)


@require_POST
def count(request: HttpRequest) -> HttpResponse:
    """Ask for a new count; the page shows the last one until it is done."""
    ask_for_count(by=actor_of(request))
    messages.success(request, _("Counting. The page shows the last count until then."))
    return redirect("outcomes:home")


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Courses without names, clinicians or days; small cells joined. Written to the audit trail."""
    run = newest(request.clinic)
    courses = run.courses if run else []
    detail = {"n": len(courses), "kind": kind}
    audit("outcomes export", action=Did.EXPORT, by=actor_of(request), detail=detail)
    content_type, write = KINDS[kind]
    response = HttpResponse(write(deidentified(courses)), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="courses.{kind}"'
    return response


def _chosen(courses: list[Course], chosen: dict[str, str]) -> list[Course]:
    return [c for c in courses if all(not v or c[key] == v for key, v in chosen.items())]


def _choices(courses: list[Course]) -> list[tuple[str, Any, list[str]]]:
    labels = {"condition": _("Condition"), "protocol": _("Protocol"), "clinician": _("Clinician")}
    return [(key, labels[key], sorted({c[key] for c in courses if c[key]})) for key in GROUPS]


def _relief_rows(relief: dict[str, Any]) -> list[tuple[Any, float, float, float]]:
    words = {
        "baseline": _("each point more pain before"),
        "given": _("each infusion more"),
        "opioid": _("an opioid taken before"),
    }
    return [(words[name], *values) for name, values in relief.get("ratios", {}).items()]


def _pictures(report: Any, courses: list[Course], fit: Any) -> dict[str, Any]:
    return {
        "course": course_picture(courses, fit.get("weeks", []) if fit else []),
        "responders": responder_picture(report.curve),
        "lasting": lasting_picture(report.lasting) if report.lasting else None,
        "swimmers": swimmer_picture(courses),
        "funnel": funnel_picture(report, "clinician"),
        "control": control_picture(report.chart, report.months) if report.chart else None,
    }
