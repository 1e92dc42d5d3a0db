"""What waits for a member, and the money of their pesantren; the first argument is who asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, Min, QuerySet, Value, When
from django.utils.translation import gettext, gettext_lazy

from catalogue import states as listing_states
from catalogue.models import Product
from marketplace.common.models import StateChange
from marketplace.common.states import history
from marketplace.fulfilment import queries as fulfilment
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import queries as payments
from marketplace.payments import receivables
from marketplace.payments import states as due_states
from marketplace.payments.models import Due
from marketplace.pesantren.access import pesantren_of
from marketplace.pesantren.models import Partner, StockRecord
from marketplace.workspace import parts


def tempo_due(part: Fulfilment) -> Due | None:
    """What the buyer of this part, already found for its member, pays later; nothing where it was paid first."""
    if not part.order.is_on_tempo:
        return None
    return Due.objects.select_related("company").filter(order=part.order, terms_days__gt=0).first()


LISTING_ORDER = [listing_states.DRAFT, listing_states.STOPPED, listing_states.ON_SALE, listing_states.PAUSED]
HOLDING = [states.OFFERED, states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED]


@dataclass(frozen=True)
class Job:
    """One kind of work that waits: how many parts, and since when the oldest."""

    state: str
    label: str
    count: int
    oldest: datetime | None


def waiting(user: Any) -> QuerySet[Fulfilment]:
    """Parts that wait for this person's pesantren, oldest first."""
    return fulfilment.for_members(user).filter(parts.WAITS).order_by("offered_at", "pk")


def jobs(user: Any) -> list[Job]:
    """The kinds of work in the order of the day, those with nothing to do as well. One query."""
    rows = waiting(user).select_related(None).prefetch_related(None).order_by()
    counted = rows.values_list("state").annotate(Count("pk"), Min("offered_at"))
    found = {state: (count, oldest) for state, count, oldest in counted}
    return [Job(state, str(label), *found.get(state, (0, None))) for state, label in parts.JOBS.items()]


@dataclass(frozen=True)
class Purse:
    """One pesantren's money here: paid by buyers and held, owed by companies on tempo, and owed to it now."""

    partner: Partner
    held: payments.Held
    awaited: Money
    owed: Money


def purses(user: Any) -> list[Purse]:
    """The money of each pesantren this person works for. Six queries, however many parts there are."""
    mine = list(pesantren_of(user))
    unpaid = Due.objects.filter(state=due_states.OPEN, terms_days__gt=0).values("order")
    every = Fulfilment.objects.filter(partner__in=mine)
    on_tempo = every.filter(order__in=unpaid, state__in=[*HOLDING, states.RECEIVED])
    awaited = receivables.awaited_of(on_tempo.values_list("order__number", "partner_id"))
    running = every.filter(state__in=HOLDING).exclude(order__in=unpaid)
    held = payments.held_of(running.values_list("order__number", "partner_id"))
    owed = payments.owed_to(partner.pk for partner in mine)
    nothing = payments.Held(Money(0), Money(0))
    return [
        Purse(partner, held.get(partner.pk, nothing), awaited.get(partner.pk, Money(0)), owed[partner.pk])
        for partner in mine
    ]


def orders_named(numbers: set[str], partner: Partner) -> list[Order]:
    """Orders with these numbers of which this pesantren, already found for its member, brings a part. One query."""
    if not numbers:
        return []
    return list(Order.objects.filter(number__in=numbers, fulfilments__partner=partner))


def listings(user: Any, state: str = "") -> QuerySet[Product]:
    """What this person's pesantren list: drafts first, then what is on sale, by name; one state or all."""
    found = Product.objects.filter(partner__in=pesantren_of(user))
    if state in LISTING_ORDER:
        found = found.filter(state=state)
    place = Case(*(When(state=one, then=Value(n)) for n, one in enumerate(LISTING_ORDER)), default=Value(9))
    return (
        found.select_related("partner", "unit", "product_class", "draft")
        .prefetch_related("stockrecords")
        .order_by(place, "title", "pk")
    )


def last_listing(user: Any) -> Product | None:
    """The newest listing that this person's pesantren published: what a new one may be copied from."""
    return listings(user).exclude(state=listing_states.DRAFT).order_by("-date_created", "-pk").first()


@dataclass(frozen=True)
class Changed:
    """One change of a listing, in words."""

    at: datetime
    who: str
    what: str
    before: str
    after: str


CHANGED = {
    "stock": gettext_lazy("Stock"),
    "price": gettext_lazy("Price"),
    "terms": gettext_lazy("Smallest order and time"),
    "texts": gettext_lazy("Name and description"),
}
SHOWN_CHANGES = 8


def changes(product: Product, record: StockRecord | None) -> list[Changed]:
    """The newest changes of a listing the caller may already see, and of its price and stock. Two queries."""
    rows = [*history(product).reverse()[:SHOWN_CHANGES]]
    if record:
        rows += history(record).reverse()[:SHOWN_CHANGES]
    rows.sort(key=lambda row: (row.at, row.pk), reverse=True)
    return [_changed(row) for row in rows[:SHOWN_CHANGES]]


def _changed(row: StateChange) -> Changed:
    kind, _, detail = row.why.partition(": ")
    states_here = {state: str(label) for state, label in listing_states.CHOICES}
    before, after = states_here.get(row.before, row.before), states_here.get(row.after, row.after)
    if kind == "texts":
        before, _, after = detail.partition(" → ")
    if kind == "price":
        before, after = (amount.replace("Rp ", "") for amount in (before, after))
        before, after = str(Money(int(before))), str(Money(int(after)))
    what = CHANGED.get(kind) or gettext("State")
    return Changed(row.at, row.actor_name, str(what), before, after)
