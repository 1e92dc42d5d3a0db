"""Refunds that go back to the card: asked of the provider outside every lock, written down under the refund's.

The books follow the provider: refund due → provider when it accepted a refund (SENT), reversed when that one fails,
even if it had said "paid" before. A failed refund stays owed and waits for a person: try again, or by bank.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.queue import enqueue
from marketplace.ledger.models import Journal, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post, reverse
from marketplace.payments import mails, second_person, states
from marketplace.payments.accounts import refund_due
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.frozen import is_disputed
from marketplace.payments.models import Refund

# The provider forgets idempotency keys after 24 hours; well before that we look for our refund first.
KEY_IS_SURE = timedelta(hours=20)
PENDING, SUCCEEDED, BROKEN = "pending", "succeeded", "failed"


class Refused(Exception):
    """The provider said no for good (charge disputed, nothing left); its words are for the office."""


@dataclass(frozen=True)
class Facts:
    """Present state of one refund at the provider. `refund` and `tries` come from the metadata that we sent."""

    provider_id: str
    refund: int
    tries: int
    amount: Money
    state: str  # PENDING, SUCCEEDED or BROKEN
    failure: str = ""


class Rail(Protocol):
    """What a provider must be able to do. Everything else it may raise means: nobody knows, ask again later."""

    def create(self, *, key: str, intent_id: str, refund: int, tries: int, amount: Money) -> Facts:
        """Pay back. The same key gives the same refund. Raises Refused."""

    def find(self, *, intent_id: str, refund: int, tries: int) -> Facts | None:
        """The refund with this metadata, if there is one."""

    def read(self, provider_id: str) -> Facts:
        """Its present state."""


def waiting() -> list[int]:
    """Refunds to send, oldest first. Those that failed wait for a person."""
    rows = Refund.objects.filter(state=states.OWED, failure="").exclude(attempt=None)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def send(refund_id: int, *, rail: Rail) -> None:
    """Ask the provider to pay this refund back. Safe to run twice, also at once: both use one key.

    Side effects: at the provider; then as apply(). Nothing happens without a second person's yes above the limit,
    or while the payment is disputed: the buyer's bank has that money.
    Raises what `rail` raises when nobody knows whether it was done; the next run asks with the same key.
    """
    refund = Refund.objects.select_related("attempt").get(pk=refund_id)
    attempt = refund.attempt
    if refund.state != states.OWED or refund.failure or not attempt or not attempt.intent_id:
        return
    if is_disputed(attempt) or (second_person.is_needed(refund.total) and not _is_agreed(refund)):
        return
    tries = refund.tries
    facts = None
    try:
        if timezone.now() - refund.created > KEY_IS_SURE:
            facts = rail.find(intent_id=attempt.intent_id, refund=refund.pk, tries=tries)
        if not facts:
            facts = rail.create(
                key=f"re/{refund.pk}/{tries}",
                intent_id=attempt.intent_id,
                refund=refund.pk,
                tries=tries,
                amount=refund.total,
            )
    except Refused as error:
        _failed(refund.pk, tries, str(error))
        return
    apply(facts)


def _is_agreed(refund: Refund) -> bool:
    return refund.approvals.filter(state=states.CONFIRMED, data__rail="card").exists()


def sync_refund(provider_id: str, *, rail: Rail) -> None:
    """Read the provider's present state and write it down. Called for webhooks in any order, and by the sweep."""
    apply(rail.read(provider_id))


@transaction.atomic
def apply(facts: Facts) -> None:
    """The one writer of what the provider says. News of an earlier try changes nothing.

    Side effects: Refund, history rows, journal or its reversal, mail. Raises PaymentError if the amount differs.
    """
    refund = Refund.objects.select_for_update(no_key=True, of=("self",)).get(pk=facts.refund)
    if facts.tries != refund.tries or not refund.attempt_id:
        return
    if facts.amount != refund.total:
        raise PaymentError(f"Refund {refund.pk}: the provider says {facts.amount}, we owe {refund.total}.")
    if facts.state == BROKEN:
        _fail(refund, facts.failure)
        return
    if refund.state == states.OWED:
        _accept(refund, facts)
    if refund.state == states.SENT and facts.state == SUCCEEDED:
        states.REFUND.move(refund, states.PAID, actor=SYSTEM, why=facts.provider_id, paid_at=timezone.now())
        mails.refund_paid(refund)


def _accept(refund: Refund, facts: Facts) -> None:
    states.REFUND.move(
        refund, states.SENT, actor=SYSTEM, why=facts.provider_id, provider_id=facts.provider_id
    )
    legs = [(refund_due(refund), account(Kind.PROVIDER, refund.currency), refund.total)]
    post(_key(refund), "refund_paid", legs)


def _key(refund: Refund) -> str:
    return f"refund-paid/{refund.key}/{refund.tries}"


def _failed(refund_id: int, tries: int, why: str) -> None:
    with transaction.atomic():
        refund = Refund.objects.select_for_update(no_key=True, of=("self",)).get(pk=refund_id)
        if refund.state == states.OWED and refund.tries == tries and refund.attempt_id:
            _fail(refund, why)


def _fail(refund: Refund, why: str) -> None:
    """Owed again, for a person to look at. The next try is another one, with another key."""
    why = why[:200] or "failed"
    changes = {"failure": why, "tries": refund.tries + 1, "provider_id": None}
    if refund.state == states.OWED:  # refused at once: nothing was booked
        Refund.objects.filter(pk=refund.pk).update(**changes)
        return
    journal = Journal.objects.get(key=_key(refund))
    reverse(journal, key=f"refund-failed/{refund.key}/{refund.tries}")
    states.REFUND.move(refund, states.OWED, actor=SYSTEM, why=why, paid_at=None, **changes)


@transaction.atomic
def try_again(*, refund: Refund, actor: Actor) -> None:
    """A person lets a failed refund go to the card once more. Side effects: Refund, history row.

    Raises PaymentError if it did not fail, or was paid another way meanwhile.
    """
    locked = Refund.objects.select_for_update(no_key=True, of=("self",)).get(pk=refund.pk)
    if locked.state != states.OWED or not locked.failure or not locked.attempt_id:
        raise PaymentError("Only a refund that failed can be tried again.")
    Refund.objects.filter(pk=locked.pk).update(failure="")
    machine.record(locked, states.OWED, states.OWED, actor=actor, why=f"again after: {locked.failure}")
    enqueue("payments.send_refund", locked.pk)
