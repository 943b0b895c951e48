"""Which of a person's medicines matter with ketamine, by route, and by how much."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from reprieve.core.findings import Action, Finding, Kind
from reprieve.core.interactions.rules import Interaction, Member
from reprieve.core.patient import Ignored, Medicine, PatientSnapshot
from reprieve.core.words import phrases, words

# A skin, eye or ear product reaches the blood too little to count as the drug (project_default).
LOCAL_PRODUCT = frozenset(
    {"topical", "ophthalmic", "otic", "cream", "ointment", "shampoo", "lotion", "eye"}
)


@dataclass(frozen=True, slots=True)
class Match:
    """A medicine that is, or may be, a member of an interaction's class."""

    medicine: Medicine
    member: Member | None  # None: a vague word that may hide one
    local: bool = False


def check_interactions(
    patient: PatientSnapshot, rules: Sequence[Interaction], *, route: str
) -> tuple[tuple[Finding, ...], tuple[Ignored, ...]]:
    """A finding for each class a listed medicine belongs to, and the medicines no rule knows.

    route: the ketamine route planned. Outside a rule's routes the action is a note. A medicine
    that may be a member but cannot be identified asks. Medicines not listed give nothing here.
    """
    counted = [m for m in patient.medicines if m.counts]
    named = {m.path: phrases(m.name) for m in counted}
    matched = {r.id: [x for m in counted if (x := _match(r, m, named[m.path]))] for r in rules}
    known = {x.medicine.path for matches in matched.values() for x in matches}
    findings = (_finding(r, matched[r.id], route) for r in rules if matched[r.id])
    return tuple(findings), tuple(_ignored(patient.medicines, known))


def _ignored(medicines: Iterable[Medicine], known: set[str]) -> Iterable[Ignored]:
    for m in medicines:
        if not m.counts:
            yield Ignored(m.path, f"{m.name}: {m.status}, not taken now")
        elif m.path not in known:
            yield Ignored(m.path, f"{m.name}: no interaction record names it")


def _match(rule: Interaction, medicine: Medicine, there: set[str]) -> Match | None:
    local = medicine.route in LOCAL_PRODUCT or not there.isdisjoint(LOCAL_PRODUCT)
    for member in rule.members:
        if _is_member(member, medicine, there):
            return Match(medicine, member, local)
    if any(" ".join(words(vague)) in there for vague in rule.may_mean):
        return Match(medicine, None)
    return None


def _is_member(member: Member, medicine: Medicine, there: set[str]) -> bool:
    codes = {member.rxnorm, *member.products}
    if any(code in codes for code in medicine.rxnorm):
        return True
    return any(" ".join(words(name)) in there for name in (member.name, *member.synonyms))


def _finding(rule: Interaction, matches: Sequence[Match], route: str) -> Finding:
    measured = {m.member.precipitant or m.member.name for m in matches if m.member}
    exposures = tuple(e for e in rule.exposures if e.precipitant in measured)
    measured_here = any(e.route == route for e in exposures)
    note = rule.unstudied.get(route) if not measured_here else None
    return Finding(
        code=rule.id,
        kind=Kind.INTERACTION,
        action=_action(rule, matches, route),
        message=f"{rule.message} {note}" if note else rule.message,
        because=tuple(_because(m) for m in matches),
        clears_when=rule.management,
        evidence=rule.evidence,
        exposure=exposures,
    )


def _action(rule: Interaction, matches: Sequence[Match], route: str) -> Action:
    sure = [m for m in matches if m.member]
    if rule.routes and route not in rule.routes:
        return Action.NOTE
    if not sure:
        return Action.ASK
    out_of_scope = all(m.local or not _by_its_route(rule, m.medicine) for m in sure)
    return Action.NOTE if out_of_scope else rule.action


def _by_its_route(rule: Interaction, medicine: Medicine) -> bool:
    """Whether the other drug is given the way the rule speaks of."""
    return not rule.drug_routes or medicine.route in rule.drug_routes


def _because(match: Match) -> str:
    if match.member is None:
        return f"{match.medicine.label}: which one is not known"
    return f"{match.medicine.label}{', local product' if match.local else ''}"
