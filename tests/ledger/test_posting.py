"""The books: balanced by construction, written once, never changed, never below zero."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from marketplace.ledger import queries
from marketplace.ledger.models import Account, Journal, Kind, Movement
from marketplace.ledger.money import Money
from marketplace.ledger.posting import LedgerError, NotEnough, account, post, reverse
from tests.common.race import race

pytestmark = pytest.mark.django_db


def bank() -> Account:
    return account(Kind.BANK, "IDR")


def held(ref: str = "order/1/1") -> Account:
    return account(Kind.HELD, "IDR", ref)


def pay_in(amount: int, key: str = "in/1") -> Journal:
    return post(key, "paid", [(bank(), held(), Money(amount))])


def test_a_journal_balances() -> None:
    journal = post("paid/1", "paid", [(bank(), held(), Money(700)), (bank(), held("order/1/2"), Money(300))])
    assert queries.balance(Kind.BANK, "IDR") == Money(1_000)
    assert queries.balance(Kind.HELD, "IDR", "order/1/1") == Money(700)
    assert queries.balance(Kind.HELD, "IDR", "order/1/2") == Money(300)
    assert journal.movements.count() == 2
    assert queries.audit() == []


def test_balance_of_an_account_never_opened() -> None:
    assert queries.balance(Kind.HELD, "USD", "nowhere") == Money(0, "USD")
    assert not Account.objects.exists()  # reading opens nothing


def test_the_same_key_posts_once() -> None:
    first = pay_in(500)
    assert pay_in(500) == first
    assert queries.balance(Kind.BANK, "IDR") == Money(500)
    assert Journal.objects.count() == Movement.objects.count() == 1


def test_the_same_key_for_another_kind_is_refused() -> None:
    pay_in(500)
    with pytest.raises(LedgerError):
        post("in/1", "release", [(held(), bank(), Money(500))])
    assert queries.balance(Kind.BANK, "IDR") == Money(500)


def test_zero_legs_are_left_out_and_an_empty_journal_is_refused() -> None:
    post("in/2", "paid", [(bank(), held(), Money(5)), (bank(), held("x"), Money(0))])
    assert Movement.objects.count() == 1
    with pytest.raises(LedgerError):
        post("in/3", "paid", [(bank(), held(), Money(0))])
    with pytest.raises(LedgerError):
        post("in/4", "paid", [])
    assert Journal.objects.count() == 1


def test_negative_and_mixed_amounts_are_refused() -> None:
    dollars = account(Kind.HELD, "USD", "order/1/1")
    for leg in (
        (bank(), held(), Money(-1)),
        (bank(), held(), Money(1, "USD")),
        (bank(), dollars, Money(1)),
        (dollars, bank(), Money(1, "USD")),
    ):
        with pytest.raises(LedgerError):
            post("bad", "paid", [leg])
    assert not Journal.objects.exists()


def test_one_account_on_both_sides_is_refused() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        post("self", "paid", [(bank(), bank(), Money(1))])


def test_not_enough_writes_nothing_at_all() -> None:
    pay_in(100)
    payable = account(Kind.PAYABLE, "IDR", "pesantren/1")
    with pytest.raises(NotEnough):
        post("out/1", "release", [(held(), payable, Money(60)), (held(), payable, Money(41))])
    assert queries.balance(Kind.HELD, "IDR", "order/1/1") == Money(100)
    assert queries.balance(Kind.PAYABLE, "IDR", "pesantren/1") == Money(0)
    assert not Journal.objects.filter(key="out/1").exists()
    post("out/1", "release", [(held(), payable, Money(100))])  # the key is still free
    assert queries.balance(Kind.HELD, "IDR", "order/1/1") == Money(0)
    assert queries.audit() == []


def test_the_operators_own_accounts_may_go_below_zero() -> None:
    pay_in(100)
    post("out", "refund", [(held(), bank(), Money(100))])
    post("fee", "fee", [(account(Kind.FEES, "IDR"), bank(), Money(7))])
    assert queries.balance(Kind.BANK, "IDR") == Money(-7)


def test_a_journal_is_reversed_once() -> None:
    journal = post("paid/1", "paid", [(bank(), held(), Money(700)), (bank(), held("b"), Money(300))])
    reverse(journal, key="undo/1")
    assert queries.balance(Kind.BANK, "IDR") == Money(0)
    assert queries.balance(Kind.HELD, "IDR", "b") == Money(0)
    assert reverse(journal, key="undo/1").key == "undo/1"  # the same correction again: nothing
    with pytest.raises(IntegrityError), transaction.atomic():
        reverse(journal, key="undo/2")
    assert Journal.objects.count() == 2
    assert queries.audit() == []


@pytest.mark.parametrize(
    "statement",
    [
        "update ledger_journal set kind = 'x'",
        "delete from ledger_journal",
        "truncate ledger_journal cascade",
        "update ledger_movement set amount = amount + 1",
        "delete from ledger_movement",
        "truncate ledger_movement",
        "truncate ledger_account cascade",
        "delete from ledger_account",
        "update ledger_account set debits = debits - 1 where debits > 0",
        "update ledger_account set credits = credits - 1 where credits > 0",
        "update ledger_account set currency = 'USD'",
        "update ledger_account set guarded = false where guarded",
        "update ledger_account set ref = 'other'",
        "update ledger_account set kind = 'fees'",
    ],
)
def test_the_books_are_append_only(statement: str) -> None:
    pay_in(100)
    connection.cursor().execute("set constraints all immediate")  # else TRUNCATE stumbles over waiting checks
    with pytest.raises(DatabaseError, match=r"append-only|only grow"), transaction.atomic():
        connection.cursor().execute(statement)
    assert queries.balance(Kind.BANK, "IDR") == Money(100)


def test_the_database_refuses_two_currencies_and_nothing() -> None:
    journal, dollars = pay_in(100), account(Kind.HELD, "USD", "x")
    with pytest.raises(DatabaseError, match="currencies differ"), transaction.atomic():
        Movement.objects.create(journal=journal, debit=bank(), credit=dollars, amount=1)
    for amount in (0, -1):
        with pytest.raises(IntegrityError), transaction.atomic():
            Movement.objects.create(journal=journal, debit=bank(), credit=held(), amount=amount)


def test_journals_of_an_order_and_what_is_below_it() -> None:
    pay_in(100)
    post("in/2", "paid", [(bank(), held("order/10/1"), Money(5))])
    assert [row.key for row in queries.journals_of("order/1")] == ["in/1"]


def test_posting_takes_the_same_number_of_queries_for_one_leg_and_ten(django_assert_num_queries) -> None:
    accounts = [held(f"order/{number}/1") for number in range(10)]
    source = bank()
    with django_assert_num_queries(2 + 2 + 3 + 2):  # savepoints, journal, movements, two totals
        post("a", "paid", [(source, accounts[0], Money(1))])
    with django_assert_num_queries(2 + 2 + 3 + 11):
        post("b", "paid", [(source, one, Money(1)) for one in accounts])


@pytest.mark.django_db(transaction=True)
def test_of_16_threads_exactly_as_many_succeed_as_there_is_money_for() -> None:
    pay_in(300)
    source, payable = held(), account(Kind.PAYABLE, "IDR", "pesantren/1")

    def take(number: int):
        return lambda: post(f"take/{number}", "release", [(source, payable, Money(100))])

    results = race(*[take(number) for number in range(16)])
    assert sum(isinstance(result, Journal) for result in results) == 3
    assert sum(isinstance(result, NotEnough) for result in results) == 13
    assert queries.balance(Kind.HELD, "IDR", "order/1/1") == Money(0)
    assert queries.balance(Kind.PAYABLE, "IDR", "pesantren/1") == Money(300)
    assert queries.audit() == []


@pytest.mark.django_db(transaction=True)
def test_16_threads_with_one_key_post_one_journal_and_none_fails() -> None:
    source, target = bank(), held()
    results = race(*[lambda: post("same", "paid", [(source, target, Money(100))])] * 16)
    assert {getattr(result, "key", result) for result in results} == {"same"}
    assert queries.balance(Kind.BANK, "IDR") == Money(100)
    assert Journal.objects.count() == Movement.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_crossing_journals_do_not_block_each_other_for_ever() -> None:
    one, other = account(Kind.COMMISSION, "IDR", "a"), account(Kind.COMMISSION, "IDR", "b")
    there = [
        lambda n=n: post(f"there/{n}", "x", [(one, other, Money(1)), (bank(), one, Money(1))])
        for n in range(8)
    ]
    back = [
        lambda n=n: post(f"back/{n}", "x", [(other, one, Money(1)), (bank(), other, Money(1))])
        for n in range(8)
    ]
    results = race(*there, *back)
    assert [result for result in results if not isinstance(result, Journal)] == []
    assert queries.audit() == []


@pytest.mark.django_db(transaction=True)
def test_two_threads_open_one_account() -> None:
    results = race(*[lambda: account(Kind.HELD, "IDR", "new")] * 8)
    assert len({result.pk for result in results}) == 1
    assert Account.objects.get().guarded
