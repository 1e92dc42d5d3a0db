"""What came of a call-off once it is an order: shares end with their parts, and what fell away goes back to the
contract (decision 0054)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import groupby

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import FulfilmentLine
from marketplace.orders import states as order_states
from marketplace.orders.models import Order
from marketplace.pooling import services as pooling
from marketplace.pooling import states as pool_states
from marketplace.pooling.models import Pool, Share
from marketplace.sourcing import references, signals, states
from marketplace.sourcing.models import CallOff, CallOffLine, PurchaseAgreement
from marketplace.sourcing.services import call_offs
from marketplace.sourcing.services.sharing import agreement_of, pools_of

AFTER = {order_states.COMPLETED: states.COMPLETED, order_states.CANCELLED: states.CANCELLED}
Brought = Mapping[int, FulfilmentLine]  # by product


@transaction.atomic
def follow(*, order: Order, actor: Actor) -> None:
    """Bring the call-off of this order, if it has one, to where the order's parts are. Safe to run twice.

    Called in the transaction that moved the order or a part of it, after all its locks: pools, the call-off, the
    contract's lines (LOCKS.md). Side effects: what is called off, shares delivered or short (of an order that nobody
    paid: released), pools ended, state, history rows, signals.
    """
    found = CallOff.objects.filter(order=order).first()
    if found is None:
        return
    held = pools_of(found).select_for_update(of=("self",), no_key=True)
    pools = {pool.reference: pool for pool in held}
    call_off = CallOff.objects.select_for_update(of=("self",), no_key=True).get(pk=found.pk)
    status = Order.objects.values_list("status", flat=True).get(pk=order.pk)
    lines = lines_of(call_off)
    pairs = zip(lines, brought_of(lines, {line.pk: order.pk for line in lines}), strict=True)
    for line, brought in sorted(pairs, key=lambda pair: pair[0].contract_line_id):
        call_offs.fall_away(line=line, units=fell(line, brought))
        if pool := pools.get(references.of_line(line.pk)):
            _end_shares(pool, brought, actor)
            if status == order_states.CANCELLED and pool.state in pool_states.LIVE:
                pooling.cancel_pool(pool=pool, actor=actor, why=status)
    after = AFTER.get(status)
    if after and call_off.state == states.ORDERED:
        states.CALL_OFF.move(call_off, after, actor=actor, why=status)
        signals.call_off_moved.send(CallOff, call_off=call_off)


def lines_of(call_off: CallOff) -> list[CallOffLine]:
    return list(call_off.lines.select_related("contract_line"))


def kept(part: FulfilmentLine) -> int:
    """Units that came and were taken; of a part that is on its way, those that still come."""
    state = part.fulfilment.state
    if state in (parts.DECLINED, parts.REJECTED, parts.CANCELLED):
        return 0
    return (part.accepted or 0) if state == parts.RECEIVED else part.quantity


def fell(line: CallOffLine, brought: Brought) -> int:
    return line.quantity - sum(kept(part) for part in brought.values())


def brought_of(lines: Sequence[CallOffLine], orders: Mapping[int, int | None]) -> list[Brought]:
    """Line by line what its goods became in its order (`orders`: id by line), by product. The same few queries for few
    and many.

    Lines of an order were written in the order of these lines: where two are of one product, the first is the first's.
    """
    by_product: dict[tuple[int | None, int | None], list[FulfilmentLine]] = defaultdict(list)
    rows = FulfilmentLine.objects.filter(fulfilment__order__in=set(orders.values()))
    for part in rows.select_related("line", "fulfilment").order_by("line_id"):
        by_product[part.fulfilment.order_id, part.line.product_id].append(part)
    goods, found = _goods(lines), list[Brought]()
    for line in lines:
        kinds = {product: by_product[orders[line.pk], product] for product in goods[line.pk]}
        found.append({product: rest.pop(0) for product, rest in kinds.items() if rest})
    return found


def _goods(lines: Sequence[CallOffLine]) -> dict[int, list[int]]:
    """Products by call-off line: the contract's own, else of the agreements that have a share (of all, where none was
    shared)."""
    bought: dict[int, dict[int, int]] = defaultdict(dict)
    rows = PurchaseAgreement.objects.filter(contract_line__in={line.contract_line_id for line in lines})
    for row in rows.order_by("pk"):
        bought[row.contract_line_id][row.pk] = row.product_id
    taken: dict[str, set[int]] = defaultdict(set)
    shares = Share.objects.filter(pool__reference__in=[references.of_line(line.pk) for line in lines])
    for share in shares.exclude(state=pool_states.RELEASED).select_related("pool", "offer"):
        taken[share.pool.reference].add(agreement_of(share))
    found: dict[int, list[int]] = {}
    for line in lines:
        own, known = line.contract_line.product_id, bought[line.contract_line_id]
        mine = sorted(taken[references.of_line(line.pk)] or known)
        found[line.pk] = [own] if own else [known[pk] for pk in mine]
    return found


def _end_shares(pool: Pool, brought: Brought, actor: Actor) -> None:
    """Confirmed shares of parts that have ended are delivered, or short; of several of one pesantren the first first.

    Nobody is asked for the rest within this pool: its order is made. Those of an order that nobody paid stay.
    """
    shares = Share.objects.filter(pool=pool, state=pool_states.COMMITTED).select_related("offer")
    rows = sorted(shares, key=lambda share: (agreement_of(share), share.pk))
    bought = PurchaseAgreement.objects.in_bulk({agreement_of(share) for share in rows})
    for pk, own in groupby(rows, key=agreement_of):
        part = brought.get(bought[pk].product_id)
        if part is None or part.fulfilment.state not in parts.ENDED - {parts.CANCELLED}:
            continue
        left = kept(part)
        for share in own:
            units = min(left, share.quantity)
            left -= units
            if units < share.quantity and pool.state in pool_states.LIVE:
                pooling.close_pool(pool=pool, actor=actor, why=part.fulfilment.number)
                pool.refresh_from_db(fields=["state"])
            pooling.deliver_share(share=share, actor=actor, quantity=units)
