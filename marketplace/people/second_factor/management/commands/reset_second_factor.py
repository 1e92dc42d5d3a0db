from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from marketplace.common.actor import SYSTEM
from marketplace.people.queries import person_by_name
from marketplace.people.second_factor import resets, states
from marketplace.people.second_factor.models import SecondFactor


class Command(BaseCommand):
    help = (
        "Takes two-step verification from somebody whose phone and codes are lost; money waits, a mail tells."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="e-mail address or telephone number")
        parser.add_argument("--why", required=True, help="kept in the history, and told to the person")

    def handle(self, *args: Any, name: str, why: str, **options: Any) -> None:
        person = person_by_name(name)
        with transaction.atomic():
            rows = SecondFactor.objects.select_for_update(no_key=True)
            factor = rows.filter(user=person, state=states.ON).first() if person else None
            if factor is None:
                raise CommandError(f"Two-step verification of {name} is not on.")
            resets.take_away(factor, actor=SYSTEM, why=f"server: {why}"[:300])
        self.stdout.write(f"Two-step verification of {name} is off; money waits.")
