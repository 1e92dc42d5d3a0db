from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from marketplace.office import demo_exports


class Command(BaseCommand):
    help = "Makes the fictional exports of the demonstration, once; refuses anywhere else."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The exports of the demonstration are only for the demonstration.")
        with transaction.atomic():
            made = demo_exports.put()
        if options["verbosity"]:
            self.stdout.write("Two consignments." if made else "They are there already.")
