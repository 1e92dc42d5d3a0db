"""A (fictional) importer in Dubai asks in English for three goods over three months; six pesantren answer on phones.

The exporter composes one offer; the importer, in Arabic, compares, accepts, signs, calls a delivery off, pays for it.
"""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.loading import kinds, rows, trade
from catalogue.models import Commodity, Unit
from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.people.models import User
from marketplace.pooling.models import Share
from marketplace.sourcing import tasks
from marketplace.sourcing.models import CallOff, Contract, Demand, PurchaseAgreement, Quote
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.companies import make_overseas
from tests.factories.overseas import a_rate
from tests.factories.sourcing import goods_of, make_exporter
from tests.fulfilment.steps import total
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import Person, record_transfer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]

# Pesantren: commodity, unit, stock, what it promises, its price in rupiah.
SUPPLY = {
    "satu": ("manggis", "kg", 400, 20_000),
    "dua": ("manggis", "kg", 500, 21_000),
    "tiga": ("manggis", "kg", 300, 23_000),
    "empat": ("rambutan", "kg", 400, 12_000),
    "lima": ("rambutan", "kg", 200, 13_000),
    "enam": ("sarung", "kodi", 30, 1_500_000),
}
# Goods cost 20,800,000 + 6,100,000 + 30,000,000; 14,000,000 of costs by that; 16,000 a dollar, rounded up.
OFFERED = {"Mangosteen": (1_000, 162), "Rambutan": (500, 96), "Sarong": (20, 11_682)}
CALLED = {"Mangosteen": 500, "Rambutan": 170, "Sarong": 7}
# What each brings of it, and what that is in dollars at its own price: 20,000 rupiah are 1.25, 21,000 are 1.31.
BROUGHT = {"satu": (400, 50_000), "dua": (100, 13_100), "empat": (170, 12_750), "enam": (7, 65_625)}
WHOLE = 500 * 162 + 170 * 96 + 7 * 11_682
DEPOSIT = 53_729  # 30 % of what each seller gets, each rounded to the cent


@pytest.fixture
def world(transactional_db: None) -> dict[str, Any]:
    """Six pesantren with their goods, an exporter, a verified company in Dubai, the office, and a rate."""
    kinds.load(rows.Tally())
    trade.load(rows.Tally())
    a_rate("16000")
    goods = {}
    for name, (commodity, unit, promised, price) in SUPPLY.items():
        partner = make_pesantren(f"contoh-{name}")
        good = goods_of(partner, Commodity.objects.get(code=commodity), stock=promised + 100, price=price)
        good.unit = Unit.objects.get(code=unit)
        good.save()
        make_member(make_user(f"{name}@example.com"), partner)
        goods[name] = good
    exporter = make_exporter()
    make_member(make_user("eksportir@example.com"), exporter)
    make_overseas(
        make_user("importer@example.com", language="en"), name="Contoh Fresh Trading LLC (fictional)"
    )
    make_user("office@example.com", staff_role="office")
    return {"goods": goods, "exporter": exporter}


def shot(one: Person, name: str) -> None:
    width = (one.page.viewport_size or PHONE)["width"]
    one.page.screenshot(path=screen(f"sourcing-{name}-{one.language}-{width}"), full_page=True)


def enters(one: Person, email: str) -> None:
    """Signed in already, as on one's own phone."""
    client = Client()
    client.force_login(User.objects.get(email=email))
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    one.page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": one.live}])


def says(one: Person, text: str) -> None:
    """A question or an answer in the thread of the page."""
    one.fill(text=text)
    one.page.locator('main [name="do"][value="remark"]').click()
    one.page.wait_for_load_state()
    one.looks_right()
    one.sees(text)


def path(name: str, *args: Any) -> str:
    """The address without its language."""
    with translation.override("id"):
        return reverse(name, args=args)


def test_from_dubai_to_the_first_delivery(world: dict[str, Any], person: Any) -> None:
    demand = asks(person("en", PHONE), world)
    for name in SUPPLY:
        answers(person("id", PHONE), name, demand)
    exporter = person("id", DESKTOP)
    composes(exporter, demand)
    importer = person("ar", PHONE)
    contract = accepts(importer, exporter, demand)
    signs(importer, exporter, contract)
    call_off = calls_off(importer, contract)
    order = confirmed_and_ordered(exporter, lambda: person("id", PHONE), call_off)
    pays_deposit(importer, person("id", DESKTOP), order)


def asks(importer: Person, world: dict[str, Any]) -> Demand:
    """From a product's page, kept as a draft, two lines more, sent."""
    importer.sign_in("importer@example.com")
    importer.open(world["goods"]["satu"].get_absolute_url())
    importer.follow("/demands/new/")
    shot(importer, "demand-new")
    month = importer.page.locator('[name="start"] option').nth(2).get_attribute("value") or ""
    importer.fill(quantity="1,000", start=month, months="3", place="Dubai (AEDXB)", incoterm="CPT")
    importer.page.locator("main details summary").click()
    importer.fill(
        specification="55–65 mm, no scars", mode="air", note="Halal warehouse, deliveries before noon."
    )
    importer.page.locator('[name="papers"][value="phyto"]').check()
    shot(importer, "demand-new-more")
    importer.page.locator('[name="do"][value="draft"]').click()
    demand = Demand.objects.get()
    importer.follow("/lines/")
    for name, quantity, unit in (("Rambutan", "500", "kg"), ("Sarong", "20", "kodi")):
        importer.fill(name=name, quantity=quantity, unit=unit, start=month, months="3")
        importer.page.locator('[name="do"][value="add"]').click()
        importer.looks_right()
    shot(importer, "demand-lines")
    importer.follow(f"/demands/{demand.number}/")
    shot(importer, "demand-draft")
    importer.press("/open/")
    demand.refresh_from_db()
    tasks.match(demand.pk)
    lines = [(one.name, one.quantity, one.unit.code, one.slots.count()) for one in demand.lines.all()]
    assert lines == [
        ("Manggis contoh-satu", 1_000, "kg", 3),
        ("Rambutan", 500, "kg", 3),
        ("Sarong", 20, "kodi", 3),
    ]
    assert (demand.state, demand.incoterm, demand.papers, demand.invited.count()) == (
        "open",
        "CPT",
        ["phyto"],
        6,
    )
    importer.open(path("account:demand", demand.number))
    shot(importer, "demand-open")
    return demand


def answers(member: Person, name: str, demand: Demand) -> None:
    """On a phone: the first one by the links from what waits, the others by the address in their mail."""
    _commodity, _unit, promised, price = SUPPLY[name]
    enters(member, f"{name}@example.com")
    if name == "satu":
        member.open("/workspace/")
        shot(member, "inbox")
        member.open("/workspace/requests/")
        shot(member, "requests")
        member.follow(f"/requests/{demand.number}/")
        shot(member, "request")
        member.follow("/quote/")
        shot(member, "request-quote")
    else:
        member.open(path("workspace:quote-request", demand.number, f"contoh-{name}"))
    line = member.page.locator('main [name^="quantity_"]').get_attribute("name")
    pk = (line or "").removeprefix("quantity_")
    member.page.locator(f'[name="basis_{pk}"][value="loco"]').check()
    member.fill(**{f"quantity_{pk}": str(promised), f"unit_price_{pk}": f"{price:,}".replace(",", ".")})
    member.press("main")
    if name == "satu":
        shot(member, "request-version")
    member.press("/send/")
    if name == "satu":
        says(member, "Dipanen pagi, dikirim hari itu juga.")
        shot(member, "request-talk")
    quote = Quote.objects.get(negotiation__partner__code=f"contoh-{name}")
    assert (quote.state, quote.amount) == ("sent", Money(promised * price))


def composes(exporter: Person, demand: Demand) -> None:
    """The plan, the price, the draft, sent."""
    exporter.sign_in("eksportir@example.com")
    exporter.open("/workspace/offers/")
    shot(exporter, "offers")
    exporter.follow(f"/offers/{demand.number}/")
    exporter.sees("Rp\N{NO-BREAK SPACE}20.800.000")
    shot(exporter, "offer-plan")
    exporter.fill(
        cost_packing="2.000.000",
        note_packing="Keranjang 5 kg, 200 buah",
        cost_freight="Rp 9.000.000",
        cost_margin="3.000.000",
        lead_days="10",
    )
    exporter.page.locator('[name="look"]').click()
    exporter.looks_right()
    exporter.sees("US$\N{NO-BREAK SPACE}4,436.40")
    shot(exporter, "offer-price")
    exporter.page.locator('[name="save"]').click()
    exporter.looks_right()
    shot(exporter, "offer-version")
    exporter.press("/send/")
    offer = Quote.objects.get(negotiation__kind="offer")
    named = {"Manggis contoh-satu": "Mangosteen"}
    lines = {
        named.get(one.demand_line.name, one.demand_line.name): (one.quantity, one.unit_price)
        for one in offer.lines.all()
    }
    assert lines == OFFERED
    assert (offer.state, offer.amount, offer.rate, offer.incoterm) == (
        "sent",
        Money(443_640, "USD"),
        16_000,
        "CPT",
    )


def accepts(importer: Person, exporter: Person, demand: Demand) -> Contract:
    """In Arabic: compares, asks, reads the answer, accepts."""
    importer.sign_in("importer@example.com")
    importer.open("/account/demands/")
    shot(importer, "demands")
    importer.follow(f"/demands/{demand.number}/")
    shot(importer, "demand-quoted")
    importer.follow("/compare/")
    shot(importer, "compare")
    importer.follow("/quotes/")
    says(importer, "متى موعد القطاف؟")
    exporter.open(path("workspace:talk", Quote.objects.get(negotiation__kind="offer").negotiation_id))
    exporter.sees("متى موعد القطاف؟")
    says(exporter, "Dua hari sebelum berangkat.")
    shot(exporter, "offer-talk")
    importer.page.reload()
    importer.sees("Dua hari sebelum berangkat.")
    shot(importer, "quote")
    importer.page.locator('[name="do"][value="accept"]').click()
    importer.page.wait_for_load_state()
    importer.looks_right()
    contract = Contract.objects.get()
    demand.refresh_from_db()
    assert (contract.state, contract.currency, demand.state) == ("drafted", "USD", "awarded")
    assert [(one.step, one.share) for one in contract.steps.all()] == [("deposit", 3_000), ("balance", 7_000)]
    shot(importer, "contract-drafted")
    return contract


def signs(importer: Person, exporter: Person, contract: Contract) -> None:
    """Each under its typed name, the exact same paper; the exporter then buys what its plan gives each."""
    exporter.open("/workspace/contracts/")
    shot(exporter, "contracts")
    exporter.follow(f"/contracts/{contract.number}/")
    shot(exporter, "contract-drafted")
    exporter.follow("/sign/")
    exporter.fill(name="Contoh Direktur Ekspor", position="Direktur")
    exporter.page.locator('[name="read"]').check()
    shot(exporter, "contract-sign")
    exporter.press("main")
    importer.follow("/sign/")
    importer.fill(name="Contoh Mudir", position="مدير المشتريات")
    importer.page.locator('[name="agree"]').check()
    shot(importer, "contract-sign")
    importer.press("main")
    contract.refresh_from_db()
    signed = [(one.side, one.name, one.sha256) for one in contract.signatures.order_by("pk")]
    assert contract.state == "active"
    assert signed == [
        ("seller", "Contoh Direktur Ekspor", contract.sha256),
        ("buyer", "Contoh Mudir", contract.sha256),
    ]
    exporter.open(path("workspace:contract", contract.number))
    exporter.press("/buy/")
    bought = PurchaseAgreement.objects.values_list("partner__code", "quantity", "unit_price")
    promised = {name: (amount, price) for name, (_c, _u, amount, price) in SUPPLY.items()}
    taken = {**promised, "tiga": (100, 23_000), "lima": (100, 13_000), "enam": (20, 1_500_000)}
    assert {code.removeprefix("contoh-"): (units, price) for code, units, price in bought} == taken
    shot(exporter, "contract-active")
    exporter.follow("/calendar/")
    shot(exporter, "contract-calendar")


def calls_off(importer: Person, contract: Contract) -> CallOff:
    importer.open(path("account:contracts"))
    shot(importer, "contracts")
    importer.follow(f"/contracts/{contract.number}/")
    importer.follow("/call-off/")
    first = contract.first + timedelta(days=9)
    for line, units in zip(contract.lines.all(), CALLED.values(), strict=True):
        importer.fill(**{f"line-{line.pk}": str(units)})
    importer.fill(first=first.isoformat(), last=(first + timedelta(days=2)).isoformat())
    shot(importer, "call-off")
    importer.press("main")
    made = CallOff.objects.get()
    assert (made.state, [one.quantity for one in made.lines.all()]) == ("planned", list(CALLED.values()))
    return made


def confirmed_and_ordered(exporter: Person, phone: Callable[[], Person], call_off: CallOff) -> Order:
    """Four pesantren are asked for their shares and confirm; then the exporter makes the order."""
    exporter.open("/workspace/deliveries/")
    shot(exporter, "call-offs")
    exporter.follow(f"/deliveries/{call_off.pk}/")
    exporter.press("/ask/")
    shot(exporter, "call-off-asked")
    asked = {one.offer.partner.code.removeprefix("contoh-"): one for one in Share.objects.all()}
    assert {name: one.quantity for name, one in asked.items()} == {
        n: units for n, (units, _) in BROUGHT.items()
    }
    for name, share in asked.items():
        member = phone()
        enters(member, f"{name}@example.com")
        if name == "satu":
            member.open("/workspace/shares/")
            shot(member, "shares")
            member.follow(f"/shares/{share.pk}/")
            shot(member, "share")
        else:
            member.open(path("workspace:share", share.pk))
        member.page.locator('[name="confirm"]').click()
        member.looks_right()
        share.refresh_from_db()
        assert share.state == "committed"
    exporter.page.reload()
    shot(exporter, "call-off-confirmed")
    exporter.press("/order/")
    shot(exporter, "call-off-ordered")
    order = Order.objects.get()
    call_off.refresh_from_db()
    assert (call_off.state, call_off.order, order.channel) == ("ordered", order, "export")
    parts = {one.partner.code.removeprefix("contoh-"): one for one in order.fulfilments.all()}
    service = parts.pop("eksportir")
    found = {name: (part.lines.get().quantity, part.goods.minor) for name, part in parts.items()}
    assert found == BROUGHT
    assert order.total == Money(WHOLE, "USD")
    assert service.goods.minor == WHOLE - sum(amount for _units, amount in BROUGHT.values())
    assert {(part.release_on, part.claim_hours) for part in parts.values()} == {("acceptance", 48)}
    return order


def pays_deposit(importer: Person, office: Person, order: Order) -> None:
    """The importer reads what to pay; the office sees the transfer and confirms whose it is; the books agree."""
    importer.open(path("account:order", order.number))
    importer.sees("US$\N{NO-BREAK SPACE}537.29")
    importer.sees(Contract.objects.get().number)
    shot(importer, "order")
    deposit, balance = order.dues.order_by("number")
    assert (deposit.amount, balance.amount) == (DEPOSIT, WHOLE - DEPOSIT)
    office.sign_in("office@example.com")
    office.open("/office/demands/")
    shot(office, "office-demands")
    record_transfer(office, "537.29", deposit.reference, currency="USD")
    deposit.refresh_from_db()
    order.refresh_from_db()
    assert (deposit.state, balance.state, order.status) == ("settled", "open", "cleared")
    assert total(Kind.HELD, "USD") == DEPOSIT
    assert audit() == []
    importer.page.reload()
    shot(importer, "order-paid")
