"""The real first export of the programme, with its sources. Facts alone: what was not published stays unknown."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from marketplace.exports import tables

# Where the facts were read (domain report [30], [31], [2]); read as stored copies, not visited.
SOURCES = [
    ("Republika", "https://fbeta.republika.co.id/berita/r41lhi484"),
    (
        "Tribun Jabar, 13.12.2021",
        "https://jabar.tribunnews.com/2021/12/13/lewat-opop-pesantren-di-jabar-berhasil-ekspor-jengkol-hingga-ke-dubai",
    ),
    (
        "Jabar Ekspres, 13.12.2021",
        "https://jabarekspres.com/berita/2021/12/13/produk-pesantren-terbang-ke-dubai-kadiskuk-jabar-paparkan-proses-perjalanan-pemasaran",
    ),
    ("Kompas, 27.10.2021", "https://kilasdaerah.kompas.com/jawa-barat/read/2021/10/27/16020951"),
]


@dataclass(frozen=True)
class Good:
    seller: str
    name: str
    quantity: int | None  # none: not published
    unit: str


@dataclass(frozen=True)
class FirstExport:
    released: date
    buyer: str
    goods: list[Good]

    @property
    def kilograms(self) -> int:
        return sum(good.quantity or 0 for good in self.goods if good.unit == "kg")


@cache
def first_export() -> FirstExport:
    rows = tables.rows("first_export")
    goods = [
        Good(row["seller"], row["product"], int(row["quantity"]) if row["quantity"] else None, row["unit"])
        for row in rows
    ]
    return FirstExport(date.fromisoformat(rows[0]["released"]), rows[0]["buyer"], goods)
