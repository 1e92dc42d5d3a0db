"""Payouts: what was set aside, sent and paid, and debts of pesantren taken off what they are owed."""

from collections import defaultdict

from marketplace.ledger.models import Kind, Movement
from marketplace.payments import held, states
from marketplace.payments.models import Payout


def expect(books: defaultdict[tuple[str, str, str], int]) -> None:
    for payout in Payout.objects.exclude(state__in=[states.FAILED, states.RELEASED]).iterator():
        books[Kind.PAYABLE, held.payable_ref(payout.partner_id), payout.currency] -= payout.amount
        if payout.state == states.PAID:
            books[Kind.BANK, "", payout.currency] -= payout.amount
        else:
            books[Kind.PAYING, f"payout/{payout.reference}", payout.currency] += payout.amount
    # A netting has no row of its own: its journal is the record.
    for row in Movement.objects.filter(journal__kind="net").select_related("debit").iterator():
        books[Kind.PAYABLE, row.debit.ref, row.debit.currency] -= row.amount
        books[Kind.SELLER_DEBT, row.debit.ref, row.debit.currency] -= row.amount
