"""Addresses of pages that mails point to, in the reader's language."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from marketplace.orders.models import Order
from marketplace.orders.queries import link_token


def absolute(name: str, *args: object, language: str) -> str:
    """Absolute address of a named page in this language."""
    with translation.override(language):
        return f"{settings.BASE_URL}{reverse(name, args=args)}"


def for_buyer(order: Order) -> str:
    """The signed link to an order: works without signing in, for a guest and for a colleague at the door."""
    return absolute("account:guest-order", link_token(order), language=order.language)
