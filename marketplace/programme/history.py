"""The programme of West Java before this program, 2019 to 2023: published facts with their sources, from data/*.csv.

Facts alone: what was not published stays unknown. The first export stands in exports/history.py.
"""

import csv
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).parent / "data"
WEST_JAVA = "32"


@lru_cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """All rows of data/<name>.csv, in the order of the file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))


def is_divided_by_us(year: int, code: str) -> bool:
    """Whether a sum's participants are those of the whole year: its source does not name them, so we divided."""
    return any(
        row["participants_of"] == "year"
        for row in rows("figures")
        if (row["year"], row["code"]) == (str(year), code)
    )


@dataclass(frozen=True)
class SectorShare:
    """How many of a year's participants worked in a sector, as a source says."""

    sector: str
    pesantren: int
    source: str
    source_url: str


def years_of_sector_mix() -> list[int]:
    return sorted({int(row["year"]) for row in rows("sector_mix")})


def sector_mix(year: int) -> list[SectorShare]:
    """Empty where no source tells it."""
    return [
        SectorShare(row["sector"], int(row["pesantren"]), row["source"], row["source_url"])
        for row in rows("sector_mix")
        if int(row["year"]) == year
    ]
