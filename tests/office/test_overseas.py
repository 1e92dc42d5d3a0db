"""The office's pages for buyers abroad: balances, letters of credit, rates, money sold, transfers in dollars."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.fulfilment import states as part_states
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.documents.proforma import data as proforma_data
from marketplace.ledger.amounts import read_minor
from marketplace.ledger.money import Money
from marketplace.orders.queries import link_token
from marketplace.payments import second_person, states
from marketplace.payments.models import Due, Exchange, LetterOfCredit, Rate, Receipt
from marketplace.reference import working_days
from tests.factories.catalogue import make_member, make_user
from tests.factories.orders import placed_order
from tests.factories.overseas import (
    a_lock,
    a_rate,
    deposit_and_balance,
    dues_of,
    export_order,
    letter_for,
    parts_of,
    settle,
    swift,
)
from tests.fulfilment.steps import bring, sign

pytestmark = pytest.mark.django_db


@pytest.fixture
def office(client: Client) -> Any:
    person = make_user("kantor@example.com", staff_role="office", language="en")
    client.force_login(person)
    return person


def page(client: Client, name: str, *args: Any, **query: Any) -> str:
    with translation.override("en"):
        response = client.get(reverse(f"office:{name}", args=args), query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return str(response.content.decode())


def with_balance() -> Due:
    order = export_order(deposit_and_balance(), sellers=1)
    settle(dues_of(order)[0])
    return dues_of(order)[1]


def test_balances_and_their_letters(client: Client, office: Any) -> None:
    due, other = with_balance(), with_balance()
    Due.objects.filter(pk=due.pk).update(due_at=timezone.now() - timedelta(days=2))
    letter = letter_for(other, office)
    text = page(client, "overseas")
    assert text.index(due.reference) < text.index(other.reference)
    assert "US$\N{NO-BREAK SPACE}17,510.50" in text
    assert letter.number in text
    home = page(client, "home")
    assert "overseas/" in home


def letter_form(**changes: Any) -> dict[str, Any]:
    today = working_days.today()
    return {
        "number": "LC-CONTOH-9",
        "issuing_bank": "Contoh Bank (fiktif)",
        "issued_on": today,
        "latest_shipment": today + timedelta(days=20),
        "expires_on": today + timedelta(days=40),
        "presentation_days": "21",
        "papers": "Commercial invoice\n\nBill of lading",
        **changes,
    }


def test_a_letter_is_recorded_and_moved(client: Client, office: Any) -> None:
    due = with_balance()
    url = reverse("office:add-letter", args=[due.reference])
    response = client.post(url, letter_form())
    letter = LetterOfCredit.objects.get()
    assert response.url == reverse("office:letter", args=[letter.pk])
    assert (letter.amount, letter.currency, letter.papers) == (
        1_751_050,
        "USD",
        ["Commercial invoice", "Bill of lading"],
    )
    text = page(client, "letter", letter.pk)
    assert "Bill of lading" in text
    move = reverse("office:move-letter", args=[letter.pk])
    client.post(move, {"to": "honoured"})  # papers come first
    client.post(move, {"to": "no-such-state"})
    client.post(move, {"to": "presented", "why": "kurir\0"})
    letter.refresh_from_db()
    assert letter.state == states.DOCUMENTS_SENT
    assert client.get(url).url == reverse("office:letter", args=[letter.pk])
    assert page(client, "letters").count(letter.number) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"number": ""},
        {"latest_shipment": "2020-01-01"},
        {"expires_on": working_days.today()},
        {"issued_on": working_days.today() + timedelta(days=1)},
        {"issued_on": "x"},
        {"presentation_days": "0"},
        {"papers": " \n"},
        {"papers": "x" * 151},
    ],
)
def test_a_wrong_letter_keeps_what_was_typed(client: Client, office: Any, wrong: dict[str, Any]) -> None:
    due = with_balance()
    response = client.post(reverse("office:add-letter", args=[due.reference]), letter_form(**wrong))
    assert response.status_code == 200
    assert response.context["form"].errors
    assert "Contoh Bank (fiktif)" in response.content.decode()
    assert not LetterOfCredit.objects.exists()


def test_only_an_open_balance_takes_a_letter(client: Client, office: Any) -> None:
    due = dues_of(export_order())[0]
    assert client.get(reverse("office:add-letter", args=[due.reference])).status_code == 404


def upload(client: Client, text: str) -> Any:
    file = SimpleUploadedFile("kurs.csv", text.encode(), "text/csv")
    return client.post(reverse("office:rates"), {"file": file})


def test_rates_are_uploaded_whole_or_not_at_all(client: Client, office: Any) -> None:
    head = "base,quote,rate,source,quoted_at\n"
    bad = upload(client, head + "USD,IDR,x,Contoh,2026-01-02\nEUR,IDR,17000,Contoh,2026-01-02\n")
    assert bad.status_code == 200
    assert len(bad.context["form"].errors["file"]) == 1
    assert not Rate.objects.exists()
    assert upload(client, head + "USD,IDR,16250.5,Contoh,2026-01-02\n").status_code == 302
    text = page(client, "rates")
    assert "16250.5" in text
    assert "older than 7 days" in text


def test_money_is_sold_and_the_difference_stands_in_the_report(client: Client, office: Any) -> None:
    order = export_order(sellers=1)
    lock = a_lock(order)
    settle(dues_of(order)[0])
    url = reverse("office:exchange", args=[lock.pk])
    data = {"received": "Rp 405.243.000", "bank_reference": "FX-1"}
    assert client.post(url, data).status_code == 200  # the goods are not accepted yet
    sign(bring(parts_of(order)[0], part_states.DELIVERED))
    assert "US$\N{NO-BREAK SPACE}25,015.00" in page(client, "exchange", lock.pk)
    assert client.post(url, {"received": "", "bank_reference": ""}).status_code == 200
    assert client.post(url, data).status_code == 302
    assert client.post(url, data).status_code == 200  # the same press again
    assert Exchange.objects.count() == 1
    assert "Rp\N{NO-BREAK SPACE}1.250.750" in page(client, "exchanges")
    assert audit() == []


def test_lists_ask_as_often_for_many_rows(
    client: Client, office: Any, django_assert_max_num_queries: Any
) -> None:
    for _ in range(3):
        letter_for(with_balance(), office)
    a_rate()
    a_lock(with_balance().order)
    for name in ("overseas", "letters", "rates", "exchanges"):
        with django_assert_max_num_queries(12):
            page(client, name)


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("1,250.00", "USD", 125_000),
        ("US$ 1,250.5", "USD", 125_050),
        ("1.250,00", "EUR", 125_000),
        ("1250", "AED", 125_000),
        ("1 250.75", "SAR", 125_075),
        ("1.250", "USD", 125_000),
        ("1,25", "USD", 125),
        ("1.250.00", "USD", None),
        ("1,250.005", "USD", None),
        ("-5", "USD", None),
        ("x", "USD", None),
        ("1.500.000", "IDR", 1_500_000),
        ("1.500,50", "IDR", None),
        ("٣٥٠", "USD", 35_000),
    ],
)
def test_amounts_as_people_write_them(text: str, currency: str, minor: int | None) -> None:
    assert read_minor(text, currency) == minor


def record(client: Client, **changes: Any) -> Any:
    data = {
        "currency": "USD",
        "amount": "1,250.00",
        "received_on": working_days.today(),
        "payer": "CONTOH LLC",
        "bank_reference": "SW-77",
        "note": "",
        **changes,
    }
    return client.post(reverse("office:transfers"), data)


def test_a_transfer_in_dollars_is_written_down(client: Client, office: Any) -> None:
    assert record(client).status_code == 302
    receipt = Receipt.objects.get()
    assert receipt.total == Money(125_000, "USD")
    text = page(client, "transfers")
    assert "US$\N{NO-BREAK SPACE}1,250.00, the oldest" in text
    record(client)  # the same form again
    assert record(client, currency="EUR").status_code == 200
    assert record(client, bank_reference="SW-78", amount="12.345,678").status_code == 200
    assert record(client, bank_reference="SW-79", amount="0").status_code == 200
    assert record(client, bank_reference="SW-80", currency="XXX").status_code == 200
    assert Receipt.objects.count() == 1


def test_pages_foretell_charges_and_refusals(client: Client, office: Any) -> None:
    due = dues_of(export_order(sellers=1))[0]
    few = swift(due.missing - Money(2_500, "USD"))
    text = page(client, "match", few.pk, due=due.reference)
    assert "Enough, less US$\N{NO-BREAK SPACE}25.00 of bank charges" in text
    dirhams = swift(Money(due.amount, "AED"))
    text = page(client, "match", dirhams.pk, due=due.reference)
    assert "Another currency" in text
    assert 'name="seen"' not in text
    url = reverse("office:match", args=[dirhams.pk])
    assert client.post(url, {"due": due.reference, "seen": "currency"}).status_code == 200
    balance = dues_of(export_order(deposit_and_balance(), sellers=1))[1]
    early = swift(balance.missing)
    assert "The deposit comes first" in page(client, "match", early.pk, due=balance.reference)


def test_two_people_for_much_foreign_money() -> None:
    assert not second_person.is_needed(Money(300_000, "USD"))
    assert second_person.is_needed(Money(300_001, "USD"))
    assert not second_person.is_needed(Money(50_000_000))


def test_the_proforma_says_steps_account_and_charges(settings: Any) -> None:
    order = export_order(deposit_and_balance(tolerance=2_500))
    deposit, balance = dues_of(order)
    with translation.override("en"):
        found = proforma_data(order, "en")
    assert [row[2:] for row in found["schedule"]] == [
        [deposit.reference, str(deposit.total)],
        [balance.reference, str(balance.total)],
    ]
    assert ["SWIFT/BIC", "CONTIDJ0"] in found["pay"]
    assert (
        sum("A shortfall of up to US$\N{NO-BREAK SPACE}25.00 is accepted." in note for note in found["notes"])
        == 2
    )
    settings.OPERATOR_ACCOUNTS = {}
    with translation.override("en"):
        assert proforma_data(order, "en")["pay"] == []


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_the_proforma_as_pdf(client: Client, language: str) -> None:
    order = export_order(deposit_and_balance(), language=language)
    answer = client.get(reverse("account:proforma", args=[link_token(order)]))
    assert answer.content.startswith(b"%PDF")
    home = placed_order([(order.lines.all()[0].product, 1)]).order
    assert client.get(reverse("account:proforma", args=[link_token(home)])).status_code == 404


def test_the_buyers_page_shows_the_step_that_is_asked_for(client: Client) -> None:
    order = export_order(deposit_and_balance(tolerance=2_500), sellers=1, language="en")
    deposit, balance = dues_of(order)
    url = reverse("account:guest-order", args=[link_token(order)])
    text = client.get(url).content.decode()
    assert "7504.50" in text
    assert "CONTOH-USD-000" in text
    assert deposit.reference in text
    assert "proforma.pdf" in text
    settle(deposit)
    text = client.get(url).content.decode()
    assert "17510.50" in text
    assert balance.reference in text
    settle(balance)
    assert "17510.50" not in client.get(url).content.decode()


def test_the_pesantren_is_told_why_goods_stay(client: Client) -> None:
    part = bring(parts_of(with_balance().order)[0], part_states.PACKED)
    member = make_user("anggota@example.com")
    make_member(member, part.partner)
    client.force_login(member)
    url = reverse("workspace:hand-over", args=[part.number])
    response = client.post(url, {"carrier": "Kapal", "tracking_number": "1"}, follow=True)
    part.refresh_from_db()
    assert (response.status_code, part.state) == (200, part_states.PACKED)
