from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from marketplace.office import demo_programme


class Command(BaseCommand):
    help = "Makes the fictional years of the demonstration, once; refuses anywhere else."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The programme of the demonstration is only for the demonstration.")
        with transaction.atomic():
            made = demo_programme.put()
        if options["verbosity"]:
            self.stdout.write("Two years in two provinces." if made else "They are there already.")
