"""manage.py load_tariffs: first couriers, zones and tariffs, all examples. Twice changes nothing.

What the office has edited since is kept: rows are only added, never overwritten. The couriers are fictional
and their prices invented. From sources are the divisors 6000 (JNE) and 5000 (J&T Cargo), the 10 kg minimum of
trucking (JNE) and the tolerance of 300 g (a reseller of JNE): design/domain.md, "Domestic freight".
"""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from catalogue.loading.rows import BrokenRowError, Row, Tally, put, read
from catalogue.models import DeliveryKind
from marketplace.fulfilment.models import Courier, Tariff, Zone

DATA = Path(__file__).resolve().parents[2] / "data"
AMOUNTS = ("base", "per_kg", "minimum", "days_least", "days_most")


def _one_of(row: Row, column: str, known: list[str]) -> str:
    value = row.text(column, required=True)
    if value not in known:
        raise row.fault(f'"{column}" knows no "{value}".')
    return value


def load_courier(tally: Tally, row: Row) -> Courier:
    """One courier, known by its code."""
    facts: dict[str, Any] = {
        "name": row.text("name", required=True),
        "kind": _one_of(row, "kind", DeliveryKind.values),
        "minimum_kg": row.number("minimum_kg", required=True, least=1),
        "step_g": int(_one_of(row, "step_g", [str(step) for step, _label in Courier.STEPS])),
        "tolerance_g": row.number("tolerance_g", required=True),
    }
    facts |= {column: row.number(column, least=1) for column in ("divisor", "max_kg")}
    facts |= {column: row.flag(column) for column in ("carries_perishables", "works_sundays", "is_example")}
    return put(tally, Courier, {"code": row.text("code", required=True)}, facts, once=True)


def load_zone(tally: Tally, row: Row) -> Zone:
    """One zone, known by its code."""
    facts: dict[str, Any] = {
        "name": row.text("name", required=True),
        "order": row.number("order", required=True),
        "scope": _one_of(row, "scope", [scope for scope, _label in Zone.SCOPES]),
        "provinces": row.words("provinces"),
        "within_km": row.number("within_km", least=1),
    }
    return put(tally, Zone, {"code": row.text("code", required=True)}, facts, once=True)


def load_tariff(tally: Tally, row: Row, couriers: dict[str, Courier], zones: dict[str, Zone]) -> None:
    """The first tariff of a courier in a zone. Amounts in whole rupiah."""
    facts: dict[str, Any] = {column: row.number(column, required=True) for column in AMOUNTS}
    facts["valid_from"] = row.date("valid_from")
    key = {"courier": row.pick("courier", couriers), "zone": row.pick("zone", zones)}
    put(tally, Tariff, key, facts, once=True)


class Command(BaseCommand):
    help = "Load couriers, zones and tariffs. Twice changes nothing; what the office edited is kept."

    def handle(self, *args: Any, **options: Any) -> None:
        tally = Tally()
        try:
            with transaction.atomic():
                couriers = [load_courier(tally, row) for row in read(DATA / "couriers.csv")]
                zones = [load_zone(tally, row) for row in read(DATA / "zones.csv")]
                by_code = {one.code: one for one in couriers}, {one.code: one for one in zones}
                for row in read(DATA / "tariffs.csv"):
                    load_tariff(tally, row, *by_code)
        except BrokenRowError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(f"{tally.new.total()} rows new, {tally.same.total()} as they were")
