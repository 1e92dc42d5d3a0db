"""What exporters owe since units that they sold fell away, or are owed for such units. What was held for them stands
with their part, what they bore by credit note there."""

from collections import defaultdict

from marketplace.ledger.models import Kind
from marketplace.payments import held, states
from marketplace.payments.models import Dispute, Due, PriceDifference


def expect(books: defaultdict[tuple[str, str, str], int]) -> None:
    disputes = Dispute.objects.filter(state=states.DISPUTED)
    disputed = dict(disputes.values_list("attempt__due__order", "opened_at"))
    for row in PriceDifference.objects.select_related("order").iterator():
        owes = held.payable_ref(row.partner_id)
        since = disputed.get(row.order_id)
        waits = since is not None and row.at >= since
        kind = Kind.PAYABLE_LATER if waits else Kind.PAYABLE
        where = held.ref(row.order.number, row.partner_id) if waits else owes
        books[kind, where, row.currency] += row.to_payable
        books[Kind.SELLER_DEBT, owes, row.currency] += row.from_debt
    for due in Due.objects.filter(step=states.BALANCE, state=states.SETTLED).iterator():
        for partner, amount in due.gains.items():
            books[Kind.PAYABLE, held.payable_ref(int(partner)), due.currency] += amount
