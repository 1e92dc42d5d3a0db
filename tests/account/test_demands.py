"""A company asks for volume, compares, agrees, signs and calls off; what is foreign or wrong is refused."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from openpyxl import Workbook, load_workbook

from catalogue.loading import rows, trade
from marketplace.account import demand_sheet
from marketplace.account.line_forms import month_choices, next_month, slots
from marketplace.notices.models import Mail
from marketplace.orders.queries import link_token
from marketplace.payments.models import Rate
from marketplace.reference.queries import term_fits
from marketplace.reference.working_days import today
from marketplace.sourcing.models import CallOff, Contract, Counter, Demand, Negotiation, Remark
from marketplace.sourcing.services import contracts, quotes
from offtakers.models import Approval, Company
from tests.factories.catalogue import make_pesantren, make_regency, make_unit, make_user
from tests.factories.companies import admin_of, blank_pdf, join_as, make_company, make_overseas, picture
from tests.factories.orders import account, placed_order
from tests.factories.sourcing import (
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_offer,
    make_quote,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def listing() -> Any:
    return goods_of(make_pesantren("contoh-satu"), make_commodity())


@pytest.fixture
def company() -> Company:
    return make_company(make_user("pembeli-besar@example.com"))


def asked(**more: Any) -> dict[str, Any]:
    """What the form of a product sends for a delivery at home."""
    start = month_choices()[1][0]
    facts = {"key": str(uuid4()), "where": "home", "currency": "IDR", "quantity": "1.000", "start": start}
    return {**facts, "months": "3", "regency": "32.73", "target": "21.500", "do": "open", **more}


def abroad(**more: Any) -> dict[str, Any]:
    facts = {"where": "abroad", "currency": "USD", "country": "AE", "place": "Dubai (AEDXB)"}
    return asked(**{**facts, "incoterm": "CPT", "mode": "air", "target": "2.50", **more})


def new(client: Any, product: Any, data: dict[str, Any]) -> Any:
    return client.post(f"{reverse('account:demand-new')}?product={product.pk}", data)


def url(name: str, *args: Any) -> str:
    return reverse(f"account:{name}", args=args)


def test_months_add_up_exactly() -> None:
    first = next_month(today())
    assert [slot.quantity for slot in slots(1000, first, 3)] == [334, 333, 333]
    assert [slot.first for slot in slots(10, first, 2)] == [first, next_month(first)]
    assert slots(10, first, 1)[0].last == next_month(first) - timedelta(days=1)
    assert slots(1, today().replace(day=1), 1)[0].first == today()


def test_asked_from_a_product_and_opened_at_once(client: Any, company: Company, listing: Any) -> None:
    client.force_login(admin_of(company))
    page = client.get(f"{reverse('account:demand-new')}?product={listing.pk}")
    assert len(page.context["form"].in_sight) <= 8
    assert "name" not in page.context["form"].fields
    data = asked(attachment=SimpleUploadedFile("gambar.exe", picture()))
    assert new(client, listing, data).status_code == 302
    assert new(client, listing, data | {"attachment": ""}).status_code == 302  # pressed twice
    made = Demand.objects.get()
    line = made.lines.get()
    assert (made.state, made.currency, made.regency.code) == ("open", "IDR", "32.73")
    assert (line.product, line.quantity, line.tolerance, line.target_price) == (listing, 1000, 50, 21_500)
    assert [slot.quantity for slot in line.slots.all()] == [334, 333, 333]
    assert made.attachments.get().file.name.endswith(".png")
    assert client.get(url("demand-file", made.number, made.attachments.get().token)).status_code == 200


def test_wrong_values_come_back_beside_their_fields(client: Any, company: Company, listing: Any) -> None:
    trade.load(rows.Tally())
    client.force_login(admin_of(company))
    page = new(
        client, listing, asked(quantity="2", months="3", target="x", note="hello \x00", tolerance="51")
    )
    errors = page.context["form"].errors
    assert set(errors) == {"quantity", "target", "note", "tolerance"}
    assert 'value="x"' in page.text
    assert page.context["form"].is_more_open
    page = new(client, listing, abroad(incoterm="CIF"))
    assert set(page.context["form"].errors) == {"incoterm"}  # for ships alone, and this flies
    page = new(client, listing, abroad(incoterm="FOB", mode=""))
    assert set(page.context["form"].errors) == {"incoterm"}  # an airport
    assert not Demand.objects.exists()
    for odd in ("x", "-1", "9" * 30, "٣"):
        assert client.get(f"{reverse('account:demand-new')}?product={odd}").status_code == 200


def test_incoterms_of_ships() -> None:
    trade.load(rows.Tally())
    assert term_fits("CIF", "sea", "Jebel Ali (AEJEA)")
    assert term_fits("CIF", "", "Jeddah (SAJED)")
    assert not term_fits("CIF", "air", "")
    assert not term_fits("FOB", "", "Dubai (AEDXB)")
    assert term_fits("CPT", "air", "Dubai (AEDXB)")


def test_a_switch_to_abroad_loses_nothing(client: Any, listing: Any) -> None:
    page = new(client, listing, asked(switch="abroad", note="cepat"))
    form = page.context["form"]
    assert form.is_abroad
    assert not form.is_bound
    assert form["note"].value() == "cepat"
    assert form["quantity"].value() == "1.000"
    assert form["currency"].value() == "USD"
    assert len(form.in_sight) == 8


def test_a_guests_form_waits_for_sign_in_and_company(client: Any, listing: Any) -> None:
    make_regency("32.73")
    sent = new(client, listing, asked(note="cepat", papers=["halal"]))
    back = f"{reverse('account:demand-new')}?product={listing.pk}"
    assert sent.status_code == 302
    assert sent.url.startswith(reverse("customer:login"))
    user = make_user("baru@example.com")
    client.force_login(user)
    page = client.get(back)
    assert page.context["form"]["note"].value() == "cepat"
    assert page.context["is_kept"]
    assert page.context["form"]["papers"].value() == ["halal"]
    assert new(client, listing, asked(note="cepat")).url == url("company")
    assert "is kept" in client.get(url("company")).text
    company = make_company(user, state="submitted", days=0)
    key = client.get(back).context["form"]["key"].value()
    assert new(client, listing, asked(key=key, note="cepat")).status_code == 302
    made = Demand.objects.get(company=company)
    assert (made.state, made.note) == ("draft", "cepat")  # not verified: it waits
    assert "has not verified" in client.get(url("demand", made.number)).text
    Company.objects.update(state="verified")
    client.post(url("demand-open", made.number))
    made.refresh_from_db()
    assert made.state == "open"


def test_another_company_finds_nothing(client: Any, listing: Any) -> None:
    contract = make_contract(make_quote(make_demand([a_good(make_commodity())]), listing))
    supply = make_quote(make_demand([a_good(make_commodity())], contract.company), listing, kind="supply")
    quote = contract.quote
    demand = quote.negotiation.demand
    pages = [
        url("demand", demand.number),
        url("demand-compare", demand.number),
        url("demand-lines", demand.number),
        url("quote", quote.number),
        url("quote-counter", quote.number),
        url("contract", contract.number),
        url("contract-paper", contract.number),
        url("contract-sign", contract.number),
        url("call-off", contract.number),
    ]
    client.force_login(admin_of(make_company(make_user("lain@example.com"))))
    assert {page: client.get(page).status_code for page in pages} == dict.fromkeys(pages, 404)
    client.force_login(admin_of(contract.company))
    assert client.get(url("quote", supply.number)).status_code == 404  # not meant for the buyer
    client.force_login(join_as(contract.company, "uang@example.com", "finance"))
    assert client.get(url("quote", quote.number)).status_code == 200
    assert client.post(url("quote", quote.number), {"do": "accept"}).status_code == 404
    assert client.get(url("call-off", contract.number)).status_code == 404


def test_lists_ask_the_same_number_of_questions(client: Any, company: Company, listing: Any) -> None:
    client.force_login(admin_of(company))
    counted: dict[str, list[int]] = {"demands": [], "contracts": []}
    for rows_ in (1, 2):
        for _row in range(rows_):
            make_quote(make_demand([a_good(make_commodity())], company), listing)
            make_contract(make_quote(make_demand([a_good(make_commodity())], company), listing))
        for name, found in counted.items():
            client.get(url(name))
            with CaptureQueriesContext(connection) as asked_:
                assert client.get(url(name)).status_code == 200
            found.append(len(asked_))
    assert all(first == then < 25 for first, then in counted.values()), counted
    assert [one.answered for one in client.get(url("demands")).context["page_obj"]] == [1] * 6


def test_compared_in_one_currency(client: Any, listing: Any) -> None:
    trade.load(rows.Tally())
    company = make_overseas(currency="AED")
    at = timezone.now() - timedelta(days=1)
    Rate.objects.create(base="USD", rate=Decimal(16_000), source="Contoh Bank", quoted_at=at)
    Rate.objects.create(base="AED", rate=Decimal(4_000), source="Contoh Bank", quoted_at=at)
    demand = make_demand([a_good(make_commodity())], company, country="AE", regency=None, currency="USD")
    quote = make_offer(demand)
    client.force_login(admin_of(company))
    page = client.get(url("demand-compare", demand.number))
    cell = page.context["rows"][0].cells[0]
    assert str(cell.unit_about) == "AED\xa011.60"
    assert str(cell.amount_about) == "AED\xa011,600.00"
    for text in ("US$\xa02.90", "CPT Dubai (AEDXB)", "Contoh Bank", "Main freight is in the price.", "16000"):
        assert text in page.text
    type(company).objects.filter(pk=company.pk).update(currency="SAR")  # of which no rate is known
    assert client.get(url("demand-compare", demand.number)).context["rows"][0].cells[0].unit_about is None
    assert client.get(url("demand", demand.number)).context["quotes"] == [quote]


def test_counter_question_and_refusal(client: Any, company: Company, listing: Any) -> None:
    quote = make_quote(make_demand([a_good(make_commodity())], company), listing)
    client.force_login(admin_of(company))
    line = quote.lines.get()
    data = {"key": str(uuid4()), f"quantity-{line.pk}": "500", f"price-{line.pk}": "20.000"}
    page = client.post(url("quote-counter", quote.number), data)
    assert page.context["form"].non_field_errors()  # as it was offered
    data |= {f"quantity-{line.pk}": "800", f"price-{line.pk}": "18.500", "note": "sampai Juni"}
    client.post(url("quote-counter", quote.number), data)
    client.post(url("quote-counter", quote.number), data)
    row = Counter.objects.get().lines.get()
    assert (row.quantity, row.unit_price) == (800, 18_500)
    assert "18.500" in client.get(url("quote", quote.number)).text
    asked_ = {"do": "remark", "key": str(uuid4()), "text": "Kapan panen?"}
    client.post(url("quote", quote.number), asked_)
    client.post(url("quote", quote.number), asked_)
    assert [(one.side, one.text) for one in Remark.objects.all()] == [("buyer", "Kapan panen?")]
    assert client.post(url("quote", quote.number), {"do": "decline", "why": ""}).context["decline"].errors
    client.post(url("quote", quote.number), {"do": "decline", "why": "terlalu mahal"})
    quote.refresh_from_db()
    assert quote.state == "declined"
    assert client.get(url("quote-counter", quote.number)).status_code == 302


def test_accepted_at_once_below_the_limit(client: Any, company: Company, listing: Any) -> None:
    quote = make_quote(make_demand([a_good(make_commodity())], company), listing)  # Rp 10.000.000
    Company.objects.update(approval_above=10_000_000)
    client.force_login(admin_of(company))
    made = client.post(url("quote", quote.number), {"do": "accept"})
    contract = Contract.objects.get()
    assert made.url == url("contract", contract.number)
    assert not Approval.objects.exists()
    again = client.post(url("quote", quote.number), {"do": "accept"})
    assert again.url == url("quote", quote.number)
    assert Contract.objects.count() == 1


def test_above_the_limit_another_member_agrees(client: Any, company: Company, listing: Any) -> None:
    quote = make_quote(make_demand([a_good(make_commodity())], company), listing)
    Company.objects.update(approval_above=9_999_999)
    client.force_login(admin_of(company))
    client.post(url("quote", quote.number), {"do": "accept"})
    assert not Contract.objects.exists()
    assert not Approval.objects.exists()
    other = join_as(company, "setuju@example.com", "approver")
    for _again in range(2):
        client.post(url("quote", quote.number), {"do": "accept"})
    waits = Approval.objects.get()
    assert (waits.amount, waits.reference, waits.state) == (10_000_000, quote.number, "waiting")
    client.post(url("company-approval", waits.pk), {"do": "agree"})
    assert not Contract.objects.exists()  # never who asked
    client.force_login(other)
    assert url("quote", quote.number) in client.get(url("company-approval", waits.pk)).text
    client.post(url("company-approval", waits.pk), {"do": "agree"})
    assert Contract.objects.get().quote == quote


def test_a_suspended_company_agrees_to_nothing_new_and_reads_all_it_had(
    client: Any, company: Company, listing: Any
) -> None:
    quote = make_quote(make_demand([a_good(make_commodity())], company), listing)
    contract = make_contract(make_quote(make_demand([a_good(make_commodity())], company), listing))
    drafted = make_contract(
        make_quote(make_demand([a_good(make_commodity())], company), listing), signed=False
    )
    Company.objects.update(state="suspended")
    client.force_login(admin_of(company))
    client.post(url("quote", quote.number), {"do": "accept"})
    quote.refresh_from_db()
    assert quote.state == "sent"
    paper = contracts.paper(contract=drafted)
    sign = {"seen": paper.sha256, "name": "Contoh", "position": "Direktur", "agree": "on"}
    assert client.post(url("contract-sign", drafted.number), sign).context["form"].non_field_errors()
    line = contract.lines.get()
    days = {"first": contract.first.isoformat(), "last": contract.last.isoformat()}
    asked = client.post(url("call-off", contract.number), {f"line-{line.pk}": "10", **days})
    assert asked.context["form"].non_field_errors()
    assert (contract.call_offs.count(), drafted.signatures.count()) == (0, 0)
    for page in (url("contract", contract.number), url("quote", quote.number), url("contracts")):
        assert client.get(page).status_code == 200
    Company.objects.update(state="verified")
    client.post(url("call-off", contract.number), {f"line-{line.pk}": "10", **days})
    assert contract.call_offs.count() == 1


def test_agreed_too_late_makes_no_contract(client: Any, company: Company, listing: Any) -> None:
    quote = make_quote(make_demand([a_good(make_commodity())], company), listing)
    Company.objects.update(approval_above=1)
    other = join_as(company, "setuju@example.com", "approver")
    client.force_login(admin_of(company))
    client.post(url("quote", quote.number), {"do": "accept"})
    quotes.withdraw(quote=quote, actor=SELLER)
    client.force_login(other)
    assert client.post(url("company-approval", Approval.objects.get().pk), {"do": "agree"}).status_code == 302
    assert Approval.objects.get().state == "approved"
    assert not Contract.objects.exists()


def signing(contract: Contract, **more: Any) -> dict[str, Any]:
    seen = contracts.paper(contract=contract).sha256
    return {"seen": seen, "name": "Contoh Pembeli", "position": "Direktur", "agree": "on", **more}


def test_signed_only_as_it_was_read(client: Any, company: Company, listing: Any) -> None:
    quote = make_quote(make_demand([a_good(make_commodity())], company), listing)
    contract = make_contract(quote, signed=False)
    client.force_login(admin_of(company))
    assert client.get(url("contract-paper", contract.number)).getvalue()[:5] == b"%PDF-"
    data = signing(contract)
    steps = [contracts.Pay(one.step, one.share, one.days_before) for one in contract.steps.all()]
    contracts.set_terms(contract=contract, terms={"claim_hours": 24}, steps=steps, actor=SELLER)
    page = client.post(url("contract-sign", contract.number), data)
    form = page.context["form"]
    assert form.non_field_errors()
    assert form["name"].value() == "Contoh Pembeli"
    assert form["seen"].value() != data["seen"]
    assert not contract.signatures.exists()
    wrong = signing(contract, stamped=SimpleUploadedFile("x.pdf", b"%PDF-1.4 contoh"))
    said = client.post(url("contract-sign", contract.number), wrong).context["form"].errors
    assert said["stamped"] == ["This PDF is damaged and cannot be opened."]
    data = signing(contract, stamped=SimpleUploadedFile("x.exe", blank_pdf()))
    assert client.post(url("contract-sign", contract.number), data).status_code == 302
    row = contract.signatures.get()
    assert (row.side, row.name, row.stamped.name[-4:]) == ("buyer", "Contoh Pembeli", ".pdf")
    assert client.get(url("contract-stamped", contract.number, "buyer")).status_code == 200


def test_called_off_within_what_is_left(client: Any, company: Company, listing: Any) -> None:
    contract = make_contract(make_quote(make_demand([a_good(make_commodity())], company), listing))
    line = contract.lines.get()  # 500 kg ± 5 %
    client.force_login(admin_of(company))
    day, key = contract.first, str(uuid4())
    data = {"key": key, "first": day.isoformat(), "last": day.isoformat(), f"line-{line.pk}": "526"}
    page = client.post(url("call-off", contract.number), data)
    assert set(page.context["form"].errors) == {f"line-{line.pk}"}
    early = data | {f"line-{line.pk}": "10", "first": today().isoformat()}
    assert set(client.post(url("call-off", contract.number), early).context["form"].errors) == {"first"}
    nothing = data | {f"line-{line.pk}": ""}
    assert client.post(url("call-off", contract.number), nothing).context["form"].non_field_errors()
    for _twice in range(2):
        client.post(url("call-off", contract.number), data | {f"line-{line.pk}": "200"})
    assert CallOff.objects.get().lines.get().quantity == 200
    page = client.get(url("contract", contract.number))
    assert [one.units for one in page.context["left"]] == [325]
    cells = [(cell.planned, cell.called) for month in page.context["months"] for cell in month.cells]
    assert cells == [(500, 200)]


def test_volume_from_an_order_in_one_press(client: Any, company: Company, listing: Any) -> None:
    person = admin_of(company)
    placed = placed_order(lines=[(listing, 7)], buyer=account(person))
    address = url("volume-again", link_token(placed.order))
    assert client.post(address).url == url("company")  # a guest: for companies
    client.force_login(person)
    assert "/volume/" in client.get(url("order", placed.order.number)).text
    assert client.post(address).url == client.post(address).url  # twice: one draft
    made = Demand.objects.get()
    line = made.lines.get()
    assert (made.state, made.of_order, line.product, line.quantity) == ("draft", placed.order, listing, 7)
    assert line.slots.get().first == next_month(today())


def sheet(*rows_: Any) -> Any:
    book, file = Workbook(), BytesIO()
    for row in rows_:
        book.active.append(row)
    book.save(file)
    return SimpleUploadedFile("lines.xlsx", file.getvalue())


def test_lines_from_a_spreadsheet(client: Any, company: Company) -> None:
    demand = make_demand([a_good(make_commodity())], company, open_it=False)
    make_unit("kodi", "kodi")
    month = month_choices()[2][0]
    client.force_login(admin_of(company))
    head = ("Barang", "satuan", "jumlah", "bulan", "months")
    address = url("demand-lines", demand.number)
    bad = sheet(
        head, ("Sarung", "kodi", 20, month, 2), ("=1+1", "kodi", 1, month, 1), ("X", "ton", 0, "", "")
    )
    said = [text for _href, text in client.post(address, {"do": "sheet", "sheet": bad}).context["faults"]]
    assert [text.split(": ")[0] for text in said] == [
        "Cell A3, Good",
        "Cell C4, Quantity",
        "Cell B4, Unit",
        "Cell D4, First month",
    ]
    assert "kodi" in said[2]
    assert f"from {month_choices()[0][0]} to {month_choices()[-1][0]}" in said[3]
    assert demand.lines.count() == 1
    good = sheet(head, ("Sarung", "KODI", 20, month, 2), ("Rambutan", "kg", 500, month, None))
    client.post(address, {"do": "sheet", "sheet": good})
    lines = [(one.name, one.unit.code, one.quantity) for one in demand.lines.all()]
    assert lines[1:] == [("Sarung", "kodi", 20), ("Rambutan", "kg", 500)]
    for content in (b"a;b", b"PK\x03\x04nothing", b"", b"\x00" * 40):
        file = SimpleUploadedFile("x.xlsx", content)
        assert client.post(address, {"do": "sheet", "sheet": file}).context["faults"]
    client.post(address, {"do": "remove-1"})
    assert [one.name for one in demand.lines.all()] == ["Sarung", "Rambutan"]
    assert demand_sheet.COLUMNS["good"] == "name"


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_the_empty_file_is_filled_in_any_language(client: Any, company: Company, language: str) -> None:
    demand = make_demand([a_good(make_commodity())], company, open_it=False)
    client.force_login(admin_of(company))
    with translation.override(language):
        answer = client.get(reverse("account:demand-sheet"))
        heads = list(demand_sheet.headings().values())
    book = load_workbook(BytesIO(b"".join(answer)))
    rows_ = [list(row) for row in book.worksheets[0].iter_rows(values_only=True)]
    assert rows_[0] == heads
    assert len(rows_) == 2
    assert [cell for row in book.worksheets[1].iter_rows(values_only=True) for cell in row] == ["kg"]
    untouched = {"do": "sheet", "sheet": sheet(*rows_)}
    said = client.post(url("demand-lines", demand.number), untouched).context["faults"]
    assert [text for _href, text in said] == ["There is no line in the file."], "the example is no line"
    filled = sheet(*rows_, ["Rambutan", rows_[1][1], 500, rows_[1][3], None])
    client.post(url("demand-lines", demand.number), {"do": "sheet", "sheet": filled})
    assert [one.name for one in demand.lines.all()][1:] == ["Rambutan"]


def test_a_guest_is_asked_for_the_file_again(client: Any, listing: Any) -> None:
    make_regency("32.73")
    address = f"{url('demand-new')}?product={listing.pk}"
    first = asked(attachment=SimpleUploadedFile("gambar.pdf", blank_pdf()))
    answer = client.post(address, first, follow=True)
    assert "Your file is not kept" in answer.text
    client.force_login(make_user("tamu@example.com"))
    page = client.get(address)
    assert "Please choose your file “gambar.pdf” again" in page.text
    assert page.context["form"].is_more_open
    wrong = asked(quantity="x", attachment=SimpleUploadedFile("lagi.pdf", blank_pdf()))
    assert "Please choose your file “lagi.pdf” again" in client.post(address, wrong).text
    bad = client.post(address, asked(attachment=SimpleUploadedFile("x.exe", b"MZ")))
    assert ("x.exe" in bad.text, "attachment" in bad.context["form"].errors) == (False, True)
    damaged = client.post(address, asked(attachment=SimpleUploadedFile("x.pdf", b"%PDF-1.4 contoh")))
    assert damaged.context["form"].errors["attachment"] == ["This PDF is damaged and cannot be opened."]


def test_terms_of_a_draft_can_change(client: Any, company: Company) -> None:
    trade.load(rows.Tally())
    demand = make_demand([a_good(make_commodity())], company, open_it=False)
    client.force_login(admin_of(company))
    assert client.get(url("demand-terms", demand.number)).status_code == 200
    until = (today() + timedelta(days=20)).isoformat()
    client.post(url("demand-terms", demand.number), {"regency": "32.73", "note": "baru", "until": until})
    demand.refresh_from_db()
    assert (demand.note, demand.lines.get().quantity) == ("baru", 1000)


def test_the_company_is_told(company: Company, listing: Any) -> None:
    quote = make_quote(make_demand([a_good(make_commodity())], company), listing)
    make_quote(quote.negotiation.demand, listing, kind=Negotiation.SUPPLY)
    join_as(company, "uang@example.com", "finance")
    quotes.remark(
        negotiation=quote.negotiation, key=uuid4(), side="seller", text="Mulai Desember.", person=None
    )
    make_contract(quote)
    found = Mail.objects.filter(to=admin_of(company).email)
    keys = sorted(key.split("/")[0] for key in found.values_list("key", flat=True))
    assert [key for key in keys if key in ("quote", "remark", "contract", "contract-signed")] == [
        "contract",
        "contract-signed",
        "quote",
        "remark",
    ]
    assert not Mail.objects.filter(to="uang@example.com").exists()
