"""The evidence browser: what reviews say, what trials say, and what pooling them again gives."""

import math
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reprieve import knowledge
from reprieve.clinic.evidence.plots import Row, forest, funnel
from reprieve.clinic.evidence.pooling import FEW, Answer, PoolForm, answer_to, name_of, shown
from reprieve.core.outcomes.benefit import Z95
from reprieve.knowledge.studies import Review, ReviewEstimate, Trial

# Kept in view whatever is chosen: the newest review, and what speaks most against the old answer.
CONTRARY = ("rev_cochrane_2025", "tr_noppers_2011", "tr_pickering_2020", "tr_hardy_2012")


@require_safe
def browse(request: HttpRequest) -> HttpResponse:
    form = PoolForm(request.GET if "measure" in request.GET else None)
    answer = answer_to(form.chosen())
    trials = sorted(knowledge.trials(), key=lambda t: (not t.controlled, -t.year, t.id))
    records = {r.id: r for r in (*knowledge.reviews(), *trials)}
    context = {
        "stage": "evidence",
        "form": form,
        "answer": answer,
        "few": answer.pooled is not None and answer.pooled.k < FEW,
        "figures": _figures(answer),
        "forest": _pooled_forest(answer, form.chosen()["measure"]),
        "funnel": _funnel(answer),
        "contrary": [(_name(records[i]), _says(records[i]), records[i]) for i in CONTRARY],
        "reviews": sorted(knowledge.reviews(), key=lambda r: -r.year),
        "review_forest": _review_forest(),
        "trials": [(name_of(t), t) for t in trials],
    }
    only = request.htmx and request.htmx.target == "pooled"
    return render(request, "evidence/_pooled.html" if only else "evidence/browse.html", context)


def _name(record: Any) -> str:
    return f"{record.id.split('_')[1].capitalize()} {record.year}"


def _says(record: Review | Trial) -> str:
    if isinstance(record, Review):
        return record.conclusion
    return f"{record.result} {record.harm or ''}".strip()


def _figures(answer: Answer) -> dict[str, Any] | None:
    """The pooled answer on the scale people read."""
    found = answer.pooled
    if found is None:
        return None
    ci, prediction = found.ci, found.prediction_interval
    return {
        "estimate": shown(found.estimate, answer.log),
        "ci": tuple(shown(v, answer.log) for v in ci) if ci else None,
        "prediction": tuple(shown(v, answer.log) for v in prediction) if prediction else None,
    }


def _pooled_forest(answer: Answer, measure: str) -> dict[str, Any] | None:
    found, effects = answer.pooled, answer.effects
    if found is None or effects is None:
        return None
    rows = [
        _study_row(trial, outcome, float(y), float(v), float(w))
        for (trial, outcome), y, v, w in zip(
            answer.rows, effects.yi, effects.vi, found.weights, strict=True
        )
    ]
    if found.ci:
        low, high = found.ci
        rows.append(
            Row(label=_("Pooled"), estimate=found.estimate, low=low, high=high, summary=True)
        )
    sides = (_("more with control"), _("more with ketamine"))
    return forest(rows, log=answer.log, labels=sides)


def _study_row(trial: Any, outcome: Any, y: float, v: float, weight: float) -> Row:
    half = Z95 * math.sqrt(v)
    active = "active" in trial.control
    return Row(
        label=f"{name_of(trial)}, {outcome.ai}/{outcome.n1i} : {outcome.ci}/{outcome.n2i}",
        estimate=y,
        low=y - half,
        high=y + half,
        weight=weight,
        mark=_("active placebo") if active else "",
        href=reverse("knowledge:record", args=[trial.id]),
    )


def _funnel(answer: Answer) -> dict[str, Any] | None:
    found, effects = answer.pooled, answer.effects
    if found is None or effects is None or effects.k < 2:
        return None
    return funnel(effects.yi, effects.vi, found.estimate, effects.labels, log=answer.log)


def _review_forest() -> dict[str, Any]:
    """Every printed mean difference of pain, newest review first, in points of 0-10."""
    rows = [
        _review_row(review, estimate)
        for review in sorted(knowledge.reviews(), key=lambda r: -r.year)
        for estimate in review.estimates
        if estimate.measure == "MD" and estimate.outcome == "pain"
    ]
    return forest(rows, log=False, labels=(_("less pain with ketamine"), _("more pain")))


def _review_row(review: Review, estimate: ReviewEstimate) -> Row:
    scale = estimate.scale / 10
    return Row(
        label=f"{_name(review)}, {estimate.at}",
        estimate=estimate.estimate / scale,
        low=estimate.low / scale,
        high=estimate.high / scale,
        mark=_("certainty: {certainty}").format(certainty=estimate.certainty)
        if estimate.certainty
        else "",
        href=reverse("knowledge:record", args=[review.id]),
    )
