"""Receipts at the bank, dues that collect, refunds."""

from collections import defaultdict

from marketplace.ledger.models import Kind
from marketplace.payments import states
from marketplace.payments.accounts import collected_ref, receipt_ref, refund_ref
from marketplace.payments.models import Due, Receipt, Refund


def expect(books: defaultdict[tuple[str, str, str], int]) -> None:
    """Money waits in suspense until somebody says what it is for, then under its due while that is open.

    On tempo it lessens what the company owes.
    """
    for receipt in Receipt.objects.iterator():
        books[Kind.BANK, "", receipt.currency] += receipt.amount
        if receipt.state == states.UNMATCHED:
            books[Kind.SUSPENSE, receipt_ref(receipt), receipt.currency] += receipt.amount
    for due in Due.objects.filter(state=states.OPEN).iterator():
        if due.is_on_tempo:
            books[Kind.RECEIVABLE, collected_ref(due), due.currency] += due.missing.minor
        else:
            books[Kind.SUSPENSE, collected_ref(due), due.currency] += due.received + due.owed
    for refund in Refund.objects.iterator():
        if refund.state == states.OWED:
            books[Kind.REFUND_DUE, refund_ref(refund), refund.currency] += refund.amount
        elif refund.state != states.ABSORBED:
            # A refund on its way left the provider as soon as the provider accepted it.
            way = Kind.PROVIDER if refund.attempt_id else Kind.BANK
            books[way, "", refund.currency] -= refund.amount
