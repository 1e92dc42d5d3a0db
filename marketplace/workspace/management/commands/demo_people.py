from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from marketplace.people.models import User
from marketplace.pesantren.models import Member, Partner
from marketplace.workspace.demo_people import PEOPLE, DemoPerson


class Command(BaseCommand):
    help = "Makes the sign-ins of the demonstration, or puts them right again; refuses anywhere else."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The sign-ins of the demonstration are only for the demonstration.")
        with transaction.atomic():
            for person in PEOPLE:
                _put(person)
        if options["verbosity"]:
            self.stdout.write(f"{len(PEOPLE)} sign-ins, password {settings.DEMO_PASSWORD}.")


def _put(person: DemoPerson) -> None:
    """One person as the list says; a second run changes nothing."""
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, settings.DEMO_PASSWORD, name=person.name)
    if not user.check_password(settings.DEMO_PASSWORD):
        user.set_password(settings.DEMO_PASSWORD)
    user.staff_role, user.is_active = person.staff_role, True
    user.save()
    if person.pesantren:
        partner = Partner.objects.filter(code=person.pesantren).first()
        if partner is None:
            raise CommandError(f"There is no pesantren {person.pesantren}. Run manage.py load_opop first.")
        Member.objects.get_or_create(partner=partner, user=user)
