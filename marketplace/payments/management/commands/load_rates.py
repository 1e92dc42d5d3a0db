"""manage.py load_rates FILE.csv: rates with their source (base,quote,rate,source,quoted_at). Twice changes nothing."""

from pathlib import Path
from typing import Any

from django.core.management import BaseCommand, CommandError, CommandParser

from marketplace.common.actor import SYSTEM
from marketplace.payments.rate_files import BadRates
from marketplace.payments.services import load_rates


class Command(BaseCommand):
    help = "Load exchange rates from a CSV file, whole or not at all. Rates are never changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            new, known = load_rates(content=options["file"].read_bytes(), actor=SYSTEM)
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        except BadRates as error:
            raise CommandError("\n".join(error.faults)) from error
        if options["verbosity"]:
            self.stdout.write(f"{new} rates new, {known} as they were")
