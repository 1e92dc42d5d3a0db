"""A promise from the stand to its end: recorded, confirmed by both sides, corrected, closed."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from catalogue.models import Product
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.ledger.money import Money
from marketplace.payments.rates import NoRate, indicative
from marketplace.programme import numbers, states
from marketplace.programme.commitments import mails
from marketplace.programme.events.queries import has_begun
from marketplace.programme.models import Commitment, Event, Exhibitor, Guest, Lead
from marketplace.programme.states import BUYER

LATEST = timedelta(days=60)  # a phone that was kept longer had a wrong clock


class CommitmentError(Exception):
    """A step that is refused. `code`: "event" (cancelled, or both are not at it), "early" (it
    has not begun), "key" (this key names another
    one), "rate" (no rate of this currency), "changed" (another promise than was read), "closed", "guest" (a scanned
    badge that is nobody's here), "own" (the buyer's address is one of the pesantren's own people), "company" (the
    buyer is another company), "linked", "verified" (the company is not verified)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Promise:
    """What was promised. `value` in the currency in which it was said."""

    kind: str
    what: str
    value: Money
    product: Product | None = None
    quantity: int | None = None
    unit: str = ""
    due_on: date | None = None
    note: str = ""


@transaction.atomic
def record(
    *,
    event: Event,
    exhibitor: Exhibitor,
    guest: Guest,
    promise: Promise,
    key: UUID,
    actor: Actor,
    recorded_at: datetime | None = None,
    lead: Lead | None = None,
) -> Commitment:
    """Write a promise down. The same `key` again, also at the same moment, gives the first one and changes nothing.

    Side effects: Commitment, history row, a mail with the link to each side. Raises CommitmentError "event",
    "early", "key", "rate".
    """
    if event.state == states.CANCELLED or {exhibitor.event_id, guest.event_id} != {event.pk}:
        raise CommitmentError("event")
    if not has_begun(event):
        raise CommitmentError("early")
    facts = _facts(promise)
    known = Commitment.objects.filter(key=key).first()
    if known is None:
        try:
            with transaction.atomic():
                made = _write(event, exhibitor, guest, facts, key, actor, recorded_at, lead)
        except IntegrityError:
            known = Commitment.objects.filter(key=key).first()
            if known is None:
                raise
        else:
            machine.record(made, "", states.RECORDED, actor=actor)
            mails.ask_to_confirm(made)
            return made
    if known.event_id != event.pk:
        raise CommitmentError("key")
    return known


def _write(
    event: Event,
    exhibitor: Exhibitor,
    guest: Guest,
    facts: dict[str, Any],
    key: UUID,
    actor: Actor,
    recorded_at: datetime | None,
    lead: Lead | None,
) -> Commitment:
    now = timezone.now()
    sane = recorded_at is not None and now - LATEST < recorded_at <= now
    return Commitment.objects.create(
        number=numbers.commitment_number(),
        key=key,
        event=event,
        exhibitor=exhibitor,
        guest=guest,
        lead=lead,
        recorded_at=recorded_at if sane and recorded_at else now,
        recorded_by_id=actor.id,
        seller_token=numbers.token(),
        buyer_token=numbers.token(),
        **facts,
    )


def _facts(promise: Promise) -> dict[str, Any]:
    """Columns of a promise; another currency is turned by the newest rate, which is named."""
    rupiah, note = promise.value.minor, ""
    if promise.value.currency != "IDR":
        try:
            turned, rate = indicative(promise.value, "IDR")
        except NoRate as error:
            raise CommitmentError("rate") from error
        rupiah = turned.minor
        note = f"1 {rate.base} = {rate.rate.normalize():f} IDR, {rate.source}, {rate.quoted_at:%Y-%m-%d}"[
            :120
        ]
    return {
        "kind": promise.kind,
        "what": promise.what[:120],
        "product": promise.product,
        "quantity": promise.quantity,
        "unit": promise.unit[:20],
        "value": promise.value.minor,
        "currency": promise.value.currency,
        "rupiah": rupiah,
        "rate_note": note,
        "due_on": promise.due_on,
        "note": promise.note[:300],
    }


def version(commitment: Commitment) -> str:
    """What a side confirms: changes with every correction."""
    parts = (commitment.kind, commitment.what, commitment.quantity, commitment.unit, commitment.value)
    more = (commitment.currency, commitment.due_on, commitment.note)
    return "|".join(str(part) for part in (*parts, *more))


def _locked(commitment: Commitment) -> Commitment:
    found = Commitment.objects.select_for_update(of=("self",), no_key=True)
    return found.select_related("event", "exhibitor__partner", "guest").get(pk=commitment.pk)


@transaction.atomic
def confirm(*, commitment: Commitment, side: str, seen: str, actor: Actor) -> Commitment:
    """One side says yes to what it has `seen` (version()); with the second yes it is confirmed. Again: nothing.

    Of two who press at once both count. Side effects: when that side said so, state, history rows. Raises
    CommitmentError "changed", "closed" (also while a side says it is different).
    """
    locked = _locked(commitment)
    if version(locked) != seen:
        raise CommitmentError("changed")
    name = f"{side}_said_at"
    if getattr(locked, name):
        return locked
    if locked.state != states.RECORDED:
        raise CommitmentError("closed")
    setattr(locked, name, timezone.now())
    locked.save(update_fields=[name])
    machine.record(locked, states.RECORDED, states.RECORDED, actor=actor, why=f"confirmed: {side}")
    if locked.seller_said_at and locked.buyer_said_at:
        states.COMMITMENT.move(locked, states.CONFIRMED, actor=actor)
    return locked


@transaction.atomic
def dispute(*, commitment: Commitment, side: str, why: str, actor: Actor) -> Commitment:
    """One side says that it was different; the office corrects or closes it. What the other said is void.

    Side effects: state, history row, mail to whoever recorded it. Raises CommitmentError "closed" once both
    confirmed, or it was closed.
    """
    locked = _locked(commitment)
    if locked.state != states.RECORDED:
        raise CommitmentError("closed")
    changes = {"seller_said_at": None, "buyer_said_at": None, "disputed_why": why[:300]}
    states.COMMITMENT.move(locked, states.DISPUTED, actor=actor, why=f"{side}: {why}", **changes)
    mails.is_different(locked, side)
    return locked


@transaction.atomic
def correct(*, commitment: Commitment, promise: Promise, why: str, actor: Actor) -> Commitment:
    """The office writes down what it really was; both sides confirm anew.

    Side effects: the commitment, history row with the values before and after, new links (the old ones end), a mail
    to each side. Raises CommitmentError "closed" for one that both confirmed or that was closed, "rate".
    """
    locked = _locked(commitment)
    if locked.state not in states.CORRECTABLE:
        raise CommitmentError("closed")
    before, facts = version(locked), _facts(promise)
    facts |= {"seller_said_at": None, "buyer_said_at": None}
    facts |= {"seller_token": numbers.token(), "buyer_token": numbers.token()}
    for name, value in facts.items():
        setattr(locked, name, value)
    locked.save(update_fields=[*facts])
    note = f"{before} → {version(locked)}: {why}"
    if locked.state == states.DISPUTED:
        states.COMMITMENT.move(locked, states.RECORDED, actor=actor, why=note, disputed_why="")
    else:
        machine.record(locked, states.RECORDED, states.RECORDED, actor=actor, why=note)
    mails.ask_to_confirm(locked)
    return locked


@transaction.atomic
def close(*, commitment: Commitment, why: str, actor: Actor) -> Commitment:
    """Nothing more is expected of it. What both confirmed stays in the sum *committed*.

    Side effects: state, history row. Raises IllegalMove once it is closed.
    """
    locked = _locked(commitment)
    changes = {"closed_why": why[:300], "closed_at": timezone.now()}
    states.COMMITMENT.move(locked, states.CLOSED, actor=actor, why=why, **changes)
    return locked


@transaction.atomic
def new_link(*, commitment: Commitment, side: str, actor: Actor) -> Commitment:
    """The link of one side came into wrong hands: it ends, and that side has a mail with a new one.

    Side effects: token, history row, mail.
    """
    locked = _locked(commitment)
    _renew(locked, side)
    machine.record(locked, locked.state, locked.state, actor=actor, why=f"new link: {side}")
    mails.ask_to_confirm(locked, sides=(side,))
    return locked


@transaction.atomic
def end_links(*, found: QuerySet[Commitment], side: str, why: str, actor: Actor) -> int:
    """Somebody who held links of this side is there no longer (left the pesantren, another address of the buyer).

    Side effects: tokens of all that are not closed, history rows; where that side has not answered, a mail with the
    new link. Returns how many links ended.
    """
    rows = list(found.exclude(state=states.CLOSED).order_by("pk").values_list("pk", flat=True))
    for pk in rows:
        locked = _locked(Commitment(pk=pk))
        _renew(locked, side)
        machine.record(locked, locked.state, locked.state, actor=actor, why=f"new link: {side}: {why}")
        if locked.state == states.RECORDED and not getattr(locked, f"{side}_said_at"):
            mails.ask_to_confirm(locked, sides=(side,))
    return len(rows)


def _renew(commitment: Commitment, side: str) -> None:
    name = f"{side}_token"
    setattr(commitment, name, numbers.token())
    commitment.save(update_fields=[name])


@transaction.atomic
def looked(*, guest: Guest, actor: Actor) -> None:
    """The office knows this buyer, whom a pesantren noted at its own stand: promises to it count from now on.

    Side effects: the guest, history row. Again: nothing.
    """
    locked = Guest.objects.select_for_update(of=("self",), no_key=True).get(pk=guest.pk)
    if not locked.added_by_seller or locked.looked_at:
        return
    locked.looked_at = timezone.now()
    locked.save(update_fields=["looked_at"])
    machine.record(locked, "", "looked", actor=actor)


@transaction.atomic
def name_company(*, commitment: Commitment, company: Any, actor: Actor) -> None:
    """The guest, known by name alone, is this company: its demands, contracts and orders can be linked now.

    What the buyer confirmed by its old link is asked of the company anew. Side effects: the guest with all its
    promises (or, where the company is a guest of the event already, this promise alone goes to it), links and states
    of these, history rows, mails to the buyer. Raises CommitmentError "verified", "closed", "linked", "company".
    """
    if not company.is_verified:
        raise CommitmentError("verified")
    guest = Guest.objects.select_for_update(of=("self",), no_key=True).get(pk=commitment.guest_id)
    locked = _locked(commitment)
    if locked.state == states.CLOSED:
        raise CommitmentError("closed")
    if locked.guest_id == guest.pk and guest.company_id == company.pk:
        return
    if locked.links.exists():
        raise CommitmentError("linked")
    if locked.guest_id != guest.pk or guest.company_id is not None:
        raise CommitmentError("company")
    there = Guest.objects.filter(event=locked.event_id, company=company).first()
    moved = [locked]
    if there:
        locked.guest = there
        locked.save(update_fields=["guest"])
    else:
        moved = [_locked(one) for one in guest.commitments.exclude(state=states.CLOSED).order_by("pk")]
        _is_company(guest, company)
        machine.record(guest, "", "company", actor=actor, why=company.name)
    for one in moved:
        one.guest = there or guest
        _ask_company(one, company, actor)


def _is_company(guest: Guest, company: Any) -> None:
    guest.company, guest.looked_at = company, guest.looked_at or timezone.now()
    guest.invited_at = None  # its page has another link now (badges.key_of)
    try:
        with transaction.atomic():
            guest.save(update_fields=["company", "looked_at", "invited_at"])
    except IntegrityError as error:  # somebody invited that company at the same moment
        raise CommitmentError("company") from error


def _ask_company(commitment: Commitment, company: Any, actor: Actor) -> None:
    """Its old link ends; what was said by it is void, also about payments."""
    _renew(commitment, BUYER)
    commitment.settlements.filter(refused_why="").update(buyer_said_at=None)
    why = f"company: {company.name}"
    if commitment.state == states.CONFIRMED:
        states.COMMITMENT.move(commitment, states.RECORDED, actor=actor, why=why, buyer_said_at=None)
    else:
        Commitment.objects.filter(pk=commitment.pk).update(buyer_said_at=None)
        machine.record(commitment, commitment.state, commitment.state, actor=actor, why=why)
    if commitment.state == states.RECORDED:
        mails.ask_to_confirm(commitment, sides=(BUYER,))
