"""The office reads contracts: parties, four sums, steps; a constant number of queries; nobody else gets in."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from marketplace.fulfilment import services as fulfil
from marketplace.fulfilment import states as parts
from marketplace.ledger.money import Money
from marketplace.sourcing import office_queries, states
from marketplace.sourcing.services import contracts
from tests.factories.catalogue import make_user
from tests.factories.overseas import settle
from tests.factories.sourcing import BUYER, make_contract
from tests.fulfilment.steps import bring
from tests.sourcing.test_samples import accepted, at_home, first_delivery, order_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def signed_in(role: str) -> Client:
    client = Client()
    client.force_login(make_user(f"{role}@example.com", staff_role=role, language="en"))
    return client


def test_four_sums_of_a_contract() -> None:
    sample = order_of(at_home((50_000, 0)))
    accepted(sample)
    contract = make_contract(sample.quote)  # 500 kg at Rp 20.000
    order = first_delivery(contract)  # 100 kg
    due = order.dues.get()
    settle(due)
    part = bring(order.fulfilments.get(), parts.DELIVERED)
    line = part.lines.get().pk
    fulfil.sign(
        fulfilment=part, actor=BUYER, signed_name="Contoh", accepted={line: 90}, reasons={line: "Memar"}
    )
    first_delivery(contract)
    office = make_user("office@example.com", staff_role="office")
    found = office_queries.sums(office_queries.contracts(office).get())
    assert found == office_queries.Sums(
        committed=Money(10_000_000),
        called_off=Money(3_800_000),  # 10 of the 200 kg were not kept: they can be called off again
        accepted=Money(1_800_000),
        paid=Money(2_000_000),
    )


def test_the_list_filters_and_its_queries_do_not_grow() -> None:
    client = signed_in("office")
    address = reverse("office:contracts")
    first = make_contract(signed=False)
    assert first.number in client.get(address).text
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    contracts.terminate(contract=make_contract(at_home(None, first.company)), actor=BUYER, why="Batal contoh")
    with CaptureQueriesContext(connection) as after:
        text = client.get(address).text
    assert len(after) == len(before)
    assert first.number in text
    ended = client.get(address, {"state": states.TERMINATED})
    assert [one.state for one in ended.context["page_obj"]] == [states.TERMINATED]
    assert len(client.get(address, {"state": "odd"}).context["page_obj"]) == 2
    page = client.get(reverse("office:contract", args=[ended.context["page_obj"][0].number])).text
    assert "Batal contoh" in page, "its audit rows"
    assert "Contoh Pembeli" in page
    assert client.post(address).status_code == 405


def test_only_the_office_reads_them() -> None:
    contract, export = make_contract(signed=False), signed_in("export")
    for address in (reverse("office:contracts"), reverse("office:contract", args=[contract.number])):
        assert export.get(address).status_code == 404
    assert not office_queries.contracts(make_user("lain@example.com")).exists()
    assert signed_in("office").get(reverse("office:contract", args=["K-0"])).status_code == 404


def test_steps_are_in_the_readers_words() -> None:
    contract = make_contract(late_charge="Rp 100.000 untuk dana sosial")
    line = contract.lines.get()
    amendment = contracts.propose_amendment(
        contract=contract,
        side="buyer",
        text="Contoh",
        changes={"lines": {str(line.pk): {"quantity": 900}}},
        person=None,
        actor=BUYER,
    )
    page = signed_in("office").get(reverse("office:contract", args=[contract.number]))
    said = [why for _row, _words, why in page.context["steps"]]
    assert said[0] == f"Amendment {amendment.number} proposed"
    assert {"Terms written down", "Signed, Seller: Contoh Penanda Tangan"} <= set(said)
