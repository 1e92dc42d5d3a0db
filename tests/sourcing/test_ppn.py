"""Prices asked at home say whether PPN is in them: by who sells, the kind of goods and the rules of the day."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from catalogue.models import Product
from marketplace.common import pdf
from marketplace.fulfilment.documents.invoice import invoice
from marketplace.fulfilment.services import Buyer
from marketplace.ledger.money import Money
from marketplace.orders import sold_tax
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner
from marketplace.sourcing import papers, ppn
from marketplace.sourcing.models import Contract, Quote
from marketplace.sourcing.services import call_offs, composing, sharing
from marketplace.sourcing.services.composing import Rules
from tests.factories.catalogue import make_class, make_pesantren, make_user
from tests.factories.companies import admin_of
from tests.factories.fees import goods_tax
from tests.factories.sourcing import (
    BUYER,
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_exporter,
    make_offer,
    make_quote,
)
from tests.sourcing.test_composing import confirm_all, contract_of_many
from tests.sourcing.test_contracts import asking

pytestmark = pytest.mark.django_db
NOT_REGISTERED = "Tanpa PPN: penjual bukan PKP."


def aggregated(registered: bool, price: int = 11_100) -> Quote:
    """1,000 kg at home, composed by an aggregator from one pesantren's 10,000 rupiah."""
    manggis = make_commodity()
    listing = goods_of(make_pesantren("contoh-satu"), manggis, price=10_000)
    demand = make_demand([a_good(manggis)])
    make_quote(demand, listing, 1_000, 10_000, kind="supply", basis="loco")
    seller = make_exporter()
    Partner.objects.filter(pk=seller.pk).update(tax_registered=registered)
    seller.refresh_from_db()
    return make_offer(demand, price, currency="IDR", exporter=seller)


def text_of(found: Any) -> str:
    with translation.override("id"):
        return str(found.text)


def ordered(contract: Contract) -> Order:
    composing.agree(contract=contract, actor=SELLER)
    made = call_offs.ask(**asking(contract, 100))
    sharing.share_out(call_off=made, rules=Rules(), actor=SELLER)
    confirm_all()
    made.refresh_from_db()
    buyer = Buyer(contract.company.name, "a@example.com", "", "id", admin_of(contract.company))
    shares = sharing.confirmed_shares(made)
    return call_offs.order(call_off=made, shares=shares, buyer=buyer, actor=BUYER)


def test_a_registered_aggregator_says_how_much_is_in_the_price() -> None:
    goods_tax(base_parts=11, base_of=12)
    found = ppn.of_quote(aggregated(registered=True))
    assert found is not None
    assert found.amount == Money(1_100_000)  # 11/111 of Rp 11.100.000
    assert text_of(found).replace("\N{NO-BREAK SPACE}", " ") == "Harga sudah termasuk PPN Rp 1.100.000 (PPN)."


def test_who_is_not_registered_says_so_whatever_the_goods() -> None:
    goods_tax(base_parts=11, base_of=12)
    goods_tax(name="Bebas", registered=None, rate_bp=0, order=10)
    assert text_of(ppn.of_quote(aggregated(registered=False))) == NOT_REGISTERED


def test_exempt_goods_by_the_kind_that_the_commodity_has() -> None:
    goods_tax(base_parts=11, base_of=12)
    quote = aggregated(registered=True)
    kind = Product.objects.get(commodity__code="manggis").product_class
    goods_tax(name="Hasil tani segar: bebas", registered=None, product_class=kind, rate_bp=0, order=10)
    found = ppn.of_quote(quote)
    assert (found and found.amount, text_of(found)) == (
        Money(0),
        "Tidak ada PPN di dalamnya (Hasil tani segar: bebas).",
    )
    other = make_class([], False, True, 48)
    listing = goods_of(make_pesantren("contoh-dua"), make_commodity())
    listing.product_class = other
    listing.save()  # now the commodity has two kinds: nobody knows, and the rule for all goods holds
    found = ppn.of_quote(quote)
    assert found
    assert found.amount == Money(1_100_000)


def test_abroad_nothing_is_said() -> None:
    goods_tax(base_parts=11, base_of=12)
    contract = make_contract()
    assert ppn.of_contract(contract) is None
    assert ppn.of_quote(contract.quote) is None


def test_contract_paper_and_invoice_say_it_and_the_order_keeps_it(monkeypatch: pytest.MonkeyPatch) -> None:
    goods_tax(base_parts=11, base_of=12)
    contract = make_contract(aggregated(registered=True))
    said = ppn.of_contract(contract)
    assert said
    assert said.amount == Money(1_100_000)
    with translation.override("id"):
        assert ["PPN", said.text] in papers._contract(contract, "id")["clauses"]
    order = ordered(contract)
    Partner.objects.update(tax_registered=False)
    contract.seller.refresh_from_db()
    assert text_of(ppn.of_contract(contract)) == NOT_REGISTERED
    seen: list[Any] = []
    monkeypatch.setattr(pdf, "render", lambda name, data: seen.append(data) or b"")
    invoice(Order.objects.get(pk=order.pk), "id")
    [words] = [said for label, said, *_more in seen[0]["facts"] if label == "PPN"]
    assert words.replace("\N{NO-BREAK SPACE}", " ") == "Harga sudah termasuk PPN Rp 110.000 (PPN)."
    client = Client()
    client.force_login(admin_of(contract.company))
    page = client.get(reverse("account:order", args=[order.number])).text
    assert "Harga sudah termasuk PPN" in page
    assert NOT_REGISTERED in client.get(reverse("account:contract", args=[contract.number])).text


def test_an_order_abroad_keeps_nothing() -> None:
    goods_tax(base_parts=11, base_of=12)
    contract = contract_of_many()
    order = ordered(contract)
    assert order.sold_lines
    assert sold_tax.stated(order) == ""


def test_many_quotes_cost_as_many_queries_as_one() -> None:
    goods_tax(base_parts=11, base_of=12)
    manggis = make_commodity()
    goods = [goods_of(make_pesantren(f"contoh-{n}"), manggis) for n in range(3)]
    demand = make_demand([a_good(manggis)])
    made = [make_quote(demand, one, 500) for one in goods]
    counted = []
    for found in (made[:1], made):
        fresh = list(Quote.objects.filter(pk__in=[one.pk for one in found]))
        with CaptureQueriesContext(connection) as queries:
            assert len(ppn.of_quotes(fresh)) == len(found)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_the_office_writes_down_who_is_registered() -> None:
    partner = make_pesantren("contoh-satu")
    office = Client()
    office.force_login(make_user("kantor@example.com", staff_role="office", language="id"))
    path = reverse("office:ppn", args=[partner.code])
    assert office.post(path, {"now": "False", "why": ""}).context["form"].errors["why"]
    for _again in range(2):
        office.post(path, {"now": "False", "why": "SPPKP 1"})
    partner.refresh_from_db()
    assert partner.tax_registered
    assert office.get(path).text.count("SPPKP 1") == 1
    office.post(path, {"now": "True", "why": "dicabut"})
    partner.refresh_from_db()
    assert not partner.tax_registered
