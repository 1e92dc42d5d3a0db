from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import SYSTEM
from marketplace.payments import states as payment_states
from marketplace.payments.models import PayoutAccount
from marketplace.people.models import User
from marketplace.people.second_factor import codes
from marketplace.people.second_factor import queries as second_factors
from marketplace.people.second_factor import services as second_factor
from marketplace.people.second_factor.models import SecondFactor
from marketplace.pesantren.models import Member, Partner
from marketplace.programme import demo_province
from marketplace.reference.models import Regency
from marketplace.workspace import demo_companies, demo_exporter
from marketplace.workspace.demo_people import PEOPLE, DemoPerson

OFFICE_PERSON = "office@example.com"


class Command(BaseCommand):
    help = "Makes the sign-ins of the demonstration, or puts them right again; refuses anywhere else."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The sign-ins of the demonstration are only for the demonstration.")
        if not Regency.objects.filter(code=demo_companies.BANDUNG).exists():
            raise CommandError("There are no places yet. Run manage.py load_opop first.")
        with transaction.atomic():
            for person in PEOPLE:
                _put(person)
            for member in Member.objects.filter(user__email__in=[person.email for person in PEOPLE]):
                _account(member)
        if options["verbosity"]:
            self.stdout.write(f"{len(PEOPLE)} sign-ins, password {settings.DEMO_PASSWORD}.")


def _put(person: DemoPerson) -> None:
    """One person as the list says; a second run changes nothing."""
    user = User.objects.filter(email=person.email).first()
    if user is None:
        user = User.objects.create_user(person.email, settings.DEMO_PASSWORD, name=person.name)
    if not user.check_password(settings.DEMO_PASSWORD):
        user.set_password(settings.DEMO_PASSWORD)
    user.staff_role, user.is_active, user.language = person.staff_role, True, person.language
    user.save()
    if person.two_step:
        _put_app(user)
    if person.pesantren:
        partner = Partner.objects.filter(code=person.pesantren).first()
        if partner is None:
            raise CommandError(f"There is no pesantren {person.pesantren}. Run manage.py load_opop first.")
        Member.objects.get_or_create(partner=partner, user=user)
    if person.is_officer:
        demo_province.put_officer(user)
    if person.exporter:
        demo_exporter.put(person, user)
    if person.company:
        demo_companies.put(person, user)


def _put_app(user: User) -> None:
    """Two-step verification with an app that nobody holds: pages tell its codes. Locks and waits are lifted."""
    factor = second_factors.factor_of(user)
    if factor is None or not factor.is_on or factor.key_mark != codes.newest_mark():
        seed = codes.new_seed()
        key = codes.secret(person_id=user.pk, seed=seed, mark=codes.newest_mark())
        shown = codes.code_of(key, codes.step_at(timezone.now().timestamp()) - codes.WINDOW)
        second_factor.switch_on(person=user, seed=seed, typed=shown)
    SecondFactor.objects.filter(user=user).update(wrong=0, locked_until=None, money_from=None)


def _account(member: Member) -> None:
    """A fictional bank account that is in use already, so that the office can pay out at once."""
    if PayoutAccount.objects.filter(partner=member.partner).exists():
        return
    office = User.objects.get(email=OFFICE_PERSON)
    made = PayoutAccount.objects.create(
        partner=member.partner,
        bank="Bank Contoh",
        number=f"000000{member.partner_id}",
        holder=f"{member.partner.name} (fiktif)"[:100],
        state=payment_states.ACCOUNT_ACTIVE,
        proposed_by=member.user,
        confirmed_by=office,
        usable_from=timezone.now(),
    )
    machine.record(made, "", payment_states.ACCOUNT_ACTIVE, actor=SYSTEM, why="demonstrasi")
