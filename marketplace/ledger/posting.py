"""The one way into the books."""

from collections.abc import Iterable

from django.db import IntegrityError, transaction
from django.db.models import F

from marketplace.ledger.models import GUARDED, Account, Journal, Kind, Movement
from marketplace.ledger.money import Money

Leg = tuple[Account, Account, Money]  # debit, credit, amount


class LedgerError(Exception):
    """An entry that may not be made."""


class NotEnough(LedgerError):
    """A guarded account would go below zero."""


def account(kind: Kind, currency: str, ref: str = "") -> Account:
    """The account of this kind, reference and currency; opened if it is new."""
    found, _ = Account.objects.get_or_create(
        kind=kind, ref=ref, currency=currency, defaults={"guarded": kind in GUARDED}
    )
    return found


def post(
    key: str,
    kind: str,
    legs: Iterable[Leg],
    *,
    memo: dict[str, object] | None = None,
    reverses: Journal | None = None,
) -> Journal:
    """Write one journal: all legs or none. The same `key` again changes nothing and returns the first journal.

    Side effects: one Journal, one Movement a leg, running totals of the accounts (locked in id order, so
    that two journals cannot block each other). Zero legs are left out.
    Raises NotEnough where a guarded account would go below zero, LedgerError for mixed currencies, negative
    amounts, no legs, or a key already used for another kind.
    """
    entries = [leg for leg in legs if leg[2]]
    _check(key, entries)
    try:
        with transaction.atomic():
            journal, created = Journal.objects.get_or_create(
                key=key, defaults={"kind": kind, "memo": memo or {}, "reverses": reverses}
            )
            if created:
                _write(journal, entries)
    except IntegrityError as error:
        if "ledger_guarded_not_negative" in str(error):
            raise NotEnough(f"{kind} {key}: a balance would go below zero") from error
        raise
    if journal.kind != kind:
        raise LedgerError(f"key {key} is already used for {journal.kind}")
    return journal


def _check(key: str, entries: list[Leg]) -> None:
    if not entries:
        raise LedgerError(f"{key}: nothing to post")
    for debit, credit, amount in entries:
        if not debit.currency == credit.currency == amount.currency:
            raise LedgerError(f"{key}: {debit}, {credit} and {amount} differ in currency")
        if amount.minor < 0:
            raise LedgerError(f"{key}: {amount} is negative")


def _write(journal: Journal, entries: list[Leg]) -> None:
    totals: dict[int, list[int]] = {}
    for debit, credit, amount in entries:
        totals.setdefault(debit.pk, [0, 0])[0] += amount.minor
        totals.setdefault(credit.pk, [0, 0])[1] += amount.minor
    Movement.objects.bulk_create(
        Movement(journal=journal, debit=debit, credit=credit, amount=amount.minor)
        for debit, credit, amount in entries
    )
    for pk in sorted(totals):
        debits, credits = totals[pk]
        Account.objects.filter(pk=pk).update(debits=F("debits") + debits, credits=F("credits") + credits)


def reverse(journal: Journal, *, key: str, memo: dict[str, object] | None = None) -> Journal:
    """Undo a journal by its mirror image; once only (the database refuses a second). A correction is never an edit."""
    legs = [
        (movement.credit, movement.debit, Money(movement.amount, movement.debit.currency))
        for movement in journal.movements.select_related("debit", "credit")
    ]
    return post(key, "reversal", legs, memo=memo, reverses=journal)
