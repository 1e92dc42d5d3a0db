"""Paying a due by card on the provider's page: begun, followed, ended. The provider is the one who knows.

A row (Attempt) is written before the provider is asked, so a retry repeats the same question. sync() alone writes
what came of it: it reads the provider's present state, so lost, late, doubled and reversed news cannot matter.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import SYSTEM, Actor
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.orders import links
from marketplace.orders.queries import link_token
from marketplace.payments import mails, queries, states
from marketplace.payments.accounts import collected, refund_due
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.gateway import checkout, client
from marketplace.payments.gateway.wire import WIRE
from marketplace.payments.models import Attempt, Due
from marketplace.payments.services.dues import settle
from marketplace.payments.services.refunds import owe

log = logging.getLogger(__name__)
# The provider keeps a page open for 30 minutes at least and 24 hours at most.
SHORTEST, LONGEST = timedelta(minutes=31), timedelta(hours=23)
FOLLOWED = timedelta(minutes=2)  # how often the sweep asks about one attempt
FEE_KNOWN = timedelta(days=7)  # a fee that is not told by then never is
AFTER = {
    checkout.OPEN: states.OPEN,
    checkout.PROCESSING: states.PROCESSING,
    checkout.FAILED: states.FAILED,
    checkout.EXPIRED: states.EXPIRED,
}


def takes_cards(currency: str) -> bool:
    """Whether this site takes cards in this currency."""
    return client.configured() and currency in WIRE


def is_offered(due: Due) -> bool:
    """Whether this due can be paid by card now."""
    is_open = due.state == states.OPEN and not due.is_on_tempo
    return is_open and takes_cards(due.currency) and bool(due.missing)


def start(*, due: Due, actor: Actor, language: str = "") -> Attempt:
    """An attempt with an open page for what is missing of this due; the live one if it still fits.

    `language`: of the page that asks, in which the buyer comes back; empty: the order's.
    Side effects: Attempt, history rows; a page at the provider, asked for outside every lock.
    Raises PaymentError where no card is taken for it now or a payment is under way, client.Unavailable if nobody
    answers, client.Refused if the provider does not want it (the attempt has failed then).
    """
    attempt = _prepare(due.pk, actor, language)
    if attempt.amount != due_now(attempt).missing.minor or _is_over(attempt):
        end(attempt.pk)
        attempt = _prepare(due.pk, actor, language)
    if attempt.state == states.PREPARED:
        attempt = open_page(attempt.pk)
    if attempt.state != states.OPEN:
        raise PaymentError("A payment of this amount is under way.")
    return attempt


def due_now(attempt: Attempt) -> Due:
    return Due.objects.get(pk=attempt.due_id)


def _is_over(attempt: Attempt) -> bool:
    return bool(attempt.expires_at and attempt.expires_at <= timezone.now())


@transaction.atomic
def _prepare(due_id: int, actor: Actor, language: str) -> Attempt:
    """The live attempt, or a new one."""
    due = Due.objects.select_for_update(of=("self",), no_key=True).select_related("order").get(pk=due_id)
    if not is_offered(due) or queries.waits_for_earlier(due):
        raise PaymentError("This cannot be paid by card now.")
    if live := due.attempts.filter(state__in=states.ATTEMPT_LIVE).first():
        return live
    last = due.attempts.order_by("-number").values_list("number", flat=True).first() or 0
    attempt = Attempt.objects.create(
        due=due,
        number=last + 1,
        amount=due.missing.minor,
        currency=due.currency,
        expires_at=_until(due),
    )
    # Until the page has its own address: where it sends the buyer back. Kept, since a retry must ask the same.
    language = language or due.order.language
    back = links.absolute("account:paid", link_token(due.order), attempt.pk, language=language)
    Attempt.objects.filter(pk=attempt.pk).update(url=back)
    attempt.url = back
    machine.record(attempt, "", states.PREPARED, actor=actor)
    return attempt


def _until(due: Due) -> datetime:
    now = timezone.now()
    return min(max(due.due_at, now + SHORTEST), now + LONGEST)


def open_page(attempt_id: int) -> Attempt:
    """Ask for the page of a prepared attempt. Safe to run twice: both use one key.

    Raises client.Unavailable (ask again), client.Refused (the attempt has failed).
    """
    attempt = Attempt.objects.select_related("due__order").get(pk=attempt_id)
    if attempt.state != states.PREPARED:
        return attempt
    try:
        page = checkout.create(_asked(attempt))
    except client.Refused as error:
        _lock_and_move(attempt_id, states.FAILED, failure=str(error)[:200], url="")
        raise
    changes = {"session_id": page.session_id, "url": page.url, "expires_at": page.expires_at}
    return _lock_and_move(attempt_id, states.OPEN, **changes)


def _asked(attempt: Attempt) -> checkout.Asked:
    order = attempt.due.order
    assert attempt.expires_at
    return checkout.Asked(
        key=f"cs/{attempt.due_id}/{attempt.number}",
        amount=attempt.total,
        name=attempt.due.reference,
        language=order.language,
        email=order.email,
        success_url=attempt.url,
        cancel_url=attempt.url,
        expires_at=attempt.expires_at,
        metadata=_metadata(attempt),
    )


def _metadata(attempt: Attempt) -> dict[str, str]:
    return {"due": str(attempt.due_id), "attempt": str(attempt.pk), "order": attempt.due.order.number}


@transaction.atomic
def _lock_and_move(attempt_id: int, to: str, **changes: Any) -> Attempt:
    """From prepared only; whoever came first has done it."""
    attempt = Attempt.objects.select_for_update(of=("self",), no_key=True).get(pk=attempt_id)
    if attempt.state == states.PREPARED:
        states.ATTEMPT.move(attempt, to, actor=SYSTEM, **changes)
    return attempt


@transaction.atomic
def sync(attempt_id: int) -> Attempt:
    """Read the provider's present state of this attempt and write it down; safe at any time, in any order.

    Holds the attempt's row while it asks, nothing else: news that is older can then never come after.
    Side effects: Attempt, and once paid: journals, Due, Refund, history rows, what settling brings, mails.
    Raises client.Unavailable, client.Refused.
    """
    rows = Attempt.objects.select_for_update(of=("self",), no_key=True).select_related("due__order")
    attempt = rows.get(pk=attempt_id)
    if not attempt.session_id or attempt.state == states.STOPPED:
        return attempt
    if attempt.state == states.PAID and attempt.fee is not None:
        return attempt
    facts = checkout.read(attempt.session_id)
    _note(attempt, synced_at=timezone.now(), intent_id=facts.intent_id or None, failure=facts.failure)
    if attempt.state == states.PAID:
        _book_fee(attempt, facts)
    elif wrong := _wrong(attempt, facts):
        states.ATTEMPT.move(attempt, states.STOPPED, actor=SYSTEM, why=wrong, failure=wrong, url="")
        mails.card_differs(attempt)
    elif facts.state == checkout.PAID:
        _paid(attempt, facts)
    else:
        _follow(attempt, AFTER[facts.state])
    return attempt


def _note(attempt: Attempt, **changes: object) -> None:
    Attempt.objects.filter(pk=attempt.pk).update(**changes)
    for name, value in changes.items():
        setattr(attempt, name, value)


def _wrong(attempt: Attempt, facts: checkout.Facts) -> str:
    """What differs from what we asked for, in words for the office."""
    if facts.amount != attempt.total:
        return f"The provider says {facts.amount}, we asked for {attempt.total}."
    if facts.metadata != _metadata(attempt):
        return "The provider names another order or attempt."
    return ""


def _follow(attempt: Attempt, after: str) -> None:
    if after == states.EXPIRED and attempt.due.state != states.OPEN:
        after = states.CANCELLED
    if not states.ATTEMPT.allows(attempt.state, after):
        return
    others = Attempt.objects.filter(due=attempt.due_id, state__in=states.ATTEMPT_LIVE).exclude(pk=attempt.pk)
    if after in states.ATTEMPT_LIVE and others.exists():
        return  # an old one that came to life again; if it is paid, that is written down
    url = {} if after == states.OPEN else {"url": ""}
    states.ATTEMPT.move(attempt, after, actor=SYSTEM, why=attempt.failure, **url)


def _paid(attempt: Attempt, facts: checkout.Facts) -> None:
    """The money is at the provider: what the due misses pays it, all else is owed back."""
    due = Due.objects.select_for_update(of=("self",), no_key=True).select_related("order")
    locked = due.get(pk=attempt.due_id)
    now = timezone.now()
    states.ATTEMPT.move(attempt, states.PAID, actor=SYSTEM, why=facts.intent_id, paid_at=now, url="")
    source = account(Kind.PROVIDER, attempt.currency)
    memo: dict[str, object] = {"order": locked.order.number, "session": facts.session_id}
    post(f"charge/{attempt.pk}", "charge", [(source, collected(locked), attempt.total)], memo=memo)
    _book_fee(attempt, facts)
    is_open = locked.state == states.OPEN
    take = min(attempt.total, locked.missing) if is_open else Money(0, attempt.currency)
    if take:
        locked.received += take.minor
        Due.objects.filter(pk=locked.pk).update(received=locked.received)
    if over := attempt.total - take:
        _owe_back(attempt, locked, over, whole=not take)
    if is_open and not locked.missing:
        settle(locked, SYSTEM)


def _book_fee(attempt: Attempt, facts: checkout.Facts) -> None:
    """What the provider kept, in the currency in which it settles; some payments tell it later."""
    if facts.settled is None or facts.fee is None:
        return
    settled, fee = facts.settled, facts.fee
    _note(attempt, settled=settled.minor, settled_currency=settled.currency, fee=fee.minor)
    if fee:
        legs = [(account(Kind.FEES, fee.currency), account(Kind.PROVIDER, fee.currency), fee)]
        post(f"fee/{attempt.pk}", "fee", legs)


def _owe_back(attempt: Attempt, due: Due, over: Money, *, whole: bool) -> None:
    ended = {states.EXPIRED: "late", states.CANCELLED: "cancelled", states.SETTLED: "twice"}
    reason = ended.get(due.state, "twice") if whole else "over"
    refund = owe(f"attempt/{attempt.pk}", over, order=due.order, reason=reason, actor=SYSTEM, attempt=attempt)
    post(f"refund-owed/{refund.key}", "refund_owed", [(collected(due), refund_due(refund), over)])


def end(attempt_id: int) -> Attempt:
    """Close the page of a live attempt, unless it was paid meanwhile. Safe to run twice.

    Side effects: at the provider; as sync(). Raises client.Unavailable.
    """
    try:
        open_page(attempt_id)  # a page whose answer was lost
        attempt = sync(attempt_id)
        if attempt.state == states.OPEN and attempt.session_id:
            checkout.expire(attempt.session_id)
    except client.Refused as error:  # paid or closed at this very moment: what it is now, sync reads
        log.info("Attempt %s: %s", attempt_id, error)
    return sync(attempt_id)


def follow_all() -> None:
    """What news did not tell: pages that wait, pages of dues that ended, fees. Stops when nobody answers."""
    now = timezone.now()
    quiet = Q(synced_at=None, created__lt=now - FOLLOWED) | Q(synced_at__lt=now - FOLLOWED)
    live = Attempt.objects.filter(state__in=states.ATTEMPT_LIVE)
    needless = live.exclude(due__state=states.OPEN).exclude(state=states.PROCESSING)
    no_fee = Attempt.objects.filter(state=states.PAID, fee=None, paid_at__gt=now - FEE_KNOWN)
    waiting = live.filter(quiet) | no_fee.filter(quiet)
    ending = set(needless.values_list("pk", flat=True))
    oldest = waiting.order_by(F("synced_at").asc(nulls_first=True), "pk").values_list("pk", flat=True)
    for pk in [*sorted(ending), *(pk for pk in oldest[:200] if pk not in ending)]:
        try:
            _follow_one(pk, needless=pk in ending)
        except client.Unavailable:
            log.warning("The card provider does not answer; the next sweep asks again.")
            return
        except Exception:
            log.exception("Attempt %s could not be followed", pk)


def _follow_one(attempt_id: int, *, needless: bool) -> None:
    """A prepared attempt without a page was left alone for minutes: nobody waits for it."""
    if needless or Attempt.objects.filter(pk=attempt_id, state=states.PREPARED).exists():
        end(attempt_id)
    else:
        sync(attempt_id)
