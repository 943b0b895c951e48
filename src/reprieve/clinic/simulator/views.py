"""The simulator: one address holds everything, so a link shares it."""

import csv
from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reprieve.clinic.simulator.forms import EXAMPLE, MAX_DOSES, Doses, PersonForm
from reprieve.clinic.simulator.simulation import Effects, Simulation, effects, run
from reprieve.clinic.ui.chart import concentration_chart, line_chart
from reprieve.core.pkpd.effects import ACUTE, BLOOD_PRESSURE


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The whole page; HTMX asks for the form and the picture alone."""
    said = _said(request)
    person, doses = PersonForm(said), Doses(said, prefix="d")
    simulation = _simulation(person, doses)
    context = {
        "stage": "simulator",
        "person": person,
        "doses": doses,
        "more": doses.total_form_count() < MAX_DOSES,
        "simulation": simulation,
        "chart": _chart(simulation),
        "query": said.urlencode(),
    }
    template = "simulator/_workbench.html" if request.htmx else "simulator/show.html"
    return render(request, template, context)


@require_safe
def teach(request: HttpRequest) -> HttpResponse:
    """What the levels would do, with every assumption: for teaching, never in a live session."""
    said = _said(request)
    person, doses = PersonForm(said), Doses(said, prefix="d")
    opposes = "norketamine" in request.GET
    found = None
    if person.is_valid() & doses.is_valid():
        given = [form.dose() for form in doses]
        hours = person.cleaned_data["until_h"]
        found = effects(person.person(), given, hours, norketamine_opposes=opposes)
    context = {
        "stage": "simulator",
        "found": found,
        "charts": _effect_charts(found) if found else {},
        "known": ACUTE.values(),
        "pressure": BLOOD_PRESSURE,
        "opposes": opposes,
        "query": said.urlencode(),
        "pairs": [(key, said[key]) for key in said if key != "norketamine"],
    }
    return render(request, "simulator/effects.html", context)


def _effect_charts(found: Effects) -> dict[str, Any]:
    share = found.slow.share_of_largest
    return {
        "acute": line_chart(
            found.times_min, found.acute, top=1.0, y_label=_("share of the largest")
        ),
        "pain": line_chart(
            found.times_min,
            [(_("relief"), found.pain_cm)],
            top=max(float(found.pain_cm.max()), 1.0),
            y_label="cm",
        ),
        "slow": line_chart(
            found.weeks_min, [(_("relief"), share)], top=1.0, y_label=_("share of the largest")
        ),
    }


@require_safe
def data(request: HttpRequest) -> HttpResponse:
    """Every curve of the picture as CSV: minutes, then ng/mL by model, analyte and percentile."""
    said = _said(request)
    simulation = _simulation(PersonForm(said), Doses(said, prefix="d"))
    if simulation is None or not simulation.profiles:
        return HttpResponse(status=404)
    columns = _columns(simulation)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="predicted.csv"'
    writer = csv.writer(response)
    writer.writerow(columns)
    for row in zip(*columns.values(), strict=True):
        writer.writerow([f"{value:.6g}" for value in row])
    return response


def _said(request: HttpRequest) -> QueryDict:
    """What the address says, with one dose more or fewer where a button asked for it."""
    if "weight_kg" not in request.GET:
        example = QueryDict(mutable=True)
        example.update(EXAMPLE)
        return example
    said = request.GET.copy()
    n = int(said.get("d-TOTAL_FORMS", "1")) if said.get("d-TOTAL_FORMS", "").isdigit() else 1
    if "add" in said and n < MAX_DOSES:
        _copy_dose(said, n - 1, n)
        n += 1
    elif "drop" in said and n > 1:
        for key in [k for k in said if k.startswith(f"d-{n - 1}-")]:
            del said[key]
        n -= 1
    said["d-TOTAL_FORMS"] = str(n)
    for button in ("add", "drop"):
        said.pop(button, None)
    return said


def _copy_dose(said: QueryDict, source: int, to: int) -> None:
    """The next dose starts as a copy of the last: only what differs is typed."""
    for key in [k for k in said if k.startswith(f"d-{source}-")]:
        said[key.replace(f"d-{source}-", f"d-{to}-", 1)] = said[key]


def _simulation(person: PersonForm, doses: Any) -> Simulation | None:
    """None while something typed cannot be used; the form says what."""
    if not (person.is_valid() & doses.is_valid()):
        return None
    said = person.cleaned_data
    given = [form.dose() for form in doses]
    return run(person.person(), given, said["model"], said["until_h"], said["precipitant"])


def _chart(simulation: Simulation | None) -> dict[str, Any] | None:
    if simulation is None or not simulation.profiles:
        return None
    return concentration_chart(simulation.profiles)


def _columns(simulation: Simulation) -> dict[str, Any]:
    columns: dict[str, Any] = {"minutes": simulation.profiles[0].times_min}
    for profile in simulation.profiles:
        for name, analyte in profile.analytes.items():
            if analyte is None:
                continue
            label = f"{profile.model.id} {name} ng/mL"
            columns[label] = analyte.typical_ng_per_ml
            for percentile, band in (analyte.percentiles_ng_per_ml or {}).items():
                columns[f"{label} p{percentile:g}"] = band
    return columns
