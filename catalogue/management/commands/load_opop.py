"""manage.py load_opop: the sourced goods of OPOP, the fictional sellers, and the courier tariffs."""

from typing import Any

from django.core.management import BaseCommand, CommandError, call_command
from django.db import transaction

from catalogue import loading
from catalogue.loading.rows import BrokenRowError


class Command(BaseCommand):
    help = "Load places, kinds of goods, pesantren, listings, pictures and tariffs. Twice changes nothing."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                tally = loading.everything()
                call_command("load_tariffs", verbosity=0)
                call_command("load_fees", verbosity=0)
        except BrokenRowError as error:
            raise CommandError(str(error)) from error
        if options["verbosity"]:
            counts = (("new", tally.new), ("changed", tally.changed), ("as they were", tally.same))
            self.stdout.write(", ".join(f"{count.total()} rows {word}" for word, count in counts))
