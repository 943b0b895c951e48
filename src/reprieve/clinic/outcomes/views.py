"""The clinic's outcomes: last count, figures for what is chosen, and an export."""

import csv
import io
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
from reprieve.clinic.outcomes.fits import group_of
from reprieve.clinic.outcomes.models import OutcomesRun
from reprieve.clinic.outcomes.report import FEWEST, GROUPS, WATCHED_WEEKS, Course, report_on
from reprieve.clinic.outcomes.services import ask_for_count, newest

# Column, unit, meaning: the data dictionary, written above the rows.
DICTIONARY = (
    ("condition", "", "pain to be treated, as charted; cells of fewer than 11 courses say 'other'"),
    ("protocol", "", "id of the protocol in the knowledge base"),
    ("month", "YYYY-MM", "month of the first infusion"),
    ("planned", "1", "infusions planned"),
    ("given", "1", "infusions started"),
    ("baseline", "0-10", "mean of at least 4 scores in the 7 days before; empty: missing"),
    (
        "drop_percent",
        "%",
        "fall from baseline at the newest score 3-42 days after the last infusion",
    ),
    ("relief_after_days", "d", "relief still held at this day after the last infusion"),
    ("relief_by_days", "d", "relief was lost by this day; empty: not known to be lost"),
    ("relief_ended", "", "relapse, next_course, stopped, died, watched; empty: no relief to lose"),
    ("mme_before", "mg/d", "opioid dose before, morphine equivalents"),
    ("mme_after", "mg/d", "opioid dose after"),
    ("adverse", "1", "adverse events charted"),
)


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
def export(request: HttpRequest) -> HttpResponse:
    """Courses without names, clinicians or days; small cells joined. Written to the audit trail."""
    run = newest(request.clinic)
    courses = run.courses if run else []
    audit("outcomes export", action=Did.EXPORT, by=actor_of(request), detail={"n": len(courses)})
    out = io.StringIO()
    for name, unit, meaning in DICTIONARY:
        out.write(f"# {name} [{unit}]: {meaning}\n")
    writer = csv.writer(out)
    writer.writerow([name for name, _u, _m in DICTIONARY])
    for row in _deidentified(courses):
        writer.writerow(["" if row[name] is None else row[name] for name, _u, _m in DICTIONARY])
    response = HttpResponse(out.getvalue(), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="courses.csv"'
    return response


def _deidentified(courses: list[Course]) -> list[dict[str, Any]]:
    counts: dict[str, int] = {}
    for c in courses:
        counts[c["condition"]] = counts.get(c["condition"], 0) + 1
    return [
        _flat(c, c["condition"] if counts[c["condition"]] >= FEWEST else "other") for c in courses
    ]


def _flat(course: Course, condition: str) -> dict[str, Any]:
    relief, mme = course["relief"] or {}, course["mme"] or (None, None)
    return {
        **course,
        "condition": condition,
        "relief_after_days": relief.get("after_days"),
        "relief_by_days": relief.get("by_days"),
        "relief_ended": relief.get("ended"),
        "mme_before": mme[0],
        "mme_after": mme[1],
    }


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
