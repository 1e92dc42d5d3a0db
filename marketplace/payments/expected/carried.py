"""What sellers let count for another order: it left what they are owed, or they owe it; undone, they are owed it."""

from collections import defaultdict

from marketplace.ledger.models import Kind
from marketplace.payments import held
from marketplace.payments.models import CarriedOver


def expect(books: defaultdict[tuple[str, str, str], int]) -> None:
    """Where it went stands in its due: received, then held."""
    for row in CarriedOver.objects.iterator():
        where = held.payable_ref(row.partner_id)
        back = row.amount if row.undone_at else 0
        books[Kind.PAYABLE, where, row.currency] += back - row.from_payable
        books[Kind.SELLER_DEBT, where, row.currency] += row.from_debt
