"""Reading conversations; the first argument is who asks. The unread counts of the menus are one question."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from catalogue.models import Product
from marketplace.common.access import OFFICE, is_staff
from marketplace.conversations.models import Message, Side, Thread
from marketplace.orders.models import Order
from marketplace.pesantren.access import pesantren_of
from marketplace.pesantren.models import Partner
from marketplace.reference.working_days import JAKARTA

NEVER = datetime(2000, 1, 1, tzinfo=UTC)  # before anybody wrote here
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


def _without_answer(found: QuerySet[Thread]) -> Any:
    """Those in which the buyer had the last word and the pesantren did not say that nothing is left to answer.

    Each with `asked_at`: when the buyer wrote the first message that has no answer.
    """
    heard = Coalesce(Greatest("seller_wrote_at", "seller_done_to"), Value(NEVER))  # of nulls, the other
    found = found.annotate(heard=heard).filter(buyer_wrote_at__gt=F("heard"))
    open_ = Message.objects.filter(thread=OuterRef("pk"), side=Side.BUYER, created__gt=OuterRef("heard"))
    first = open_.order_by("created").values("created")[:1]
    return found.annotate(asked_at=Coalesce(Subquery(first), F("buyer_wrote_at")))


def unanswered(user: Any) -> QuerySet[Thread]:
    """Conversations of this person's pesantren that wait for an answer, with `asked_at`."""
    mine = pesantren_of(user).order_by().values("pk")
    return _without_answer(Thread.objects.filter(partner__in=mine))


def left_open(user: Any, *, since: date) -> QuerySet[Thread]:
    """Everybody's, where the buyer asked on this day (WIB) or before; the longest first, with `asked_at`. For the
    office, which does not read what was written."""
    if not is_staff(user, OFFICE):
        return Thread.objects.none()
    ends = datetime.combine(since + timedelta(days=1), time.min, JAKARTA)
    found: QuerySet[Any] = _without_answer(Thread.objects.all())
    return found.filter(asked_at__lt=ends).select_related("partner__regency").order_by("asked_at", "pk")


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
    """One of the sellers of an order the caller may see; of a contract with an exporter the exporter alone."""
    found = Partner.objects.filter(code=code, order_lines__order=order).distinct()
    if order.sold_by_id:
        found = Partner.objects.filter(code=code, pk=order.sold_by_id)
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
    """An order of this buyer from this pesantren; not what it brings for an exporter."""
    sells = Q(sold_by=thread.partner_id) | Q(sold_by=None, lines__partner=thread.partner_id)
    found = Order.objects.filter(sells, number=number).distinct()
    if thread.order_id:
        return found.filter(pk=thread.order_id).first()
    return found.filter(user=thread.user_id).first() if thread.user_id else None
