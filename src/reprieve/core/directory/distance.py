"""Distances on the earth taken as a sphere: within 0.6 % of the true ellipsoid, finer than any ZIP."""

from dataclasses import dataclass
from math import asin, cos, degrees, pi, radians, sin, sqrt

EARTH_KM = 6371.0088  # mean radius R1 of WGS 84 (Moritz 2000, Geodetic Reference System 1980)
KM_PER_MILE = 1.609344  # exact, international mile


@dataclass(frozen=True, slots=True, kw_only=True)
class Point:
    """Degrees; north and east are positive."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """South to north, and one or two west-to-east spans: two when it crosses 180 degrees."""

    south: float
    north: float
    spans: tuple[tuple[float, float], ...]


def great_circle_km(a: Point, b: Point) -> float:
    """Shortest way over the sphere, by the haversine formula, stable for near points."""
    lat_a, lat_b = radians(a.latitude), radians(b.latitude)
    half_lat = sin((lat_b - lat_a) / 2) ** 2
    half_lon = sin(radians(b.longitude - a.longitude) / 2) ** 2
    h = half_lat + cos(lat_a) * cos(lat_b) * half_lon
    return 2 * EARTH_KM * asin(sqrt(min(1.0, h)))


def box_around(centre: Point, radius_km: float) -> Box:
    """The smallest box of latitudes and longitudes that holds the whole circle.

    A database looks through the box; only what is inside is measured. Where the circle holds a pole
    every longitude is in it.
    """
    turn = radius_km / EARTH_KM
    south, north = centre.latitude - degrees(turn), centre.latitude + degrees(turn)
    if south <= -90 or north >= 90 or turn >= pi / 2:
        return Box(south=max(south, -90.0), north=min(north, 90.0), spans=((-180.0, 180.0),))
    wide = degrees(asin(min(1.0, sin(turn) / cos(radians(centre.latitude)))))
    west, east = centre.longitude - wide, centre.longitude + wide
    spans: tuple[tuple[float, float], ...]
    if west < -180:
        spans = ((west + 360, 180.0), (-180.0, east))
    elif east > 180:
        spans = ((west, 180.0), (-180.0, east - 360))
    else:
        spans = ((west, east),)
    return Box(south=south, north=north, spans=spans)
