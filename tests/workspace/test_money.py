"""A pesantren reads its money: the same rows on the page, on paper and as CSV; nobody else can."""

import csv
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from marketplace.fulfilment import services
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from tests.factories.paid import OFFICE, World, world

NOON = "2026-11-23 05:00+00:00"


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"), time_machine.travel(NOON, tick=True):
        yield


@pytest.fixture
def shop(db: None) -> World:
    """My part of the order is paid, delivered and accepted."""
    found = world()
    part = found.part
    services.accept(fulfilment=part, actor=OFFICE)
    services.pack(fulfilment=part, actor=OFFICE)
    services.hand_over(fulfilment=part, actor=OFFICE, carrier="JNE", tracking_number="1")
    services.deliver(fulfilment=part, actor=OFFICE)
    whole = {line.pk: line.quantity for line in part.lines.all()}
    services.sign(fulfilment=part, actor=OFFICE, signed_name="Contoh", accepted=whole, reasons={})
    return found


def path(shop: World, name: str, partner: Any = None, month: int = 11) -> str:
    return reverse(f"workspace:{name}", args=[(partner or shop.mine).code, 2026, month])


def text(response: Any) -> str:
    return str(response.content.decode()).replace("\N{NO-BREAK SPACE}", " ")


def test_what_is_owed_and_the_months(shop: World, client: Any) -> None:
    client.force_login(shop.member)
    owed = shop.part.goods + shop.part.fee
    said = text(client.get(reverse("workspace:money")))
    assert str(owed).replace("\N{NO-BREAK SPACE}", " ") in said
    assert "Yours now" in said
    months = text(client.get(reverse("workspace:statement-months", args=[shop.mine.code])))
    assert "November 2026" in months
    assert "October 2026" not in months


def test_a_statement_explains_each_release(shop: World, client: Any) -> None:
    client.force_login(shop.member)
    response = client.get(path(shop, "statement"))
    ((entry, fall),) = response.context["rows"]
    owed = shop.part.goods + shop.part.fee
    assert (entry.kind, entry.order, entry.amount, entry.after) == ("release", shop.order.number, owed, owed)
    assert fall[0]["amount"] == str(shop.part.goods)
    assert fall[-1]["amount"] == str(owed)
    found = response.context["found"]
    assert (found.opening, found.closing) == (Money(0), owed)


def test_the_csv_has_the_same_rows(shop: World, client: Any) -> None:
    client.force_login(shop.member)
    response = client.get(path(shop, "statement-csv"))
    assert response["Content-Disposition"] == f'attachment; filename="rekening-{shop.mine.code}-2026-11.csv"'
    rows = list(csv.reader(b"".join(response.streaming_content).decode("utf-8-sig").splitlines()))
    owed = str((shop.part.goods + shop.part.fee).minor)
    assert [row[1] for row in rows] == [
        "What",
        "Owed at the beginning",
        "Goods accepted by the buyer, with delivery",
        "Owed at the end",
    ]
    assert [row[4:] for row in rows[1:]] == [["", "0", "IDR"], [owed, owed, "IDR"], ["", owed, "IDR"]]


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_the_paper_is_a_pdf(shop: World, client: Any, language: str) -> None:
    client.force_login(shop.member)
    with translation.override(language):
        url = path(shop, "statement-pdf")
    response = client.get(url)
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


@pytest.mark.parametrize("name", ["statement", "statement-pdf", "statement-csv"])
def test_nobody_reads_the_money_of_another(shop: World, client: Any, name: str) -> None:
    client.force_login(shop.member)
    assert client.get(path(shop, name, shop.theirs)).status_code == 404
    for other in (shop.stranger, shop.buyer, shop.office):
        client.force_login(other)
        assert client.get(path(shop, name)).status_code == 404
        months = reverse("workspace:statement-months", args=[shop.mine.code])
        assert client.get(months).status_code == 404


@pytest.mark.parametrize("address", ["2026-13", "2026-0", "1999-12", "2026-12", "9999-1"])
def test_a_month_that_is_none(shop: World, client: Any, address: str) -> None:
    client.force_login(shop.member)
    assert client.get(f"/en/workspace/money/{shop.mine.code}/{address}/").status_code == 404


def test_a_currency_that_was_never_owed(shop: World, client: Any) -> None:
    client.force_login(shop.member)
    assert client.get(path(shop, "statement"), {"currency": "USD"}).status_code == 404
    where = f"pesantren/{shop.mine.pk}"
    legs = [(account(Kind.BANK, "USD"), account(Kind.PAYABLE, "USD", where), Money(125_000, "USD"))]
    post("usd", "release", legs)
    said = text(client.get(path(shop, "statement"), {"currency": "USD"}))
    assert "US$ 1,250.00" in said
    assert "currency=USD" in said


def test_who_owes_after_a_claim_reads_it_in_plain_words(shop: World, client: Any) -> None:
    where = f"pesantren/{shop.mine.pk}"
    debt = Money(10**9)
    post("d", "credit_note", [(account(Kind.SELLER_DEBT, "IDR", where), account(Kind.BANK, "IDR"), debt)])
    client.force_login(shop.member)
    said = text(client.get(reverse("workspace:money")))
    assert "You owe after a claim" in said
    assert "Nothing is added for the time." in said


def test_queries_do_not_grow_with_entries(shop: World, client: Any) -> None:
    client.force_login(shop.member)
    urls = [reverse("workspace:money"), path(shop, "statement"), path(shop, "statement-csv")]

    def counted() -> list[int]:
        found = []
        for url in urls:
            with CaptureQueriesContext(connection) as made:
                response = client.get(url)
                if response.streaming:
                    b"".join(response.streaming_content)
            found.append(len(made))
        return found

    counted()
    few = counted()
    where = f"pesantren/{shop.mine.pk}"
    for number in range(30):
        legs = [(account(Kind.BANK, "IDR"), account(Kind.PAYABLE, "IDR", where), Money(1))]
        post(f"more/{number}", "release", legs)
    assert counted() == few
