"""Where ports lie, which clock they have, and how goods usually travel there. For drawings and times; not measured.

Coordinates and waypoints (data/port_places.csv) are rounded to what a small map shows. The land is Natural Earth 1:110m
(public domain), simplified, in static/img/land.svg: x is the longitude, y the latitude turned over.
"""

import math
from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from marketplace.exports import states
from marketplace.exports.tables import rows

MARGIN = 8.0  # degrees around the way
LEAST = 40.0  # degrees a map shows at least
Point = tuple[float, float]  # longitude, latitude


@dataclass(frozen=True)
class Place:
    at: Point
    zone: ZoneInfo
    way: tuple[Point, ...]  # by sea from Java


@dataclass(frozen=True)
class Map:
    """The drawing: its cut of the world, the way, and the two ends as (x, y)."""

    view: str
    way: str
    start: Point
    end: Point
    dot: float


@cache
def places() -> dict[str, Place]:
    return {row["unlocode"]: _place(row) for row in rows("port_places")}


def _place(row: dict[str, str]) -> Place:
    way = [tuple(float(number) for number in point.split()) for point in row["way"].split(";") if point]
    at = (float(row["longitude"]), float(row["latitude"]))
    return Place(at, ZoneInfo(row["timezone"]), tuple((x, y) for x, y in way))


def zone_of(code: str) -> ZoneInfo | None:
    found = places().get(code)
    return found.zone if found else None


def drawing(origin: str, destination: str, mode: str) -> Map | None:
    """The way between two ports we know: by air the shortest one, by sea around the land."""
    start, end = places().get(origin), places().get(destination)
    if start is None or end is None:
        return None
    way = [start.at, *end.way, end.at] if mode == states.SEA and end.way else great_circle(start.at, end.at)
    xs, ys = [x for x, _y in way], [-y for _x, y in way]
    width = max(max(xs) - min(xs) + 2 * MARGIN, LEAST)
    height = max(max(ys) - min(ys) + 2 * MARGIN, width / 2)
    left = (min(xs) + max(xs) - width) / 2
    top = (min(ys) + max(ys) - height) / 2
    return Map(
        view=f"{left:.1f} {top:.1f} {width:.1f} {height:.1f}",
        way=" ".join(f"{x:.1f},{-y:.1f}" for x, y in way),
        start=(start.at[0], -start.at[1]),
        end=(end.at[0], -end.at[1]),
        dot=round(width / 90, 2),
    )


def great_circle(start: Point, end: Point, steps: int = 24) -> list[Point]:
    """Points on the shortest way over the globe, both ends among them."""
    a, b = _vector(start), _vector(end)
    angle = math.acos(max(-1.0, min(1.0, sum(x * y for x, y in zip(a, b, strict=True)))))
    if angle == 0:
        return [start, end]
    found = []
    for step in range(steps + 1):
        part = step / steps
        one, other = math.sin((1 - part) * angle), math.sin(part * angle)
        x, y, z = ((one * p + other * q) / math.sin(angle) for p, q in zip(a, b, strict=True))
        found.append((math.degrees(math.atan2(y, x)), math.degrees(math.asin(max(-1.0, min(1.0, z))))))
    return found


def _vector(point: Point) -> tuple[float, float, float]:
    longitude, latitude = math.radians(point[0]), math.radians(point[1])
    return (
        math.cos(latitude) * math.cos(longitude),
        math.cos(latitude) * math.sin(longitude),
        math.sin(latitude),
    )
