"""What buyers owe: asked for, settled, ended."""

from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.orders.models import Order
from marketplace.orders.numbers import transfer_reference
from marketplace.payments import carried, held, registry, states
from marketplace.payments.accounts import collected, refund_due
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import Due
from marketplace.payments.services.refunds import owe

Split = dict[str, dict[str, int]]


def raise_due(*, order: Order, split: Split, due_at: datetime, actor: Actor, tolerance: int = 0) -> Due:
    """Ask for the order's money until `due_at`. `split` shares it per pesantren in minor units.

    `tolerance` (minor units): so little missing, as bank charges, still settles it. In steps: raise_schedule.
    Side effects: one Due with a fresh reference, one history row. Raises PaymentError for nothing to pay.
    """
    return create(order=order, split=split, due_at=due_at, actor=actor, tolerance=tolerance)


def create(*, order: Order, split: Split, due_at: datetime, actor: Actor, **terms: Any) -> Due:
    """The row, for raise_due() and tempo.raise_on_tempo(); `terms` are those of a company or a schedule."""
    amount = amount_of(split)
    if amount <= 0:
        raise PaymentError("There is nothing to pay.")
    for _ in range(5):
        try:
            with transaction.atomic():
                due = Due.objects.create(
                    order=order,
                    reference=transfer_reference(),
                    amount=amount,
                    currency=order.currency,
                    due_at=due_at,
                    split=split,
                    **terms,
                )
        except IntegrityError:  # a reference drawn twice: draw again
            continue
        machine.record(due, "", states.OPEN, actor=actor)
        return due
    raise PaymentError("No free transfer reference found.")


def amount_of(split: Split) -> int:
    return sum(part["goods"] + part["delivery"] for part in split.values())


def settle(due: Due, actor: Actor) -> None:
    """The due is covered: its owner reacts in this transaction (registry). The caller has locked the due.

    Paid before delivery: the money is held per pesantren. On tempo it has been held since the order was
    placed; what the company accepted meanwhile becomes payable now.
    """
    hold(due)
    states.DUE.move(due, states.SETTLED, actor=actor, settled_at=timezone.now())
    registry.settled(due, actor)


def hold(due: Due) -> None:
    """The journal of settle(): what was collected is held, or owed to an exporter that gets it for dear goods that
    fell away meanwhile; on tempo what waited is payable."""
    facts: dict[str, Any] = {
        "order_number": due.order.number,
        "currency": due.currency,
        "split": due.live_split,
    }
    if due.is_on_tempo:
        legs = held.later_legs(**facts)
    else:
        legs = held.hold_legs(source=collected(due), **facts)
        for partner, amount in due.gains.items():
            owed = account(Kind.PAYABLE, due.currency, held.payable_ref(int(partner)))
            legs.append((collected(due), owed, Money(amount, due.currency)))
    if any(amount for _debit, _credit, amount in legs):
        post(f"paid/{due.reference}", "paid", legs, memo={"order": due.order.number})


@transaction.atomic
def close_due(*, due: Due, to: str, actor: Actor, why: str) -> None:
    """End an open due (states.EXPIRED or states.CANCELLED); what had come in is owed back.

    What a seller let count for it, the seller is owed again.

    Side effects: Due, history row; Refund and journal if part was paid. Raises IllegalMove if it is settled.
    """
    states.DUE.move(due, to, actor=actor, why=why)
    due.refresh_from_db()
    carried.give_back(due)
    if due.received:
        amount = Money(due.received, due.currency)
        reason = "short" if to == states.EXPIRED else "cancelled"
        refund = owe(f"due/{due.pk}", amount, order=due.order, reason=reason, actor=actor)
        post(f"refund-owed/{refund.key}", "refund_owed", [(collected(due), refund_due(refund), amount)])
