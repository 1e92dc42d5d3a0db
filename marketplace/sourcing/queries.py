"""Reading demands, quotes and contracts; the first argument is who asks. What they may not see is not found."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Prefetch,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.utils import timezone

from marketplace.common.access import is_staff
from marketplace.pesantren.access import pesantren_of
from marketplace.pesantren.models import Partner
from marketplace.pooling import states as pool_states
from marketplace.pooling.models import Share
from marketplace.sourcing import references, states
from marketplace.sourcing.models import (
    Amendment,
    Attachment,
    CallOff,
    CallOffLine,
    Contract,
    Counter,
    Demand,
    Invited,
    Negotiation,
    Quote,
    Remark,
    Sample,
    Signature,
)
from offtakers.access import company_of


def _with_lines(found: QuerySet[Demand]) -> QuerySet[Demand]:
    return found.select_related("company", "regency").prefetch_related(
        "lines__slots", "lines__unit", "lines__commodity"
    )


SILENT = timedelta(days=2)  # a demand that nobody answered for so long needs a person of the office


def demands_of_buyer(user: Any) -> QuerySet[Demand]:
    """The demands of this person's company, newest first."""
    return _with_lines(Demand.objects.filter(company=company_of(user))).order_by("-pk")


def demands_for_sellers(user: Any) -> QuerySet[Demand]:
    """Open demands that this person's pesantren were told of, or answered; all open ones for an exporter."""
    mine = pesantren_of(user)
    told = Invited.objects.filter(demand=OuterRef("pk"), partner__in=mine)
    answered = Negotiation.objects.filter(demand=OuterRef("pk"), partner__in=mine)
    seen = Q(Exists(told)) | Q(Exists(answered))
    if exporters_of(user).exists():
        seen |= Q(state=states.OPEN)
    found = Demand.objects.exclude(state=states.DRAFT).filter(seen)
    return _with_lines(found).order_by("answers_until", "pk")


def files_of(user: Any, number: str) -> QuerySet[Attachment]:
    """What came with a demand, for whoever may answer the buyer: of a demand abroad exporters alone, since a file may
    name the buyer, whom pesantren that supply do not read."""
    seen = demands_for_sellers(user).order_by()
    if not exporters_of(user).exists():
        seen = seen.filter(country="ID")
    return Attachment.objects.filter(demand__in=seen.filter(number=number).values("pk"))


def exporters_of(user: Any) -> QuerySet[Partner]:
    """Of this person's pesantren those that may compose offers: exporters and aggregators."""
    return pesantren_of(user).filter(is_exporter=True)


def offers_of(user: Any, demand: Demand) -> QuerySet[Quote]:
    """The versions that this person's exporters composed for a demand, newest first."""
    found = Quote.objects.filter(
        negotiation__demand=demand,
        negotiation__kind=Negotiation.OFFER,
        negotiation__partner__in=pesantren_of(user),
    )
    return found.select_related("negotiation__demand", "negotiation__partner").order_by("-version", "-pk")


def latest_offers(user: Any, demands: list[int]) -> dict[int, Quote]:
    """Of each of these demands (ids) the newest version that this person's exporters composed. One query."""
    found = Quote.objects.filter(
        negotiation__demand__in=demands,
        negotiation__kind=Negotiation.OFFER,
        negotiation__partner__in=pesantren_of(user),
    )
    rows = found.select_related("negotiation").order_by("version", "pk")
    return {quote.negotiation.demand_id: quote for quote in rows}


def contracts_of_sellers(user: Any) -> QuerySet[Contract]:
    """Contracts in which one of this person's pesantren sells, newest first."""
    found = Contract.objects.filter(seller__in=pesantren_of(user))
    return found.select_related("company", "seller", "quote__negotiation__demand").order_by("-pk")


def call_offs_of_sellers(user: Any) -> QuerySet[CallOff]:
    """Deliveries called off from this person's pesantren: open ones by their first day, then what is over."""
    over = Case(When(state__in=[states.COMPLETED, states.CANCELLED], then=1), default=0)
    found = CallOff.objects.filter(contract__seller__in=pesantren_of(user))
    found = found.select_related("contract__company", "contract__seller", "order")
    return found.order_by(over, "first", "pk")


def fallen_of(contract: Contract) -> QuerySet[CallOffLine]:
    """What did not come of its deliveries and can be called off again; the caller may see the contract."""
    found = CallOffLine.objects.filter(call_off__contract=contract, fell__gt=0)
    found = found.exclude(call_off__state=states.CANCELLED).select_related("call_off", "contract_line__unit")
    return found.order_by("call_off__number", "pk")


def demands_for_staff(user: Any) -> QuerySet[Demand]:
    """All that were opened, for office and export coordinators."""
    if not is_staff(user):
        return Demand.objects.none()
    return _with_lines(Demand.objects.exclude(state=states.DRAFT)).order_by("-pk")


def _takes_answers(prefix: str = "") -> Q:
    return Q(**{f"{prefix}state": states.OPEN, f"{prefix}answers_until__gt": timezone.now()})


def requests_of(user: Any) -> QuerySet[Demand]:
    """Demands this person's pesantren were told of or answered: `takes_answers` first, then by the last day."""
    mine = pesantren_of(user).order_by().values("pk")
    told = Invited.objects.filter(demand=OuterRef("pk"), partner__in=mine)
    answered = Negotiation.objects.filter(demand=OuterRef("pk"), partner__in=mine)
    found = Demand.objects.exclude(state=states.DRAFT).filter(
        Exists(told) | Exists(answered.exclude(kind=Negotiation.OFFER))
    )
    return (
        _with_lines(found)
        .annotate(takes_answers=ExpressionWrapper(_takes_answers(), BooleanField()))
        .order_by("-takes_answers", "answers_until", "pk")
    )


def told(user: Any) -> QuerySet[Invited]:
    """What this person's pesantren were told, the best first of each demand."""
    found = Invited.objects.filter(partner__in=pesantren_of(user).order_by().values("pk"))
    rows = found.select_related("partner", "product__product_class", "line__unit", "line__demand")
    return rows.order_by("demand", "-is_ready", "-score", "pk")


def talks_of(user: Any) -> QuerySet[Negotiation]:
    """Negotiations of this person's pesantren, of every kind, the latest first, with their versions."""
    mine = Negotiation.objects.filter(partner__in=pesantren_of(user).order_by().values("pk"))
    versions = Quote.objects.order_by("version").prefetch_related("lines__demand_line__unit")
    found = mine.select_related("demand__company", "partner")
    return found.prefetch_related(Prefetch("quotes", versions)).order_by("-last_at", "pk")


def quotes_of(user: Any) -> QuerySet[Quote]:
    """Versions of this person's pesantren: supply and direct ones; composed offers have pages of their own."""
    mine = Quote.objects.filter(negotiation__partner__in=pesantren_of(user).order_by().values("pk"))
    found = mine.exclude(negotiation__kind=Negotiation.OFFER)
    lines = "lines__demand_line__unit", "lines__product"
    return found.select_related("negotiation__demand", "negotiation__partner").prefetch_related(*lines)


def samples_of(talk: Negotiation) -> QuerySet[Sample]:
    """Samples that were ordered from one negotiation, oldest first; the caller may see it."""
    return talk.samples.select_related("order").prefetch_related("order__fulfilments").order_by("pk")


def counters_in(talk: Negotiation) -> QuerySet[Counter]:
    """Counter-offers of one negotiation, oldest first."""
    found = Counter.objects.filter(quote__negotiation=talk).select_related("quote")
    lines = "lines__quote_line__demand_line__unit", "lines__quote_line__quote"
    return found.prefetch_related(*lines).order_by("at", "pk")


# What waits for a pesantren.


def to_answer(user: Any) -> QuerySet[Invited]:
    """One row of each open demand that a pesantren of this person was told of, neither answered nor refused."""
    mine = Invited.objects.filter(partner__in=pesantren_of(user).order_by().values("pk"), refused_at=None)
    same = {"demand": OuterRef("demand"), "partner": OuterRef("partner")}
    earlier = Invited.objects.filter(**same, pk__lt=OuterRef("pk"))
    sent = Quote.objects.exclude(state=states.DRAFT).filter(
        negotiation__demand=OuterRef("demand"), negotiation__partner=OuterRef("partner")
    )
    return mine.filter(_takes_answers("demand__")).exclude(Exists(earlier)).exclude(Exists(sent))


def counters_to_answer(user: Any) -> QuerySet[Counter]:
    """Of each version that stands the latest counter-offer that no later version has answered."""
    mine = Counter.objects.filter(quote__negotiation__partner__in=pesantren_of(user).order_by().values("pk"))
    later = Counter.objects.filter(quote=OuterRef("quote"), pk__gt=OuterRef("pk"))
    answer = Quote.objects.filter(negotiation=OuterRef("quote__negotiation"), sent_at__gt=OuterRef("at"))
    standing = mine.filter(_takes_answers("quote__negotiation__demand__"), quote__state=states.SENT)
    return standing.exclude(Exists(later)).exclude(Exists(answer))


def remarks_to_answer(user: Any) -> QuerySet[Negotiation]:
    """Negotiations whose last word is the other side's, with `asked_at`: since when. A later version answers, too.

    Of a supply quote each exporter is answered for itself, after the demand was awarded, too."""
    here = Remark.objects.filter(negotiation=OuterRef("negotiation"), side=Remark.SELLER)
    here = here.filter(Q(composer=None) | Q(composer=OuterRef("composer")))
    said = here.filter(at__gte=OuterRef("at"), pk__gt=OuterRef("pk"))
    sent = Quote.objects.filter(negotiation=OuterRef("negotiation"), sent_at__gt=OuterRef("at"))
    open_ones = Remark.objects.filter(negotiation=OuterRef("pk"), side=Remark.BUYER)
    first = open_ones.exclude(Exists(said)).exclude(Exists(sent)).order_by("at", "pk").values("at")[:1]
    mine = Negotiation.objects.filter(partner__in=pesantren_of(user).order_by().values("pk"))
    running = mine.filter(
        Q(demand__state__in=[states.OPEN, states.CLOSED])
        | Q(kind=Negotiation.SUPPLY, demand__state=states.AWARDED)
    )
    return running.annotate(asked_at=Subquery(first)).filter(asked_at__isnull=False)


def _count(found: QuerySet[Any], of: str) -> Coalesce:
    """How many different pesantren `found` (rows of one demand) has."""
    rows = found.order_by().values(of).annotate(n=Count("partner", distinct=True)).values("n")
    return Coalesce(Subquery(rows, output_field=IntegerField()), Value(0))


def followed_by_staff(user: Any) -> QuerySet[Demand]:
    """Open demands with how many pesantren were `told` and how many `answered`; `is_silent`: nobody has for two days.

    Those first, then by the last day for answers.
    """
    told = Invited.objects.filter(demand=OuterRef("pk"))
    sent = Quote.objects.exclude(state=states.DRAFT).filter(negotiation=OuterRef("pk"))
    answers = Negotiation.objects.filter(Exists(sent), demand=OuterRef("pk"))
    found = demands_for_staff(user).filter(state=states.OPEN)
    counted = found.annotate(told=_count(told, "demand"), answered=_count(answers, "demand"))
    silent = Q(answered=0, opened_at__lte=timezone.now() - SILENT)
    ordered = counted.annotate(
        is_silent=Case(When(silent, then=True), default=False, output_field=BooleanField())
    )
    return ordered.order_by("-is_silent", F("answers_until").asc(nulls_last=True), "pk")


def contracts_to_sign(user: Any) -> QuerySet[Contract]:
    """Contracts that this person's pesantren sell under and have not signed, or an amendment of them; `waits_since`."""
    signed = Signature.objects.filter(contract=OuterRef("pk"), side=Signature.SELLER, amendment=None)
    by_us = Signature.objects.filter(amendment=OuterRef("pk"), side=Signature.SELLER)
    changes = Amendment.objects.filter(contract=OuterRef("pk")).filter(Amendment.OPEN)
    changes = changes.exclude(Exists(by_us))
    found = contracts_of_sellers(user).annotate(
        waits_since=Case(
            When(Q(state=states.DRAFTED) & ~Exists(signed), then=F("created")),
            When(state=states.ACTIVE, then=Subquery(changes.values("created")[:1])),
        )
    )
    return found.filter(waits_since__isnull=False)


def call_offs_to_move(user: Any) -> QuerySet[CallOff]:
    """Deliveries in which the next step is the seller's: to ask the pesantren, or to make the order."""
    line = CallOffLine.objects.annotate(pool=references.POOL_OF_LINE)
    asked = Share.objects.filter(pool__reference=OuterRef("pool"), state=pool_states.PROPOSED)
    waits = line.filter(Exists(asked), call_off=OuterRef("pk"))
    found = call_offs_of_sellers(user).filter(state__in=[states.PLANNED, states.CONFIRMED])
    return found.exclude(Exists(waits))


# What the timetable looks for.


def demands_to_match() -> QuerySet[Demand]:
    """Opened, and nobody told yet."""
    return Demand.objects.filter(state=states.OPEN, matched_at=None).order_by("opened_at", "pk")


def demands_past_end(now: datetime) -> QuerySet[Demand]:
    """The time for answers is over, and no quote stands that can still be accepted."""
    standing = Quote.objects.filter(negotiation__demand=OuterRef("pk"), state=states.SENT)
    over = Demand.objects.filter(state__in=[states.OPEN, states.CLOSED], answers_until__lte=now)
    return over.exclude(Exists(standing)).order_by("answers_until", "pk")


def quotes_past_end(now: datetime) -> QuerySet[Quote]:
    """Sent, and their last moment is over."""
    over = Quote.objects.filter(state=states.SENT, valid_until__lte=now)
    return over.select_related("negotiation__demand").order_by("valid_until", "pk")


ENDS_SOON = timedelta(days=2)
LONG_ENOUGH = timedelta(days=3)  # what stands for less was told of just now


def quotes_ending(now: datetime) -> QuerySet[Quote]:
    """To buyers, standing, in their last two days, not told of yet: of each seller the last version alone."""
    later = Quote.objects.filter(negotiation=OuterRef("negotiation"), version__gt=OuterRef("version"))
    found = Quote.objects.filter(
        state=states.SENT, reminded_at=None, valid_until__gt=now, valid_until__lte=now + ENDS_SOON
    )
    found = found.filter(sent_at__lte=F("valid_until") - LONG_ENOUGH)
    found = found.exclude(negotiation__kind=Negotiation.SUPPLY).exclude(
        Exists(later.exclude(state=states.DRAFT))
    )
    return found.select_related("negotiation__demand").order_by("valid_until", "pk")


def contracts_past_end(day: date) -> QuerySet[Contract]:
    """Running, their last day is over, and no call-off of them is open."""
    open_ = CallOff.objects.filter(contract=OuterRef("pk"))
    open_ = open_.exclude(state__in=[states.COMPLETED, states.CANCELLED])
    over = Contract.objects.filter(state=states.ACTIVE, last__lt=day).exclude(Exists(open_))
    return over.order_by("last", "pk")


def amendments_past_end(day: date) -> QuerySet[Amendment]:
    """Waiting for signatures, though the last day that they propose is over, or their contract does not run."""
    found = Amendment.objects.filter(Amendment.OPEN).annotate(until=KT("changes__last"))
    over = Q(until__lt=day.isoformat()) | ~Q(contract__state=states.ACTIVE)
    return found.filter(over).select_related("contract").order_by("pk")
