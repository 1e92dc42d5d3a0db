"""What the papers of an order share: who sells, who buys, how much of what."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _

from marketplace.common.figures import grouped
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.people.phones import for_people
from marketplace.pesantren.models import Partner


def buyer(order: Order) -> list[str]:
    """Name, address and telephone, as on a parcel."""
    address = order.shipping_address
    lines = [order.buyer_name]
    if address:
        lines += [name for name in (address.name,) if name and name != order.buyer_name]
        lines += address.lines()
    if order.buyer_phone:
        lines.append(for_people(order.buyer_phone))
    return lines


def receiver(fulfilment: Fulfilment) -> list[str]:
    """To whom a part is delivered, as who brings it may read it: an exporter that sells it on, else the buyer."""
    return partner(fulfilment.seller) if fulfilment.is_supply else buyer(fulfilment.order)


def seller(fulfilment: Fulfilment) -> list[str]:
    return partner(fulfilment.partner)


def partner(partner: Partner) -> list[str]:
    """Name, place and telephone."""
    lines = [partner.name, str(partner.regency)]
    if partner.phone:
        lines.append(for_people(partner.phone))
    return lines


def title(part: FulfilmentLine, language: str) -> str:
    line = part.line
    return str(line.text(line.title_texts, language) or line.title)


def quantity(part: FulfilmentLine, language: str, amount: int | None = None) -> str:
    """ "20 kodi": the number of units with the unit's name in this language; "18 kodi (20 ordered)" if fewer come."""
    number = grouped(part.quantity if amount is None else amount)
    found = f"{number} {part.line.text(part.line.unit_texts, language)}".strip()
    if amount is None and part.short:
        ordered = grouped(part.ordered)
        found = _("%(quantity)s (%(ordered)s ordered)") % {"quantity": found, "ordered": ordered}
    return found


def weight(part: FulfilmentLine) -> str:
    """Gross weight of the line in kg, or nothing if the seller did not state it."""
    if not part.line.weight_g:
        return ""
    return f"{grouped(part.line.weight_g * part.quantity / 1000, places=1)} kg"


def sums(order: Order, parts: Iterable[Fulfilment]) -> dict[str, Any]:
    """Goods, delivery and total; what the sellers said does not come is taken off."""
    short = sum((part.short_to_buyer for part in parts), Money(0, order.currency))
    return {
        "sums": [[_("Goods"), str(order.goods - short)], [_("Delivery"), str(order.shipping)]],
        "total": [_("Total"), str(order.total - short)],
    }


def parts(order: Order, parts: Iterable[Fulfilment], language: str) -> list[dict[str, Any]]:
    """What the buyer reads of an order: each seller's part, or what an exporter sold under its contract."""
    if order.sold_by is None:
        return [part(one, language) for one in parts]
    short = [line for one in parts for line in one.lines.all() if line.short]
    return [
        {
            "more": [_short(line, language) for line in short],
            "number": order.number,
            "seller": order.sold_by.name,
            "place": str(order.sold_by.regency),
            "lines": [
                {
                    "title": line.name,
                    "quantity": f"{grouped(line.quantity)} {line.unit_here}".strip(),
                    "price": str(line.unit_price),
                    "sum": str(line.price),
                }
                for line in order.sold
            ],
            "delivery": f"{_('Delivery')}: {order.shipping_method}",
            "fee": str(order.shipping),
        }
    ]


def _short(line: FulfilmentLine, language: str) -> list[str]:
    """What does not come, at the price of the contract."""
    what = {"goods": title(line, language), "quantity": quantity(line, language, line.short)}
    return [_("%(goods)s: %(quantity)s do not come") % what, str(line.short_to_buyer * -1)]


def part(fulfilment: Fulfilment, language: str) -> dict[str, Any]:
    """One seller's part of an order, as the templates of invoice and proforma show it."""
    lines = [
        {
            "title": title(line, language),
            "quantity": quantity(line, language),
            "price": str(line.unit_price),
            "sum": str(line.price),
        }
        for line in fulfilment.lines.all()
    ]
    way = f"{_('Delivery')}: {fulfilment.delivery_name}" if fulfilment.delivery_name else _("Delivery")
    return {
        "number": fulfilment.number,
        "seller": fulfilment.partner.name,
        "place": str(fulfilment.partner.regency),
        "lines": lines,
        "delivery": way,
        "fee": str(fulfilment.fee),
    }
