from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from marketplace.office import demo_commitments, demo_events


class Command(BaseCommand):
    help = "Makes the fictional events of the demonstration and what was promised there, once; refuses anywhere else."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The events of the demonstration are only for the demonstration.")
        with transaction.atomic():
            made = demo_events.put()
            past = demo_commitments.past_event()
            promises = demo_commitments.put(past) if past else 0
        if options["verbosity"]:
            self.stdout.write(f"{'One event' if made else 'No new event'}, {promises} promises at another.")
