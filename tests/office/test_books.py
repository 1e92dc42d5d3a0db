"""The office reads the books: accounts, an order's journals, the trial balance, CSV; what the nightly check found."""

import csv
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.fulfilment import tasks
from marketplace.fulfilment.models import AuditRun
from marketplace.ledger import queries
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.notices.models import Mail
from tests.factories.catalogue import make_user
from tests.fulfilment.steps import arrives, one_seller, pay

pytestmark = pytest.mark.django_db
NOON = "2026-11-23 05:00+00:00"  # in Jakarta


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def office(client: Client) -> Client:
    client.force_login(make_user("office@example.com", language="en", staff_role="office"))
    return client


def text(response: Any) -> str:
    return response.content.decode().replace("\N{NO-BREAK SPACE}", " ")


def test_accounts_with_their_balances(office: Client) -> None:
    placed = one_seller()
    pay(placed.due)
    said = text(office.get(reverse("office:books")))
    assert "3 accounts, the newest first" in said  # bank, held, delivery; what is empty again is not shown
    assert "Rp 515.000" in said
    assert "Rp 500.000" in said
    assert "The nightly check has not run yet." in said
    every = text(office.get(reverse("office:books"), {"all": "on"}))
    assert "5 accounts, the newest first" in every


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"kind": "held"}, 1),
        ({"kind": "bank", "currency": "IDR"}, 1),
        ({"currency": "USD"}, 0),
        ({"ref": "order/"}, 2),
        ({"ref": "nobody/"}, 0),
    ],
)
def test_accounts_are_found(office: Client, query: dict[str, str], found: int) -> None:
    pay(one_seller().due)
    response = office.get(reverse("office:books"), query)
    assert len(response.context["rows"]) == found


def test_an_unknown_kind_is_said_beside_the_field(office: Client) -> None:
    response = office.get(reverse("office:books"), {"kind": "cash"})
    assert response.status_code == 200
    assert response.context["form"].errors["kind"]


def test_one_account_and_the_balance_after_each_entry(office: Client) -> None:
    first, second = one_seller(), arrives(20_000)
    pay(first.due)
    bank = Account.objects.get(kind=Kind.BANK)
    rows = office.get(reverse("office:book-account", args=[bank.pk])).context["rows"]
    assert [(row["amount"], row["after"]) for row in rows] == [
        (Money(515_000), Money(535_000)),
        (Money(20_000), Money(20_000)),
    ]
    held = Account.objects.get(kind=Kind.HELD)
    rows = office.get(reverse("office:book-account", args=[held.pk])).context["rows"]
    assert [(row["amount"], row["after"], row["other"].kind) for row in rows] == [
        (Money(500_000), Money(500_000), "suspense")
    ]
    assert second.pk


def test_the_second_page_goes_on_where_the_first_ended(office: Client) -> None:
    for amount in range(1, 31):
        arrives(amount)
    bank = Account.objects.get(kind=Kind.BANK)
    url = reverse("office:book-account", args=[bank.pk])
    first, second = (office.get(url, {"page": page}).context["rows"] for page in (1, 2))
    assert first[0]["after"] == Money(sum(range(1, 31)))
    assert second[0]["after"] == Money(15)
    assert second[-1]["after"] == Money(1)
    assert len(second) == 5


def test_journals_of_an_order_from_the_transfer_on(office: Client) -> None:
    placed = one_seller()
    arrives(7)  # of nobody: not on this page
    url = reverse("office:order-journals", args=[placed.order.number])
    assert "nothing was paid" in text(office.get(url))
    pay(placed.due)
    journals = office.get(url).context["journals"]
    assert [entry["words"] for entry in journals] == [
        "Money arrived at the bank",
        "Matched with an order",
        "Paid: held for the pesantren",
    ]
    assert [amount for _d, _c, amount in journals[2]["movements"]] == [Money(500_000), Money(15_000)]


@time_machine.travel(NOON, tick=False)
def test_trial_balance_of_today_and_of_yesterday(office: Client) -> None:
    with time_machine.travel("2026-11-22 16:59:59+00:00", tick=False):  # a second before midnight
        arrives(100)
    arrives(50)
    post("usd", "receipt", [(account(Kind.BANK, "USD"), account(Kind.SUSPENSE, "USD", "x"), Money(9, "USD"))])
    url = reverse("office:trial-balance")
    rupiah, dollars = office.get(url).context["trials"]
    assert (rupiah.debit, rupiah.credit) == (Money(150), Money(150))
    assert [(row.kind, row.debit, row.credit) for row in rupiah.rows] == [
        (Kind.BANK, Money(150), Money(0)),
        (Kind.SUSPENSE, Money(0), Money(150)),
    ]
    assert dollars.debit == dollars.credit == Money(9, "USD")
    trials = office.get(url, {"day": "2026-11-22"}).context["trials"]
    assert [(one.currency, one.debit) for one in trials] == [("IDR", Money(100))]
    assert "still empty" in text(office.get(url, {"day": "2026-11-21"}))


@pytest.mark.parametrize("day", ["", "tomorrow", "2026-13-01", "0001-01-01", "9999-12-31"])
def test_a_day_that_is_none(office: Client, day: str) -> None:
    response = office.get(reverse("office:trial-balance"), {"day": day})
    assert response.status_code == 200
    assert "Write a date, for example 2026-11-23." in text(response)


def lines_of(response: Any) -> list[list[str]]:
    whole = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(whole.splitlines()))


@time_machine.travel(NOON, tick=False)
def test_csv_for_the_accountant(office: Client) -> None:
    receipt = arrives(515_000)
    post("=1+1", "receipt", [(account(Kind.BANK, "USD"), account(Kind.FX, "USD"), Money(125_050, "USD"))])
    with time_machine.travel("2026-11-23 17:00:00+00:00", tick=False):  # the next day in Jakarta
        arrives(1)
    response = office.get(reverse("office:journals-csv"), {"first": "2026-11-23", "last": "2026-11-23"})
    assert response["Content-Disposition"] == 'attachment; filename="jurnal-2026-11-23-2026-11-23.csv"'
    noon, where = "2026-11-23 12:00:00", f"suspense:receipt/{receipt.pk}"
    assert lines_of(response) == [
        ["Time", "Journal", "Kind", "Debit", "Credit", "Amount", "Currency"],
        [noon, f"receipt/{receipt.pk}", "receipt", "bank", where, "515000", "IDR"],
        [noon, "'=1+1", "receipt", "bank", "fx", "1250.50", "USD"],
    ]


def test_csv_of_days_in_the_wrong_order(office: Client) -> None:
    response = office.get(reverse("office:journals-csv"), {"first": "2026-11-23", "last": "2026-11-01"})
    assert response.status_code == 400
    assert "The last day comes before the first." in text(response)
    assert 'value="2026-11-01"' in text(response)


def test_the_nightly_check_agrees(office: Client, caplog: Any) -> None:
    pay(one_seller().due)
    tasks.audit()
    assert AuditRun.objects.get().found == 0
    assert "everything agrees" in text(office.get(reverse("office:books")))
    assert not Mail.objects.filter(key__startswith="audit-differs/").exists()
    assert not caplog.records


def test_the_nightly_check_finds_a_fault_and_tells_the_office(office: Client, caplog: Any) -> None:
    pay(one_seller().due)
    Account.objects.filter(kind=Kind.BANK).update(debits=999_999)  # the database lets totals grow
    tasks.audit()
    run = AuditRun.objects.get()
    assert run.found == len(run.faults) >= 2
    assert any("account bank::IDR: totals 999999/0, rows 515000/0" in fault for fault in run.faults)
    assert [record.levelname for record in caplog.records] == ["ERROR"] * run.found
    mail = Mail.objects.get(key__startswith="audit-differs/")
    assert mail.to == "office@example.com"
    said = text(office.get(reverse("office:books")))
    assert "Pay nobody out before" in said
    assert "totals 999999/0" in said


def test_totals_are_those_of_the_movements(office: Client) -> None:
    """The trial balance counts back from running totals; both ways give the same at any moment."""
    for amount in (10, 20, 30):
        arrives(amount)
    now = timezone.now() + timedelta(seconds=1)
    assert queries.trial_balance(now)[0].debit == Money(60)
    assert queries.trial_balance(now - timedelta(days=1)) == []


def test_queries_do_not_grow_with_rows(office: Client) -> None:
    placed = one_seller()
    pay(placed.due)
    bank = Account.objects.get(kind=Kind.BANK)
    urls = [
        reverse("office:books"),
        reverse("office:book-account", args=[bank.pk]),
        reverse("office:trial-balance"),
        reverse("office:order-journals", args=[placed.order.number]),
    ]

    def counted() -> list[int]:
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as queries_made:
                office.get(url)
            found.append(len(queries_made))
        return found

    counted()  # what is kept for the next page is not counted
    few = counted()
    for amount in range(1, 27):
        arrives(amount)
    assert counted() == few
    assert max(few) <= 14
