"""Lines on a small map: reading TopoJSON arcs, leaving out what nobody would see, drawing a view."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import cos, hypot, radians
from typing import Any

Line = tuple[tuple[float, float], ...]  # (longitude, latitude) in degrees


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A window on the map: degrees outside, a drawing `width` units wide inside.

    East and north are straight (plate carrée, narrowed by the cosine of the middle latitude):
    right for a few hundred miles, a sketch for a continent.
    """

    west: float
    east: float
    south: float
    north: float
    width: float = 600.0

    @property
    def _scale(self) -> float:
        return self.width / (self.east - self.west)

    @property
    def height(self) -> float:
        narrowed = cos(radians((self.south + self.north) / 2))
        return self._scale * (self.north - self.south) / narrowed

    def at(self, longitude: float, latitude: float) -> tuple[float, float]:
        """Where a point stands in the drawing; y grows downwards."""
        x = (longitude - self.west) * self._scale
        return x, (self.north - latitude) / (self.north - self.south) * self.height

    def holds(self, longitude: float, latitude: float) -> bool:
        return self.west <= longitude <= self.east and self.south <= latitude <= self.north


def arcs_of(
    topology: Any, name: str, keep: Iterable[str] = (), drop: Iterable[str] = ()
) -> list[Line]:
    """The arcs of an object of a TopoJSON file, each once.

    Args:
        keep: ids of the geometries wanted; all when empty.
        drop: ids of geometries whose arcs are left out, such as a border drawn elsewhere.
    Source: TopoJSON Format Specification 1.0: quantised, delta-encoded arcs; ~i is arc i reversed.
    """
    wanted, unwanted, ids, gone = set[int](), set[int](), set(keep), set(drop)
    for geometry in topology["objects"][name]["geometries"]:
        used = set(_indices(geometry.get("arcs", ())))
        if geometry.get("id") in gone:
            unwanted |= used
        elif not ids or geometry.get("id") in ids:
            wanted |= used
    (sx, sy), (tx, ty) = topology["transform"]["scale"], topology["transform"]["translate"]
    lines = []
    for index in sorted(wanted - unwanted):
        x = y = 0
        line = []
        for dx, dy, *_rest in topology["arcs"][index]:
            x, y = x + dx, y + dy
            line.append((x * sx + tx, y * sy + ty))
        lines.append(tuple(line))
    return lines


def _indices(arcs: Sequence[Any]) -> Iterator[int]:
    for item in arcs:
        if isinstance(item, int):
            yield ~item if item < 0 else item
        else:
            yield from _indices(item)


def simplify(line: Line, tolerance: float) -> Line:
    """The line with fewer points, nowhere further than `tolerance` degrees from where it was.

    Source: Douglas and Peucker 1973, doi 10.3138/FM57-6770-U75U-7727. The ends stay.
    """
    keep, todo = {0, len(line) - 1}, [(0, len(line) - 1)]
    while todo:
        first, last = todo.pop()
        far, at = 0.0, first
        for i in range(first + 1, last):
            off = _distance(line[i], line[first], line[last])
            if off > far:
                far, at = off, i
        if far > tolerance:
            keep.add(at)
            todo += [(first, at), (at, last)]
    return tuple(line[i] for i in sorted(keep))


def _distance(p: tuple[float, float], a: tuple[float, float], b: tuple[float, float]) -> float:
    """From a point to a stretch between two others."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    long = dx * dx + dy * dy
    t = 0.0 if not long else ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / long
    t = max(0.0, min(1.0, t))
    return hypot(p[0] - a[0] - t * dx, p[1] - a[1] - t * dy)


def path_in(view: View, lines: Iterable[Line]) -> str:
    """The lines of a view as one SVG path; stretches wholly on one side of it are left out."""
    drawn = []
    for line in lines:
        pen_down = False
        for a, b in pairwise(line):
            if _outside(view, a, b):
                pen_down = False
                continue
            if not pen_down:
                drawn.append("M" + _pair(view.at(*a)))
            drawn.append("L" + _pair(view.at(*b)))
            pen_down = True
    return "".join(drawn)


def _outside(view: View, a: tuple[float, float], b: tuple[float, float]) -> bool:
    return (
        max(a[0], b[0]) < view.west
        or min(a[0], b[0]) > view.east
        or max(a[1], b[1]) < view.south
        or min(a[1], b[1]) > view.north
    )


def _pair(at: tuple[float, float]) -> str:
    return f"{at[0]:.1f} {at[1]:.1f}"
