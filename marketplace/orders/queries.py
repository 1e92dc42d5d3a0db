"""Reading orders; the first argument is who asks."""

from typing import Any

from django.core import signing
from django.db.models import QuerySet

from marketplace.common.access import OFFICE, is_staff
from marketplace.orders.models import Order

SALT = "order-link"


def orders_for_buyer(user: Any) -> QuerySet[Order]:
    """Orders this person placed while signed in, newest first."""
    if not user.is_authenticated:
        return Order.objects.none()
    mine = Order.objects.filter(user=user).select_related("sold_by__regency")
    return mine.order_by("-date_placed", "-pk")


def orders_for_office(user: Any) -> QuerySet[Order]:
    """All orders, for the programme office only."""
    if not is_staff(user, OFFICE):
        return Order.objects.none()
    return Order.objects.order_by("-date_placed", "-pk")


def link_token(order: Order) -> str:
    """What a guest's link carries: signed, so that it can't be guessed or made for another order."""
    return signing.dumps(order.number, salt=SALT, compress=False)


def order_by_token(token: str) -> Order | None:
    """The order a signed link opens, or nothing."""
    try:
        number = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return None
    return Order.objects.select_related("sold_by__regency").filter(number=number).first()
