"""No seller lets more count for other orders than was released to it for the goods of the first."""

from collections import defaultdict
from collections.abc import Iterator

from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services.release import released_units
from marketplace.payments.carried import returned
from marketplace.payments.models import CarriedOver


def differences() -> Iterator[str]:
    sums: dict[tuple[int, int], int] = defaultdict(int)
    for row in CarriedOver.objects.filter(undone_at=None):
        sums[row.of_order_id, row.partner_id] += row.amount
    parts = Fulfilment.objects.filter(order__in={order for order, _partner in sums}).select_related("order")
    for part in parts.prefetch_related("lines__line__order", "lines__fulfilment"):
        carried = sums.get((part.order_id, part.partner_id), 0)
        goods = sum(line.worth(released_units(line)).minor for line in part.lines.all())
        most = goods - returned(part.order, part.partner_id)
        if carried > most:
            yield f"part {part.number}: {carried} counts for other orders, {most} was paid for its goods"
