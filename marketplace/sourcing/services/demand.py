"""A company asks for goods: drafted, opened to pesantren and exporters, and how it ends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from catalogue.models import Commodity, Product, ProductClass, Unit
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.queue import enqueue
from marketplace.sourcing import numbers, signals, states
from marketplace.sourcing.models import Attachment, Demand, DemandLine, DemandSlot, Quote
from offtakers import states as companies
from offtakers.models import Company

MOST_LINES = 100
MOST_FILES = 5
TERMS = (
    "currency",
    "country",
    "regency",
    "mode",
    "incoterm",
    "place",
    "wants_sample",
    "papers",
    "note",
    "answers_until",
    "of_order",
)


class DemandError(Exception):
    """A step that is refused. `code`: "lines" (none, or more than 100), "slots" (windows that do not add up),
    "until" (no day until which quotes are taken, or one that is over), "company" (not verified), "fixed" (it was
    opened), "files" (five are there)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Slot:
    """So much of a line within these days, both included."""

    first: date
    last: date
    quantity: int


@dataclass(frozen=True)
class Good:
    """One line as it is asked for. `tolerance` in permille, `target_price` in minor units of the demand's currency."""

    name: str
    unit: Unit
    quantity: int
    slots: Sequence[Slot]
    product: Product | None = None
    commodity: Commodity | None = None
    kind: ProductClass | None = None
    specification: str = ""
    grade: str = ""
    tolerance: int = 50
    target_price: int | None = None


def draft(
    *, company: Company, person: Any, key: UUID, terms: Mapping[str, Any], goods: Sequence[Good], actor: Actor
) -> Demand:
    """Write a demand down for the company; the same `key` again gives the same one. Nobody else sees it yet.

    `terms` holds some of TERMS. Side effects: Demand with lines and windows, history row. Raises DemandError
    "lines" or "slots"; Demand.DoesNotExist if the key is another company's.
    """
    _check(goods)
    with transaction.atomic():
        made, is_new = Demand.objects.get_or_create(
            key=key,
            defaults={
                "number": numbers.demand_number(),
                "company": company,
                "asked_by": person,
                **{name: terms[name] for name in TERMS if name in terms},
            },
        )
        if made.company_id != company.pk:
            raise Demand.DoesNotExist
        if is_new:
            _write(made, goods)
            machine.record(made, "", states.DRAFT, actor=actor)
    return made


def correct(*, demand: Demand, terms: Mapping[str, Any], goods: Sequence[Good], actor: Actor) -> None:
    """Other lines or terms while it is a draft. Side effects: rows, history row. Raises DemandError."""
    _check(goods)
    with transaction.atomic():
        locked = _locked(demand)
        if locked.state != states.DRAFT:
            raise DemandError("fixed")
        for name in TERMS:
            if name in terms:
                setattr(locked, name, terms[name])
        locked.save(update_fields=TERMS)
        locked.lines.all().delete()
        _write(locked, goods)
        machine.record(locked, states.DRAFT, states.DRAFT, actor=actor, why="corrected")


def _check(goods: Sequence[Good]) -> None:
    if not 0 < len(goods) <= MOST_LINES:
        raise DemandError("lines")
    for good in goods:
        if not good.slots or sum(slot.quantity for slot in good.slots) != good.quantity:
            raise DemandError("slots")


def _write(demand: Demand, goods: Sequence[Good]) -> None:
    for position, good in enumerate(goods, start=1):
        line = DemandLine.objects.create(
            demand=demand,
            position=position,
            product=good.product,
            commodity=good.commodity or (good.product.commodity if good.product else None),
            kind=good.kind or (good.product.product_class if good.product else None),
            name=good.name,
            specification=good.specification,
            grade=good.grade,
            unit=good.unit,
            quantity=good.quantity,
            tolerance=good.tolerance,
            target_price=good.target_price,
        )
        DemandSlot.objects.bulk_create(
            DemandSlot(line=line, first=slot.first, last=slot.last, quantity=slot.quantity)
            for slot in good.slots
        )


def _locked(demand: Demand) -> Demand:
    return Demand.objects.select_for_update(of=("self",), no_key=True).get(pk=demand.pk)


def attach(*, demand: Demand, file: Any, name: str) -> Attachment:
    """A file with it, checked by content before (marketplace.common.proofs). Raises DemandError "fixed", "files"."""
    with transaction.atomic():
        locked = _locked(demand)
        if locked.state != states.DRAFT:
            raise DemandError("fixed")
        if locked.attachments.count() >= MOST_FILES:
            raise DemandError("files")
        return Attachment.objects.create(demand=locked, file=file, name=name[:100])


def detach(*, demand: Demand, token: UUID) -> None:
    """One file of a draft less; nothing if it is gone. Side effects: the row, then the file itself.

    Raises DemandError "fixed"."""
    with transaction.atomic():
        locked = _locked(demand)
        if locked.state != states.DRAFT:
            raise DemandError("fixed")
        for one in locked.attachments.filter(token=token):
            one.delete()
            transaction.on_commit(partial(one.file.storage.delete, str(one.file.name)))


def open_(*, demand: Demand, actor: Actor) -> None:
    """Ask for quotes: from now on pesantren and exporters see it, and nothing of it changes any more.

    Side effects: state, history row; matching follows in the background and tells whom it fits.
    Raises DemandError "company" (not verified by the office), "until" or "lines"; IllegalMove.
    """
    with transaction.atomic():
        locked = _locked(demand)
        if not is_verified(locked.company):
            raise DemandError("company")
        if locked.answers_until is None or locked.answers_until <= timezone.now():
            raise DemandError("until")
        if not locked.lines.exists():
            raise DemandError("lines")
        states.DEMAND.move(demand, states.OPEN, actor=actor, opened_at=timezone.now())
        enqueue("sourcing.match", demand.pk)


def is_verified(company: Company) -> bool:
    """Whether the office has verified it, and its evidence has not ended."""
    return company.state == companies.VERIFIED


def cancel(*, demand: Demand, actor: Actor, why: str = "") -> None:
    """The company does not want it any more. Open quotes end with it. Side effects: history rows, mails (signal).

    Raises IllegalMove.
    """
    _end(demand, states.CANCELLED, actor, why)


def close(*, demand: Demand, actor: Actor, why: str = "") -> None:
    """No more answers are taken; the company may still choose among those that are there. Raises IllegalMove."""
    with transaction.atomic():
        states.DEMAND.move(demand, states.CLOSED, actor=actor, why=why)
        signals.demand_ended.send(Demand, demand=demand, why=why)


def expire(*, demand: Demand, now: datetime, actor: Actor) -> bool:
    """End a demand whose last quote ended and whose time for answers is over; False if it is not so far."""
    with transaction.atomic():
        locked = _locked(demand)
        over = locked.answers_until is not None and locked.answers_until <= now
        if locked.state not in (states.OPEN, states.CLOSED) or not over or _standing(locked):
            return False
        states.DEMAND.move(demand, states.EXPIRED, actor=actor)
        signals.demand_ended.send(Demand, demand=demand, why="")
    return True


def _standing(demand: Demand) -> bool:
    """Whether a quote that was sent can still be accepted."""
    return Quote.objects.filter(negotiation__demand=demand, state=states.SENT).exists()


def _end(demand: Demand, state: str, actor: Actor, why: str) -> None:
    with transaction.atomic():
        states.DEMAND.move(demand, state, actor=actor, why=why)
        sent = Quote.objects.filter(negotiation__demand=demand, state=states.SENT).order_by("pk")
        for quote in sent:
            states.QUOTE.move(quote, states.DECLINED, actor=actor, why=why)
            signals.quote_ended.send(Quote, quote=quote, why=why)
        signals.demand_ended.send(Demand, demand=demand, why=why)
