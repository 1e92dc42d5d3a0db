"""What needs a person in the office, and how it finds orders; the first argument is who asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue import states as listing
from catalogue.models import Product
from marketplace.common.access import OFFICE, PROGRAMME, is_staff
from marketplace.complaints import queries as complaints
from marketplace.fulfilment import held_too_long, states
from marketplace.fulfilment import queries as fulfilment
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger import queries as ledger
from marketplace.ledger.models import Journal, Movement
from marketplace.ledger.money import Money
from marketplace.notices.models import Mail
from marketplace.office import desk_today, money_today, programme_today
from marketplace.office.queues import QUEUES
from marketplace.office.waiting import Counted, Waiting, counted
from marketplace.orders.models import Order
from marketplace.orders.queries import orders_for_office
from marketplace.orders.states import LABELS
from marketplace.payments import queries as payments
from marketplace.payments.accounts import collected_ref, receipt_ref, refund_ref
from marketplace.payments.models import Due
from marketplace.pesantren.models import Member, Partner
from marketplace.programme.access import province_of
from marketplace.reference import working_days
from marketplace.reference.models import Province
from offtakers import queries as companies

GRACE_DAYS = 2  # how long after the promised day a part may stay without a word
NOT_THERE = [states.ACCEPTED, states.PACKED, states.HANDED_OVER]


@dataclass(frozen=True)
class Work:
    """One kind of thing that needs a person: how many (and how much), since when the oldest, where to do it.

    `until`: the first of the days by which it can be done.
    """

    label: str
    count: int
    oldest: datetime | date | None
    url: str
    sum: Money | str | None = None
    until: datetime | date | None = None


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
    """What needs this person today, across all rooms: what waits longest first, then what nobody waits for.

    One query for most kinds together, and a few for those that are counted otherwise; who runs a programme and
    nothing else sees that part alone.
    """
    province = province_of(user)
    found = _programme(province) if province else []
    if not is_staff(user, PROGRAMME):
        found = [*_rooms(user), *found]
    return sorted(found, key=_waits_longest)


def _programme(province: Province) -> list[Work]:
    return _works(programme_today.counted(province))


def _works(rows: list[Counted]) -> list[Work]:
    return [Work(row.label, row.count, row.oldest, row.url, until=row.until) for row in rows]


def _waits_longest(work: Work) -> tuple[bool, datetime]:
    """Days are taken from their first minute; a kind without rows stands at the end."""
    since = work.oldest
    if since is not None and not isinstance(since, datetime):
        since = datetime.combine(since, time.min, working_days.JAKARTA)
    return (not work.count, since or timezone.now())


def _rooms(user: Any) -> list[Work]:
    """What the rooms of orders, exports, money and pesantren wait for."""
    if not is_staff(user, OFFICE):
        return _works(counted([*_of_orders(user), *desk_today.waiting(user)]))
    unmatched = payments.unmatched(user)
    transfers = Work(
        _("Transfers to match"),
        unmatched.count,
        unmatched.oldest,
        reverse("office:transfers"),
        unmatched.sums if unmatched.count else None,
    )
    kinds = [*_of_orders(user), *desk_today.waiting(user), *money_today.waiting(user), *_of_office(user)]
    held = _work(
        _("Money held for long: decide"), held_too_long.to_decide(user), "since", reverse("office:held")
    )
    near = Work(_("Letters of credit: the next step is near"), *money_today.letters_near(user))
    return [transfers, near, held, *_of_pesantren(user), *_works(counted(kinds))]


def _of_orders(user: Any) -> Iterator[Waiting]:
    parts = reverse("office:parts")
    label = _("Orders that no pesantren answered")
    yield Waiting(label, unanswered(user), "offered_at", f"{parts}?q=unanswered")
    yield Waiting(_("Goods that should have arrived"), overdue(user), "arrives_to", f"{parts}?q=overdue")


def _of_office(user: Any) -> Iterator[Waiting]:
    """Companies, complaints, mails that were given up."""
    yield Waiting(
        _("Companies to verify"), companies.waiting(user), "submitted_at", reverse("office:companies")
    )
    label = _("Complaints to answer")
    yield Waiting(label, complaints.waiting(user), "answer_by", reverse("office:complaints"))
    yield Waiting(_("Mails that could not be sent"), mails_given_up(user), "created", "#mails")


def _of_pesantren(user: Any) -> list[Work]:
    """What pesantren wait for, and which do not answer (queues.py); unanswered orders stand above already."""
    address = reverse("office:queues")
    return [
        Work(str(queue.label), *queue.count(user), f"{address}?queue={code}")
        for code, queue in QUEUES.items()
        if code != "orders"
    ]


def pesantren(user: Any, text: str = "") -> QuerySet[Partner]:
    """Those that sell here, by name, with `people` and `goods` on sale; `text`: part of the name, or the NSPP."""
    if not is_staff(user, OFFICE):
        return Partner.objects.none()
    people = Member.objects.filter(partner=OuterRef("pk")).order_by().values("partner")
    goods = Product.objects.filter(partner=OuterRef("pk"), is_public=True).order_by().values("partner")
    found = Partner.objects.filter(sells=True).select_related("regency")
    if text:
        found = found.filter(Q(name__icontains=text) | Q(nspp=text))
    return found.annotate(
        people=Coalesce(Subquery(people.annotate(n=Count("pk")).values("n")), 0),
        goods=Coalesce(Subquery(goods.annotate(n=Count("pk")).values("n")), 0),
    ).order_by("name", "pk")


def goods_of(partner: Partner) -> list[tuple[str, int]]:
    """How many listings of a pesantren the caller may see stand in which state."""
    rows = Product.objects.filter(partner=partner).order_by().values_list("state").annotate(Count("pk"))
    labels = {state: str(label) for state, label in listing.CHOICES}
    return [(labels[state], count) for state, count in sorted(rows)]


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
    return order.dues.select_related("letter_of_credit").prefetch_related("receipts").order_by("pk")


def movements_of(order: Order) -> list[Movement]:
    """Everything the books say about an order the caller may already see, oldest first.

    From the transfer that paid it to what was paid back: its own accounts, and those of its dues and refunds.
    """
    refs = [f"order/{order.number}"]
    for due in order.dues.prefetch_related("receipts"):
        refs += [collected_ref(due), *(receipt_ref(one) for one in due.receipts.all())]
    refs += [refund_ref(one) for one in order.refunds.all()]
    journals: QuerySet[Journal] = ledger.journals_of(*refs)
    found = Movement.objects.filter(journal__in=journals.order_by().values("pk"))
    return list(found.select_related("journal", "debit", "credit").order_by("pk"))
