"""Buying on tempo: the company owes, within its limit; the bill gets smaller where a part falls away."""

from datetime import datetime

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.orders.models import Order
from marketplace.payments import credit, held, states
from marketplace.payments.accounts import receivable
from marketplace.payments.models import Due
from marketplace.payments.services.dues import Split, amount_of, create, settle
from marketplace.payments.services.refunds import refund_part
from offtakers.models import Company


@transaction.atomic
def raise_on_tempo(*, order: Order, split: Split, company: Company, due_at: datetime, actor: Actor) -> Due:
    """The company will pay for this order `tempo_days` after delivery; until then its money is owed, not here.

    The company's row is locked first, so two orders cannot both take the last free rupiah of its limit.
    Side effects: one Due with a fresh reference, journal receivable → held, one history row. Raises
    credit.NoCredit (nothing is written then), PaymentError for nothing to pay.
    """
    company = Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company.pk)
    if refusal := credit.standing(company).refusal(Money(amount_of(split), order.currency)):
        raise credit.NoCredit(refusal)
    due = create(
        order=order,
        split=split,
        due_at=due_at,
        actor=actor,
        company=company,
        terms_days=company.tempo_days,
        is_estimate=True,
    )
    legs = held.hold_legs(
        source=receivable(due), order_number=order.number, currency=due.currency, split=split
    )
    post(f"tempo/{due.reference}", "tempo", legs, memo={"order": order.number})
    return due


@transaction.atomic
def credit_part(
    *, due: Due, partner_id: int, goods: Money, delivery: Money, key: str, reason: str, actor: Actor
) -> None:
    """What of this part fell away is taken off the bill. The caller has locked the open due on tempo.

    What was paid beyond the smaller bill is owed back. Nothing left to pay: the due is settled if money came
    in, else it ends as cancelled. Nothing happens for a zero amount.
    Side effects: Due, journal held and delivery → receivable, maybe Refund, history rows. Raises NotEnough.
    """
    taken = min(goods + delivery, due.missing)
    off_goods = min(goods, taken)
    off_delivery = taken - off_goods
    if not goods + delivery:
        return
    where = held.ref(due.order.number, partner_id)
    post(
        f"credited/{key}",
        "credited",
        [
            (account(Kind.HELD, due.currency, where), receivable(due), off_goods),
            (account(Kind.SHIPPING_DUE, due.currency, where), receivable(due), off_delivery),
        ],
        memo={"order": due.order.number, "reason": reason},
    )
    due.credited += taken.minor
    due.save(update_fields=["credited"])
    refund_part(
        order=due.order,
        partner_id=partner_id,
        goods=goods - off_goods,
        delivery=delivery - off_delivery,
        key=key,
        reason=reason,
        actor=actor,
    )
    if not due.missing:
        _end(due, actor, reason)


def lower(*, due: Due, amount: Money, reason: str, actor: Actor) -> None:
    """A credit note took `amount` off the bill, and its journal is posted. The caller has locked the open due.

    Side effects: Due; nothing left to pay ends it. Raises nothing of its own.
    """
    due.credited += amount.minor
    due.save(update_fields=["credited"])
    if not due.missing:
        _end(due, actor, reason)


def _end(due: Due, actor: Actor, reason: str) -> None:
    if due.received:
        settle(due, actor)
    else:
        states.DUE.move(due, states.CANCELLED, actor=actor, why=reason)


def set_due_at(*, due: Due, due_at: datetime, is_estimate: bool) -> None:
    """The last part arrived, or what is expected of it changed. The caller has locked the due on tempo."""
    due.due_at, due.is_estimate = due_at, is_estimate
    due.save(update_fields=["due_at", "is_estimate"])
