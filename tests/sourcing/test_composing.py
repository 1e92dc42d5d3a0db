"""An offer from many, to the rupiah; purchase agreements; a call-off whose shares are confirmed becomes an order."""

from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.services import Buyer
from marketplace.ledger.money import Money
from marketplace.pesantren.models import Partner
from marketplace.pooling import services as pooling
from marketplace.pooling.models import Pool, Share
from marketplace.reference.working_days import today
from marketplace.sourcing import references, states
from marketplace.sourcing.models import CallOff, PurchaseAgreement, Quote
from marketplace.sourcing.services import call_offs, composing, quotes, sharing
from marketplace.sourcing.services.composing import Rules
from tests.factories.catalogue import make_pesantren, make_regency
from tests.factories.companies import admin_of
from tests.factories.sourcing import (
    BUYER,
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_exporter,
    make_quote,
    offer_terms,
)
from tests.sourcing.test_contracts import asking

pytestmark = pytest.mark.django_db
COSTS = {"packing": 1_000_000, "freight": 9_000_000, "margin": 2_000_000}


def a_demand_with_supply() -> tuple[Any, Any]:
    """1,000 kg for Dubai; three pesantren answer: 400 kg at 20.000, 500 at 21.000, 300 at 23.000."""
    manggis = make_commodity()
    products = [goods_of(make_pesantren(f"contoh-{name}"), manggis) for name in ("satu", "dua", "tiga")]
    demand = make_demand([a_good(manggis)], country="AE", regency=None, currency="USD", mode="air")
    for product, quantity, price in zip(products, (400, 500, 300), (20_000, 21_000, 23_000), strict=True):
        make_quote(demand, product, quantity, price, kind="supply")
    return demand, make_exporter()


def test_a_plan_takes_the_cheapest_and_follows_the_supply() -> None:
    demand, exporter = a_demand_with_supply()
    call = {"demand": demand, "composer": exporter, "rules": Rules(), "actor": SELLER}
    [planned] = composing.plan(**call)
    assert planned.is_reached
    got = {row.offer.partner.code: row.got for row in planned.explained.rows}
    assert got == {"contoh-satu": 400, "contoh-dua": 500, "contoh-tiga": 100}
    assert planned.explained.goods == Money(400 * 20_000 + 500 * 21_000 + 100 * 23_000)
    assert composing.plan(**call)[0].digest == planned.digest
    quotes.withdraw(quote=Quote.objects.get(negotiation__partner__code="contoh-satu"), actor=SELLER)
    [again] = composing.plan(**call)
    assert (again.is_reached, again.explained.allocation.total) == (False, 800)
    assert Pool.objects.count() == 1
    assert not Share.objects.exists(), "nobody is asked anything yet"


def quoted(asked: dict[str, Any], **answers: dict[str, Any]) -> tuple[Any, Any]:
    """A demand for 100 kg, and per pesantren what it quotes: price, and what else it says."""
    manggis = make_commodity()
    products = {code: goods_of(make_pesantren(f"contoh-{code}"), manggis) for code in answers}
    demand = make_demand([a_good(manggis, 100, **asked)])
    for code, product in products.items():
        said = {"quantity": 100, "unit_price": 20_000, **answers[code]}
        make_quote(demand, product, said.pop("quantity"), said.pop("unit_price"), kind="supply", **said)
    return demand, make_exporter()


def shared(demand: Any, exporter: Any, **rules: int) -> dict[str, Any]:
    """By the pesantren's code its row of the plan."""
    [planned] = composing.plan(demand=demand, composer=exporter, rules=Rules(**rules), actor=SELLER)
    return {row.offer.partner.code.removeprefix("contoh-"): row for row in planned.explained.rows}


def test_what_is_worse_than_the_grade_that_is_asked_is_not_taken() -> None:
    demand, exporter = quoted(
        {"grade": "A"},
        buruk={"unit_price": 10_000, "grade": "B"},
        tanpa={"unit_price": 11_000},
        baik={"unit_price": 21_000, "grade": "A", "quantity": 60},
        super={"unit_price": 22_000, "grade": "Super"},
    )
    rows = shared(demand, exporter)
    assert {code: row.got for code, row in rows.items()} == {"buruk": 0, "tanpa": 0, "baik": 60, "super": 40}
    with translation.override("en"):
        rows = shared(demand, exporter)
        assert rows["buruk"].why == "It is grade B; A or better is asked for."
        assert rows["tanpa"].why == "It names no grade; A or better is asked for."
        assert rows["super"].said == "Grade Super"
    planned = composing.plan(demand=demand, composer=exporter, rules=Rules(), actor=SELLER)
    call = {"demand": demand, "composer": exporter, "planned": planned, "rules": Rules(), "actor": SELLER}
    made = composing.offer(costs={}, terms=offer_terms("IDR"), **call)
    assert made.lines.get().grade == "A", "the buyer reads what the pool kept to"


def test_without_a_grade_asked_all_are_taken() -> None:
    demand, exporter = quoted({}, buruk={"unit_price": 10_000, "grade": "C"}, lama={"grade": "kualitas 1"})
    assert shared(demand, exporter)["buruk"].got == 100


def test_a_price_that_includes_the_way_is_weighed_without_distance() -> None:
    answers = {
        "loco": {"unit_price": 20_000, "basis": "loco"},
        "franko": {"unit_price": 20_100, "basis": "franko"},
    }
    demand, exporter = quoted({}, **answers)
    Partner.objects.filter(code__startswith="contoh-").update(regency=make_regency("32.06"))
    rows = shared(demand, exporter)
    assert (rows["loco"].got, rows["franko"].got) == (100, 0), "nothing is weighed but the price"
    rows = shared(demand, exporter, per_km=5_000)
    assert (rows["loco"].got, rows["franko"].got, rows["franko"].offer.km) == (0, 100, 0)
    assert rows["loco"].offer.km > 20


def test_smallest_part_promise_and_day_are_weighed() -> None:
    demand, exporter = quoted(
        {},
        besar={"unit_price": 20_000, "quantity": 90},
        sedikit={"unit_price": 20_100, "minimum": 50},
        sisa={"unit_price": 20_200, "quantity": 20},
    )
    got = {code: row.got for code, row in shared(demand, exporter).items()}
    assert got == {"besar": 90, "sedikit": 0, "sisa": 10}


def test_what_is_only_possible_or_late_comes_after() -> None:
    late = {"ready_from": today() + timedelta(days=24)}
    demand, exporter = quoted(
        {},
        mungkin={"quantity": 1, "stretch": 99},
        janji={"unit_price": 20_300},
        nanti=late | {"unit_price": 20_100},
    )
    got = {code: row.got for code, row in shared(demand, exporter).items()}
    assert got == {"mungkin": 100, "janji": 0, "nanti": 0}
    got = {code: row.got for code, row in shared(demand, exporter, per_stretch=500).items()}
    assert got == {"mungkin": 1, "janji": 0, "nanti": 99}
    got = {code: row.got for code, row in shared(demand, exporter, per_stretch=500, per_day=100).items()}
    assert got == {"mungkin": 1, "janji": 99, "nanti": 0}


def test_an_offer_costs_goods_and_costs_and_never_less() -> None:
    demand, exporter = a_demand_with_supply()
    planned = composing.plan(demand=demand, composer=exporter, rules=Rules(), actor=SELLER)
    made = composing.offer(
        demand=demand,
        composer=exporter,
        planned=planned,
        rules=Rules(),
        costs=COSTS,
        terms=offer_terms(),
        actor=SELLER,
    )
    line = made.lines.get()
    # (20,800,000 + 12,000,000) / 1,000 kg = Rp 32,800 = US$ 2.05 at 16,000
    assert (line.quantity, line.price) == (1000, Money(205, "USD"))
    assert {row.kind: row.estimate for row in made.costs.all()} == COSTS


@given(st.integers(1, 10**10), st.integers(0, 10**9), st.integers(1, 10**5), st.integers(5_000, 25_000))
def test_a_price_covers_what_it_costs_and_not_a_cent_a_unit_more(
    goods: int, costs: int, quantity: int, rate: int
) -> None:
    call = {"goods": Money(goods), "costs": Money(costs), "quantity": quantity}
    cents = composing.unit_price(rate=Decimal(rate), currency="USD", **call).minor
    assert (cents - 1) * quantity * rate < 100 * (goods + costs) <= cents * quantity * rate
    rupiah = composing.unit_price(rate=None, currency="IDR", **call).minor
    assert (rupiah - 1) * quantity < goods + costs <= rupiah * quantity


def contract_of_many() -> Any:
    demand, exporter = a_demand_with_supply()
    planned = composing.plan(demand=demand, composer=exporter, rules=Rules(), actor=SELLER)
    made = composing.offer(
        demand=demand,
        composer=exporter,
        planned=planned,
        rules=Rules(),
        costs=COSTS,
        terms=offer_terms(),
        actor=SELLER,
    )
    quotes.send(quote=made, person=None, actor=SELLER)
    contract = make_contract(made)
    composing.agree(contract=contract, actor=SELLER)
    return contract


def test_agreements_are_made_once_and_accept_the_supply() -> None:
    contract = contract_of_many()
    rows = PurchaseAgreement.objects.order_by("pk").values_list("partner__code", "quantity", "unit_price")
    assert sorted(rows) == [
        ("contoh-dua", 500, 21_000),
        ("contoh-satu", 400, 20_000),
        ("contoh-tiga", 100, 23_000),
    ]
    assert composing.agree(contract=contract, actor=SELLER) == []
    supply = Quote.objects.filter(negotiation__kind="supply")
    assert set(supply.values_list("state", flat=True)) == {states.ACCEPTED}


def test_the_supply_is_bought_by_the_rules_of_the_offer_whatever_was_looked_at_since() -> None:
    demand, exporter = a_demand_with_supply()
    capped = Rules(cap_permille=400)
    planned = composing.plan(demand=demand, composer=exporter, rules=capped, actor=SELLER)
    made = composing.offer(
        demand=demand,
        composer=exporter,
        planned=planned,
        rules=capped,
        costs=COSTS,
        terms=offer_terms(),
        actor=SELLER,
    )
    quotes.send(quote=made, person=None, actor=SELLER)
    composing.plan(demand=demand, composer=exporter, rules=Rules(cap_permille=1_000), actor=SELLER)
    composing.agree(contract=make_contract(made), actor=SELLER)
    bought = PurchaseAgreement.objects.values_list("partner__code", "quantity")
    expected = {row.offer.partner.code: row.got for row in planned[0].explained.rows if row.got}
    assert dict(bought) == expected
    assert max(expected.values()) == 400


def confirm_all() -> None:
    for share in Share.objects.filter(state="proposed").order_by("pk"):
        pooling.confirm_share(share=share, actor=SELLER)


def test_a_call_off_is_shared_confirmed_and_ordered() -> None:
    contract = contract_of_many()
    made = call_offs.ask(**asking(contract, 600))
    sharing.share_out(call_off=made, rules=Rules(), actor=SELLER)
    units = {one.offer.partner.code: one.quantity for one in Share.objects.all()}
    assert units == {"contoh-satu": 400, "contoh-dua": 200}
    confirm_all()
    made.refresh_from_db()
    assert made.state == states.CONFIRMED
    person = admin_of(contract.company)
    buyer = Buyer(contract.company.name, "importir@example.com", "", "en", person)
    order = call_offs.order(call_off=made, shares=sharing.confirmed_shares(made), buyer=buyer, actor=BUYER)
    assert order.total == Money(600 * 205, "USD")
    assert audit() == []
    second = call_offs.ask(**asking(contract, 400, uuid4()))
    sharing.share_out(call_off=second, rules=Rules(), actor=SELLER)
    found = Share.objects.filter(pool__reference=references.of_line(second.lines.get().pk))
    assert {one.offer.partner.code: one.quantity for one in found} == {"contoh-dua": 300, "contoh-tiga": 100}


def test_who_declines_is_made_up_for_or_stays_in_sight() -> None:
    contract = contract_of_many()
    made = call_offs.ask(**asking(contract, 500))
    sharing.share_out(call_off=made, rules=Rules(), actor=SELLER)
    share = Share.objects.get(offer__partner__code="contoh-dua")
    pooling.decline_share(share=share, actor=SELLER, why="Panen sedikit")
    sharing.share_out(call_off=made, rules=Rules(), actor=SELLER)
    live = Share.objects.filter(state="proposed")
    assert {one.offer.partner.code: one.quantity for one in live} == {"contoh-satu": 400, "contoh-tiga": 100}
    confirm_all()
    assert CallOff.objects.get().state == states.CONFIRMED


def test_a_contract_straight_with_a_pesantren_orders_at_its_price() -> None:
    manggis = make_commodity()
    product = goods_of(make_pesantren("contoh-satu"), manggis)
    demand = make_demand([a_good(manggis, 500)])
    contract = make_contract(make_quote(demand, product, 500, 20_000))
    made = call_offs.ask(**asking(contract, 100))
    assert sharing.is_complete(made)
    call_offs.confirm(call_off=made, actor=SELLER)
    buyer = Buyer(contract.company.name, "a@example.com", "", "id", admin_of(contract.company))
    order = call_offs.order(call_off=made, shares={}, buyer=buyer, actor=BUYER)
    assert (order.total, order.channel, order.fulfilments.count()) == (Money(2_000_000), "domestic", 1)
    assert audit() == []
