"""Mails about orders and their parts: to the buyer in the order's language, to members in their own."""

from marketplace.fulfilment.models import Fulfilment
from marketplace.notices.services import send
from marketplace.orders import links
from marketplace.orders.models import Order
from marketplace.payments.models import Due


def to_buyer(order: Order, name: str, key: str, **context: object) -> None:
    """One mail to the buyer; `name` is the template, `key` says what it is about (written once)."""
    send(
        key=f"{name}/{key}",
        to=order.email,
        language=order.language,
        template=name,
        context={"order": order, "link": links.for_buyer(order), **context},
        time_zone=order.user.time_zone if order.user else "",
    )


def to_members(fulfilment: Fulfilment, name: str, **context: object) -> None:
    """One mail to each member of the pesantren who has an address."""
    for member in fulfilment.partner.members.select_related("user"):
        user = member.user
        if user.email and user.is_active:
            link = links.absolute("workspace:fulfilment", fulfilment.number, language=user.language)
            send(
                key=f"{name}/{fulfilment.number}/{user.pk}",
                to=user.email,
                language=user.language,
                template=name,
                time_zone=user.time_zone,
                context={"fulfilment": fulfilment, "link": link, "user": user, **context},
            )


def order_placed(order: Order, due: Due) -> None:
    to_buyer(
        order,
        "order_placed",
        order.number,
        due=due,
        fulfilments=list(order.fulfilments.select_related("partner")),
    )


def order_cleared(order: Order) -> None:
    to_buyer(order, "order_cleared", order.number)


def order_expired(order: Order) -> None:
    to_buyer(order, "order_expired", order.number)


def order_cancelled(order: Order) -> None:
    to_buyer(order, "order_cancelled", order.number)


def part(fulfilment: Fulfilment, name: str, **context: object) -> None:
    """Tell the buyer what happened to one part: part_accepted, part_declined, part_handed_over, part_delivered …"""
    to_buyer(fulfilment.order, name, fulfilment.number, fulfilment=fulfilment, **context)
