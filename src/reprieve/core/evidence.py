"""Where a statement comes from, and whether any of us has read it there."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

NOT_LOCATED = "not located"


class Verification(StrEnum):
    """How a fact was checked against its source. Best first."""

    FULL_TEXT = "full_text"
    LABEL = "label"
    EXCERPT_OR_ABSTRACT = "excerpt_or_abstract"
    SECOND_HAND = "second_hand"
    DERIVED = "derived"
    RECALLED = "recalled"
    PROJECT_DEFAULT = "project_default"

    @property
    def may_permit(self) -> bool:
        """False for what nobody read or what is ours: it may warn or ask, never permit."""
        return self not in (Verification.RECALLED, Verification.PROJECT_DEFAULT)


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The ruling source of a record; the other sources stand in `also`.

    source: id of a record in sources.toml; "PROJECT" for a project default, "CLINIC" for what a
        clinic signed for itself.
    locator: page, table, section, or "not located".
    grade: the source's own grade on its own scale, None when it gives none.
    quote: the sentence as printed, 40 words at most, None when not copied.
    """

    source: str
    locator: str
    verification: Verification
    grade: str | None = None
    quote: str | None = None
    also: tuple["Evidence", ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Currency:
    """For whom and until when a record holds. A date that has passed shows a banner."""

    jurisdiction: str | None = None
    valid_until: date | None = None
    review_by: date | None = None

    def overdue(self, as_of: date) -> str | None:
        """The sentence for the banner, or None while the record is current."""
        if self.valid_until and as_of > self.valid_until:
            return f"No longer valid: it ended on {self.valid_until.isoformat()}."
        if self.review_by and as_of > self.review_by:
            return f"Review overdue since {self.review_by.isoformat()}."
        return None
