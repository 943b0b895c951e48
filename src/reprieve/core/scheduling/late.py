"""Running late: what follows on the same chair, nurse or prescriber begins later, too."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from reprieve.core.scheduling.day import STEP_MIN, Hold, Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Booked:
    """One visit of a day with everything it holds; all holds begin when it begins."""

    id: str
    starts_at: datetime
    holds: tuple[Hold, ...]

    def later(self, by: timedelta) -> "Booked":
        moved = tuple(
            replace(h, starts_at=h.starts_at + by, ends_at=h.ends_at + by) for h in self.holds
        )
        return replace(self, starts_at=self.starts_at + by, holds=moved)

    def longer(self, by: timedelta) -> "Booked":
        """The same start, everybody and everything held for longer, except the prescriber."""
        stretched = tuple(
            h if h.kind is Kind.PRESCRIBER else replace(h, ends_at=h.ends_at + by)
            for h in self.holds
        )
        return replace(self, holds=stretched)


def run_late(
    visits: Iterable[Booked], late_id: str, minutes: int, *, begun: bool
) -> Mapping[str, Booked]:
    """The visits that change, by id, as they will be; the late one first.

    minutes: above 0, rounded up to whole steps. begun: the late visit is under way and ends later;
    otherwise it begins later. Whoever follows on a place it needs begins when the place is free, in the
    order of the day, and so on. Nobody begins earlier, and nobody changes chair or nurse.
    Raises KeyError for an id that is not there, ValueError for minutes of 0 or less.
    """
    if minutes <= 0:
        raise ValueError("a delay has more than 0 minutes")
    by = timedelta(minutes=-(-minutes // STEP_MIN) * STEP_MIN)
    queue = sorted(visits, key=lambda v: (v.starts_at, v.id))
    late = {v.id: v for v in queue}[late_id]
    changed = {late_id: late.longer(by) if begun else late.later(by)}
    settled = [v for v in queue if v.id != late_id and v.starts_at < late.starts_at]
    settled.append(changed[late_id])
    for visit in queue:
        if visit.id == late_id or visit.starts_at < late.starts_at:
            continue
        moved = _after(visit, settled)
        if moved is not visit:
            changed[visit.id] = moved
        settled.append(moved)
    return changed


def _after(visit: Booked, settled: list[Booked]) -> Booked:
    """The visit, begun once no place it needs is held by those before it in the day."""
    taken = [h for other in settled for h in other.holds]
    while waits := [t.ends_at for h in visit.holds for t in taken if h.meets(t)]:
        visit = visit.later(max(waits) - visit.starts_at)
    return visit
