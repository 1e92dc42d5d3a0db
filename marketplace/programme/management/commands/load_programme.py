"""manage.py load_programme: the sourced record of the programme, 2019 to 2023."""

from typing import Any

from django.core.management import BaseCommand, CommandError
from django.db import transaction

from marketplace.programme import loading
from marketplace.reference.models import Province


class Command(BaseCommand):
    help = (
        "Load years, figures, awards, exhibitions and role models with their sources. Twice changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with transaction.atomic():
                found = loading.everything()
        except Province.DoesNotExist as error:
            raise CommandError("There are no places yet. Run manage.py load_opop first.") from error
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in found.items()))
