"""Buyers abroad: bank charges borne, money sold to the bank, balances of schedules that are not paid yet."""

from collections import defaultdict

from django.db.models import F

from marketplace.ledger.models import Kind
from marketplace.payments import held, states
from marketplace.payments.models import Due, Exchange, Receipt


def expect(books: defaultdict[tuple[str, str, str], int]) -> None:
    for receipt in Receipt.objects.filter(charges__gt=0).iterator():
        books[Kind.FEES, "", receipt.currency] += receipt.charges
    for exchange in Exchange.objects.select_related("lock").iterator():
        _exchange(books, exchange)
    _balances(books)


def _exchange(books: defaultdict[tuple[str, str, str], int], row: Exchange) -> None:
    """Sellers are owed rupiah at the locked rate instead; what the bank gave less stays in fx."""
    base, quote = row.lock.base, row.lock.quote
    books[Kind.BANK, "", base] -= row.sold
    books[Kind.BANK, "", quote] += row.received
    books[Kind.FX, "", quote] += row.promised - row.received
    for partner, part in row.parts.items():
        where = held.payable_ref(int(partner))
        books[Kind.PAYABLE, where, base] -= part["sold"]
        books[Kind.PAYABLE, where, quote] += part["promised"]


def _balances(books: defaultdict[tuple[str, str, str], int]) -> None:
    """Of a part that runs on a deposit all is expected to be held (fulfilment/audit.py): less what is still to come."""
    waiting = Due.objects.filter(step=states.BALANCE, state=states.OPEN, amount__gt=F("credited"))
    running = waiting.filter(order__dues__step=states.DEPOSIT, order__dues__state=states.SETTLED)
    for due in running.select_related("order").iterator():
        for partner, part in due.live_split.items():
            where = held.ref(due.order.number, int(partner))
            books[Kind.HELD, where, due.currency] -= part["goods"]
            books[Kind.SHIPPING_DUE, where, due.currency] -= part["delivery"]
