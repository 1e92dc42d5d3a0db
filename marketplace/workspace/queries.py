"""What waits for a member, and the money of their pesantren; the first argument is who asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Min, QuerySet
from django.db.models.functions import Coalesce

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


def listings(user: Any) -> QuerySet[StockRecord]:
    """What this person's pesantren sell, with stock in, reserved and free."""
    mine = StockRecord.objects.filter(partner__in=pesantren_of(user), product__is_public=True)
    found = mine.select_related("partner", "product__unit", "product__product_class")
    return found.annotate(reserved=Coalesce("num_allocated", 0)).order_by("product__title", "pk")
