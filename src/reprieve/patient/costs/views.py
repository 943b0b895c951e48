"""A range for a year, on screen and on paper. What is typed stands in the address and nowhere else."""

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from reprieve import __version__, knowledge
from reprieve.clinic.ui.pdf import pdf_response, render_pdf
from reprieve.core.costs.estimate import Estimate, Spread, cost_per_extra_responder, estimate_year
from reprieve.core.outcomes.benefit import risk_difference
from reprieve.patient.costs.forms import PRICES, SERIES, PriceForm, printed
from reprieve.patient.public import same_for_all

DURING = "during the infusion"  # relief that ends with the visit is no relief of a course


@require_safe
@same_for_all
def show(request: HttpRequest) -> HttpResponse:
    """The form, filled with printed prices at first, and its estimate."""
    form = _form(request)
    estimate = (
        estimate_year(form.prices(), seed=form.cleaned_data["seed"]) if form.is_valid() else None
    )
    context = {
        "form": form,
        "own_prices": bool(request.GET),
        "estimate": estimate,
        "lines": _lines(estimate) if estimate else [],
        "per_responder": _per_responder(estimate) if estimate else None,
        "records": [i for _name, _label, ids in PRICES for i in ids] + [SERIES],
        "query": form.data.urlencode(),
        "drawn": how_drawn(estimate) if estimate else "",
        "not_law": missing_of_law(),
    }
    return render(request, "costs/show.html", context, status=422 if form.errors else 200)


@require_safe
def paper(request: HttpRequest) -> HttpResponse:
    """The estimate as a PDF, with what a good-faith estimate has that this one has not."""
    form = _form(request)
    if not form.is_valid():
        return show(request)
    estimate = estimate_year(form.prices(), seed=form.cleaned_data["seed"])
    return pdf_response(render_pdf("public.typ", _document(form, estimate)), "cost-estimate")


def _form(request: HttpRequest) -> PriceForm:
    if request.GET:
        return PriceForm(request.GET)
    data = QueryDict(mutable=True)
    data.update(printed())
    return PriceForm(data)


def _lines(estimate: Estimate) -> list[tuple[str, list[str]]]:
    rows = (
        (_("First talk"), estimate.consultation_usd),
        (_("First drips"), estimate.series_usd),
        (_("Later drips"), estimate.upkeep_usd),
        (_("Extras"), estimate.extras_usd),
        (_("The whole first year"), estimate.year_usd),
    )
    return [(label, _dollars(spread)) for label, spread in rows]


def _dollars(spread: Spread) -> list[str]:
    return [dollars(v) for v in (spread.low_usd, spread.middle_usd, spread.high_usd)]


def dollars(amount: float) -> str:
    """To the nearest $10 (nearest $1 under $100): more digits would claim more than anybody knows."""
    step = 10 if amount >= 100 else 1
    return f"${round(amount / step) * step:,.0f}"


def _per_responder(estimate: Estimate) -> str:
    """A range from the first count of relief after the visit that is more than chance, with whose it is.

    Empty when there is none, as today: then it is not known.
    """
    for effect in knowledge.effects():
        counted = effect.topic == "response" and effect.responders and effect.control_responders
        if not counted or effect.after == DURING or not effect.evidence.verification.may_permit:
            continue
        gained = risk_difference(*effect.responders, *effect.control_responders)
        if cost := cost_per_extra_responder(estimate.year_usd, gained):
            return (
                f"{dollars(cost.low)} – {dollars(cost.high)} ({effect.population}, {effect.after})"
            )
    return ""


def _document(form: PriceForm, estimate: Estimate) -> dict[str, Any]:
    head = [_("For"), _("Low"), _("Middle"), _("High")]
    return {
        "title": _("What it may cost: an estimate to talk about"),
        "lead": how_drawn(estimate),
        "language": (get_language() or "en")[:2],
        "of": _("of"),
        "sections": [
            {
                "heading": _("The first year, in US dollars"),
                "table": {
                    "columns": head,
                    "rows": [[label, *cells] for label, cells in _lines(estimate)],
                },
            },
            {"heading": _("What we put in"), "items": _typed(form)},
            {
                "heading": _("For each person helped"),
                "text": _per_responder(estimate)
                or _("Not known: no study counts who is still better after a course like this."),
            },
            {
                "heading": _("Insurance"),
                "text": _(
                    "Many US health plans call it unproven and do not pay. Ask yours in writing before you start."
                ),
            },
            {"heading": _("What this paper is not"), "items": [*missing_of_law()]},
        ],
        "footer": _("Information, not a bill and not an offer.")
        + f" reprieve {__version__}, "
        + _("content")
        + f" {knowledge.VERSION}",
    }


def _typed(form: PriceForm) -> list[str]:
    """What the estimate rests on; the later drips only where some are planned."""
    without = form.cleaned_data["no_upkeep"]
    shown = [
        f"{label} {low.value()} – {high.value()}"
        for label, low, high in form.rows
        if not (without and low.name in ("upkeep_low", "every_low"))
    ]
    return [*shown, str(form["no_upkeep"].label)] if without else shown


def how_drawn(estimate: Estimate) -> str:
    """Where the range comes from, with its seed."""
    return ngettext(
        "%(n)s made-up year was drawn (start number %(seed)s). Low and high leave out the lowest and highest 5 of 100.",
        "%(n)s made-up years were drawn (start number %(seed)s). Low and high leave out the lowest and highest 5 of 100.",
        estimate.years_drawn,
    ) % {"n": f"{estimate.years_drawn:,}", "seed": estimate.seed}


def missing_of_law() -> list[str]:
    """What the US rule asks of a clinic's own estimate and this one does not hold."""
    return [
        _(
            "It is not the “good-faith estimate” of US law. Only a clinic can give you that, in writing, when you ask or book."
        ),
        _(
            "It has no name or birth date of yours, no diagnosis or service codes, and no date of service."
        ),
        _("It names no clinic, and none of its numbers (NPI, tax number) or address."),
        _("It does not list what other places bill you for, such as a lab."),
        _(
            "You cannot use it to dispute a bill. With a clinic's own estimate you can, if the bill is at least $400 higher."
        ),
    ]
