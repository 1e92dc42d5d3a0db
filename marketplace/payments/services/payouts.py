"""Payouts: claim what pesantren are owed, two people check the batch, the bank's answer settles each transfer."""

from hashlib import sha256
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.payments import held, payout_mails, states
from marketplace.payments.exceptions import KnownReference, PaymentError, SamePerson
from marketplace.payments.models import Payout, PayoutAccount, PayoutBatch
from marketplace.payments.rails import RAILS
from marketplace.people.models import User
from marketplace.reference import working_days


def _locked(partners: list[int], currency: str) -> dict[tuple[str, str], Account]:
    """What these pesantren are owed and owe, locked in the order of ids."""
    refs = [held.payable_ref(pk) for pk in partners]
    rows = Account.objects.filter(kind__in=[Kind.PAYABLE, Kind.SELLER_DEBT], ref__in=refs, currency=currency)
    return {(row.kind, row.ref): row for row in rows.order_by("pk").select_for_update(no_key=True)}


def _net(partner_id: int, currency: str, rows: dict[tuple[str, str], Account]) -> Money:
    where = held.payable_ref(partner_id)
    owed, debt = rows.get((Kind.PAYABLE, where)), rows.get((Kind.SELLER_DEBT, where))
    if not owed or not debt:
        return Money(0, currency)
    amount = Money(max(min(owed.balance, debt.balance), 0), currency)
    if amount:  # running totals only grow, so the key is new for every netting
        post(f"net/{partner_id}/{currency}/{debt.debits}-{debt.credits}", "net", [(owed, debt, amount)])
    return amount


@transaction.atomic
def draft(*, actor: Actor, currency: str = "IDR") -> PayoutBatch | None:
    """Claim what every pesantren with a confirmed account is owed; None if there is nothing to pay.

    Side effects: debts netted, batch, payouts, a journal payable → paying each, history rows. Two at once
    wait for each other at the accounts, so nothing is claimed twice.
    """
    found = PayoutAccount.objects.filter(state=states.ACCOUNT_ACTIVE, usable_from__lte=timezone.now())
    accounts = {row.partner_id: row for row in found.order_by("partner_id")}
    rows = _locked(list(accounts), currency)
    batch = None
    for partner_id, where in accounts.items():
        owed = rows.get((Kind.PAYABLE, held.payable_ref(partner_id)))
        if not owed:
            continue
        amount = owed.balance - _net(partner_id, currency, rows).minor
        if amount <= 0 or amount < settings.PAYOUT_MINIMUM:
            continue
        batch = batch or _new_batch(currency, actor)
        _claim(batch, where, owed, Money(amount, currency), actor)
    return batch


def _new_batch(currency: str, actor: Actor) -> PayoutBatch:
    number = f"PB{working_days.today():%y%m%d}-{uuid4().hex[:6]}"
    batch = PayoutBatch.objects.create(number=number, currency=currency)
    machine.record(batch, "", states.DRAFT, actor=actor)
    return batch


def _claim(batch: PayoutBatch, where: PayoutAccount, owed: Account, amount: Money, actor: Actor) -> None:
    payout = Payout.objects.create(
        batch=batch,
        partner=where.partner,
        account=where,
        reference=f"{batch.number}-{where.partner_id}",
        amount=amount.minor,
        currency=amount.currency,
    )
    machine.record(payout, "", states.CLAIMED, actor=actor)
    post(f"payout/{payout.reference}", "payout", [(owed, _paying(payout), amount)])


def _paying(payout: Payout) -> Account:
    return account(Kind.PAYING, payout.currency, f"payout/{payout.reference}")


def _payable(payout: Payout) -> Account:
    return account(Kind.PAYABLE, payout.currency, held.payable_ref(payout.partner_id))


def _lock(batch_id: int) -> PayoutBatch:
    return PayoutBatch.objects.select_for_update(no_key=True).get(pk=batch_id)


@transaction.atomic
def take_out(*, payout: Payout, actor: Actor, why: str) -> None:
    """Leave one out before the batch is approved: owed again. Raises PaymentError, IllegalMove."""
    if _lock(payout.batch_id).state != states.DRAFT:
        raise PaymentError("Only a draft can be changed.")
    _release(payout, actor, why)


@transaction.atomic
def cancel(*, batch: PayoutBatch, actor: Actor) -> None:
    """Give up a batch that was not approved: all in it is owed again. Raises IllegalMove.

    Side effects: batch, payouts, a journal paying → payable each, history rows.
    """
    _lock(batch.pk)
    states.BATCH.move(batch, states.BATCH_CANCELLED, actor=actor)
    for payout in batch.payouts.filter(state=states.CLAIMED).order_by("pk"):
        _release(payout, actor, "the batch was cancelled")


def _release(payout: Payout, actor: Actor, why: str) -> None:
    states.PAYOUT.move(payout, states.RELEASED, actor=actor, why=why)
    legs = [(_paying(payout), _payable(payout), payout.total)]
    post(f"payout-released/{payout.reference}", "payout_released", legs)


@transaction.atomic
def prepare(*, batch: PayoutBatch, person: User) -> None:
    """One person has checked the draft. Raises IllegalMove, PaymentError if nothing is left in it."""
    _lock(batch.pk)
    if not batch.payouts.filter(state=states.CLAIMED).exists():
        raise PaymentError("Nothing is left in this batch.")
    states.BATCH.move(batch, states.PREPARED, actor=Actor.of(person), prepared_by_id=person.pk)


@transaction.atomic
def approve(*, batch: PayoutBatch, person: User) -> None:
    """Another person agrees; from now on the file for the bank stands. Raises SamePerson, IllegalMove.

    The database refuses the same person too.
    """
    if _lock(batch.pk).prepared_by_id == person.pk:
        raise SamePerson("Another person must approve what you prepared.")
    states.BATCH.move(
        batch,
        states.APPROVED,
        actor=Actor.of(person),
        approved_by_id=person.pk,
        approved_at=timezone.now(),
        sha256=sha256(RAILS[batch.rail].write(batch)).hexdigest(),
    )


def file_of(batch: PayoutBatch) -> bytes:
    """The file that was approved, byte for byte. Raises PaymentError before that, or if it is not the same any more."""
    content = RAILS[batch.rail].write(batch)
    if not batch.sha256 or sha256(content).hexdigest() != batch.sha256:
        raise PaymentError(f"There is no file of {batch.number} that two people have agreed on.")
    return content


@transaction.atomic
def mark_sent(*, batch: PayoutBatch, actor: Actor) -> None:
    """The bank has the transfers. Side effects: batch and payouts move to sent. Raises IllegalMove."""
    states.BATCH.move(batch, states.SENT, actor=actor, sent_at=timezone.now())
    for payout in batch.payouts.filter(state=states.CLAIMED).order_by("pk"):
        states.PAYOUT.move(payout, states.SENT, actor=actor)
    _finish(batch, actor)  # all may have been taken out


@transaction.atomic
def mark_paid(*, payout: Payout, bank_reference: str, actor: Actor) -> None:
    """The bank has paid it: paying → bank. Raises IllegalMove, KnownReference, PaymentError."""
    if not bank_reference.strip():
        raise PaymentError("The bank's reference is missing.")
    batch = _lock(payout.batch_id)
    changes: dict[str, Any] = {"bank_reference": bank_reference, "paid_at": timezone.now()}
    try:
        with transaction.atomic():
            states.PAYOUT.move(payout, states.PAID, actor=actor, **changes)
    except IntegrityError as error:
        raise KnownReference("This bank reference was used before.") from error
    bank = account(Kind.BANK, payout.currency)
    post(f"payout-paid/{payout.reference}", "payout_paid", [(_paying(payout), bank, payout.total)])
    payout_mails.payout_paid(payout)
    _finish(batch, actor)


@transaction.atomic
def mark_failed(*, payout: Payout, why: str, actor: Actor) -> None:
    """The bank could not pay it, or sent it back later: owed again. Raises IllegalMove."""
    batch = _lock(payout.batch_id)
    was_paid = Payout.objects.get(pk=payout.pk).state == states.PAID
    states.PAYOUT.move(payout, states.FAILED, actor=actor, why=why, failure=why[:200])
    source = account(Kind.BANK, payout.currency) if was_paid else _paying(payout)
    post(f"payout-failed/{payout.reference}", "payout_failed", [(source, _payable(payout), payout.total)])
    payout_mails.payout_failed(payout)
    _finish(batch, actor)


def _finish(batch: PayoutBatch, actor: Actor) -> None:
    open_ = batch.payouts.filter(state__in=[states.CLAIMED, states.SENT])
    if batch.state == states.SENT and not open_.exists():
        states.BATCH.move(batch, states.DONE, actor=actor, done_at=timezone.now())
