"""Ports with their other codes, and the rules of Incoterms 2020 (sources: marketplace/reference/data/SOURCES.md)."""

from typing import Any

from catalogue.loading.places import put_all
from catalogue.loading.rows import REGENCIES, Row, Tally, read
from marketplace.reference.models import Incoterm, Port

PORTS = REGENCIES.with_name("ports.csv")
INCOTERMS = REGENCIES.with_name("incoterms.csv")
KINDS = {"sea": (True, False), "air": (False, True), "sea and air": (True, True)}
MODES = {"any": False, "sea": True}


def load(tally: Tally) -> None:
    put_all(tally, Port, {row.text("unlocode", required=True): _port(row) for row in read(PORTS)})
    terms = {
        row.text("term", required=True): _incoterm(row, position)
        for position, row in enumerate(read(INCOTERMS), start=1)
    }
    put_all(tally, Incoterm, terms)


def _port(row: Row) -> dict[str, Any]:
    kind = row.text("kind", required=True)
    if kind not in KINDS:
        raise row.fault(f'"kind" should be sea, air or sea and air, not "{kind}".')
    by_sea, by_air = KINDS[kind]
    return {
        "name": row.text("name", required=True),
        "country": row.text("country", required=True),
        "by_sea": by_sea,
        "by_air": by_air,
        "aliases": row.words("aliases"),
    }


def _incoterm(row: Row, position: int) -> dict[str, Any]:
    modes = row.text("modes", required=True)
    if modes not in MODES:
        raise row.fault(f'"modes" should be any or sea, not "{modes}".')
    texts = {name: row.text(name, required=True) for name in ("risk_passes", "main_carriage")}
    duties = {name: row.text(name, required=True) for name in ("export_clearance", "import_duty")}
    return {
        "position": position,
        "sea_only": MODES[modes],
        **texts,
        "insurance": row.text("insurance"),
        **duties,
    }
