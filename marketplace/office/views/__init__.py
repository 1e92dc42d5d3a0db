"""The office's pages."""

from marketplace.office.views.home import home
from marketplace.office.views.orders import order, orders
from marketplace.office.views.parts import decline_part, deliver_part, part, parts, photo
from marketplace.office.views.refunds import pay_refund, refunds
from marketplace.office.views.transfers import match, return_transfer, transfer, transfers

__all__ = [
    "decline_part",
    "deliver_part",
    "home",
    "match",
    "order",
    "orders",
    "part",
    "parts",
    "pay_refund",
    "photo",
    "refunds",
    "return_transfer",
    "transfer",
    "transfers",
]
