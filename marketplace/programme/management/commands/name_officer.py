"""manage.py name_officer EMAIL PROVINCE: the first officer of a province that is not the home province."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand, CommandError

from marketplace.common.actor import SYSTEM
from marketplace.people.queries import person_by_name
from marketplace.programme.services.officers import OfficerError, name_officer
from marketplace.reference.models import Province


class Command(BaseCommand):
    help = "This person runs the programme of this province from now on. Twice changes nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("name", help="e-mail address or telephone number by which the person signs in")
        parser.add_argument("province", help="Kemendagri code of the province, for instance 35")

    def handle(self, *args: Any, **options: Any) -> None:
        person = person_by_name(options["name"])
        province = Province.objects.filter(code=options["province"]).first()
        if person is None or not person.is_active:
            raise CommandError("Nobody signs in with this name. The person makes an account first.")
        if province is None:
            raise CommandError(f"There is no province {options['province']}.")
        try:
            name_officer(person=person, province=province, actor=SYSTEM)
        except OfficerError as refused:
            said = {"staff": "has another role", "other": "runs another province's programme"}
            raise CommandError(f"This person {said[refused.code]}.") from refused
        if options["verbosity"]:
            self.stdout.write(f"{person} runs the programme of {province}.")
