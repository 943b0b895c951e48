"""The order of the answers. It rests on two figures and a name, so nobody can buy a place in it."""

from collections.abc import Iterable
from dataclasses import dataclass

from reprieve.core.directory.distance import KM_PER_MILE

STEP_MILES = 10  # project_default: inside one step, what is verified counts more than the way
STEP_KM = STEP_MILES * KM_PER_MILE


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A listing as the order sees it. verified: vetting items somebody has checked."""

    id: str
    name: str
    distance_km: float
    verified: int


def rank(found: Iterable[Candidate]) -> list[Candidate]:
    """Nearer steps first; in a step more verified items first, then the shorter way, then the name."""
    return sorted(found, key=_place)


def _place(candidate: Candidate) -> tuple[int, int, float, str, str]:
    step = int(candidate.distance_km // STEP_KM)
    return (step, -candidate.verified, candidate.distance_km, candidate.name, candidate.id)
