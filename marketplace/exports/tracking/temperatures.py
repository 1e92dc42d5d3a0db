"""What a thermometer on the way says: when it left the range, and the line of a chart. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

# Around the set-point. Assumed: no source gives one tolerance for all goods (decision 0046).
TOLERANCE = Decimal(2)
WIDE, HIGH = 480, 120  # of the drawing, in its own units


class Reading(Protocol):
    logger: str
    at: datetime
    celsius: Decimal


@dataclass(frozen=True)
class Excursion:
    """Readings of one logger, one after the other, outside the range."""

    logger: str
    first: datetime
    last: datetime
    worst: Decimal
    readings: int


@dataclass(frozen=True)
class Line:
    """One logger in the drawing."""

    logger: str
    points: str  # "0,12 4,13 …"
    lowest: Decimal
    highest: Decimal


@dataclass(frozen=True)
class Chart:
    """All loggers of a consignment, with the band that is allowed (none where there is no set-point)."""

    lines: list[Line]
    first: datetime
    last: datetime
    bottom: Decimal
    top: Decimal
    band_y: float | None = None
    band_height: float = 0
    marks: tuple[tuple[float, float], ...] = ()  # x and width of each excursion


def excursions(readings: Iterable[Reading], setpoint: Decimal | None) -> list[Excursion]:
    """Every run outside the set-point ± TOLERANCE; the limit is inside. Expects readings by logger and time."""
    if setpoint is None:
        return []
    found: list[Excursion] = []
    run: list[Reading] = []
    for one in readings:
        outside = abs(one.celsius - setpoint) > TOLERANCE
        if run and (not outside or run[0].logger != one.logger):
            found.append(_excursion(run, setpoint))
            run = []
        if outside:
            run.append(one)
    return [*found, _excursion(run, setpoint)] if run else found


def _excursion(run: Sequence[Reading], setpoint: Decimal) -> Excursion:
    worst = max(run, key=lambda one: abs(one.celsius - setpoint)).celsius
    return Excursion(run[0].logger, run[0].at, run[-1].at, worst, len(run))


def chart(readings: Sequence[Reading], setpoint: Decimal | None) -> Chart | None:
    """The drawing; nothing without readings."""
    if not readings:
        return None
    first, last = min(one.at for one in readings), max(one.at for one in readings)
    marks = [one.celsius for one in readings]
    if setpoint is not None:
        marks += [setpoint - TOLERANCE, setpoint + TOLERANCE]
    bottom, top = min(marks) - 1, max(marks) + 1

    def y(celsius: Decimal) -> float:
        return round(float((top - celsius) / (top - bottom)) * HIGH, 1)

    span = (last - first).total_seconds() or 1
    by_logger: dict[str, list[Reading]] = {}
    for one in readings:
        by_logger.setdefault(one.logger, []).append(one)
    lines = [
        Line(
            logger,
            " ".join(
                f"{(r.at - first).total_seconds() / span * WIDE:.1f},{y(r.celsius)}" for r in _thin(rows)
            ),
            min(r.celsius for r in rows),
            max(r.celsius for r in rows),
        )
        for logger, rows in by_logger.items()
    ]
    if setpoint is None:
        return Chart(lines, first, last, bottom, top)
    upper, lower = y(setpoint + TOLERANCE), y(setpoint - TOLERANCE)
    out = tuple(_mark(one, first, span) for one in excursions(readings, setpoint))
    return Chart(lines, first, last, bottom, top, upper, round(lower - upper, 1), out)


def _mark(one: Excursion, first: datetime, span: float) -> tuple[float, float]:
    """Where it is drawn: x and width, never too thin to be seen."""
    start, end = ((at - first).total_seconds() / span * WIDE for at in (one.first, one.last))
    return round(start, 1), round(max(end - start, 2), 1)


def _thin(rows: Sequence[Reading]) -> list[Reading]:
    """At most WIDE points are drawn, always with the coldest and the warmest of each stretch."""
    size = -(-len(rows) * 2 // WIDE)
    if size <= 1:
        return list(rows)
    kept: list[Reading] = []
    for start in range(0, len(rows), size):
        some = rows[start : start + size]
        ends = {id(one): one for one in (min(some, key=_celsius), max(some, key=_celsius))}
        kept += sorted(ends.values(), key=lambda one: one.at)
    return kept


def _celsius(one: Reading) -> Decimal:
    return one.celsius
