"""A model for one person as plain numbers, so that a page can go on computing without the server.

A dose of 1 mg by one route becomes, for each analyte, a short list of terms a * t**k * exp(-r t). Any
history of boluses and constant-rate infusions is a sum of such terms; the formula, with what a port
to another language must keep to, stands in `superposed` and in docs/reference/pk-modal-form.md.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from reprieve.core.pkpd.model import (
    Covariates,
    Dose,
    Drug,
    Parameters,
    PkModel,
    Product,
    Route,
)
from reprieve.core.pkpd.population import draw
from reprieve.core.pkpd.response import partial_fractions
from reprieve.core.pkpd.transfer import Floats, Number

SAME_RATE = 1e-6  # rates closer than this, relative, share one rate and get powers of time


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """amplitude * t**power * exp(-rate_per_min * t): ng/mL for each mg put in at once at t = 0.

    amplitude: ng/mL per mg per min**power; t in minutes.
    """

    rate_per_min: float
    power: int
    amplitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One way in which a dose reaches the body: all of them add up.

    duration_min: over which the model lets the dose in; 0 at once; None as long as the dose itself is given.
    terms: analyte -> terms; the share of the dose that goes this way is in the amplitudes.
    """

    duration_min: float | None
    terms: Mapping[str, tuple[Term, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ModalForm:
    """One model for one person and one route. people[0] is typical, the others are drawn around it."""

    model: PkModel
    route: Route
    people: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An amount (mg of base) from `start_min` on, at a constant rate over `duration_min`; 0: at once."""

    amount_mg: float
    start_min: float
    duration_min: float = 0.0


def modal_form(
    model: PkModel,
    person: Covariates,
    drug: Drug,
    route: Route,
    *,
    product: Product | None = None,
    earlier_pairs: int = 0,
    drawn: int = 0,
    seed: int = 1,
) -> ModalForm:
    """The typical person and `drawn` people around it, as terms.

    earlier_pairs: nasal only: spray pairs before this one in the session.
    Raises:
        ValueError: the model does not cover the drug by this route, or people are to be drawn and it
            has no published between-subject variability.
    """
    one = Dose(
        drug=drug,
        route=route,
        amount_mg=1.0,
        start_min=0.0,
        duration_min=1.0 if route is Route.IV else None,
        product=product,
    )
    if not model.covers_dose(one):
        raise ValueError(f"{model.id} does not cover {drug.value} by the {route.value} route")
    typical = model.parameters(person)
    own: list[Parameters] = [typical]
    if drawn:
        if model.between_subject is None:
            raise ValueError(f"{model.id} has no published between-subject variability")
        many = draw(typical, model.between_subject, np.arange(drawn), seed)
        own += [{k: _of_one(v, i) for k, v in many.items()} for i in range(drawn)]
    return ModalForm(
        model=model,
        route=route,
        people=tuple(_parts(model, p, one, earlier_pairs) for p in own),
    )


def _of_one(value: Number, i: int) -> float:
    return float(value) if np.ndim(value) == 0 else float(np.asarray(value)[i])


def _parts(model: PkModel, p: Parameters, one: Dose, earlier_pairs: int) -> tuple[Part, ...]:
    system = model.system(p)
    found = []
    for put in model.inputs(one, p, earlier_pairs):
        terms = {}
        for analyte in model.analytes:
            transfer = system.transfers.get((put.entry, analyte))
            if transfer is not None:
                modes = partial_fractions(transfer.times(put.amount_mg), close=SAME_RATE)
                terms[analyte] = tuple(
                    Term(rate_per_min=float(rate), power=k, amplitude=float(a))
                    for rate, row in zip(modes.rates, modes.coef, strict=True)
                    for k, a in enumerate(row)
                    if a != 0.0
                )
        length = None if one.route is Route.IV else float(put.duration_min)
        found.append(Part(duration_min=length, terms=terms))
    return tuple(found)


def superposed(
    parts: Sequence[Part], analyte: str, history: Sequence[Given], times_min: Floats
) -> Floats:
    """Levels of one analyte, ng/mL, shape (n,), at any times: the reference for a port.

    For each dose and each part, with tau = t - start, T the part's duration (or the dose's), and
    only where tau > 0 (>= 0 for T = 0), each term a, k, r adds
        T = 0:  amount * a * tau**k * exp(-r tau)
        T > 0:  amount / T * a * exp(-r w) * sum over j = 0..k of C(k, j) * w**(k-j) * G_j(on)
                on = min(tau, T), w = tau - on
                G_0(x) = -expm1(-r x) / r
                G_j(x) = (j * G_(j-1)(x) - x**j * exp(-r x)) / r
    A sum below zero, from rounding right after a dose, is zero. expm1 keeps the digits of early
    levels; a port must not write 1 - exp(-x).
    """
    total = np.zeros(len(times_min))
    for given in history:
        for part in parts:
            length = given.duration_min if part.duration_min is None else part.duration_min
            tau = np.asarray(times_min, np.float64) - given.start_min
            begun = tau > 0.0 if length else tau >= 0.0
            for term in part.terms.get(analyte, ()):
                total[begun] += given.amount_mg * _shape(term, tau[begun], length)
    return np.maximum(total, 0.0)


def _shape(term: Term, tau: Floats, length: float) -> Floats:
    """One term driven by 1 mg over `length`."""
    rate, power = term.rate_per_min, term.power
    if length == 0.0:
        return np.asarray(term.amplitude * tau**power * np.exp(-rate * tau), np.float64)
    on = np.minimum(tau, length)
    late = tau - on
    grown: Floats = -np.expm1(-rate * on) / rate
    mixed = late**power * grown
    for j in range(1, power + 1):
        grown = (j * grown - on**j * np.exp(-rate * on)) / rate
        mixed = mixed + math.comb(power, j) * late ** (power - j) * grown
    shape: Floats = term.amplitude / length * np.exp(-rate * late) * mixed
    return shape


def modal_form_json(form: ModalForm) -> dict[str, Any]:
    """As plain lists: each term is [rate_per_min, power, amplitude]; full precision."""
    return {
        "format": "reprieve-modal-form/1",
        "model": form.model.id,
        "site": form.model.site,
        "route": form.route.value,
        "analytes": list(form.model.analytes),
        "people": [
            [
                {
                    "duration_min": part.duration_min,
                    "terms": {
                        analyte: [[t.rate_per_min, t.power, t.amplitude] for t in terms]
                        for analyte, terms in part.terms.items()
                    },
                }
                for part in parts
            ]
            for parts in form.people
        ],
    }
