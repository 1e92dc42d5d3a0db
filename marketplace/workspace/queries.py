"""The money and the listings of a member's pesantren; the first argument is who asks."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, QuerySet, Value, When
from django.utils.translation import gettext, gettext_lazy

from catalogue import states as listing_states
from catalogue.models import Product
from marketplace.common.models import StateChange
from marketplace.common.states import history
from marketplace.fulfilment import states, timeline
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import queries as payments
from marketplace.payments import receivables
from marketplace.payments import states as due_states
from marketplace.payments.models import Due
from marketplace.pesantren import capacity, week_words, weeks
from marketplace.pesantren import states as pesantren_states
from marketplace.pesantren.access import goods_kept_by, pesantren_of
from marketplace.pesantren.joining import queries as joining
from marketplace.pesantren.joining.models import Requirement
from marketplace.pesantren.models import Mentorship, Partner, StockRecord
from marketplace.pesantren.services.capacity import COUNTED
from marketplace.reference.working_days import today


def tempo_due(part: Fulfilment) -> Due | None:
    """What the buyer of this part, already found for its member, pays later; nothing where it was paid first."""
    if not part.order.is_on_tempo:
        return None
    return Due.objects.select_related("company").filter(order=part.order, terms_days__gt=0).first()


LISTING_ORDER = [listing_states.DRAFT, listing_states.STOPPED, listing_states.ON_SALE, listing_states.PAUSED]
HOLDING = [states.OFFERED, states.ACCEPTED, states.PACKED, states.HANDED_OVER, states.DELIVERED]


@dataclass(frozen=True)
class Purse:
    """One pesantren's money here: paid by buyers and held, owed by companies on tempo, and owed to it now."""

    partner: Partner
    held: payments.Held
    awaited: Money
    owed: Money
    needs: list[Requirement]  # what is still open before the first payout


def purses(user: Any) -> list[Purse]:
    """The money of each pesantren this person works for. Eight queries, however many parts there are."""
    mine = list(pesantren_of(user))
    unpaid = Due.objects.filter(state=due_states.OPEN, terms_days__gt=0).values("order")
    every = Fulfilment.objects.filter(partner__in=mine)
    on_tempo = every.filter(order__in=unpaid, state__in=[*HOLDING, states.RECEIVED])
    awaited = receivables.awaited_of(on_tempo.values_list("order__number", "partner_id"))
    running = every.filter(state__in=HOLDING).exclude(order__in=unpaid)
    held = payments.held_of(running.values_list("order__number", "partner_id"))
    owed = payments.owed_to(partner.pk for partner in mine)
    needs = joining.before_payout(mine)
    nothing = payments.Held(Money(0), Money(0))
    return [
        Purse(
            partner,
            held.get(partner.pk, nothing),
            awaited.get(partner.pk, Money(0)),
            owed[partner.pk],
            [requirement for requirement, is_met in needs[partner.pk] if not is_met],
        )
        for partner in mine
    ]


def mentor_offer(user: Any) -> Mentorship | None:
    """A mentor whom the office offers to one of this person's pesantren, the oldest first."""
    found = Mentorship.objects.filter(partner__in=pesantren_of(user), state=pesantren_states.OFFERED)
    return found.select_related("partner", "mentor").order_by("offered_at", "pk").first()


def orders_named(numbers: set[str], partner: Partner) -> list[Order]:
    """Orders with these numbers of which this pesantren, already found for its member, brings a part. One query."""
    if not numbers:
        return []
    return list(Order.objects.filter(number__in=numbers, fulfilments__partner=partner))


def listings(user: Any, state: str = "") -> QuerySet[Product]:
    """What this person's pesantren list: drafts first, then what is on sale, by name; one state or all."""
    return _listings(pesantren_of(user), state)


def kept_listings(user: Any, state: str = "") -> QuerySet[Product]:
    """The same, and what this person keeps as a mentor (goods_kept_by): only for pages that say keepers_only."""
    return _listings(goods_kept_by(user), state)


def _listings(partners: QuerySet[Partner], state: str) -> QuerySet[Product]:
    found = Product.objects.filter(partner__in=partners)
    if state in LISTING_ORDER:
        found = found.filter(state=state)
    place = Case(*(When(state=one, then=Value(n)) for n, one in enumerate(LISTING_ORDER)), default=Value(9))
    return (
        found.select_related("partner", "unit", "product_class", "draft", "commodity", "origin")
        .prefetch_related("stockrecords")
        .order_by(place, "title", "pk")
    )


def last_listing(user: Any) -> Product | None:
    """The newest listing published among those this person keeps: what a new one may be copied from."""
    return kept_listings(user).exclude(state=listing_states.DRAFT).order_by("-date_created", "-pk").first()


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
    "photos": gettext_lazy("Photos"),
    "capacity": gettext_lazy("Made in a week"),
    "week": gettext_lazy("Made in the week of %(day)s"),
    "export": gettext_lazy("Smallest order for export"),
    "pack": gettext_lazy("In one carton"),
}
PHOTOS = {
    "added": gettext_lazy("one added"),
    "removed": gettext_lazy("one removed"),
    "first": gettext_lazy("another one first"),
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
    if kind in ("texts", "pack"):
        before, _, after = detail.partition(" → ")
    if kind == "texts" and before == after:
        before = after = ""  # the name stayed, another text changed
    if kind == "photos":
        before, after = "", str(PHOTOS.get(detail, detail))
    if kind == "price":
        before, after = (amount.replace("Rp ", "") for amount in (before, after))
        before, after = str(Money(int(before))), str(Money(int(after)))
    if kind == "capacity":
        before, after = (gettext("from stock") if one == COUNTED else one for one in (before, after))
    what = str(CHANGED.get(kind) or gettext("State"))
    if kind == "week":
        what %= {"day": week_words.day(date.fromisoformat(detail))}
    return Changed(row.at, timeline.who(row, None, None), what, before, after)


def over_promised(user: Any, partner: Partner, first: date, last: date) -> list[tuple[Product, date]]:
    """Goods that this person keeps, made to order, of which a week in these days has promised more than can be
    made, each with its week (its Monday)."""
    found = StockRecord.objects.filter(partner__in=goods_kept_by(user), weekly_capacity__isnull=False)
    records = list(found.filter(partner=partner).select_related("product", "partner").order_by("pk"))
    capacity.prepare(records)
    begin = max(weeks.monday(first), weeks.monday(today()))
    window = weeks.following(begin, (weeks.monday(last) - begin).days // 7 + 1)
    return [
        (record.product, week.first)
        for record in records
        for week in capacity.in_weeks(record, window)
        if week.held > week.possible
    ]
