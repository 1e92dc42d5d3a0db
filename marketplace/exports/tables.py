"""The small tables of this room, read once: data/*.csv. `is_assumed` marks what no source says."""

import csv
from functools import lru_cache
from pathlib import Path

DATA = Path(__file__).resolve().parent / "data"
ANYWHERE = "*"


@lru_cache
def rows(name: str) -> tuple[dict[str, str], ...]:
    """All rows of data/<name>.csv, in the order of the file."""
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return tuple(csv.DictReader(file))
