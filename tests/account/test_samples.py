"""The buyer orders a sample from a quote's page; both sides see it, and what of it counts later."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.fulfilment.audit import audit
from marketplace.ledger.money import Money
from marketplace.sourcing.models import Quote, Sample
from tests.factories.catalogue import make_member, make_user
from tests.factories.companies import admin_of, join_as
from tests.factories.sourcing import make_contract
from tests.sourcing.test_samples import abroad, accepted, at_home, first_delivery, order_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(f"account:{name}", args=args)


def signed_in(quote: Quote) -> Client:
    client = Client()
    client.force_login(admin_of(quote.negotiation.demand.company))
    return client


@pytest.mark.parametrize("make", [at_home, abroad])
def test_ordered_from_the_quote_and_seen_by_both(make: Any) -> None:
    quote = make((5_000, 1_800))
    client, address = signed_in(quote), url("quote-sample", quote.number)
    assert address in client.get(url("quote", quote.number)).text
    page = client.get(address)
    assert str(Money(6_800, quote.currency)) in page.text
    empty = client.post(address, {"name": "", "address": ""})
    assert set(empty.context["form"].errors) == {"name", "address"}
    typed = {"key": page.context["form"]["key"].value(), "name": "Gudang Contoh", "address": "Jl. Contoh 7"}
    first, again = (client.post(address, typed).url for _ in range(2))  # the signature bears the second
    assert first.partition(":")[0] == again.partition(":")[0], "pressed twice"
    sample = Sample.objects.get()
    assert sample.order.total == Money(6_800, quote.currency)
    shown = client.get(first).text
    assert sample.order.number in shown
    assert "Jl. Contoh 7" in shown
    text = client.get(url("quote", quote.number)).text
    assert sample.order.number in text
    assert address not in text, "one of a seller"
    another = client.post(address, {**typed, "key": ""}, follow=True)
    assert "A sample of this seller is ordered already." in another.text
    seller = Client()
    person = make_user("penjual@example.com", language="en")
    make_member(person, quote.negotiation.partner)
    seller.force_login(person)
    page = (
        reverse("workspace:offer-version", args=[quote.negotiation.demand.number, quote.version])
        if quote.negotiation.kind == "offer"
        else reverse("workspace:talk", args=[quote.negotiation_id])
    )
    assert sample.order.number in seller.get(page).text
    assert audit() == []


def test_who_may_only_read_orders_none_and_nothing_is_ordered_where_none_is_offered() -> None:
    quote = at_home((5_000, 0))
    reader = Client()
    reader.force_login(join_as(quote.negotiation.demand.company, "uang@example.com", "finance"))
    assert url("quote-sample", quote.number) not in reader.get(url("quote", quote.number)).text
    assert reader.get(url("quote-sample", quote.number)).status_code == 404
    assert reader.post(url("quote-sample", quote.number), {"name": "X", "address": "Y"}).status_code == 404
    assert not Sample.objects.exists()


def test_a_version_without_a_sample_says_so() -> None:
    quote = at_home(None)
    answer = signed_in(quote).get(url("quote-sample", quote.number), follow=True)
    assert "offers no sample" in answer.text


def test_a_free_sample_asks_for_no_money() -> None:
    quote = at_home((0, 0))
    answer = signed_in(quote).post(
        url("quote-sample", quote.number), {"name": "Gudang Contoh", "address": "Jl. Contoh 7"}, follow=True
    )
    sample = Sample.objects.get()
    assert sample.order.number in answer.text
    assert "Transfer" not in answer.text.split("<main")[1].split("</main")[0]
    assert sample.order.fulfilments.get().state == "offered"


def test_both_read_what_counts() -> None:
    sample = order_of(at_home((50_000, 0)))
    accepted(sample)
    contract = make_contract(sample.quote)
    client = signed_in(sample.quote)
    assert "counts for the next delivery" in client.get(url("contract", contract.number)).text
    order = first_delivery(contract)
    seller = Client()
    person = make_user("penjual@example.com", language="en")
    make_member(person, contract.seller)
    seller.force_login(person)
    for page in (
        client.get(url("contract", contract.number)).text,
        seller.get(reverse("workspace:contract", args=[contract.number])).text,
    ):
        assert f"counted for order {order.number}" in page
        assert "counts for the next delivery" not in page
