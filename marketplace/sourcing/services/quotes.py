"""Answers to a demand: drafted, sent as versions that never change, asked about, countered, and how each ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalogue.models import Product
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.pesantren.models import Partner
from marketplace.sourcing import signals, states
from marketplace.sourcing.models import (
    CostLine,
    Counter,
    CounterLine,
    Demand,
    DemandLine,
    Invited,
    Negotiation,
    Quote,
    QuoteLine,
    Remark,
)
from marketplace.sourcing.readiness import Lack, Readiness

LONGEST_VALID = timedelta(days=180)
MOST_REMARKS = 200


class QuoteError(Exception):
    """A step that is refused. `code`: "closed" (the demand takes no answers), "full" (it has as many as it may),
    "kind" (this seller may not answer so), "lines" (none, or not of this demand), "goods" (not this seller's listing),
    "valid" (no day until which it stands, or one that is over or too far), "over" (it is no longer valid),
    "ready" (permits or facts are missing), "many" (too many remarks)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Offered:
    """What a seller offers for one line. `unit_price` in minor units of the quote's currency."""

    demand_line: DemandLine
    product: Product | None
    quantity: int
    unit_price: int
    stretch: int = 0
    pack: int = 1
    minimum: int = 0
    basis: str = ""
    grade: str = ""
    ready_from: date | None = None
    ready_to: date | None = None


@dataclass(frozen=True)
class Terms:
    """What holds for a whole version. The rate: how many rupiah one of `currency` is, with its source and time."""

    currency: str = "IDR"
    incoterm: str = ""
    place: str = ""
    mode: str = ""
    valid_until: datetime | None = None
    lead_days: int | None = None
    terms: str = ""
    rate: Decimal | None = None
    rate_source: str = ""
    rate_at: datetime | None = None
    sample_fee: int | None = None  # in minor units of the currency; None: no sample, 0: free
    sample_courier: int | None = None


def _locked_demand(demand: Demand) -> Demand:
    return Demand.objects.select_for_update(of=("self",), no_key=True).get(pk=demand.pk)


def may_answer(demand: Demand, partner: Partner, kind: str) -> bool:
    """Whether this pesantren may answer in this way: supply was asked of it, only exporters compose, and abroad
    nobody but an exporter stands before the buyer."""
    if not partner.sells_now:
        return False
    if kind == Negotiation.OFFER:
        return partner.is_exporter
    told = Invited.objects.filter(demand=demand, partner=partner).exists()
    return told and not (kind == Negotiation.DIRECT and demand.is_abroad)


@transaction.atomic
def draft(
    *,
    demand: Demand,
    partner: Partner,
    kind: str,
    lines: Sequence[Offered],
    terms: Terms,
    actor: Actor,
    costs: Mapping[str, int] | None = None,
    answers: Counter | None = None,
    rules: Mapping[str, int] | None = None,
) -> Quote:
    """Write the next version down, or the one that is a draft anew. Nobody else sees it before it is sent.

    `costs`: whole rupiah by CostLine kind, `rules` by which the supply was shared (offers).
    Side effects: Negotiation, Quote with lines, history row.
    Raises QuoteError "closed", "kind", "lines", "goods".
    """
    locked = _locked_demand(demand)
    _check_open(locked)
    if not may_answer(locked, partner, kind):
        raise QuoteError("kind")
    _check_lines(locked, partner, kind, lines)
    talk, _ = Negotiation.objects.get_or_create(
        demand=locked, partner=partner, kind=kind, defaults={"last_at": timezone.now()}
    )
    talk = Negotiation.objects.select_for_update(of=("self",), no_key=True).get(pk=talk.pk)
    talk.quotes.filter(state=states.DRAFT).delete()
    version = (talk.quotes.order_by("-version").values_list("version", flat=True).first() or 0) + 1
    quote = Quote.objects.create(
        negotiation=talk,
        number=f"{locked.number}-{talk.pk}.{version}",
        version=version,
        answers=answers,
        rules=dict(rules or {}),
        **vars(terms),
    )
    QuoteLine.objects.bulk_create(QuoteLine(quote=quote, **vars(line)) for line in lines)
    CostLine.objects.bulk_create(
        CostLine(quote=quote, kind=kind, estimate=amount) for kind, amount in (costs or {}).items() if amount
    )
    machine.record(quote, "", states.DRAFT, actor=actor)
    return quote


def _check_open(demand: Demand) -> None:
    over = demand.answers_until is None or demand.answers_until <= timezone.now()
    if demand.state != states.OPEN or over:
        raise QuoteError("closed")


def _check_lines(demand: Demand, partner: Partner, kind: str, lines: Sequence[Offered]) -> None:
    ids = {line.demand_line.pk for line in lines}
    if not lines or len(ids) != len(lines) or any(one.demand_line.demand_id != demand.pk for one in lines):
        raise QuoteError("lines")
    for line in lines:
        if kind != Negotiation.OFFER and (line.product is None or line.product.partner_id != partner.pk):
            raise QuoteError("goods")


@transaction.atomic
def send(*, quote: Quote, person: Any, actor: Actor) -> None:
    """The version goes out and is never edited again. An earlier version stands until one is accepted.

    Side effects: total, state, history row, signal (mails). Raises QuoteError "closed", "full", "valid", "ready" (its
    goods lack what forbids an answer: readiness.py); IllegalMove.
    """
    demand = _locked_demand(quote.negotiation.demand)
    _check_open(demand)
    now = timezone.now()
    if quote.valid_until is None or not now < quote.valid_until <= now + LONGEST_VALID:
        raise QuoteError("valid")
    if _is_full(demand, quote):
        raise QuoteError("full")
    if any(one.forbids for one in missing(quote)):
        raise QuoteError("ready")
    total = sum((line.amount for line in quote.lines.select_related("quote")), Money(0, quote.currency))
    states.QUOTE.move(quote, states.SENT, actor=actor, total=total.minor, sent_at=now, sent_by=person)
    Negotiation.objects.filter(pk=quote.negotiation_id).update(last_at=now)
    signals.quote_sent.send(Quote, quote=quote)


def missing(quote: Quote) -> list[Lack]:
    """What the listings offered lack on the last day of the windows they are for; what forbids to send first.

    Some queries a line."""
    found: list[Lack] = []
    rows = quote.lines.select_related("product__product_class", "demand_line")
    for line in rows.prefetch_related("demand_line__slots"):
        if line.product:
            day = max((slot.last for slot in line.demand_line.slots.all()), default=None)
            found += Readiness([line.product], day).lacks(line.product, quote.negotiation.demand)
    return sorted(dict.fromkeys(found), key=lambda one: not one.forbids)


def _is_full(demand: Demand, quote: Quote) -> bool:
    """Whether as many sellers as the demand takes have answered the buyer already; supply does not count."""
    if quote.negotiation.kind == Negotiation.SUPPLY:
        return False
    others = Quote.objects.exclude(state=states.DRAFT).filter(negotiation__demand=demand)
    others = others.exclude(negotiation=quote.negotiation_id).exclude(negotiation__kind=Negotiation.SUPPLY)
    return others.values("negotiation").distinct().count() >= demand.most_answers


@transaction.atomic
def withdraw(*, quote: Quote, actor: Actor, why: str = "") -> None:
    """The seller takes a version back, before it is accepted. Raises IllegalMove. Side effects: history row, signal."""
    _locked_demand(quote.negotiation.demand)
    was_sent = quote.state != states.DRAFT
    states.QUOTE.move(quote, states.WITHDRAWN, actor=actor, why=why)
    if was_sent:
        signals.quote_ended.send(Quote, quote=quote, why=why)


@transaction.atomic
def decline(*, quote: Quote, actor: Actor, why: str) -> None:
    """Whom it was sent to does not take it. Raises IllegalMove. Side effects: history row, signal."""
    _locked_demand(quote.negotiation.demand)
    states.QUOTE.move(quote, states.DECLINED, actor=actor, why=why)
    signals.quote_ended.send(Quote, quote=quote, why=why)


@transaction.atomic
def counter(
    *, quote: Quote, key: UUID, lines: Mapping[int, tuple[int, int]], note: str, person: Any
) -> Counter:
    """The other side would take it so: QuoteLine id → (quantity, unit price in minor units of the quote's currency).

    The same `key` again gives the same one. Raises QuoteError "over" (not standing any more) or "lines".
    Side effects: Counter with lines, signal (mails).
    """
    known = Counter.objects.filter(key=key, quote=quote).first()
    if known:
        return known
    _locked_demand(quote.negotiation.demand)
    check_standing(quote)
    own = set(quote.lines.values_list("pk", flat=True))
    if not lines or not set(lines) <= own:
        raise QuoteError("lines")
    made = Counter.objects.create(quote=quote, key=key, by=person, note=note)
    CounterLine.objects.bulk_create(
        CounterLine(counter=made, quote_line_id=pk, quantity=quantity, unit_price=price)
        for pk, (quantity, price) in sorted(lines.items())
    )
    Negotiation.objects.filter(pk=quote.negotiation_id).update(last_at=made.at)
    signals.countered.send(Counter, counter=made)
    return made


def check_standing(quote: Quote) -> None:
    """Raises QuoteError "over" unless this version can be accepted now, by the row as it is in the database."""
    quote.refresh_from_db(fields=["state", "valid_until"])
    if quote.state != states.SENT or quote.valid_until is None or quote.valid_until <= timezone.now():
        raise QuoteError("over")


@transaction.atomic
def accept(*, quote: Quote, actor: Actor) -> None:
    """Take this version: its other versions are superseded by it.

    Called under the demand's lock by whoever makes the contract (services.contracts) or the pool (supply).
    Raises QuoteError "over", IllegalMove. Side effects: states, history rows, signals.
    """
    _locked_demand(quote.negotiation.demand)
    check_standing(quote)
    states.QUOTE.move(quote, states.ACCEPTED, actor=actor)
    others = Quote.objects.filter(negotiation=quote.negotiation_id, state=states.SENT).order_by("pk")
    for other in others:
        states.QUOTE.move(other, states.SUPERSEDED, actor=actor, why=quote.number)


@transaction.atomic
def remind(*, quote: Quote, now: datetime) -> bool:
    """Tell the buyer, once, that this version ends soon; False if it ended or was told of meanwhile.

    Side effects: `reminded_at`, signal (mails).
    """
    _locked_demand(quote.negotiation.demand)
    standing = Quote.objects.filter(pk=quote.pk, state=states.SENT, reminded_at=None, valid_until__gt=now)
    if not standing.update(reminded_at=now):
        return False
    signals.quote_ending.send(Quote, quote=quote)
    return True


def expire(*, quote: Quote, now: datetime, actor: Actor) -> bool:
    """End a version whose last moment is over; False if it is not so far or was ended meanwhile."""
    with transaction.atomic():
        _locked_demand(quote.negotiation.demand)
        quote.refresh_from_db(fields=["state", "valid_until"])
        if quote.state != states.SENT or quote.valid_until is None or quote.valid_until > now:
            return False
        try:
            states.QUOTE.move(quote, states.EXPIRED, actor=actor)
        except IllegalMove:
            return False
        signals.quote_ended.send(Quote, quote=quote, why="")
    return True


@transaction.atomic
def remark(
    *,
    negotiation: Negotiation,
    key: UUID,
    side: str,
    text: str,
    person: Any,
    composer: Partner | None = None,
) -> Remark:
    """A question or an answer; the same `key` again writes nothing.

    `composer`: of a supply quote the exporter who writes, or to whom the pesantren writes; none: all who compose.
    Raises QuoteError "many", "kind". Side effects: Remark, signal (mails).
    """
    is_supply = negotiation.kind == Negotiation.SUPPLY
    if (composer and not (is_supply and composer.is_exporter)) or (
        is_supply and side == Remark.BUYER and composer is None
    ):
        raise QuoteError("kind")
    talk = Negotiation.objects.select_for_update(of=("self",), no_key=True).get(pk=negotiation.pk)
    known = Remark.objects.filter(key=key, negotiation=talk).first()
    if known:
        return known
    if talk.remarks.count() >= MOST_REMARKS:
        raise QuoteError("many")
    made = Remark.objects.create(
        negotiation=talk, key=key, side=side, text=text, author=person, composer=composer
    )
    Negotiation.objects.filter(pk=talk.pk).update(last_at=made.at)
    signals.remarked.send(Remark, remark=made)
    return made


@transaction.atomic
def refuse(*, demand: Demand, partner: Partner, actor: Actor) -> None:
    """ "Not this time": the pesantren is not reminded of this demand again. Side effects: its invitations, history."""
    rows = Invited.objects.select_for_update(of=("self",), no_key=True).filter(demand=demand, partner=partner)
    if rows.filter(refused_at=None).update(refused_at=timezone.now()):
        machine.record(demand, demand.state, demand.state, actor=actor, why=f"not this time: {partner.code}")
