"""Where the money of an order stands that an exporter sold: balances not paid yet, and what is held (decision 0047)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import F, Sum

from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments.bearing import Place, Step, share
from marketplace.payments.models import Due


@dataclass(frozen=True)
class Purse:
    """The exporter's side of an order, before units fall away."""

    order: Order
    partner_id: int
    held_or_asked: (
        int | None
    )  # of its own part, goods of its own among it; nothing where it cannot give or take
    most: int  # of that, what it adds to the goods
    owes: int  # for dear goods of the order, in all


def gone_of(balances: Sequence[Due], partner_id: int, goods: Money, *, whole: bool) -> list[int]:
    """How `goods` of this part leave each balance and, last, what is held: of a `whole` part each balance its own
    share, else the last balance first."""
    partner, left = str(partner_id), goods.minor
    asked = [_asked(due, partner) for due in balances]
    if whole:
        return [*asked, left - sum(asked)]
    off = [0 for _due in balances]
    for place in reversed(range(len(balances))):
        off[place] = min(left, asked[place])
        left -= off[place]
    return [*off, left]


def share_out(
    purse: Purse,
    *,
    balances: Sequence[Due],
    partner_id: int,
    goods: Money,
    delivery: Money,
    bears: Money,
    whole: bool,
) -> tuple[Step, ...]:
    """What the exporter bears at each place if `goods` of this part fall away. The caller has locked the open
    `balances`. Raises NotEnough."""
    gone = gone_of(balances, partner_id, goods, whole=whole)
    exporter = str(purse.partner_id)
    own = [_asked(due, exporter) for due in balances]
    owes = [due.split.get(exporter, {}).get("owes", 0) for due in balances]
    own.append((purse.held_or_asked or 0) - sum(own))
    owes.append(purse.owes - sum(owes))
    if partner_id == purse.partner_id:  # goods of its own stand in the same part
        own = [here - off for here, off in zip(own, gone, strict=True)]
    to_buyer = goods + bears
    if balances:
        carried = [_delivery(due, str(partner_id)) if whole else 0 for due in balances]
        room = [due.amount - due.credited - fee for due, fee in zip(balances, carried, strict=True)]
        room.append(_kept(purse.order) - owes[-1] - (delivery.minor - sum(carried)))
    else:
        room = [to_buyer.minor]  # all of it is paid
    places = [Place(*facts) for facts in zip(gone, room, own, owes, strict=True)]
    return share(places, to_buyer, most=None if purse.held_or_asked is None else purse.most)


def _asked(due: Due, partner: str) -> int:
    return int(due.live_split.get(partner, {"goods": 0})["goods"])


def _delivery(due: Due, partner: str) -> int:
    return int(due.live_split.get(partner, {"delivery": 0})["delivery"])


def _kept(order: Order) -> int:
    """Held of the order for goods and delivery: while a balance is open nothing of it was released."""
    rows = Account.objects.filter(
        kind__in=[Kind.HELD, Kind.SHIPPING_DUE],
        ref__startswith=f"order/{order.number}/",
        currency=order.currency,
    )
    return int(rows.aggregate(sum=Sum(F("credits") - F("debits")))["sum"] or 0)
