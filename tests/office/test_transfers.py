"""Money at the bank: every transfer comes to one defined end, once, and the books say which."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.fulfilment import services as fulfilment
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Account, Journal, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.queries import balance
from marketplace.payments import queries
from marketplace.payments.models import Due, Receipt, Refund
from marketplace.reference import working_days
from tests.common.race import race
from tests.factories import catalogue as cat
from tests.factories import orders as buy
from tests.factories.companies import admin_of, make_company
from tests.factories.paid import World, pay, receipt, world
from tests.fulfilment.steps import one_seller

AMOUNT = 20 * 150_000 + 3 * 90_000 + 2 * 15_000


@pytest.fixture
def shop(db: None, client: Client) -> World:
    """An order that waits for its money; the office is signed in."""
    found = world(paid=False)
    client.force_login(found.office)
    return found


def typed(**changes: str) -> dict[str, str]:
    return {
        "amount": "3.300.000",
        "received_on": str(working_days.today()),
        "payer": "TOKO CONTOH BANDUNG",
        "bank_reference": "BCA-77",
        "note": "",
    } | changes


def match(client: Client, found: Receipt, due: Due, seen: str = "") -> Any:
    """Look at the page, then confirm what it shows."""
    address = reverse("office:match", args=[found.pk])
    page = client.get(address, {"due": due.reference})
    shown = page.context["outcome"].kind
    if seen:
        assert shown == seen
    return client.post(address, {"due": due.reference, "seen": shown})


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def sums(shop: World) -> dict[str, int]:
    """Where the money lies, in whole rupiah."""
    kinds = dict.fromkeys((Kind.BANK, Kind.SUSPENSE, Kind.HELD, Kind.SHIPPING_DUE, Kind.REFUND_DUE), 0)
    for account in Account.objects.filter(kind__in=kinds):
        kinds[Kind(account.kind)] += account.balance
    return {kind.value: amount for kind, amount in kinds.items() if amount}


# Writing a transfer down


@pytest.mark.parametrize("amount", ["3300000", "3.300.000", "Rp 3.300.000", "Rp. 3.300.000,-"])
def test_a_transfer_is_recorded_once(client: Client, shop: World, amount: str) -> None:
    response = client.post(reverse("office:transfers"), typed(amount=amount))
    found = Receipt.objects.get()
    assert response["Location"] == reverse("office:transfer", args=[found.pk])
    assert found.total == Money(AMOUNT)
    again = client.post(reverse("office:transfers"), typed(amount=amount))
    assert again["Location"] == response["Location"]
    assert Receipt.objects.count() == 1
    assert sums(shop) == {"bank": AMOUNT, "suspense": AMOUNT}
    assert audit() == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("amount", "3,3 juta"),
        ("amount", "0"),
        ("amount", "-5000"),
        ("amount", ""),
        ("received_on", ""),
        ("received_on", "besok"),
        ("received_on", str(working_days.today() + timedelta(days=1))),
        ("payer", ""),
        ("bank_reference", ""),
    ],
)
def test_a_wrong_field_is_named_and_everything_is_kept(
    client: Client, shop: World, field: str, value: str
) -> None:
    data = typed(**{field: value})
    response = client.post(reverse("office:transfers"), data)
    assert response.status_code == 200
    form = response.context["form"]
    assert list(form.errors) == [field]
    assert {name: form[name].value() for name in data} == data
    assert Receipt.objects.count() == 0


def test_a_bank_reference_is_used_once(client: Client, shop: World) -> None:
    client.post(reverse("office:transfers"), typed())
    response = client.post(reverse("office:transfers"), typed(amount="1.000"))
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["bank_reference"]
    assert Receipt.objects.count() == 1


# Finding the order it pays


@pytest.mark.parametrize(
    "write",
    [str, str.lower, lambda ref: ref.replace("-", " "), lambda ref: f"TRSF/{ref.replace('-', '')}/01"],
)
def test_the_reference_in_the_text_finds_the_due(shop: World, write: Any) -> None:
    other = buy.placed_order([(shop.sarong, 20)], shop.buyer)
    found = receipt(other.due.amount, note=write(shop.due.reference))
    assert [(one.due, one.why) for one in queries.suggestions(shop.office, found)] == [
        (shop.due, "reference")
    ]


def test_then_the_amount_then_the_name(shop: World) -> None:
    other = buy.placed_order([(shop.sarong, 1)], cat.make_user("x@example.com", name="Warung Lain"))
    found = receipt(other.due.amount, payer="TOKO CONTOH BDG")
    assert [(one.due, one.why) for one in queries.suggestions(shop.office, found)] == [
        (other.due, "amount"),
        (shop.due, "name"),
    ]
    assert queries.suggestions(shop.office, receipt(1, "BCA-2", payer="ZZZ")) == []
    assert queries.suggestions(shop.export, found) == []


def test_the_rest_of_a_part_payment_is_found_by_its_amount(client: Client, shop: World) -> None:
    match(client, receipt(AMOUNT - 1000, "BCA-1", payer="ZZZ"), shop.due)
    rest = receipt(1000, "BCA-2", payer="ZZZ")
    assert [one.due for one in queries.suggestions(shop.office, rest)] == [shop.due]


def test_a_person_can_name_the_order(client: Client, shop: World) -> None:
    found = receipt(AMOUNT)
    address = reverse("office:match", args=[found.pk])
    for text in (shop.order.number, shop.order.number.lower(), shop.due.reference.lower()):
        assert client.get(address, {"due": text}).context["due"] == shop.due
    for text in ("", "26-XXXXX-XXXXX"):
        page = client.get(address, {"due": text})
        assert (page.status_code, page.context["due"]) == (200, None)


# What becomes of it


def test_enough(client: Client, shop: World) -> None:
    match(client, receipt(AMOUNT), shop.due, "enough")
    assert Due.objects.get().state == "settled"
    assert set(Fulfilment.objects.values_list("state", flat=True)) == {"offered"}
    assert sums(shop) == {"bank": AMOUNT, "held": AMOUNT - 30_000, "shipping_due": 30_000}
    assert Refund.objects.count() == 0
    assert audit() == []


def test_too_little_and_then_the_rest(client: Client, shop: World) -> None:
    match(client, receipt(AMOUNT - 50_000, "BCA-1"), shop.due, "short")
    due = Due.objects.get()
    assert (due.state, due.missing) == ("open", Money(50_000))
    assert sums(shop) == {"bank": AMOUNT - 50_000, "suspense": AMOUNT - 50_000}
    assert audit() == []
    match(client, receipt(50_000, "BCA-2"), due, "enough")
    assert Due.objects.get().state == "settled"
    assert sums(shop) == {"bank": AMOUNT, "held": AMOUNT - 30_000, "shipping_due": 30_000}
    assert audit() == []


def test_too_little_until_the_deadline_goes_back(client: Client, shop: World) -> None:
    match(client, receipt(50_000), shop.due, "short")
    Due.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert fulfilment.expire(due=shop.due)
    refund = Refund.objects.get()
    assert (refund.total, refund.reason, refund.order) == (Money(50_000), "short", shop.order)
    assert sums(shop) == {"bank": 50_000, "refund_due": 50_000}
    assert audit() == []


def test_too_much(client: Client, shop: World) -> None:
    match(client, receipt(AMOUNT + 7_000), shop.due, "over")
    assert Due.objects.get().state == "settled"
    refund = Refund.objects.get()
    assert (refund.total, refund.reason) == (Money(7_000), "over")
    assert sums(shop) == {
        "bank": AMOUNT + 7_000,
        "held": AMOUNT - 30_000,
        "shipping_due": 30_000,
        "refund_due": 7_000,
    }
    assert audit() == []


def test_late(client: Client, shop: World) -> None:
    Due.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert fulfilment.expire(due=shop.due)
    match(client, receipt(AMOUNT), shop.due, "late")
    assert Refund.objects.get().reason == "late"
    assert set(Fulfilment.objects.values_list("state", flat=True)) == {"cancelled"}
    assert sums(shop) == {"bank": AMOUNT, "refund_due": AMOUNT}
    assert audit() == []


@pytest.mark.parametrize(
    ("amount", "words"), [(515_000, "bill is paid"), (5_000, "stays open"), (600_000, "85.000")]
)
def test_what_is_said_before_a_bill_on_tempo_is_matched(
    client: Client, shop: World, amount: int, words: str
) -> None:
    """The pesantren were asked long ago, and a part payment does not go back."""
    company = make_company()
    due = one_seller(buyer=admin_of(company), company=company).due
    address = reverse("office:match", args=[receipt(amount).pk])
    with translation.override("en"):
        text = client.get(f"/en{address}", {"due": due.reference}).content.decode()
    assert words in text
    assert "asked to deliver" not in text
    assert "what came goes back" not in text


def test_a_second_payment(client: Client, shop: World) -> None:
    match(client, receipt(AMOUNT, "BCA-1"), shop.due, "enough")
    match(client, receipt(AMOUNT, "BCA-2"), shop.due, "again")
    refund = Refund.objects.get()
    assert (refund.total, refund.reason) == (Money(AMOUNT), "over")
    assert sums(shop) == {
        "bank": 2 * AMOUNT,
        "held": AMOUNT - 30_000,
        "shipping_due": 30_000,
        "refund_due": AMOUNT,
    }
    assert audit() == []


def test_unknown_goes_back_with_a_reason(client: Client, shop: World) -> None:
    found = receipt(123_456)
    address = reverse("office:return-transfer", args=[found.pk])
    assert list(client.post(address, {"why": " "}).context["form"].errors) == ["why"]
    assert Receipt.objects.get().state == "unmatched"
    client.post(address, {"why": "Tidak ada pesanan"})
    client.post(address, {"why": "Tidak ada pesanan"})
    refund = Refund.objects.get()
    assert (refund.total, refund.reason, refund.order) == (Money(123_456), "unknown", None)
    assert Receipt.objects.get().state == "returned"
    assert sums(shop) == {"bank": 123_456, "refund_due": 123_456}
    assert audit() == []


def test_a_second_confirmation_gets_a_sentence(client: Client, shop: World) -> None:
    found = receipt(AMOUNT)
    match(client, found, shop.due)
    journals = Journal.objects.count()
    data = {"due": shop.due.reference, "seen": "enough"}
    response = client.post(reverse("office:match", args=[found.pk]), data)
    assert response["Location"] == reverse("office:transfer", args=[found.pk])
    assert shop.office.name in said(response)[-1]
    assert Journal.objects.count() == journals
    assert audit() == []


def test_what_was_shown_must_still_hold(client: Client, shop: World) -> None:
    """The order expired while the page lay open: nothing happens until the person has seen that."""
    found = receipt(AMOUNT)
    Due.objects.update(due_at=timezone.now() - timedelta(minutes=1))
    assert fulfilment.expire(due=shop.due)
    data = {"due": shop.due.reference, "seen": "enough"}
    response = client.post(reverse("office:match", args=[found.pk]), data)
    assert response.status_code == 200
    assert response.context["outcome"].kind == "late"
    assert Receipt.objects.get().state == "unmatched"


@pytest.mark.django_db(transaction=True)
def test_two_people_confirm_the_same_transfer_at_once() -> None:
    shop = world(paid=False)
    colleague = cat.make_user("kantor2@example.com", staff_role="office")
    found = receipt(AMOUNT)

    def press(who: Any) -> int:
        client = Client()
        client.force_login(who)
        data = {"due": shop.due.reference, "seen": "enough"}
        return int(client.post(reverse("office:match", args=[found.pk]), data).status_code)

    codes = race(lambda: press(shop.office), lambda: press(colleague))
    assert sorted(codes) in ([200, 302], [302, 302])  # the slower one may look again, or read who was quicker
    assert Due.objects.get().state == "settled"
    assert sums(shop) == {"bank": AMOUNT, "held": AMOUNT - 30_000, "shipping_due": 30_000}
    assert Refund.objects.count() == 0
    assert audit() == []


# Paying back


def test_a_refund_is_paid_once(client: Client, shop: World) -> None:
    match(client, receipt(AMOUNT + 7_000), shop.due)
    refund = Refund.objects.get()
    address = reverse("office:pay-refund", args=[refund.pk])
    assert list(client.post(address, {"bank_reference": ""}).context["form"].errors) == ["bank_reference"]
    client.post(address, {"bank_reference": "OUT-1"})
    again = client.post(address, {"bank_reference": "OUT-2"})
    assert again["Location"] == reverse("office:refunds")
    refund.refresh_from_db()
    assert (refund.state, refund.bank_reference) == ("paid", "OUT-1")
    assert balance(Kind.REFUND_DUE, "IDR", f"refund/{refund.key}") == Money(0)
    assert balance(Kind.BANK, "IDR") == Money(AMOUNT)
    assert audit() == []


def test_a_refunds_bank_reference_is_used_once(client: Client, shop: World) -> None:
    for number in (1, 2):
        client.post(
            reverse("office:return-transfer", args=[receipt(500, f"BCA-{number}").pk]),
            {"why": "tidak dikenal"},
        )
    first, second = Refund.objects.order_by("pk")
    client.post(reverse("office:pay-refund", args=[first.pk]), {"bank_reference": "OUT-1"})
    response = client.post(reverse("office:pay-refund", args=[second.pk]), {"bank_reference": "OUT-1"})
    assert list(response.context["form"].errors) == ["bank_reference"]
    second.refresh_from_db()
    assert second.state == "owed"
    assert audit() == []


def test_refunds_stand_oldest_first(client: Client, shop: World) -> None:
    for number in (1, 2):
        found = receipt(500 * number, f"BCA-{number}")
        client.post(reverse("office:return-transfer", args=[found.pk]), {"why": "tidak dikenal"})
    rows = client.get(reverse("office:refunds")).context["page_obj"]
    assert [row.amount for row in rows] == [500, 1000]


def test_an_order_found_by_its_reference_shows_its_books(client: Client, shop: World) -> None:
    pay(shop.due)
    page = client.get(reverse("office:order", args=[shop.order.number]))
    kinds = [row["journal"].kind for row in page.context["movements"]]
    assert kinds == [
        "receipt",
        "match",
        "paid",
        "paid",
        "paid",
        "paid",
    ]  # goods and delivery of two pesantren
    assert sum(row["amount"].minor for row in page.context["movements"][2:]) == AMOUNT
