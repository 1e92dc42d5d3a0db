"""What needs a person in the office, and how it finds orders; the first argument is who asks."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.access import OFFICE, is_staff
from marketplace.fulfilment import queries as fulfilment
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger import queries as ledger
from marketplace.ledger.models import Journal, Movement
from marketplace.notices.models import Mail
from marketplace.orders.models import Order
from marketplace.orders.queries import orders_for_office
from marketplace.orders.states import LABELS
from marketplace.payments import queries as payments
from marketplace.payments import states as payment_states
from marketplace.payments.models import Due
from marketplace.reference import working_days

GRACE_DAYS = 2  # how long after the promised day a part may stay without a word
NOT_THERE = [states.ACCEPTED, states.PACKED, states.HANDED_OVER]


@dataclass(frozen=True)
class Work:
    """One kind of thing that needs a person: how many, since when the oldest, and where to do it."""

    label: str
    count: int
    oldest: datetime | date | None
    url: str


def overdue(user: Any) -> QuerySet[Fulfilment]:
    """Paid parts whose promised day passed some days ago, the longest first: on the way, or accepted by a
    pesantren that went silent, where buyers' money would lie for ever."""
    last = working_days.today() - timedelta(days=GRACE_DAYS)
    late = fulfilment.for_staff(user).filter(state__in=NOT_THERE, arrives_to__lt=last)
    return late.order_by("arrives_to", "pk")


def unanswered(user: Any) -> QuerySet[Fulfilment]:
    """Parts that no pesantren answered in time, the longest first."""
    return fulfilment.unanswered(user).order_by("offered_at", "pk")


def mails_given_up(user: Any) -> QuerySet[Mail]:
    """Mails that could not be sent and are not tried again."""
    if not is_staff(user, OFFICE):
        return Mail.objects.none()
    return Mail.objects.filter(sent=None, next_try=None).order_by("created")


def _work(label: str, rows: QuerySet[Any], oldest: str, url: str) -> Work:
    plain = rows.select_related(None).prefetch_related(None).order_by()
    found = plain.aggregate(count=Count("pk"), oldest=Min(oldest))
    return Work(label, found["count"], found["oldest"], url)


def today(user: Any) -> list[Work]:
    """What needs this person today. One query each."""
    parts = reverse("office:parts")
    found = [
        _work(
            _("Orders that no pesantren answered"), unanswered(user), "offered_at", f"{parts}?q=unanswered"
        ),
        _work(_("Goods that should have arrived"), overdue(user), "arrives_to", f"{parts}?q=overdue"),
    ]
    if not is_staff(user, OFFICE):
        return found
    unmatched = payments.receipts(user).filter(state=payment_states.UNMATCHED)
    owed = payments.refunds(user).filter(state=payment_states.OWED)
    return [
        _work(_("Transfers to match"), unmatched, "recorded_at", reverse("office:transfers")),
        _work(_("Refunds to pay"), owed, "created", reverse("office:refunds")),
        *found,
        _work(_("Mails that could not be sent"), mails_given_up(user), "created", "#mails"),
    ]


def orders(user: Any, *, text: str = "", state: str = "") -> QuerySet[Order]:
    """Orders, newest first, in one state or all; `text`: order number, transfer reference or buyer's name."""
    found = orders_for_office(user)
    if state in LABELS:
        found = found.filter(status=state)
    text = text.strip()
    if not text:
        return found
    if references := payments.references_in(text):
        return found.filter(dues__reference__in=references)
    return found.filter(Q(number=text.upper()) | Q(buyer_name__icontains=text))


def dues_of(order: Order) -> QuerySet[Due]:
    """The dues of an order the caller may already see, with what came in for them."""
    return order.dues.prefetch_related("receipts").order_by("pk")


def movements_of(order: Order) -> list[Movement]:
    """Everything the books say about an order the caller may already see, oldest first."""
    journals: QuerySet[Journal] = ledger.journals_of(f"order/{order.number}")
    found = Movement.objects.filter(journal__in=journals.order_by().values("pk"))
    return list(found.select_related("journal", "debit", "credit").order_by("pk"))
