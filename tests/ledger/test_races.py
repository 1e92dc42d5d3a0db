"""Many threads at one account: as much goes out as is there, not one rupiah more, and nothing twice."""

import pytest

from marketplace.ledger import queries
from marketplace.ledger.models import Journal, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import NotEnough, account, post
from tests.common.race import race

pytestmark = pytest.mark.django_db(transaction=True)


def fill(minor: int) -> None:
    post("in", "receipt", [(account(Kind.BANK, "IDR"), account(Kind.HELD, "IDR", "x"), Money(minor))])


def take(key: str, minor: int) -> Journal:
    held, bank = account(Kind.HELD, "IDR", "x"), account(Kind.BANK, "IDR")
    return post(key, "out", [(held, bank, Money(minor))])


def test_sixteen_threads_and_money_for_three() -> None:
    fill(3_500)
    results = race(*[lambda n=n: take(f"out/{n}", 1_000) for n in range(16)])
    assert sum(isinstance(result, Journal) for result in results) == 3
    assert sum(isinstance(result, NotEnough) for result in results) == 13
    assert queries.balance(Kind.HELD, "IDR", "x") == Money(500)
    assert queries.audit() == []


def test_sixteen_threads_with_one_key_move_it_once() -> None:
    fill(16_000)
    results = race(*[lambda: take("out/same", 1_000) for _ in range(16)])
    assert {result.pk for result in results} == {Journal.objects.get(key="out/same").pk}
    assert queries.balance(Kind.HELD, "IDR", "x") == Money(15_000)
    assert queries.audit() == []


def test_accounts_are_locked_in_one_order() -> None:
    """Eight threads there and eight back between two accounts: nobody waits for ever."""
    fill(8_000)
    ways = [("HELD", "PAYABLE"), ("PAYABLE", "HELD")]
    post("there", "out", [(account(Kind.HELD, "IDR", "x"), account(Kind.PAYABLE, "IDR", "x"), Money(4_000))])

    def move(number: int) -> Journal:
        one, other = (account(Kind[name], "IDR", "x") for name in ways[number % 2])
        return post(f"move/{number}", "out", [(one, other, Money(10))])

    results = race(*[lambda n=n: move(n) for n in range(16)])
    assert all(isinstance(result, Journal) for result in results), results
    assert queries.balance(Kind.HELD, "IDR", "x") == queries.balance(Kind.PAYABLE, "IDR", "x") == Money(4_000)
    assert queries.audit() == []
