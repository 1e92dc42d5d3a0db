"""manage.py load_scale: 5,018 synthetic pesantren, 100,000 products, 50,000 orders, to measure with."""

import time
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from marketplace.fulfilment.scale import making


class Command(BaseCommand):
    help = "Make a large, plainly synthetic market (always the same one). Refuses in production and twice."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pesantren", type=int, default=5018)
        parser.add_argument("--products", type=int, default=100_000)
        parser.add_argument("--orders", type=int, default=50_000)
        parser.add_argument(
            "--remove", action="store_true", help="take it away again (not where orders were made)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("Synthetic goods have no place in production.")
        counts = {name: options[name] for name in ("pesantren", "products", "orders")}
        if min(counts["pesantren"], counts["products"]) < 1 or counts["orders"] < 0:
            raise CommandError("At least one pesantren and one product are needed.")
        began = time.monotonic()
        try:
            if options["remove"]:
                making.remove(say=self.say)
            else:
                making.load(**counts, say=self.say)
        except making.CannotMake as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"Done in {time.monotonic() - began:.0f} s.")

    def say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()
