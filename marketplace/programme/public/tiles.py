"""The tile map: one tile of one size for each kabupaten and kota, roughly where it lies, with how many are there.

The layout is data/tiles.csv (by code of Kemendagri). A province without a layout gets the table alone. North stays
above and west at the left in every language: a map is not mirrored.
"""

import csv
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from django.db.models import Count

from marketplace.pesantren.models import Partner
from marketplace.programme.models import Participation
from marketplace.reference.models import Province, Regency

LAYOUT = Path(__file__).parent.parent / "data" / "tiles.csv"
SIDE, EDGE = 96, 6
# From none to most; dark text reads on all of them.
FILLS = ("#ffffff", "#eef2f8", "#d5dfee", "#a9bedb")


@dataclass(frozen=True)
class Place:
    """One kabupaten or kota, its kind always shown: six names of West Java are both."""

    code: str
    kind: str  # "Kab." or "Kota"
    name: str
    participants: int
    sellers: int

    @property
    def short(self) -> str:
        return f"{self.kind} {self.name}"


@dataclass(frozen=True)
class Tile:
    place: Place
    x: int
    y: int
    fill: str


@dataclass(frozen=True)
class TileMap:
    width: int
    height: int
    tiles: list[Tile]
    legend: list[tuple[str, int, int]]  # fill, from, to

    @property
    def view(self) -> str:
        return f"0 0 {self.width} {self.height}"


@cache
def layout() -> dict[str, tuple[int, int]]:
    with LAYOUT.open(encoding="utf-8", newline="") as file:
        return {row["code"]: (int(row["column"]), int(row["row"])) for row in csv.DictReader(file)}


def places(province: Province) -> list[Place]:
    """All kabupaten and kota of the province by code, with participants of the programme on this platform and with
    pesantren that sell here. Three queries."""
    took_part = dict(
        Participation.objects.filter(province=province)
        .order_by()
        .values_list("regency")
        .annotate(Count("pk"))
    )
    selling = Partner.objects.filter(regency__province=province, sells=True, suspended_at=None)
    sellers = dict(selling.order_by().values_list("regency").annotate(Count("pk")))
    return [
        Place(
            row.code,
            "Kab." if row.kind == Regency.KABUPATEN else "Kota",
            row.name,
            took_part.get(row.pk, 0),
            sellers.get(row.pk, 0),
        )
        for row in Regency.objects.filter(province=province).order_by("code")
    ]


def steps(counts: Sequence[int]) -> list[tuple[int, int]]:
    """None, and three steps of about one width up to the most; fewer where there are few counts."""
    most = max(counts, default=0)
    if most < 3:
        return [(0, 0), *[(count, count) for count in range(1, most + 1)]]
    edges = [0, most // 3, 2 * most // 3, most]
    return [(0, 0), *[(low + 1, high) for low, high in pairwise(edges)]]


def tile_map(found: Sequence[Place]) -> TileMap | None:
    """Coloured by participants; participants and sellers are written on each tile; none without a layout for all."""
    where = layout()
    if not found or any(place.code not in where for place in found):
        return None
    scale = steps([place.participants for place in found])
    tiles = []
    for place in found:
        column, row = where[place.code]
        step = next(at for at, (low, high) in enumerate(scale) if low <= place.participants <= high)
        tiles.append(Tile(place, column * (SIDE + EDGE), row * (SIDE + EDGE), FILLS[step]))
    columns = max(column for column, _row in where.values()) + 1
    rows = max(row for _column, row in where.values()) + 1
    legend = [(FILLS[at], low, high) for at, (low, high) in enumerate(scale)]
    return TileMap(columns * (SIDE + EDGE) - EDGE, rows * (SIDE + EDGE) - EDGE, tiles, legend)
