"""Dues, bank receipts and refunds. Every amount moves through the ledger, once."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.orders.models import Order
from marketplace.orders.numbers import transfer_reference
from marketplace.payments import held, mails, registry, states
from marketplace.payments.models import Due, Receipt, Refund

Split = dict[str, dict[str, int]]


class PaymentError(Exception):
    """A payment step that is refused, in words for the office."""


def raise_due(*, order: Order, split: Split, due_at: datetime, actor: Actor) -> Due:
    """Ask for the order's money until `due_at`. `split` shares it per pesantren in minor units.

    Side effects: one Due with a fresh reference, one history row. Raises PaymentError for nothing to pay.
    """
    amount = sum(part["goods"] + part["delivery"] for part in split.values())
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
                )
        except IntegrityError:  # a reference drawn twice: draw again
            continue
        machine.record(due, "", states.OPEN, actor=actor)
        return due
    raise PaymentError("No free transfer reference found.")


def record_receipt(
    *, amount: Money, received_on: date, payer: str, bank_reference: str, note: str, actor: Actor
) -> Receipt:
    """Write down money seen at the bank. Side effects: Receipt, journal bank → suspense, one history row.

    Raises PaymentError if this bank reference was recorded before.
    """
    try:
        with transaction.atomic():
            receipt = Receipt.objects.create(
                amount=amount.minor,
                currency=amount.currency,
                received_on=received_on,
                payer=payer,
                bank_reference=bank_reference,
                note=note,
            )
            post(
                f"receipt/{receipt.pk}",
                "receipt",
                [(account(Kind.BANK, amount.currency), _suspense(receipt), amount)],
                memo={"bank_reference": bank_reference},
            )
            machine.record(receipt, "", states.UNMATCHED, actor=actor)
            return receipt
    except IntegrityError as error:
        raise PaymentError("This bank reference was recorded before.") from error


@transaction.atomic
def match(*, receipt: Receipt, due: Due, actor: Actor) -> Due:
    """A person confirms that this receipt pays this due.

    Enough: the due is settled, its money is held per pesantren, its owner reacts (registry). Too little: it
    stays open and the buyer is told what is missing. Too much: the rest is owed back. Late (the due expired
    or was cancelled) or a second time: all of it is owed back.
    Side effects: journals, Receipt, Due, Refund, history rows, mails. Raises PaymentError, IllegalMove.
    """
    due = Due.objects.select_for_update(no_key=True).get(pk=due.pk)
    if receipt.currency != due.currency:
        raise PaymentError("The currencies differ.")
    states.RECEIPT.move(receipt, states.MATCHED, actor=actor, why=due.reference, due=due)
    if due.state != states.OPEN:
        reason = "over" if due.state == states.SETTLED else "late"
        _owe_from_suspense(receipt, receipt.total, reason=reason, actor=actor)
        return due
    take = min(receipt.total, due.missing)
    over = receipt.total - take
    post(f"match/{receipt.pk}", "match", [(_suspense(receipt), _collected(due), take)])
    Due.objects.filter(pk=due.pk).update(received=due.received + take.minor)
    due.received += take.minor
    if over:
        Receipt.objects.filter(pk=receipt.pk).update(over=over.minor)
        _owe_from_suspense(receipt, over, reason="over", actor=actor)
    if due.missing:
        mails.payment_short(due, receipt)
    else:
        _settle(due, actor)
    return due


def _settle(due: Due, actor: Actor) -> None:
    legs = held.hold_legs(
        suspense_ref=collected_ref(due),
        order_number=due.order.number,
        currency=due.currency,
        split=due.split,
    )
    post(f"paid/{due.reference}", "paid", legs, memo={"order": due.order.number})
    states.DUE.move(due, states.SETTLED, actor=actor, settled_at=timezone.now())
    registry.settled(due, actor)


@transaction.atomic
def return_receipt(*, receipt: Receipt, actor: Actor, why: str) -> Refund:
    """No order is found for this money: it is owed back to the payer.

    Side effects: Receipt, Refund, journal, history rows. Raises IllegalMove if it was matched meanwhile.
    """
    states.RECEIPT.move(receipt, states.RETURNED, actor=actor, why=why)
    return _owe_from_suspense(receipt, receipt.total, reason="unknown", actor=actor)


@transaction.atomic
def close_due(*, due: Due, to: str, actor: Actor, why: str) -> None:
    """End an open due (states.EXPIRED or states.CANCELLED); what had come in is owed back.

    Side effects: Due, history row; Refund and journal if part was paid. Raises IllegalMove if it is settled.
    """
    states.DUE.move(due, to, actor=actor, why=why)
    due.refresh_from_db()
    if due.received:
        amount = Money(due.received, due.currency)
        reason = "short" if to == states.EXPIRED else "cancelled"
        refund = _owe(f"due/{due.pk}", amount, order=due.order, reason=reason, actor=actor)
        post(f"refund-owed/{refund.key}", "refund_owed", [(_collected(due), _refund_account(refund), amount)])


@transaction.atomic
def refund_part(
    *, order: Order, partner_id: int, goods: Money, delivery: Money, key: str, reason: str, actor: Actor
) -> Refund | None:
    """Owe the buyer back what is held for this part. Nothing happens for a zero amount or a key seen before.

    Side effects: Refund, journal held and delivery → refund due, history row. Raises NotEnough.
    """
    amount = goods + delivery
    if not amount:
        return None
    if found := Refund.objects.filter(key=key).first():
        return found
    refund = _owe(key, amount, order=order, reason=reason, actor=actor)
    where = held.ref(order.number, partner_id)
    post(
        f"refund-owed/{key}",
        "refund_owed",
        [
            (account(Kind.HELD, amount.currency, where), _refund_account(refund), goods),
            (account(Kind.SHIPPING_DUE, amount.currency, where), _refund_account(refund), delivery),
        ],
        memo={"order": order.number},
    )
    return refund


@transaction.atomic
def pay_refund(*, refund: Refund, bank_reference: str, actor: Actor) -> None:
    """The office has transferred the money back. Side effects: Refund, journal refund due → bank, history row, mail.

    Raises IllegalMove if it was paid before, PaymentError if the bank reference stands elsewhere.
    """
    if not bank_reference.strip():
        raise PaymentError("The bank's reference is missing.")
    now = timezone.now()
    try:
        with transaction.atomic():
            states.REFUND.move(
                refund,
                states.PAID,
                actor=actor,
                why=bank_reference,
                bank_reference=bank_reference,
                paid_at=now,
            )
    except IntegrityError as error:  # unique in the database: two people at once cannot both use it
        raise PaymentError("This bank reference was used before.") from error
    bank = account(Kind.BANK, refund.currency)
    post(f"refund-paid/{refund.key}", "refund_paid", [(_refund_account(refund), bank, refund.total)])
    if refund.order:
        mails.refund_paid(refund)


def _owe_from_suspense(receipt: Receipt, amount: Money, *, reason: str, actor: Actor) -> Refund:
    order = receipt.due.order if receipt.due else None
    refund = _owe(f"receipt/{receipt.pk}", amount, order=order, reason=reason, actor=actor, receipt=receipt)
    post(f"refund-owed/{refund.key}", "refund_owed", [(_suspense(receipt), _refund_account(refund), amount)])
    return refund


def _owe(
    key: str, amount: Money, *, order: Order | None, reason: str, actor: Actor, receipt: Receipt | None = None
) -> Refund:
    refund = Refund.objects.create(
        key=key, amount=amount.minor, currency=amount.currency, order=order, receipt=receipt, reason=reason
    )
    machine.record(refund, "", states.OWED, actor=actor, why=reason)
    if order:
        mails.refund_owed(refund)
    return refund


# Under which reference the books keep it; audit looks there too.


def receipt_ref(receipt: Receipt) -> str:
    return f"receipt/{receipt.pk}"


def collected_ref(due: Due) -> str:
    return f"due/{due.reference}"


def refund_ref(refund: Refund) -> str:
    return f"refund/{refund.key}"


def _suspense(receipt: Receipt) -> Account:
    return account(Kind.SUSPENSE, receipt.currency, receipt_ref(receipt))


def _collected(due: Due) -> Account:
    return account(Kind.SUSPENSE, due.currency, collected_ref(due))


def _refund_account(refund: Refund) -> Account:
    return account(Kind.REFUND_DUE, refund.currency, refund_ref(refund))
