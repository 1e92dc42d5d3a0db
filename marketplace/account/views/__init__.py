"""The buyer's pages, by what they are about."""

from marketplace.account.views.orders import (
    cancel,
    credit_note,
    guest_order,
    home,
    invoice,
    order,
    orders,
    photo,
    proforma,
    sign,
)

__all__ = [
    "cancel",
    "credit_note",
    "guest_order",
    "home",
    "invoice",
    "order",
    "orders",
    "photo",
    "proforma",
    "sign",
]
