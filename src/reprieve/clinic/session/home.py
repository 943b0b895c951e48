"""A dose given at home: what the authorities say about it, shown every time."""

from reprieve import knowledge
from reprieve.knowledge.kinds import GuidelinePoint

STATEMENTS = ("gl_fda23_position_1", "gl_asa25_position_1")


def home_statements() -> tuple[GuidelinePoint, ...]:
    """What the FDA and the ASA say, as our records hold it."""
    return tuple(p for p in knowledge.guidelines() if p.id in STATEMENTS)
