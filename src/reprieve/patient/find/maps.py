"""The map beside the list: outlines, the place asked for, a few towns, and the numbers of the list."""

from collections.abc import Sequence
from dataclasses import dataclass

from reprieve.clinic.directory.models import Listing
from reprieve.clinic.directory.places import Place, cities, outlines
from reprieve.core.directory.distance import Point, box_around
from reprieve.core.directory.outlines import View, path_in

MARGIN = 1.12  # of the radius: pins at its edge stay inside
FINE_BELOW_DEGREES = 6  # a view wider than this is drawn with coarse lines
MOST_TOWNS, APART = 7, 46  # names, and units between them: more would overlap


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """x, y in the units of the drawing; text is a number of the list or the name of a town."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    width: float
    height: float
    lines: str  # the d of an SVG path
    radius_x: float
    radius: float
    centre: Mark
    towns: tuple[Mark, ...]
    pins: tuple[Mark, ...]


def draw(place: Place, radius_km: float, numbered: Sequence[tuple[int, Listing]]) -> Map:
    """A map of the circle searched, with the listings of the page shown."""
    view = _view(place.point, radius_km * MARGIN)
    wide = view.east - view.west
    detail = "fine" if wide < FINE_BELOW_DEGREES else "coarse"
    centre = _mark(view, place.point, place.label)
    # The last is drawn on top: the first of the list.
    pins = [_mark(view, row.point, str(number)) for number, row in reversed(numbered)]
    return Map(
        width=view.width,
        height=round(view.height, 1),
        lines=path_in(view, outlines(detail)),
        radius_x=round(view.width / 2 / MARGIN, 1),
        radius=round(view.height / 2 / MARGIN, 1),
        centre=centre,
        towns=_towns(view, centre),
        pins=tuple(pins),
    )


def _view(centre: Point, radius_km: float) -> View:
    box = box_around(centre, radius_km)
    half = (box.spans[0][1] - box.spans[0][0]) / 2
    if (
        len(box.spans) == 2
    ):  # over 180 degrees, in the Aleutians: the part on the side of the centre
        half = 180 - abs(centre.longitude)
    west, east = centre.longitude - half, centre.longitude + half
    return View(west=west, east=east, south=box.south, north=box.north)


def _mark(view: View, point: Point, text: str) -> Mark:
    x, y = view.at(point.longitude, point.latitude)
    return Mark(x=round(x, 1), y=round(y, 1), text=text)


def _towns(view: View, centre: Mark) -> tuple[Mark, ...]:
    """The largest towns in view whose names stay clear of each other and of the centre."""
    inside = [c for c in cities() if view.holds(c.point.longitude, c.point.latitude)]
    kept: list[Mark] = []
    for town in sorted(inside, key=lambda c: -c.people):
        mark = _mark(view, town.point, town.name)
        clear = all(
            abs(mark.y - k.y) > APART / 2 or abs(mark.x - k.x) > 3 * APART for k in (*kept, centre)
        )
        if clear and APART < mark.x < view.width - 2 * APART and 16 < mark.y < view.height - 8:
            kept.append(mark)
        if len(kept) == MOST_TOWNS:
            break
    return tuple(kept)
