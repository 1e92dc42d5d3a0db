"""Foreign money that may be sold to the bank, what was sold, and what stays in `fx`."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils import timezone

from marketplace.common.access import OFFICE, is_staff
from marketplace.ledger.models import Account, Kind, Movement
from marketplace.ledger.money import Money
from marketplace.payments import held
from marketplace.payments.models import Due, Exchange, RateLock


def locks(user: Any) -> QuerySet[RateLock]:
    """Rates locked for orders, newest first; for the office only."""
    if not is_staff(user, OFFICE):
        return RateLock.objects.none()
    return RateLock.objects.select_related("order").order_by("-pk")


def exchanges(user: Any) -> QuerySet[Exchange]:
    """Money sold to the bank, newest first; for the office only."""
    if not is_staff(user, OFFICE):
        return Exchange.objects.none()
    return Exchange.objects.select_related("lock__order").order_by("-pk")


def is_over(lock: RateLock) -> bool:
    """The promise has ended: sellers get what the bank gives."""
    return lock.valid_until < timezone.now()


def sellable(lock: RateLock) -> dict[int, Money]:
    """Per pesantren what may be sold of this order: owed to it by this order, not sold and not paid out yet.

    Money still held is not among it: until the buyer accepts it may go back in its own currency.
    """
    sold: dict[int, int] = defaultdict(int)
    for parts in lock.exchanges.values_list("parts", flat=True):
        for partner, part in parts.items():
            sold[int(partner)] += part["sold"]
    found = {}
    for partner_id, amount in _released(lock).items():
        most = min(amount - sold[partner_id], held.owed(partner_id, lock.base).minor)
        if most > 0:
            found[partner_id] = Money(most, lock.base)
    return found


def _released(lock: RateLock) -> dict[int, int]:
    """Per pesantren what was moved from this order's held accounts on to what is owed to it."""
    partners = {
        int(partner)
        for split in Due.objects.filter(order=lock.order_id).values_list("split", flat=True)
        for partner in split
    }
    found = {}
    for partner_id in partners:
        of_order = Account.objects.filter(ref=held.ref(lock.order.number, partner_id), currency=lock.base)
        owed = Account.objects.filter(kind=Kind.PAYABLE, ref=held.payable_ref(partner_id), currency=lock.base)
        ids, owed_ids = list(of_order.values_list("pk", flat=True)), list(owed.values_list("pk", flat=True))
        moved = Movement.objects.filter(debit__in=ids, credit__in=owed_ids)
        found[partner_id] = moved.aggregate(sum=Sum("amount"))["sum"] or 0
    return found


@dataclass(frozen=True)
class Difference:
    """One exchange as the report shows it. `lost` above zero: the bank gave less than was promised."""

    exchange: Exchange
    sold: Money
    received: Money
    promised: Money
    lost: Money


def difference(exchange: Exchange) -> Difference:
    """The caller has selected lock and order."""
    lock = exchange.lock
    received, promised = Money(exchange.received, lock.quote), Money(exchange.promised, lock.quote)
    return Difference(exchange, Money(exchange.sold, lock.base), received, promised, promised - received)


def balances(user: Any) -> list[Money]:
    """What stands in `fx`, by currency; above zero: lost by the operator, below: gained. For the office only."""
    if not is_staff(user, OFFICE):
        return []
    found = Account.objects.filter(kind=Kind.FX).exclude(debits=F("credits")).order_by("currency", "pk")
    sums: dict[str, int] = defaultdict(int)
    for account in found:
        sums[account.currency] += account.balance
    return [Money(sum_, currency) for currency, sum_ in sums.items()]
