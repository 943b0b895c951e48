"""Which model answers for which dose, and what is said where none does."""

from collections.abc import Sequence

from reprieve.core.pkpd.model import Dose, Drug, PkModel, Route
from reprieve.core.pkpd.models import CHILDREN_ONLY, MODELS
from reprieve.core.problems import Problem

DEFAULT_MODEL: dict[Route, str] = {
    Route.IV: "otto-2021",
    Route.SUBLINGUAL: "simons-2022",
    Route.ORAL: "perez-ruixo-2021",
    Route.INTRANASAL: "perez-ruixo-2021",
}

# Published ranges of routes without an adult model; sources in docs/reference/pk-routes.md.
NO_MODEL: dict[Route, str] = {
    Route.IM: "no adult population model of intramuscular ketamine is published; bioavailability 0.75 to 0.95 (0.93 is widely repeated, its primary paper was not read), peak after 5 to 15 min",
    Route.SC: "no adult population model of subcutaneous ketamine is published and its bioavailability is unknown; continuous infusions of 100 to 500 mg in 24 h are described (Anesthesiology 2016;125:1085)",
    Route.INHALED: "the disposition of the published inhaled model was not obtained; bioavailability of nebulised esketamine 0.70 (SE 0.05), falling to 0.50 at 275 and 0.38 at 375 ng/mL (Jonkman 2017)",
    Route.RECTAL: "no adult population model of rectal ketamine is published; bioavailability 0.30 in 3 people (Yanagihara 2003)",
    Route.TOPICAL: "plasma levels of topical ketamine are not simulated: no significant level was found in 92 patients with a 1 % cream (Anesthesiology 2005;103:140); exposure is small but unknown",
}
RACEMIC_NASAL = "no adult model of racemic nasal ketamine is published; bioavailability 0.45 (Yanagihara 2003), but 0.17, 0.13 and 0.11 at 10, 30 and 50 mg (Singh 2022), peak after 14 to 23 min"


def refusal(dose: Dose) -> str | None:
    """Why no model answers for this dose, with the published range; None when one does."""
    if dose.route is Route.INTRANASAL and dose.drug is Drug.KETAMINE:
        return RACEMIC_NASAL
    return NO_MODEL.get(dose.route)


def models_for(doses: Sequence[Dose]) -> list[PkModel]:
    """Every adult model that covers all these doses."""
    return [m for m in MODELS.values() if all(m.covers_dose(d) for d in doses)]


def default_model(doses: Sequence[Dose]) -> PkModel | None:
    """The default of the first route that covers all the doses, else any that does."""
    valid = models_for(doses)
    wanted = [DEFAULT_MODEL[d.route] for d in doses if d.route in DEFAULT_MODEL]
    ranked = [MODELS[i] for i in dict.fromkeys(wanted) if MODELS[i] in valid]
    return next(iter([*ranked, *valid]), None)


def choose(
    names: Sequence[str], doses: Sequence[Dose], path: str
) -> tuple[list[PkModel], list[Problem]]:
    """The models named, or the problems with them. `["default"]` and `["all"]` stand for sets."""
    if list(names) == ["default"] or list(names) == ["all"]:
        found = models_for(doses)
        if not found:
            return [], [Problem(path, "no one model covers all these doses together")]
        default = default_model(doses)
        return (found if names[0] == "all" else [default] if default else []), []
    chosen, problems = [], []
    for j, name in enumerate(names):
        why = _unfit(name, doses) or ("is named twice" if name in names[:j] else None)
        if why:
            problems.append(Problem(f"{path}[{j}]", f"{name!r} {why}"))
        else:
            chosen.append(MODELS[name])
    return chosen, problems


def _unfit(name: str, doses: Sequence[Dose]) -> str | None:
    if name in CHILDREN_ONLY:
        return f"is a model of children ({CHILDREN_ONLY[name]}) and is refused in adults"
    if name not in MODELS:
        return f"is not one of: {', '.join(MODELS)}, default, all (each alone)"
    uncovered = [i for i, d in enumerate(doses) if not MODELS[name].covers_dose(d)]
    if uncovered:
        routes = ", ".join(r.value for r in MODELS[name].covers)
        where = ", ".join(f"doses[{i}]" for i in uncovered)
        return f"does not cover {where}; it covers {routes}"
    return None
