"""A pesantren's statement agrees with the books to the rupiah, for any month and any history."""

from datetime import date
from itertools import count, pairwise

import pytest
import time_machine
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.ledger.queries import balance
from marketplace.payments import seller_statements as statements

P = 7
NOVEMBER = (date(2026, 11, 1), date(2026, 11, 30))
_keys = count(1)


def move(kind: str, debit: str, credit: str, minor: int, currency: str = "IDR", **memo: str) -> None:
    """Between two accounts of this pesantren, or the bank."""

    def of(name: str) -> object:
        ref = "" if name in ("bank", "commission") else "payout/1" if name == "paying" else f"pesantren/{P}"
        return account(Kind(name), currency, ref)

    post(f"{kind}/{next(_keys)}", kind, [(of(debit), of(credit), Money(minor, currency))], memo=dict(memo))


@pytest.mark.django_db
def test_a_month_in_words() -> None:
    with time_machine.travel("2026-10-31 16:59+00:00", tick=False):  # the last minute of October in Jakarta
        move("release", "bank", "payable", 1_000)
    with time_machine.travel("2026-10-31 17:00+00:00", tick=False):
        move("release", "bank", "payable", 500_000, order="26-AAAA")
    with time_machine.travel("2026-11-20 05:00+00:00", tick=False):
        move("credit_note", "seller_debt", "bank", 30_000, order="26-AAAA")
        move("net", "payable", "seller_debt", 30_000)  # between its own accounts: nobody gains or loses
        move("payout", "payable", "paying", 400_000)
    with time_machine.travel("2026-11-30 17:00+00:00", tick=False):  # December in Jakarta
        move("payout_failed", "paying", "payable", 400_000)
    found = statements.statement(P, *NOVEMBER)
    assert (found.opening, found.closing) == (Money(1_000), Money(71_000))
    assert [(one.kind, one.order, one.amount.minor, one.after.minor) for one in found.entries] == [
        ("release", "26-AAAA", 500_000, 501_000),
        ("credit_note", "26-AAAA", -30_000, 471_000),
        ("payout", "", -400_000, 71_000),
    ]
    assert (found.added, found.taken) == (Money(500_000), Money(430_000))
    assert statements.owed_now(P) == Money(471_000)
    with time_machine.travel("2026-12-15 05:00+00:00", tick=False):
        assert statements.months(P) == [date(2026, 12, 1), date(2026, 11, 1), date(2026, 10, 1)]


@pytest.mark.django_db
@time_machine.travel("2026-11-24 05:00+00:00", tick=False)
def test_nothing_yet() -> None:
    found = statements.statement(P, *NOVEMBER)
    assert (found.opening, found.closing, found.entries) == (Money(0), Money(0), [])
    assert statements.months(P) == [date(2026, 11, 1)]
    assert statements.currencies(P) == ["IDR"]


@pytest.mark.django_db
@time_machine.travel("2026-11-24 05:00+00:00", tick=False)
def test_each_currency_has_its_own() -> None:
    move("release", "bank", "payable", 5)
    move("release", "bank", "payable", 125_000, "USD")
    assert statements.currencies(P) == ["IDR", "USD"]
    assert statements.statement(P, *NOVEMBER).closing == Money(5)
    assert statements.statement(P, *NOVEMBER, "USD").closing == Money(125_000, "USD")


@pytest.mark.django_db
@time_machine.travel("2026-11-24 05:00+00:00", tick=False)
def test_who_owes_after_a_claim_is_below_zero() -> None:
    move("credit_note", "seller_debt", "bank", 30_000)
    assert statements.owed_now(P) == Money(-30_000)
    assert statements.statement(P, *NOVEMBER).closing == Money(-30_000)


class AnyHistory(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.integers(min_value=0, max_value=3),  # month
                st.sampled_from(["release", "credit_note", "payout"]),
                st.integers(min_value=1, max_value=10**9),
            ),
            max_size=12,
        )
    )
    def test_months_join_and_end_at_the_balance(self, history: list[tuple[int, str, int]]) -> None:
        for month, kind, minor in sorted(history):
            with time_machine.travel(f"2026-0{month + 5}-15 05:00+00:00", tick=False):
                if kind == "payout":
                    minor = min(minor, balance(Kind.PAYABLE, "IDR", f"pesantren/{P}").minor)
                sides = {
                    "release": ("bank", "payable"),
                    "credit_note": ("seller_debt", "bank"),
                    "payout": ("payable", "bank"),
                }[kind]
                if minor:
                    move(kind, *sides, minor)
        firsts = [date(2026, month, 1) for month in range(4, 10)]
        found = [statements.statement(P, first, statements.end_of_month(first)) for first in firsts]
        for earlier, later in pairwise(found):
            assert earlier.closing == later.opening
        for one in found:
            assert one.opening + one.added - one.taken == one.closing
        assert found[0].opening == Money(0)
        assert found[-1].closing == statements.owed_now(P)
