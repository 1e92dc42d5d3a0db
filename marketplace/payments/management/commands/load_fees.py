"""manage.py load_fees: the first rules of PPN, with their sources. Twice changes nothing.

Rules are only added, never overwritten. There is no commission unless the office adds a rule; with --example two
invented ones are loaded, to try the pages.
"""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser
from django.db import transaction

from catalogue.loading.rows import BrokenRowError, Row, Tally, put, read
from catalogue.models import ProductClass
from marketplace.payments.models import CommissionRule, TaxRule

DATA = Path(__file__).resolve().parents[2] / "data"
REGISTERED = {"": None, "yes": True, "no": False}


def load_tax(tally: Tally, row: Row, classes: dict[str, ProductClass]) -> None:
    """One rule, known by its name."""
    numbers = ("order", "rate_bp", "base_parts", "base_of")
    facts: dict[str, Any] = {column: row.number(column, required=True) for column in numbers}
    facts |= {
        "on_fee": row.flag("on_fee"),
        "registered": REGISTERED.get(row.text("registered")),
        "product_class": row.pick("product_class", classes) if row.text("product_class") else None,
        "channel": row.text("channel"),
        "source": row.text("source", required=True),
        "valid_from": row.date("valid_from"),
    }
    put(tally, TaxRule, {"name": row.text("name", required=True)}, facts, once=True)


def load_commission(tally: Tally, row: Row) -> None:
    """One invented rule, known by its name."""
    facts: dict[str, Any] = {
        column: row.number(column, required=True) for column in ("order", "rate_bp", "amount")
    }
    facts |= {"channel": row.text("channel"), "currency": row.text("currency", required=True)}
    facts["valid_from"] = row.date("valid_from")
    put(tally, CommissionRule, {"name": row.text("name", required=True)}, facts, once=True)


class Command(BaseCommand):
    help = "Load the rules of PPN. Twice changes nothing."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--example", action="store_true", help="two invented commission rules as well")

    def handle(self, *args: Any, **options: Any) -> None:
        tally = Tally()
        classes = {one.slug: one for one in ProductClass.objects.all()}
        try:
            with transaction.atomic():
                for row in read(DATA / "tax_rules.csv"):
                    load_tax(tally, row, classes)
                for row in read(DATA / "commission_example.csv") if options["example"] else ():
                    load_commission(tally, row)
        except BrokenRowError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            self.stdout.write(f"{tally.new.total()} rows new, {tally.same.total()} as they were")
