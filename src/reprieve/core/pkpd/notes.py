"""What must be said beside a curve: every extrapolation, every default taken, every known bias."""

from collections.abc import Iterator, Sequence

from reprieve.core.pkpd.model import (
    Ancestry,
    Covariates,
    Dose,
    Drug,
    InteractionEffect,
    PkModel,
    Population,
    Product,
    Route,
)

WHOLE = ("ketamine", "norketamine", "hydroxynorketamine")


def notes_for(
    model: PkModel, person: Covariates, doses: Sequence[Dose], population: Population | None
) -> tuple[str, ...]:
    """Sentences for staff, most specific to this person first."""
    return (
        *_person(model, person),
        *_doses(model, doses),
        *_answers(model, population),
        *model.known_bias,
    )


def _person(model: PkModel, person: Covariates) -> Iterator[str]:
    weights, ages = model.weight_range_kg, model.age_range_years
    if weights is None:
        yield "The weight range this model was built on is not known to us."
    elif not weights[0] <= person.weight_kg <= weights[1]:
        yield f"Weight {person.weight_kg:g} kg lies outside the {weights[0]:g} to {weights[1]:g} kg this model was built on."
    if ages is None:
        yield "The age range this model was built on is not known to us."
    elif not ages[0] <= person.age_years <= ages[1]:
        yield f"Age {person.age_years:g} lies outside the {ages[0]:g} to {ages[1]:g} years this model was built on."
    if person.ancestry is None:
        yield "Ancestry was not given: taken as Caucasian."
    elif person.ancestry is Ancestry.OTHER:
        yield "The models know Caucasian, Asian and Japanese ancestry only: computed as Caucasian."


def _doses(model: PkModel, doses: Sequence[Dose]) -> Iterator[str]:
    racemic = any(d.drug is Drug.KETAMINE for d in doses)
    if racemic and "S-ketamine" in model.isomer:
        yield "S-ketamine model used for racemic ketamine: the whole dose goes through it as it is (R clearance is 0.83 to 0.94 of S clearance)."
    if not racemic and "racemic" in model.isomer:
        yield "Model of racemic ketamine used for esketamine."
    held = [d for d in doses if d.route is Route.SUBLINGUAL]
    if any(d.product is None for d in held):
        yield "Product not given: taken as a film."
    for product in sorted({d.product for d in held if d.product not in (None, Product.FILM)}):
        yield f"The model was built on a film; for a {product} only the bioavailability is changed, the speed of absorption is the film's."
    short = [d for d in doses if d.route is Route.IV and (d.duration_min or 0.0) < 10.0]
    if short and model.site != "arterial":
        yield "An infusion of less than 10 minutes: this model does not describe the first minutes after a bolus."


def _answers(model: PkModel, population: Population | None) -> Iterator[str]:
    for analyte in WHOLE:
        if analyte not in model.analytes:
            yield f"This model has no {analyte}."
    yield from model.analyte_notes.values()
    if population is None:
        return
    if model.between_subject is None:
        yield "This model has no published between-subject variability: no band can be drawn."
    elif model.between_subject.missing:
        names = ", ".join(model.between_subject.missing)
        yield f"Between-subject variability of {names} was not published: the band is too narrow by an unknown amount."


def interaction_notes(model: PkModel, effect: InteractionEffect) -> Iterator[str]:
    """What the curve with a precipitant rests on."""
    measured = effect.measured_auc_ratio
    if measured is not None and effect.calibrated_or_predicted == "predicted":
        yield f"The AUC ratio {effect.auc_ratio:.2f} is predicted from oral studies; {measured:.2f} was measured by this route."
    if effect.calibrated_or_predicted == "calibrated":
        yield "The AUC ratio is calibrated on the study it is compared with: it is not a prediction."
    if effect.norketamine_auc_ratio is None and "norketamine" in model.analytes:
        yield "Norketamine was not measured with this precipitant by this route: it is not given."
    if "hydroxynorketamine" in model.analytes:
        yield "Hydroxynorketamine was not measured with this precipitant: it is not given."
