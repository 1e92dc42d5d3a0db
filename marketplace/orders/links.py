"""Addresses of pages that mails point to, in the reader's language."""

from marketplace.common.links import absolute
from marketplace.orders.models import Order
from marketplace.orders.queries import link_token


def for_buyer(order: Order) -> str:
    """The signed link to an order: works without signing in, for a guest and for a colleague at the door."""
    return absolute("account:guest-order", link_token(order), language=order.language)
