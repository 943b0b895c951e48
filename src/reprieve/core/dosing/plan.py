"""Propose a dose and a course inside a protocol, and name each limit it crosses."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from reprieve.core.dosing.limits import LimitCheck, check_limits
from reprieve.core.dosing.protocol import Limit, Proposal, Protocol, starting_values
from reprieve.core.dosing.pump import Preparation, PumpStep, Vial, prepare, pump_step
from reprieve.core.dosing.weight import FORMULA_NOTE, Basis, WeightChoices, weight_choices
from reprieve.core.patient import PatientSnapshot, Weight
from reprieve.core.problems import Problem, UnusableInput

BOLUS_UP_TO_MIN = 10.0  # project_default: an IV dose this short counts as a bolus
DAYS_A_YEAR = 365


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjust:
    """What the clinician changed. None: as the protocol proposes. At most one of the amounts and rates."""

    amount_mg: float | None = None
    amount_mg_per_kg: float | None = None
    rate_mg_per_h: float | None = None
    rate_mg_per_kg_per_h: float | None = None
    duration_min: float | None = None
    sessions: int | None = None
    interval_days: int | None = None
    basis: Basis | None = None
    vial: Vial | None = None
    bag_ml: float | None = None

    @property
    def states_dose(self) -> bool:
        return any(v is not None for v in self._doses)

    @property
    def _doses(self) -> tuple[float | None, ...]:
        return (
            self.amount_mg,
            self.amount_mg_per_kg,
            self.rate_mg_per_h,
            self.rate_mg_per_kg_per_h,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class WeightUsed:
    value_kg: float
    basis: Basis
    measured: Weight
    choices: WeightChoices


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """One visit, repeated. Amounts are of base; `doses` go to the simulator as they stand."""

    protocol: Protocol
    weight: WeightUsed
    amount_mg: float
    duration_min: float | None
    pump: tuple[PumpStep, ...]
    preparation: Preparation | None
    course: tuple[date, ...]
    limits: tuple[LimitCheck, ...]
    notes: tuple[str, ...]

    @property
    def course_mg(self) -> float:
        return self.amount_mg * len(self.course)

    @property
    def year_mg(self) -> float:
        """What is planned in the 365 days from the first session; nothing given before is counted."""
        return self.amount_mg * _in_first_year(self.course)


def propose_plan(
    patient: PatientSnapshot,
    protocol: Protocol,
    limits: Iterable[Limit],
    *,
    start_on: date,
    adjust: Adjust | None = None,
) -> Plan:
    """A plan from the protocol's proposal, as adjusted.

    Raises UnusableInput with every problem: no weight, a body mass index from 30 without a stated
    basis, a protocol that states no dose and none given, more than one dose given.
    """
    adjust = adjust or Adjust()
    problems: list[Problem] = []
    weight = _weight_used(patient, adjust, problems)
    problems += _dose_problems(protocol, adjust)
    if problems or weight is None:
        raise UnusableInput(problems)
    proposal = starting_values(protocol)
    duration = adjust.duration_min or proposal.duration_min
    amount, notes = _amount(protocol, adjust, weight.value_kg, duration)
    preparation = _preparation(amount, adjust)
    mg_per_ml = preparation.mg_per_ml if preparation else None
    pump = (
        (pump_step(amount, duration, weight.value_kg, mg_per_ml),)
        if protocol.route == "iv" and duration
        else ()
    )
    course = _course(start_on, adjust, proposal)
    quantities = plan_quantities(protocol, amount, duration, weight.value_kg, course)
    return Plan(
        protocol=protocol,
        weight=weight,
        amount_mg=amount,
        duration_min=duration,
        pump=pump,
        preparation=preparation,
        course=course,
        limits=check_limits(quantities, protocol, limits),
        notes=(*notes, *_weight_notes(weight)),
    )


def plan_quantities(
    protocol: Protocol,
    amount_mg: float,
    duration_min: float | None,
    weight_kg: float,
    course: tuple[date, ...],
) -> dict[str, float]:
    """The numbers limits are held against, by the names of Limit.quantity."""
    quantities = {
        "visit_mg": amount_mg,
        "visit_mg_per_kg": amount_mg / weight_kg,
        "course_mg": amount_mg * len(course),
        "sessions_per_year": float(_in_first_year(course)),
    }
    if protocol.route == "iv" and duration_min:
        quantities["duration_min"] = duration_min
        if duration_min <= BOLUS_UP_TO_MIN:
            quantities["bolus_mg_per_kg"] = amount_mg / weight_kg
        else:
            quantities["rate_mg_per_h"] = amount_mg / duration_min * 60
            quantities["rate_mg_per_kg_per_h"] = quantities["rate_mg_per_h"] / weight_kg
    return quantities


def _weight_used(
    patient: PatientSnapshot, adjust: Adjust, problems: list[Problem]
) -> WeightUsed | None:
    measured = patient.latest_weight
    if measured is None:
        problems.append(Problem("snapshot.weights", "a weight is needed to plan a dose"))
        return None
    choices = weight_choices(patient, measured.value_kg)
    if adjust.basis is None and choices.basis_needed:
        problems.append(Problem("adjust.weight.basis", _choose_basis(choices)))
        return None
    basis = adjust.basis or Basis.ACTUAL
    value_kg = choices.kg(basis)
    if value_kg is None:
        problems.append(Problem("adjust.weight.basis", f"no {basis} weight: {choices.why}"))
        return None
    return WeightUsed(value_kg=value_kg, basis=basis, measured=measured, choices=choices)


def _choose_basis(choices: WeightChoices) -> str:
    shown = [
        f"{basis} {kg:.1f} kg" if (kg := choices.kg(basis)) is not None else f"{basis} not known"
        for basis in Basis
    ]
    return (
        f"the body mass index is {choices.bmi:.1f}: state which weight counts ({', '.join(shown)})"
    )


def _dose_problems(protocol: Protocol, adjust: Adjust) -> list[Problem]:
    given = [
        name
        for name in ("amount_mg", "amount_mg_per_kg", "rate_mg_per_h", "rate_mg_per_kg_per_h")
        if getattr(adjust, name) is not None
    ]
    problems = []
    if len(given) > 1:
        problems.append(Problem("adjust", f"give one dose, not {len(given)}: {', '.join(given)}"))
    proposal = starting_values(protocol)
    if not given and not proposal.states_dose:
        problems.append(Problem("adjust.amount_mg", "this protocol states no dose; give one"))
    rated = any(name.startswith("rate") for name in given) or (
        not given and bool(proposal.rate_mg_per_kg_per_h or proposal.rate_mg_per_h)
    )
    if not (adjust.duration_min or proposal.duration_min) and (rated or protocol.route == "iv"):
        problems.append(
            Problem("adjust.duration_min", "this protocol states no duration; give one")
        )
    return problems


def _amount(
    protocol: Protocol, adjust: Adjust, weight_kg: float, duration_min: float | None
) -> tuple[float, tuple[str, ...]]:
    """The visit's amount in mg. A dose the clinician stated is used as it stands, never capped."""
    dose = adjust if adjust.states_dose else starting_values(protocol)
    hours = (duration_min or 0.0) / 60
    if dose.amount_mg is not None:
        return dose.amount_mg, ()
    if dose.amount_mg_per_kg is not None:
        return dose.amount_mg_per_kg * weight_kg, ()
    if dose.rate_mg_per_h is not None:
        return dose.rate_mg_per_h * hours, ()
    rate_mg_per_h = (dose.rate_mg_per_kg_per_h or 0.0) * weight_kg
    most = dose.max_rate_mg_per_h if isinstance(dose, Proposal) else None
    if most is not None and rate_mg_per_h > most:
        return most * hours, (f"The protocol's own maximum of {most:g} mg/h sets the rate.",)
    return rate_mg_per_h * hours, ()


def _preparation(amount_mg: float, adjust: Adjust) -> Preparation | None:
    if adjust.vial is None:
        return None
    preparation = prepare(amount_mg, adjust.vial, adjust.bag_ml)
    if preparation is None:
        message = f"the drug alone is more than the bag of {adjust.bag_ml:g} mL holds"
        raise UnusableInput([Problem("adjust.bag_ml", message)])
    return preparation


def _course(start_on: date, adjust: Adjust, proposal: Proposal) -> tuple[date, ...]:
    sessions = adjust.sessions or proposal.sessions
    interval = adjust.interval_days or proposal.interval_days
    return tuple(start_on + timedelta(days=interval * i) for i in range(sessions))


def _in_first_year(course: tuple[date, ...]) -> int:
    return sum((day - course[0]).days < DAYS_A_YEAR for day in course)


def _weight_notes(weight: WeightUsed) -> tuple[str, ...]:
    notes = []
    if weight.basis is not Basis.ACTUAL:
        notes.append(FORMULA_NOTE)
    if weight.choices.bmi is None:
        notes.append("The height is not recorded, so the body mass index is not known.")
    return tuple(notes)
