"""Orders and the address on them (see common/personal.py).

The books must say for ten years who bought what (UU KUP art. 28(11)). What only the delivery needed, telephone, notes,
and the guest's e-mail, ends a year after the order was placed, when every claim is over.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.personal import BOOKS, Holding, Rows, update_in_batches
from marketplace.orders.models import Order, ShippingAddress
from marketplace.orders.states import CANCELLED, COMPLETED

CONTACT_KEPT = timedelta(days=365)
ENDED = (COMPLETED, CANCELLED)


def _export(person: Any) -> Rows:
    rows = (
        Order.objects.filter(user=person)
        .select_related("shipping_address__regency")
        .prefetch_related("lines__partner")
        .order_by("pk")
    )
    return [_order(row) for row in rows]


def _order(order: Order) -> dict[str, Any]:
    address = order.shipping_address
    return {
        "number": order.number,
        "placed": order.date_placed.isoformat(),
        "status": order.status,
        "name": order.buyer_name,
        "phone": order.buyer_phone,
        "address": address.lines() if address else [],
        "note": address.notes if address else "",
        "total": str(order.total),
        "lines": _lines(order),
    }


def _lines(order: Order) -> Rows:
    """Under a contract of an exporter the contract's lines: what the exporter pays its pesantren is not the buyer's."""
    if order.sold_by_id:
        return [
            {"title": line.name, "quantity": line.quantity, "price": str(line.price)} for line in order.sold
        ]
    return [
        {"title": line.title, "quantity": line.quantity, "price": str(line.price)}
        for line in order.lines.all()
    ]


def _hinders(person: Any) -> list[str]:
    open_orders = Order.objects.filter(user=person).exclude(status__in=ENDED).order_by("pk")
    text = _("Your order %(number)s is not finished yet.")
    return [text % {"number": number} for number in open_orders.values_list("number", flat=True)[:5]]


def _erase(person: Any) -> None:
    """The orders stay in the books with name and address, and belong to no account any more."""
    mine = Order.objects.filter(user=person)
    addresses = ShippingAddress.objects.filter(order__in=mine)
    addresses.update(phone_number="", notes="")
    mine.update(user=None, buyer_phone="", guest_email="")


def _purge(now: datetime) -> int:
    ended = Order.objects.filter(status__in=ENDED)
    old = ended.filter(date_placed__lt=now - CONTACT_KEPT).exclude(buyer_phone="", guest_email="")
    contact = ~Q(phone_number="") | ~Q(notes="")
    of_old = ShippingAddress.objects.filter(contact, order__status__in=ENDED)
    count = update_in_batches(
        of_old.filter(order__date_placed__lt=now - CONTACT_KEPT), phone_number="", notes=""
    )
    count += update_in_batches(old, buyer_phone="", guest_email="")
    oldest = ShippingAddress.objects.filter(order__date_placed__lt=now - BOOKS).exclude(
        line1="", first_name=""
    )
    count += update_in_batches(oldest, first_name="", line1="", line2="", village="")
    books = Order.objects.filter(date_placed__lt=now - BOOKS)
    return count + update_in_batches(books.exclude(buyer_name=""), buyer_name="", user=None)


ORDERS = Holding(
    code="orders",
    what=gettext_lazy("Your orders: what you bought, name, address, telephone, who signed the receipt"),
    purpose=gettext_lazy("Without them we cannot deliver, pay back or answer questions."),
    basis=gettext_lazy("Contract with you; the law on taxes for the books"),
    kept=gettext_lazy(
        "Name, address and amounts for ten years, as the law on bookkeeping asks; telephone, e-mail and notes "
        "for the driver for one year"
    ),
    export=_export,
    erase=_erase,
    hinders=_hinders,
    purge=_purge,
)
