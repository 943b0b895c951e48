"""MedicationRequest, MedicationStatement and the Medication they may point to."""

from collections.abc import Callable

from reprieve.core.patient import Coding, Dose, Ignored, Medicine
from reprieve.core.reading import Reader
from reprieve.fhir.elements import codings, day_of, quantity

PER_DAY = {"h": 24.0, "d": 1.0, "wk": 1 / 7, "mo": 12 / 365.25, "min": 1440.0}

Resolve = Callable[[str], Reader | None]


def from_fhir(resource: Reader, path: str, resolve: Resolve) -> Medicine | Ignored:
    """A medicine a person takes, took or is to take; `counts` says whether it is current.

    resolve: finds the resource a reference points to, contained ones included.
    """
    found, text = named(resource, resolve)
    status = resource.text("status", required=False) or "unknown"
    if status == "entered-in-error":
        return Ignored(path, "medicine entered in error")
    if not found and not text:
        return Ignored(path, "medicine without a code or a text")
    instructions = list(resource.tables("dosageInstruction", required=False))
    instructions += list(resource.tables("dosage", required=False))
    displays = " / ".join(dict.fromkeys([text, *(c.display for c in found)])).strip(" /")
    return Medicine(
        name=displays or found[0].code,
        path=path,
        rxnorm=tuple(c.code for c in found if c.system == "rxnorm"),
        status=status,
        daily_dose=_daily_dose(instructions),
        route=_route(instructions),
        as_needed=any(i.boolean("asNeededBoolean", required=False) for i in instructions),
        since=day_of(resource, "authoredOn", "effectiveDateTime", "dateAsserted"),
    )


def named(resource: Reader, resolve: Resolve) -> tuple[tuple[Coding, ...], str]:
    """The codes and the name of what is taken, wherever the resource keeps them."""
    if resource.has("medicationCodeableConcept"):
        return codings(resource, "medicationCodeableConcept")
    reference = resource.table("medicationReference", required=False)
    if reference is None:
        return (), ""
    address = reference.text("reference", required=False)
    display = reference.text("display", required=False) or ""
    target = resolve(address) if address else None
    if target is None:
        return (), display
    found, text = codings(target, "code")
    return found, text or display


def _route(instructions: list[Reader]) -> str | None:
    for instruction in instructions:
        _, text = codings(instruction, "route")
        if text:
            return text.lower()
    return None


def _daily_dose(instructions: list[Reader]) -> Dose | None:
    """Dose times frequency where one instruction states both; otherwise not known."""
    if len(instructions) != 1:
        return None
    value, unit = _dose(instructions[0])
    timing = instructions[0].table("timing", required=False)
    repeat = timing.table("repeat", required=False) if timing else None
    if value is None or unit is None or repeat is None:
        return None
    frequency = repeat.number("frequency", required=False) or 1.0
    period, each = (
        repeat.number("period", required=False),
        repeat.text("periodUnit", required=False),
    )
    if not period or each not in PER_DAY:
        return None
    return Dose(value=value * frequency * PER_DAY[each] / period, unit=unit)


def _dose(instruction: Reader) -> tuple[float | None, str | None]:
    for item in instruction.tables("doseAndRate", required=False):
        value, unit = quantity(item, "doseQuantity")
        return value, unit
    return None, None
