"""manage.py load_tariffs: first delivery tariffs, all example figures. Twice changes nothing."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from catalogue.loading.rows import BrokenRowError, Row, Tally, put, read
from catalogue.models import DeliveryKind
from marketplace.fulfilment.models import Tariff

FILE = Path(__file__).resolve().parents[2] / "data" / "tariffs.csv"
AMOUNTS = ("order", "minimum_kg", "base", "per_kg", "minimum", "days_least", "days_most")


def load(tally: Tally, row: Row) -> None:
    """One tariff, known by its kind and name. Amounts in whole rupiah."""
    kind = row.text("kind", required=True)
    if kind not in DeliveryKind.values:
        raise row.fault(f'"kind" knows no "{kind}".')
    facts: dict[str, Any] = {column: row.number(column, required=True) for column in AMOUNTS}
    facts |= {column: row.number(column, least=1) for column in ("within_km", "divisor")}
    facts |= {column: row.flag(column) for column in ("same_regency_only", "is_example")}
    put(tally, Tariff, {"kind": kind, "name": row.text("name", required=True)}, facts)


class Command(BaseCommand):
    help = "Load the delivery tariffs. Twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        tally = Tally()
        try:
            with transaction.atomic():
                for row in read(FILE):
                    load(tally, row)
        except BrokenRowError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(f"{tally.new.total()} tariffs new, {tally.changed.total()} changed")
