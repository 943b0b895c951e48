"""What Reprieve says about a patient: findings, each with its reason and its source."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import IntEnum, StrEnum

from reprieve.core.evidence import Evidence


class Action(IntEnum):
    """What a finding asks of the clinician. A higher number is worse."""

    NOTE = 0
    ASK = 1
    WARN = 2
    HOLD = 3
    BLOCK = 4

    @property
    def word(self) -> str:
        """As written in JSON and in the records: block, hold, warn, ask, note."""
        return self.name.lower()

    @classmethod
    def from_word(cls, word: str) -> "Action":
        return cls[word.upper()]


class Kind(StrEnum):
    """What sort of statement a finding is."""

    CONTRAINDICATION = "contraindication"
    PRECAUTION = "precaution"
    INTERACTION = "interaction"
    INDICATION = "indication"
    MISSING = "missing"


@dataclass(frozen=True, slots=True, kw_only=True)
class ExposureChange:
    """A measured change of ketamine exposure: treated divided by control. None: not measured."""

    precipitant: str
    route: str
    evidence: Evidence
    auc_ratio: float | None = None
    cmax_ratio: float | None = None
    analyte: str = "ketamine"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing a clinician should know about this patient, and why we say it.

    code: the id of the rule; stable, never reused.
    message: shown to staff as written.
    because: the patient facts it rests on, each a short sentence.
    clears_when: what would settle or remove it.
    disagreement: where sources differ, in one sentence.
    """

    code: str
    kind: Kind
    action: Action
    message: str
    clears_when: str
    evidence: Evidence
    because: tuple[str, ...] = ()
    exposure: tuple[ExposureChange, ...] = ()
    disagreement: str | None = None


def worst_first(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Worst action, then those with a patient fact behind them, then code."""
    return tuple(sorted(findings, key=lambda f: (-f.action, not f.because, f.code)))
