"""What the papers of an order share: who sells, who buys, how much of what."""

from typing import Any

from django.utils.translation import gettext as _

from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.orders.models import Order
from marketplace.people.phones import for_people


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


def seller(fulfilment: Fulfilment) -> list[str]:
    partner = fulfilment.partner
    lines = [partner.name, str(partner.regency)]
    if partner.phone:
        lines.append(for_people(partner.phone))
    return lines


def title(part: FulfilmentLine, language: str) -> str:
    line = part.line
    return str(line.text(line.title_texts, language) or line.title)


def quantity(part: FulfilmentLine, language: str, amount: int | None = None) -> str:
    """ "20 kodi": the number of units with the unit's name in this language."""
    number = f"{part.quantity if amount is None else amount:,}".replace(",", ".")
    return f"{number} {part.line.text(part.line.unit_texts, language)}".strip()


def weight(part: FulfilmentLine) -> str:
    """Gross weight of the line in kg, or nothing if the seller did not state it."""
    if not part.line.weight_g:
        return ""
    kilos = f"{part.line.weight_g * part.quantity / 1000:,.1f}"
    return kilos.replace(",", " ").replace(".", ",").replace(" ", ".") + " kg"


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
