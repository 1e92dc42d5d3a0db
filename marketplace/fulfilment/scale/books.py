"""Writes what the drawn orders mean in money: dues, receipts, and journals as payments would have posted them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import F

from marketplace.fulfilment import states
from marketplace.fulfilment.scale import FIRST
from marketplace.fulfilment.scale.copying import copy
from marketplace.fulfilment.scale.sales import Sale
from marketplace.ledger.models import GUARDED, Account, Journal, Kind, Movement
from marketplace.ledger.posting import account
from marketplace.orders import states as order_states
from marketplace.payments import held
from marketplace.payments import states as due_states
from marketplace.payments.models import Due, Receipt

Entry = tuple[tuple[Kind, str], tuple[Kind, str], int]  # debit, credit, whole rupiah
BANK = (Kind.BANK, "")
DUE = ("id", "order_id", "reference", "amount", "due_at", "state", "received", "settled_at", "split")
RECEIPT = ("id", "amount", "received_on", "payer", "bank_reference", "note", "due_id", "state", "recorded_at")
STATES = {order_states.PLACED: due_states.OPEN, order_states.CANCELLED: due_states.EXPIRED}


def make_dues(sales: list[Sale]) -> None:
    copy(Due, DUE, map(_due, sales))
    copy(
        Receipt,
        RECEIPT,
        (
            (sale.pk, sale.total, sale.paid.date(), "CONTOH PEMBELI", f"SKALA-{sale.pk - FIRST:06}",
             sale.reference, sale.pk, due_states.MATCHED, sale.paid)
            for sale in sales
            if sale.is_paid
        ),
    )  # fmt: skip


def _due(sale: Sale) -> tuple[Any, ...]:
    split = {str(part.partner): {"goods": part.price, "delivery": part.fee} for part in sale.parts}
    state = STATES.get(sale.status, due_states.SETTLED)
    received, settled = (sale.total, sale.paid) if sale.is_paid else (0, None)
    until = sale.placed + timedelta(hours=24)
    return sale.pk, sale.pk, sale.reference, sale.total, until, state, received, settled, split


def make_books(sales: list[Sale]) -> int:
    """Journals, movements and accounts with their running totals; gives the number of journals."""
    books = _Books()
    journals = [row for sale in sales if sale.is_paid for row in _journals(sale)]
    copy(
        Journal,
        ("id", "key", "kind", "at", "memo"),
        ((FIRST + n, key, kind, at, memo) for n, (key, kind, at, memo, _) in enumerate(journals, start=1)),
    )
    movements = [
        (FIRST + n, books.book(debit, credit, amount), amount)
        for n, (*_, entries) in enumerate(journals, start=1)
        for debit, credit, amount in entries
    ]
    copy(Account, ("id", "kind", "ref", "currency", "debits", "credits", "guarded"), books.rows())
    books.grow_bank()
    copy(
        Movement,
        ("id", "journal_id", "debit_id", "credit_id", "amount"),
        (
            (FIRST + n, journal, *sides, amount)
            for n, (journal, sides, amount) in enumerate(movements, start=1)
        ),
    )
    return len(journals)


class _Books:
    """Accounts by kind and reference, with an id and running totals. The bank's is the real one."""

    def __init__(self) -> None:
        self.bank = account(Kind.BANK, "IDR").pk
        self.found: dict[tuple[Kind, str], list[int]] = {BANK: [self.bank, 0, 0]}

    def book(self, debit: tuple[Kind, str], credit: tuple[Kind, str], amount: int) -> tuple[int, int]:
        for side, key in ((1, debit), (2, credit)):
            self.found.setdefault(key, [FIRST + len(self.found), 0, 0])[side] += amount
        return self.found[debit][0], self.found[credit][0]

    def rows(self) -> Iterator[tuple[Any, ...]]:
        for (kind, ref), (pk, debits, credits) in self.found.items():
            if pk != self.bank:
                yield pk, kind, ref, "IDR", debits, credits, kind in GUARDED

    def grow_bank(self) -> None:
        _pk, debits, credits = self.found[BANK]
        row = Account.objects.filter(pk=self.bank)
        row.update(debits=F("debits") + debits, credits=F("credits") + credits)


def _journals(sale: Sale) -> Iterator[tuple[str, str, datetime, dict[str, str], list[Entry]]]:
    """(key, kind, time, memo, entries): money in, matched, held for each pesantren, owed once received."""
    order = {"order": sale.number}
    loose, due = (Kind.SUSPENSE, f"receipt/{sale.pk}"), (Kind.SUSPENSE, f"due/{sale.reference}")
    memo = {"bank_reference": f"SKALA-{sale.pk - FIRST:06}"}
    yield f"receipt/{sale.pk}", "receipt", sale.paid, memo, [(BANK, loose, sale.total)]
    yield f"match/{sale.pk}", "match", sale.paid, {}, [(loose, due, sale.total)]
    entries: list[Entry] = []
    for part in sale.parts:
        where = held.ref(sale.number, part.partner)
        entries += [(due, (Kind.HELD, where), part.price), (due, (Kind.SHIPPING_DUE, where), part.fee)]
    yield f"paid/{sale.reference}", "paid", sale.paid, order, entries
    for part in sale.parts:
        if part.state == states.RECEIVED:
            where, owed = held.ref(sale.number, part.partner), (Kind.PAYABLE, held.payable_ref(part.partner))
            entries = [((Kind.HELD, where), owed, part.price), ((Kind.SHIPPING_DUE, where), owed, part.fee)]
            yield f"release/{part.number}", "release", sale.at(len(part.steps) - 1), order, entries
