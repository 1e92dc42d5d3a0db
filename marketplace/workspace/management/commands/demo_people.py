from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import SYSTEM
from marketplace.ledger.money import Money
from marketplace.payments import states as payment_states
from marketplace.payments.models import PayoutAccount
from marketplace.people.models import User
from marketplace.pesantren.models import Member, Partner
from marketplace.reference.models import Regency
from marketplace.workspace.demo_people import PEOPLE, DemoPerson
from offtakers import services as companies
from offtakers import states
from offtakers.models import Company, CompanyMember

OFFICE_PERSON = "office@example.com"


class Command(BaseCommand):
    help = "Makes the sign-ins of the demonstration, or puts them right again; refuses anywhere else."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The sign-ins of the demonstration are only for the demonstration.")
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
    user.staff_role, user.is_active = person.staff_role, True
    user.save()
    if person.pesantren:
        partner = Partner.objects.filter(code=person.pesantren).first()
        if partner is None:
            raise CommandError(f"There is no pesantren {person.pesantren}. Run manage.py load_opop first.")
        Member.objects.get_or_create(partner=partner, user=user)
    if person.company and not CompanyMember.objects.filter(user=user).exists():
        _found_company(person, user)


def _found_company(person: DemoPerson, user: User) -> None:
    """The fictional company of the demonstration: verified, 30 days of tempo, Rp 25.000.000."""
    facts = {
        "name": person.company,
        "kind": Company.Kind.DOMESTIC,
        "country": "ID",
        "npwp": "0000000000000000",
        "nib": "",
        "address": "Jl. Contoh No. 1, Bandung",
        "regency": Regency.objects.filter(code="32.73").first(),
        "phone": "+6281200000000",
        "email": person.email,
    }
    company = companies.register(user=user, facts=facts, actor=SYSTEM)
    states.COMPANY.move(company, states.SUBMITTED, actor=SYSTEM)
    companies.verify(company=company, actor=SYSTEM)
    companies.set_terms(
        company=company, tempo_days=30, credit_limit=Money(25_000_000), actor=SYSTEM, why="demonstrasi"
    )


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
