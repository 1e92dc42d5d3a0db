"""Reading conversations; the first argument is who asks. The unread counts of the menus are one question."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Prefetch, Q, QuerySet

from catalogue.models import Product
from marketplace.conversations.models import Message, Side, Thread
from marketplace.orders.models import Order
from marketplace.pesantren.access import pesantren_of
from marketplace.pesantren.models import Partner

NEW = {
    side: Q(**{f"{side.other}_wrote_at__isnull": False})
    & (Q(**{f"{side}_read_to": None}) | Q(**{f"{side}_read_to__lt": F(f"{side.other}_wrote_at")}))
    for side in Side
}


@dataclass(frozen=True)
class Unread:
    """How many conversations hold something new for a person, as a buyer and as a pesantren's member."""

    buyer: int
    seller: int


def unread(user: Any) -> Unread:
    """One query a page: the header and the workspace's menu ask the same person's object."""
    if not user.is_authenticated:
        return Unread(0, 0)
    if not hasattr(user, "_unread"):
        mine = Q(partner__in=pesantren_of(user).order_by().values("pk"))
        found = Thread.objects.filter(
            (Q(user=user.pk) & NEW[Side.BUYER]) | (mine & NEW[Side.SELLER])
        ).aggregate(
            buyer=Count("pk", filter=Q(user=user.pk) & NEW[Side.BUYER]),
            seller=Count("pk", filter=mine & NEW[Side.SELLER]),
        )
        user._unread = Unread(**found)
    return user._unread  # type: ignore[no-any-return]


def _listed(found: QuerySet[Thread], side: Side) -> QuerySet[Thread]:
    """Those with something new first, then the latest."""
    rows = found.filter(last_at__isnull=False).annotate(is_new=NEW[side])
    last = Message.objects.order_by("thread_id", "-created", "-pk").distinct("thread_id")
    return (
        rows.select_related("partner__regency", "user", "order")
        .prefetch_related(Prefetch("messages", last, to_attr="latest"))
        .order_by(F("is_new").desc(), "-last_at", "-pk")
    )


def of_buyer(user: Any) -> QuerySet[Thread]:
    """This person's own conversations with pesantren."""
    return _listed(Thread.objects.filter(user=user.pk), Side.BUYER)


def for_members(user: Any) -> QuerySet[Thread]:
    """The conversations of the pesantren this person works for."""
    return _listed(Thread.objects.filter(partner__in=pesantren_of(user)), Side.SELLER)


def with_pesantren(user: Any, code: str) -> Thread | None:
    """This person's conversation with a pesantren: the one that is there, or a new one not saved yet.

    A visitor who is not signed in gets a new one, to write in before signing in.
    """
    partner = Partner.objects.select_related("regency").filter(code=code).first()
    if partner is None:
        return None
    if not user.is_authenticated:
        return Thread(partner=partner)
    return _of(Thread.objects.filter(user=user.pk), partner) or Thread(partner=partner, user=user)


def seller_of(order: Order, code: str) -> Partner | None:
    """One of the sellers of an order the caller may see."""
    found = Partner.objects.filter(code=code, order_lines__order=order).distinct()
    return found.select_related("regency").first()


def about_order(order: Order, partner: Partner) -> Thread:
    """The conversation of whoever made this order with one of its sellers; new and unsaved if there is none."""
    if order.user is not None:
        return _of(Thread.objects.filter(user=order.user), partner) or Thread(
            partner=partner, user=order.user
        )
    return _of(Thread.objects.filter(order=order), partner) or Thread(partner=partner, order=order)


def _of(found: QuerySet[Thread], partner: Partner) -> Thread | None:
    return found.filter(partner=partner).select_related("partner__regency", "user", "order").first()


def messages_of(thread: Thread) -> QuerySet[Message]:
    """What was written, latest first; `thread` is one the caller may see."""
    if thread.pk is None:
        return Message.objects.none()
    found = Message.objects.filter(thread=thread).select_related("product", "order", "author")
    return found.order_by("-created", "-pk")


def product_of(partner: Partner, pk: str) -> Product | None:
    """One of this pesantren's public goods."""
    if not (pk.isascii() and pk.isdigit() and len(pk) < 10):
        return None
    return Product.objects.filter(pk=int(pk), partner=partner, is_public=True).first()


def order_of(thread: Thread, number: str) -> Order | None:
    """An order of this buyer from this pesantren."""
    found = Order.objects.filter(number=number, lines__partner=thread.partner_id).distinct()
    if thread.order_id:
        return found.filter(pk=thread.order_id).first()
    return found.filter(user=thread.user_id).first() if thread.user_id else None
