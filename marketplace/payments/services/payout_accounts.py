"""Where a pesantren is paid: named by one of its people, confirmed by the office, used 48 hours later.

A stolen sign-in must not be enough to lead money away: two people, a wait, and everybody who works for the pesantren
hears of it at once. Until then the account before is used.
"""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.access import OFFICE, is_staff
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove
from marketplace.payments import payout_mails, states
from marketplace.payments.exceptions import PaymentError, SamePerson
from marketplace.payments.models import PayoutAccount
from marketplace.people.models import User
from marketplace.people.second_factor.queries import let_in_by
from marketplace.pesantren.models import Member, Partner


def may_name(person: User, partner: Partner) -> bool:
    """Only who is responsible for the pesantren, not its helpers."""
    return Member.objects.filter(user=person, partner=partner, role=Member.OWNER).exists()


@transaction.atomic
def propose(*, partner: Partner, bank: str, number: str, holder: str, person: User) -> PayoutAccount:
    """Name the account; one that waits is given up for it. Raises PaymentError for who is not responsible.

    Side effects: PayoutAccount, history rows, a mail to everybody of the pesantren.
    """
    if not may_name(person, partner):
        raise PaymentError("Only who is responsible for the pesantren names its account.")
    _lock(partner.pk)
    actor = Actor.of(person)
    for older in PayoutAccount.objects.filter(partner=partner, state=states.ACCOUNT_PROPOSED):
        states.PAYOUT_ACCOUNT.move(older, states.ACCOUNT_REFUSED, actor=actor, why="a newer one was named")
    made = PayoutAccount.objects.create(
        partner=partner, bank=bank, number=number, holder=holder, proposed_by=person
    )
    machine.record(made, "", states.ACCOUNT_PROPOSED, actor=actor)
    payout_mails.account_named(made)
    return made


def _lock(partner_id: int) -> None:
    """One step at a time for the accounts of a pesantren."""
    Partner.objects.select_for_update(no_key=True).get(pk=partner_id)


def _waiting(account: PayoutAccount) -> PayoutAccount:
    """The row as it is now, its pesantren locked. Raises IllegalMove if it does not wait any more."""
    _lock(account.partner_id)
    found = PayoutAccount.objects.get(pk=account.pk)
    if found.state != states.ACCOUNT_PROPOSED:
        raise IllegalMove(found, found.state, states.ACCOUNT_ACTIVE)
    return found


@transaction.atomic
def confirm(*, account: PayoutAccount, person: User) -> PayoutAccount:
    """The office has spoken with the pesantren: used PAYOUT_ACCOUNT_WAIT_HOURS from now.

    Side effects: PayoutAccount, history row, mails. Raises SamePerson for who named it, works for the pesantren, or
    lately opened the account of who named it (a sign-in link, two-step verification taken away), PaymentError for
    anybody outside the office or where it is confirmed already, IllegalMove.
    """
    found = _waiting(account)
    if not is_staff(person, OFFICE):
        raise PaymentError("Only the office confirms an account.")
    if found.proposed_by_id == person.pk or person.memberships.filter(partner=found.partner_id).exists():
        raise SamePerson("Somebody else must confirm it.")
    if let_in_by(person, found.proposed_by):
        raise SamePerson("Who could have signed in as the one who named it does not confirm it.")
    if found.confirmed_by_id:
        raise PaymentError("It is confirmed already.")
    found.confirmed_by = person
    found.usable_from = timezone.now() + timedelta(hours=settings.PAYOUT_ACCOUNT_WAIT_HOURS)
    found.save(update_fields=["confirmed_by", "usable_from"])
    machine.record(
        found, states.ACCOUNT_PROPOSED, states.ACCOUNT_PROPOSED, actor=Actor.of(person), why="confirmed"
    )
    payout_mails.account_confirmed(found)
    return found


@transaction.atomic
def refuse(*, account: PayoutAccount, actor: Actor, why: str) -> None:
    """The office refuses it, or the pesantren takes it back; also after it was confirmed, until it is used.

    Side effects: PayoutAccount, history row, mails. Raises IllegalMove.
    """
    found = _waiting(account)
    states.PAYOUT_ACCOUNT.move(found, states.ACCOUNT_REFUSED, actor=actor, why=why)
    payout_mails.account_refused(found, why)


def start_due() -> int:
    """Accounts whose wait is over take the place of those before; returns how many. Safe at any time."""
    due = PayoutAccount.objects.filter(state=states.ACCOUNT_PROPOSED, usable_from__lte=timezone.now())
    return sum(_start(row) for row in due.order_by("usable_from", "pk")[:500])


@transaction.atomic
def _start(account: PayoutAccount) -> bool:
    try:
        found = _waiting(account)
    except IllegalMove:
        return False  # taken back at this very moment
    for older in PayoutAccount.objects.filter(partner=found.partner_id, state=states.ACCOUNT_ACTIVE):
        states.PAYOUT_ACCOUNT.move(older, states.ACCOUNT_REPLACED, actor=SYSTEM)
    states.PAYOUT_ACCOUNT.move(found, states.ACCOUNT_ACTIVE, actor=SYSTEM)
    return True
