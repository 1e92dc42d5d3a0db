"""Money owed back to buyers: owed from the moment it is decided, paid once."""

from django.db import IntegrityError, transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.queue import enqueue
from marketplace.common.states import IllegalMove
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.orders.models import Order
from marketplace.payments import held, mails, second_person, states
from marketplace.payments.accounts import refund_due, suspense
from marketplace.payments.exceptions import KnownReference, PaymentError
from marketplace.payments.frozen import is_disputed
from marketplace.payments.models import Approval, Attempt, Receipt, Refund


@transaction.atomic
def refund_part(
    *,
    order: Order,
    partner_id: int,
    goods: Money,
    delivery: Money,
    key: str,
    reason: str,
    actor: Actor,
    beside: Money | None = None,
) -> Refund | None:
    """Owe the buyer back what is held for this part. Nothing happens for a zero amount or a key seen before.

    `beside`: what an exporter bears of it, in the same refund (below zero: what it gets); the caller books that
    (differences.bear).
    Side effects: Refund, journal held and delivery → refund due, history row. Raises NotEnough.
    """
    amount = goods + delivery + (beside or goods * 0)
    if not amount:
        return None
    if found := Refund.objects.filter(key=key).first():
        return found
    refund = owe(key, amount, order=order, reason=reason, actor=actor)
    if not goods + delivery:  # all of it is the exporter's
        return refund
    where = held.ref(order.number, partner_id)
    post(
        f"refund-owed/{key}",
        "refund_owed",
        [
            (account(Kind.HELD, amount.currency, where), refund_due(refund), goods),
            (account(Kind.SHIPPING_DUE, amount.currency, where), refund_due(refund), delivery),
        ],
        memo={"order": order.number},
    )
    return refund


@transaction.atomic
def pay_refund(
    *, refund: Refund, bank_reference: str, actor: Actor, approval: Approval | None = None
) -> None:
    """The office has transferred the money back. Side effects: Refund, journal refund due → bank, history row, mail.

    A refund to a card can be paid so only after the provider refused it: before, it may be on its way.
    Raises PaymentError then, IllegalMove if it was paid before, KnownReference if the bank reference stands elsewhere,
    SecondPersonNeeded above the limit without a confirmed `approval`, Claimed while a proposal waits.
    """
    if not bank_reference.strip():
        raise PaymentError("The bank's reference is missing.")
    now = timezone.now()
    locked = Refund.objects.select_for_update(no_key=True, of=("self",)).get(pk=refund.pk)
    if locked.state == states.SENT:
        raise IllegalMove(refund, locked.state, states.PAID)  # to the card; only the provider says "paid"
    if locked.state == states.OWED and locked.attempt_id and not locked.failure:
        raise PaymentError("This refund goes back to the card.")
    if is_disputed(locked.attempt):
        raise PaymentError("The buyer's bank has this money while the dispute is open.")
    try:
        with transaction.atomic():
            states.REFUND.move(
                refund,
                states.PAID,
                actor=actor,
                why=bank_reference,
                bank_reference=bank_reference,
                paid_at=now,
                attempt_id=None,  # by bank instead; the history keeps why
            )
    except IntegrityError as error:  # unique in the database: two people at once cannot both use it
        raise KnownReference("This bank reference was used before.") from error
    second_person.check(refund, approval)
    bank = account(Kind.BANK, refund.currency)
    post(f"refund-paid/{refund.key}", "refund_paid", [(refund_due(refund), bank, refund.total)])
    if refund.order:
        mails.refund_paid(refund)


def owe_from_suspense(receipt: Receipt, amount: Money, *, reason: str, actor: Actor) -> Refund:
    """Owe the payer of this receipt `amount` of it."""
    order = receipt.due.order if receipt.due else None
    refund = owe(f"receipt/{receipt.pk}", amount, order=order, reason=reason, actor=actor, receipt=receipt)
    post(f"refund-owed/{refund.key}", "refund_owed", [(suspense(receipt), refund_due(refund), amount)])
    return refund


def owe(
    key: str,
    amount: Money,
    *,
    order: Order | None,
    reason: str,
    actor: Actor,
    receipt: Receipt | None = None,
    attempt: Attempt | None = None,
) -> Refund:
    """Write the debt down, with its history row and a mail to the buyer; the caller posts its journal.

    What was paid by card goes back by card: with `attempt`, else a paid one of the order with enough left.
    """
    if not attempt and not receipt and order:
        attempt = _card_of(order, amount)
    refund = Refund.objects.create(
        key=key,
        amount=amount.minor,
        currency=amount.currency,
        order=order,
        receipt=receipt,
        reason=reason,
        attempt=attempt,
    )
    machine.record(refund, "", states.OWED, actor=actor, why=reason)
    if attempt:
        enqueue("payments.send_refund", refund.pk)
    if order:
        mails.refund_owed(refund)
    return refund


def _card_of(order: Order, amount: Money) -> Attempt | None:
    """The oldest paid attempt of which at least `amount` did not go back yet.

    The attempts stay locked, so that two refunds at once cannot both count on the same rest.
    """
    paid = Attempt.objects.filter(due__order=order, state=states.PAID, currency=amount.currency)
    list(paid.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    left = paid.annotate(left=F("amount") - Coalesce(Sum("refunds__amount"), 0))
    return left.filter(left__gte=amount.minor).order_by("pk").first()
