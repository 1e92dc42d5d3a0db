"""What was paid for one order counts for another of the same buyer: a sample's fee for the first delivery (0043)."""

from django.db import transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.orders.models import Order
from marketplace.payments import held, states
from marketplace.payments.accounts import collected
from marketplace.payments.carried import left
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import CarriedOver, Due
from marketplace.payments.services.dues import settle


@transaction.atomic
def carry_over(
    *, of_order: Order, partner_id: int, released: Money, due: Due, actor: Actor
) -> CarriedOver | None:
    """Let what is left of `released` count for this due, never more than the due still asks for.

    The caller has locked the part of `of_order` and owns `due`, paid before delivery. Out of what the seller is owed;
    what is not there becomes its debt. Nothing left, or another currency: nothing happens.
    Side effects: CarriedOver, journal, Due (settled if that covers it), history row.
    Raises PaymentError for a due that is not open or on tempo.
    """
    if due.state != states.OPEN or due.is_on_tempo:
        raise PaymentError("Money can be carried over to an open due only.")
    if released.currency != due.currency:
        return None
    amount = min(left(of_order, partner_id, released), due.missing)
    if not amount:
        return None
    owed, debt = _locked(partner_id, due.currency)
    taken = min(amount, Money(owed.balance, due.currency))
    made = CarriedOver.objects.create(
        of_order=of_order,
        partner_id=partner_id,
        due=due,
        amount=amount.minor,
        currency=due.currency,
        from_payable=taken.minor,
        from_debt=(amount - taken).minor,
    )
    legs = [(owed, collected(due), taken), (debt, collected(due), amount - taken)]
    post(f"carried/{made.pk}", "carried_over", legs, memo={"order": due.order.number})
    due.received += amount.minor
    Due.objects.filter(pk=due.pk).update(received=due.received)
    machine.record(due, due.state, due.state, actor=actor, why=f"carried over from {of_order.number}")
    if not due.missing:
        settle(due, actor)
    return made


def _locked(partner_id: int, currency: str) -> tuple[Account, Account]:
    """What the seller is owed, and what it owes; locked in id order like post() does."""
    where = held.payable_ref(partner_id)
    ids = [account(kind, currency, where).pk for kind in (Kind.PAYABLE, Kind.SELLER_DEBT)]
    rows = Account.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True)
    found = {row.pk: row for row in rows}
    return found[ids[0]], found[ids[1]]
