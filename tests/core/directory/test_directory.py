"""Distance, the order of the answers, columns by name, and the lines of the map."""

from dataclasses import replace
from math import pi

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reprieve.core.directory.distance import EARTH_KM, Point, box_around, great_circle_km
from reprieve.core.directory.headers import fold, match_headers
from reprieve.core.directory.outlines import View, arcs_of, path_in, simplify
from reprieve.core.directory.ranking import STEP_KM, Candidate, rank

points = st.builds(
    Point,
    latitude=st.floats(-90, 90, allow_nan=False),
    longitude=st.floats(-180, 180, allow_nan=False),
)


def at(latitude: float, longitude: float) -> Point:
    return Point(latitude=latitude, longitude=longitude)


def test_a_quarter_of_the_equator_is_a_quarter_of_the_earth() -> None:
    """2 pi R / 4 = 10,007.56 km."""
    assert great_circle_km(at(0, 0), at(0, 90)) == pytest.approx(2 * pi * 6371.0088 / 4)


def test_one_degree_of_latitude() -> None:
    """pi R / 180 = 111.195 km, anywhere."""
    assert great_circle_km(at(41, -87), at(42, -87)) == pytest.approx(111.195, abs=0.001)


def test_los_angeles_to_new_york_as_the_aviation_formulary_prints_it() -> None:
    """Williams, Aviation Formulary: LAX 33 57 N 118 24 W, JFK 40 38 N 73 47 W: 0.623585 radians."""
    lax, jfk = at(33 + 57 / 60, -(118 + 24 / 60)), at(40 + 38 / 60, -(73 + 47 / 60))
    assert great_circle_km(lax, jfk) / EARTH_KM == pytest.approx(0.623585, abs=1e-6)


@given(points, points)
def test_the_way_there_is_the_way_back_and_no_longer_than_half_around(a: Point, b: Point) -> None:
    assert great_circle_km(a, b) == pytest.approx(great_circle_km(b, a), abs=1e-6)
    assert 0 <= great_circle_km(a, b) <= pi * EARTH_KM + 1e-6


@given(points, points, st.floats(1, 5000))
def test_the_box_never_leaves_out_what_the_circle_holds(c: Point, p: Point, radius: float) -> None:
    box = box_around(c, radius)
    inside = box.south <= p.latitude <= box.north and any(
        west <= p.longitude <= east for west, east in box.spans
    )
    assert inside or great_circle_km(c, p) > radius * (1 - 1e-9)


def test_a_box_over_the_date_line_has_two_spans() -> None:
    box = box_around(at(52, 179.5), 100)
    assert len(box.spans) == 2
    assert any(west <= -179.9 <= east for west, east in box.spans)


NEAR = Candidate(id="a", name="A", distance_km=1.0, verified=0)


def test_nearer_steps_come_first_whatever_is_verified() -> None:
    """10 miles are 16.09 km: 16.0 is in the first step, 16.1 in the second."""
    checked = Candidate(id="b", name="B", distance_km=16.1, verified=11)
    within = replace(checked, id="c", distance_km=16.0)
    assert [c.id for c in rank([checked, NEAR])] == ["a", "b"]
    assert [c.id for c in rank([NEAR, within])] == ["c", "a"]
    assert 16.0 < STEP_KM < 16.1


def test_in_a_step_with_as_many_verified_the_shorter_way_then_the_name() -> None:
    further = replace(NEAR, id="c", name="0", distance_km=2.0)
    same = replace(NEAR, id="b", name="B")
    assert [c.id for c in rank([further, same, NEAR])] == ["a", "b", "c"]


def test_columns_are_found_by_name_in_any_order_and_spelling() -> None:
    names = {"postal_code": ("ZIP code",), "name": ("clinic",), "city": ()}
    matched = match_headers(["Fax", " zip-CODE ", "Clinic"], names, needed=("name",))
    assert matched.columns == {"postal_code": 1, "name": 2}
    assert matched.ignored == ("Fax",)
    assert not matched.problems


def test_a_needed_column_missing_and_one_there_twice_are_both_said() -> None:
    names = {"name": ("clinic",), "city": ()}
    matched = match_headers(["Name", "Clinic"], names, needed=("name", "city"))
    assert {p.path for p in matched.problems} == {"header.name", "header.city"}


def test_folding_leaves_letters_and_figures() -> None:
    assert fold("  Montréal-Nord. 2 ") == "montreal nord 2"


# Two squares side by side: arc 0 is their common side; arcs in steps of 1, scaled by 2, moved by 10.
TOPOLOGY = {
    "transform": {"scale": [2, 2], "translate": [10, 0]},
    "arcs": [
        [[1, 0], [0, 1]],
        [[1, 1], [-1, 0], [0, -1], [1, 0]],
        [[1, 0], [1, 0], [0, 1], [-1, 0]],
    ],
    "objects": {
        "land": {
            "geometries": [
                {"id": "1", "type": "Polygon", "arcs": [[0, 1]]},
                {"id": "2", "type": "MultiPolygon", "arcs": [[[2, -1]]]},
            ]
        }
    },
}


def test_a_common_border_is_drawn_once() -> None:
    lines = arcs_of(TOPOLOGY, "land")
    assert len(lines) == 3
    assert lines[0] == ((12, 0), (12, 2))  # 1 * 2 + 10, 0; then one step up


def test_a_border_drawn_elsewhere_is_left_out() -> None:
    [only] = arcs_of(TOPOLOGY, "land", keep=["1"], drop=["2"])
    assert only == ((12, 2), (10, 2), (10, 0), (12, 0))


def test_thinning_keeps_the_ends_and_what_stands_out() -> None:
    """The middle point is 0.3 off the straight line between the ends."""
    line = ((0.0, 0.0), (1.0, 0.3), (2.0, 0.0))
    assert simplify(line, 0.31) == ((0.0, 0.0), (2.0, 0.0))
    assert simplify(line, 0.29) == line


@given(st.lists(st.tuples(st.integers(-99, 99), st.integers(-99, 99)), min_size=2, max_size=30))
def test_thinning_by_nothing_only_drops_points_on_the_line(points: list[tuple[int, int]]) -> None:
    thin = simplify(tuple(points), 0.0)
    assert thin[0] == points[0]
    assert thin[-1] == points[-1]
    assert set(thin) <= set(points)


def test_a_view_puts_north_up_and_leaves_out_what_is_beside_it() -> None:
    view = View(west=0, east=10, south=0, north=10, width=100)
    assert view.at(0, 10) == (0, 0)
    assert view.at(5, 0) == (50, pytest.approx(view.height))
    beside = ((20.0, 1.0), (30.0, 1.0))
    assert path_in(view, [beside]) == ""
    assert path_in(view, [((0.0, 10.0), (10.0, 10.0))]) == "M0.0 0.0L100.0 0.0"
