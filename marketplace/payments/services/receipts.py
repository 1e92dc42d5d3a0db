"""Money seen at the bank: written down, matched with a due by a person, or returned."""

from datetime import date

from django.db import IntegrityError, transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.payments import mails, queries, second_person, states
from marketplace.payments.accounts import paid_into, suspense
from marketplace.payments.exceptions import KnownReference, PaymentError
from marketplace.payments.models import Approval, Due, Receipt, Refund
from marketplace.payments.services.dues import settle
from marketplace.payments.services.refunds import owe_from_suspense


def record_receipt(
    *, amount: Money, received_on: date, payer: str, bank_reference: str, note: str, actor: Actor
) -> Receipt:
    """Write down money seen at the bank. Side effects: Receipt, journal bank → suspense, one history row.

    Raises KnownReference if this bank reference, however spaced or in whichever case, was recorded before.
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
                [(account(Kind.BANK, amount.currency), suspense(receipt), amount)],
                memo={"bank_reference": bank_reference},
            )
            machine.record(receipt, "", states.UNMATCHED, actor=actor)
            return receipt
    except IntegrityError as error:
        raise KnownReference("This bank reference was recorded before.") from error


@transaction.atomic
def match(*, receipt: Receipt, due: Due, actor: Actor, approval: Approval | None = None) -> Due:
    """A person confirms that this receipt pays this due.

    Enough: the due is settled, its money is held per pesantren, its owner reacts (registry). Too little, but
    within the due's tolerance: the same, and what is missing is booked as bank charges. Too little: it
    stays open and the buyer is told what is missing. Too much: the rest is owed back. Late (the due expired
    or was cancelled) or a second time: all of it is owed back.
    Above the limit with a confirmed `approval` only (services/approvals.py).
    Side effects: journals, Receipt, Due, Refund, history rows, mails. Raises PaymentError (currencies differ,
    an earlier step of the schedule is still open), IllegalMove.
    """
    due = Due.objects.select_for_update(no_key=True).get(pk=due.pk)
    if receipt.currency != due.currency:
        raise PaymentError("The currencies differ.")
    if due.state == states.OPEN and queries.waits_for_earlier(due):
        raise PaymentError("An earlier step of this schedule is not paid yet: match it with that one.")
    states.RECEIPT.move(receipt, states.MATCHED, actor=actor, why=due.reference, due=due)
    second_person.check(receipt, approval)
    if due.state != states.OPEN:
        owe_from_suspense(receipt, receipt.total, reason=_why_back(due), actor=actor)
        return due
    take = min(receipt.total, due.missing)
    over = receipt.total - take
    post(f"match/{receipt.pk}", "match", [(suspense(receipt), paid_into(due), take)])
    Due.objects.filter(pk=due.pk).update(received=due.received + take.minor)
    due.received += take.minor
    if over:
        Receipt.objects.filter(pk=receipt.pk).update(over=over.minor)
        owe_from_suspense(receipt, over, reason="over", actor=actor)
    if 0 < due.missing.minor <= due.tolerance:
        _bear_charges(receipt, due)
    if due.missing:
        mails.payment_short(due, receipt)
    else:
        settle(due, actor)
    return due


def _bear_charges(receipt: Receipt, due: Due) -> None:
    """Banks on the way kept a little, as the proforma allows: the operator bears it, the sellers lose nothing."""
    charges = due.missing
    legs = [(account(Kind.FEES, due.currency), paid_into(due), charges)]
    post(f"charges/{receipt.pk}", "charges", legs, memo={"order": due.order.number})
    Receipt.objects.filter(pk=receipt.pk).update(charges=charges.minor)
    receipt.charges = charges.minor
    due.received += charges.minor
    Due.objects.filter(pk=due.pk).update(received=due.received)


def _why_back(due: Due) -> str:
    """Why all of a transfer goes back, in the words of states.REFUND_REASONS."""
    if due.state == states.EXPIRED:
        return "late"
    # A bill on tempo ends as cancelled where nothing was left to pay, though the order may have been delivered.
    return "over" if due.state == states.SETTLED or due.is_on_tempo else "cancelled"


@transaction.atomic
def return_receipt(*, receipt: Receipt, actor: Actor, why: str, approval: Approval | None = None) -> Refund:
    """No order is found for this money: it is owed back to the payer.

    Side effects: Receipt, Refund, journal, history rows. Raises IllegalMove if it was matched meanwhile,
    SecondPersonNeeded or Claimed as match does.
    """
    states.RECEIPT.move(receipt, states.RETURNED, actor=actor, why=why)
    second_person.check(receipt, approval)
    return owe_from_suspense(receipt, receipt.total, reason="unknown", actor=actor)
