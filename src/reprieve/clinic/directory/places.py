"""What somebody types for a place, and where that is: ZIP, first half of a Canadian code, or a city.

Only the first three characters of a Canadian code are looked at. Cities are read once, from a cut of
GeoNames; ZIP codes and Canadian areas come from packages that are opened at the first question.
"""

import csv
import functools
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from reprieve.core.directory.distance import Point
from reprieve.core.directory.headers import fold
from reprieve.core.directory.outlines import Line

DATA = Path(__file__).parent / "data"
ZIP = re.compile(r"(\d{5})(?:[-\s]?\d{4})?")
POSTAL_AREA = re.compile(r"([ABCEGHJKLMNPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])(?:\s?-?\s?(?:\d[A-Z]\d)?)?")
LONGEST = 80  # characters of a place somebody may type


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place we know. region: state or province, two letters."""

    name: str
    region: str
    country: str
    point: Point
    people: int = 0

    @property
    def label(self) -> str:
        return f"{self.name}, {self.region}" if self.region else self.name


def find_places(typed: str) -> list[Place]:
    """The places meant, the likeliest first; empty when we know none.

    A code is one place. A city without its state may be several, the one with most people first.
    """
    text = " ".join(typed[:LONGEST].split())
    if match := ZIP.fullmatch(text):
        return _of_zip(match[1])
    if match := POSTAL_AREA.fullmatch(text.upper()):
        return _of_postal_area(match[1])
    return _of_city(text)


def _of_zip(code: str) -> list[Place]:
    import zipcodes

    for row in zipcodes.matching(code) if zipcodes.is_real(code) else ():
        if row["country"] == "US" and row["lat"]:
            at = Point(latitude=float(row["lat"]), longitude=float(row["long"]))
            return [
                Place(name=f"{code} {row['city']}", region=row["state"], country="US", point=at)
            ]
    return []  # among others of the armed forces abroad


def _of_postal_area(area: str) -> list[Place]:
    from pypostalcode import PostalCodeDatabase

    try:
        row = PostalCodeDatabase()[area]
    except IndexError:
        return []
    at = Point(latitude=row.latitude, longitude=row.longitude)
    town = row.city.partition("(")[0].strip()
    return [
        Place(name=f"{area} {town}", region=REGIONS[fold(row.province)], country="CA", point=at)
    ]


def _of_city(text: str) -> list[Place]:
    name, _comma, region = text.partition(",")
    letters = _letters(region)
    if region.strip() and not letters:
        return []
    words = name.split()
    found = _named(name, letters)
    for tail in (1, 2, 3) if not (found or letters) else ():  # "Portland ME", "Bath New York"
        letters = _letters(" ".join(words[-tail:]))
        if letters and len(words) > tail:
            found = found or _named(" ".join(words[:-tail]), letters)
    return found


def _letters(region: str) -> str:
    text = fold(region)
    return REGIONS.get(text) or (text.upper() if text.upper() in REGIONS.values() else "")


def _named(name: str, region: str) -> list[Place]:
    key = _key(name)
    also = key.removesuffix(" city") if key.endswith(" city") else f"{key} city"
    found = _cities().get(key) or _cities().get(also) or []
    return [place for place in found if region in ("", place.region)]


def _key(name: str) -> str:
    words = fold(name).split()
    return " ".join(
        {"st": "saint", "ste": "sainte", "ft": "fort", "mt": "mount"}.get(w, w) for w in words
    )


def cities() -> list[Place]:
    """Every city we know, most people first."""
    return [place for places in _cities().values() for place in places]


@functools.cache
def _cities() -> dict[str, list[Place]]:
    table: defaultdict[str, list[Place]] = defaultdict(list)
    with (DATA / "cities.csv").open(encoding="utf-8", newline="") as file:
        next(file)  # the line that says whose data it is
        for name, region, country, latitude, longitude, people in csv.reader(file):
            at = Point(latitude=float(latitude), longitude=float(longitude))
            place = Place(name=name, region=region, country=country, point=at, people=int(people))
            table[_key(name)].append(place)
    return dict(table)


@functools.cache
def outlines(detail: str) -> tuple[Line, ...]:
    """Coasts and borders of states, and of Canada. detail: "fine" or "coarse"."""
    rows = (DATA / f"outlines-{detail}.txt").read_text(encoding="utf-8").splitlines()[1:]
    return tuple(map(_line, rows))


def _line(row: str) -> Line:
    points, x, y = [], 0, 0
    for step in row.split(","):
        dx, dy = step.split()
        x, y = x + int(dx), y + int(dy)
        points.append((x / 100, y / 100))
    return tuple(points)


# States, the federal district, Puerto Rico, provinces and territories, by folded name.
REGIONS = {
    "alabama": "AL", "alaska": "AK", "arizona": "AZ", "arkansas": "AR", "california": "CA", "colorado": "CO",
    "connecticut": "CT", "delaware": "DE", "district of columbia": "DC", "florida": "FL", "georgia": "GA",
    "hawaii": "HI", "idaho": "ID", "illinois": "IL", "indiana": "IN", "iowa": "IA", "kansas": "KS", "kentucky": "KY",
    "louisiana": "LA", "maine": "ME", "maryland": "MD", "massachusetts": "MA", "michigan": "MI", "minnesota": "MN",
    "mississippi": "MS", "missouri": "MO", "montana": "MT", "nebraska": "NE", "nevada": "NV", "new hampshire": "NH",
    "new jersey": "NJ", "new mexico": "NM", "new york": "NY", "north carolina": "NC", "north dakota": "ND",
    "ohio": "OH", "oklahoma": "OK", "oregon": "OR", "pennsylvania": "PA", "puerto rico": "PR", "rhode island": "RI",
    "south carolina": "SC", "south dakota": "SD", "tennessee": "TN", "texas": "TX", "utah": "UT", "vermont": "VT",
    "virginia": "VA", "washington": "WA", "west virginia": "WV", "wisconsin": "WI", "wyoming": "WY",
    "alberta": "AB", "british columbia": "BC", "manitoba": "MB", "new brunswick": "NB",
    "newfoundland and labrador": "NL", "newfoundland": "NL", "nova scotia": "NS", "northwest territories": "NT",
    "northwest territory": "NT", "nunavut": "NU", "nunavut territory": "NU", "ontario": "ON", "prince edward island": "PE", "quebec": "QC", "saskatchewan": "SK",
    "yukon": "YT", "yukon territory": "YT",
}  # fmt: skip
