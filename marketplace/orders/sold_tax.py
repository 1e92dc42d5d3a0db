"""What the lines of an order under an exporter's contract at home say of PPN, frozen with them (Order.sold_lines)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from marketplace.ledger.money import Money
from marketplace.orders.models import Order

KEY = "ppn"  # of a row of Order.sold_lines: {"registered": true, "amount": 9909, "rule": "PPN 12 % × 11/12"}


def freeze(order: Order, is_registered: bool, lines: Sequence[tuple[Money, str]]) -> None:
    """`lines`: of each line, in its order, how much PPN its sum contains, and by which rule.

    Side effects: the order's row. Called in the transaction that makes it.
    """
    for row, (amount, rule) in zip(order.sold_lines, lines, strict=True):
        row[KEY] = {"registered": is_registered, "amount": amount.minor, "rule": rule}
    Order.objects.filter(pk=order.pk).update(sold_lines=order.sold_lines)


def stated(order: Order) -> str:
    """In one sentence; nothing of orders abroad, and of those made before it was kept."""
    rows = [row[KEY] for row in order.sold_lines if KEY in row]
    if not rows:
        return ""
    amount = Money(sum(row["amount"] for row in rows), order.currency)
    return words(rows[0]["registered"], amount, sorted({row["rule"] for row in rows if row["rule"]}))


def words(is_registered: bool, amount: Money, rules: Sequence[str]) -> str:
    if not is_registered:
        return _("Without PPN: the seller is not registered for it (not PKP).")
    named = "; ".join(rules)
    if not amount:
        return _("No PPN in it (%(rules)s).") % {"rules": named or "–"}
    return _("PPN is in the price: %(amount)s (%(rules)s).") % {"amount": amount, "rules": named}
