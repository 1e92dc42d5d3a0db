"""From the contract to the consignment: FOB prices, freight apart, and what costs were estimated."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.exports.models import Consignment
from marketplace.fulfilment.services import accept
from marketplace.fulfilment.services.placing import Buyer
from marketplace.ledger.money import Money
from marketplace.office.export_values import estimates, share, terms_of
from marketplace.orders.models import Order
from marketplace.sourcing.services import call_offs, contracts
from tests.factories.catalogue import make_pesantren
from tests.factories.companies import admin_of
from tests.factories.exports import DESK, a_coordinator, a_port
from tests.factories.overseas import dues_of, settle
from tests.factories.sourcing import BUYER, SELLER, goods_of, make_commodity, make_contract
from tests.sourcing.test_contracts import asking

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def ordered() -> Order:
    """400 of 1,000 kg at US$ 2.90 CPT Dubai, in which 9 of 12 million rupiah of costs are freight; paid, accepted."""
    a_port("AEDXB")  # and the Incoterms
    contract = make_contract()
    line = contract.lines.get()
    product = goods_of(make_pesantren("contoh-satu"), make_commodity())
    bought = call_offs.buy(line=line, product=product, quantity=1000, unit_price=20_000, actor=SELLER)
    made = call_offs.ask(**asking(contract, 400))
    call_offs.confirm(call_off=made, actor=SELLER)
    person = admin_of(contract.company)
    buyer = Buyer(contract.company.name, "importir@example.com", "+97140000000", "en", person)
    shares = {made.lines.get().pk: [(bought, 400)]}
    order = call_offs.order(call_off=made, shares=shares, buyer=buyer, actor=BUYER)
    for due in dues_of(order):
        settle(due)
    accept(fulfilment=order.fulfilments.get(partner__code="contoh-satu"), actor=DESK)
    return order


def test_what_the_buyer_pays_stays_what_the_contract_says() -> None:
    """US$ 562.50 of US$ 2,900.00 are freight: 56 of 290 cents a kilogram, rounded half up."""
    order = ordered()
    terms = terms_of(order)
    line = order.fulfilments.get(partner__code="contoh-satu").lines.get()
    assert (terms.price(line), terms.carriage, terms.unit_value(line)) == (290, 56_250, 234)
    assert terms.freight_and_insurance([(line, 400)]) == (400 * 56, 0)


def test_a_consignment_is_filled_from_the_contract(client: Client) -> None:
    order = ordered()
    person = a_coordinator()
    person.language = "en"
    person.save()
    client.force_login(person)
    url = f"{reverse('office:export-new')}?order={order.number}"
    form = client.get(url).context["form"]
    shown = {name: form[name].value() for name in ("mode", "incoterm", "place", "country", "destination")}
    assert list(shown.values()) == ["air", "CPT", "Dubai (AEDXB)", "AE", "AEDXB"]
    facts = {field.html_name: field.value() for field in form if field.value() is not None}
    facts = {name: getattr(value, "pk", value) for name, value in facts.items()}
    assert client.post(url, facts).status_code == 302
    row = Consignment.objects.get()
    lines = list(row.lines.select_related("part__fulfilment", "part__line"))
    assert (row.exporter.code, row.freight, row.insurance) == ("contoh-eksportir", 22_400, 0)
    assert lines[0].value + row.freight_cost == Money(400 * 290, "USD")
    page = client.get(reverse("office:export", args=[row.number])).content.decode()
    assert "By the contract the buyer pays" not in page
    row.freight = 1
    row.save()
    page = client.get(reverse("office:export", args=[row.number])).content.decode()
    assert "By the contract the buyer pays US$\N{NO-BREAK SPACE}1,160.00" in page
    # 400 × 2.34 of 2,337.50: the goods' share of each cost.
    assert estimates(lines) == {
        "packing": share(1_000_000, 93_600, 233_750),
        "freight": 3_603_850,
        "margin": share(2_000_000, 93_600, 233_750),
    }
    costs = client.get(reverse("office:export-costs", args=[row.number]))
    assert costs.context["form"]["freight_estimate"].value() == "3,603,850"


def test_an_amendment_changes_no_price_of_what_was_ordered() -> None:
    """US$ 3.50 from now on; the 400 kg ordered before were sold, and are paid, at 2.90."""
    order = ordered()
    contract = terms_of(order).contract
    assert contract
    changes = {"lines": {str(contract.lines.get().pk): {"unit_price": 350}}}
    person = admin_of(contract.company)
    made = contracts.propose_amendment(
        contract=contract, side="seller", text="Harga naik", changes=changes, person=person, actor=SELLER
    )
    for side in ("seller", "buyer"):
        facts = {"name": "Contoh", "position": "", "person": person, "seen": made.sha256, "actor": BUYER}
        contracts.sign_amendment(amendment=made, side=side, **facts)
    assert contract.lines.get().unit_price == 350
    terms = terms_of(order)
    line = order.fulfilments.get(partner__code="contoh-satu").lines.get()
    assert (terms.price(line), terms.unit_value(line)) == (290, 234)
    assert terms.freight_and_insurance([(line, 400)]) == (400 * 56, 0)
