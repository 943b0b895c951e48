"""What patients and visitors read, in English and Spanish side by side.

A text may hold `[[id]]`, the facts its sentence rests on, and `{w_id|words}`, a word explained in
the glossary. check_plain.py refuses a number without a fact, and a number its fact does not hold.
"""

from dataclasses import dataclass

BLOCKS = ("heading", "text", "list", "steps", "unknown", "table", "picture", "ask")


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """One thing said in both languages."""

    en: str
    es: str

    def in_language(self, language: str) -> str:
        """The text in a language of the site; English for any other."""
        return self.es if language.startswith("es") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class AidBlock:
    """A part of a page. kind: one of BLOCKS; a row of a table has its cells divided by " | "."""

    kind: str
    en: tuple[str, ...] = ()
    es: tuple[str, ...] = ()
    picture: str | None = None

    def in_language(self, language: str) -> tuple[str, ...]:
        return self.es if language.startswith("es") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class AidPage:
    """One page of the decision aid."""

    id: str
    order: int
    title: Say
    blocks: tuple[AidBlock, ...]

    @property
    def slug(self) -> str:
        return self.id.removeprefix("aid_").replace("_", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """Out of 100 people, with ketamine and with the comparison. direction: benefit or harm.

    A benefit never stands alone: it has its comparison, and `contrary`, the pictures of the most
    contrary results, drawn beside it at the same size.
    """

    id: str
    direction: str
    fact: str
    title: Say
    people: Say
    when: Say
    certainty: Say
    treated_per_100: int
    control_per_100: int | None = None
    treated: Say | None = None
    control: Say | None = None
    contrary: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word explained."""

    id: str
    term: Say
    meaning: Say


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One answer to a question of the self-assessment.

    why: what to talk about, or what is known. present: rules the answer shows to be present.
    may_be: rules it leaves open, because the answer does not say which. medicine, condition,
    treatment: what goes into the snapshot. urgent: emergency, crisis or pregnancy.
    none: nothing of the list; unsure: the list stays unknown. ends: no more is asked.
    """

    id: str
    text: Say
    why: Say | None = None
    present: tuple[str, ...] = ()
    may_be: tuple[str, ...] = ()
    medicine: str | None = None
    condition: str | None = None
    treatment: str | None = None
    from_years: int | None = None
    under_years: int | None = None
    urgent: str | None = None
    none: bool = False
    unsure: bool = False
    ends: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentQuestion:
    """One question of the self-assessment. skip_when: answers after which it is not asked."""

    id: str
    order: int
    ask: Say
    options: tuple[Choice, ...]
    hint: Say | None = None
    many: bool = False
    skip_when: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return self.id.removeprefix("q_")


@dataclass(frozen=True, slots=True, kw_only=True)
class NotAsked:
    """What a self-assessment leaves to the clinic. work_up, rules: the ids it stands for."""

    id: str
    order: int
    text: Say
    work_up: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
