"""Exporter and pesantren write to each other about supply: nobody else reads it, each is mailed and finds it."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from marketplace.notices.models import Mail
from marketplace.people.models import User
from marketplace.pesantren.models import Partner
from marketplace.pooling.models import Share
from marketplace.sourcing import states
from marketplace.sourcing.models import Demand, Negotiation, Remark
from marketplace.sourcing.services import call_offs, composing, quotes, sharing
from marketplace.sourcing.services.composing import Rules
from marketplace.sourcing.services.quotes import QuoteError
from marketplace.sourcing.supply_queries import agreed_for
from marketplace.workspace import inbox
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.companies import admin_of
from tests.factories.orders import placed_order
from tests.factories.rehearsal import rehearsal
from tests.factories.sourcing import SELLER, make_contract, make_exporter, make_offer
from tests.sourcing.steps import refused
from tests.sourcing.test_composing import a_demand_with_supply
from tests.sourcing.test_contracts import asking

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def demand() -> Demand:
    """Three pesantren supply; one exporter has sent an offer, another has not."""
    found, exporter = a_demand_with_supply()
    make_exporter("contoh-lain-eksportir")
    make_offer(found, 205, exporter=exporter)
    for code in ("contoh-satu", "contoh-dua", "contoh-eksportir", "contoh-lain-eksportir"):
        partner = Partner.objects.get(code=code)
        make_member(make_user(f"{code}@example.com", language="en"), partner)
    return found


def of(code: str) -> Client:
    client = Client()
    client.force_login(User.objects.get(email=f"{code}@example.com"))
    return client


def talk(demand: Demand, code: str = "contoh-satu") -> Negotiation:
    return Negotiation.objects.get(demand=demand, partner__code=code, kind="supply")


def supply(demand: Demand, code: str = "contoh-satu") -> str:
    return reverse("workspace:supply", args=[demand.number, code])


def kinds(code: str) -> list[str]:
    user = User.objects.get(email=f"{code}@example.com")
    return [row[0] for row in inbox.waiting(user)]


def mails(code: str) -> int:
    return Mail.objects.filter(to=f"{code}@example.com", key__startswith="seller_remark/").count()


def test_the_exporter_reads_the_quote_asks_and_is_answered(demand: Demand) -> None:
    exporter, satu = of("contoh-eksportir"), of("contoh-satu")
    page = exporter.get(supply(demand))
    assert "Picked up" in page.text or "20.000" in page.text
    assert exporter.post(supply(demand), {"text": ""}).context["form"].errors["text"]
    assert exporter.post(supply(demand), {"text": "Loco di mana?"}).status_code == 302
    assert (mails("contoh-satu"), mails("contoh-dua"), mails("contoh-eksportir")) == (1, 0, 0)
    assert kinds("contoh-satu") == ["remark"]
    address = reverse("workspace:talk", args=[talk(demand).pk])
    here = satu.get(address)
    assert "Loco di mana?" in here.text
    assert [value for value, _name in here.context["form"].fields["to"].choices] == ["contoh-eksportir", "-"]
    assert (
        satu.post(address, {"text": "Di Subang", "to": "contoh-lain-eksportir"}).context["form"].errors["to"]
    )
    satu.post(address, {"text": "Di Subang", "to": "contoh-eksportir"})
    assert [(one.side, one.composer.code) for one in Remark.objects.order_by("pk")] == [  # type: ignore[union-attr]
        ("buyer", "contoh-eksportir"),
        ("seller", "contoh-eksportir"),
    ]
    assert mails("contoh-eksportir") == 1
    assert (kinds("contoh-satu"), kinds("contoh-eksportir")) == ([], ["supply"])
    waits = exporter.get(reverse("workspace:home")).context["rows"][0]
    assert exporter.get(waits.url.split("#")[0]).text.count("waits for an answer") == 1
    assert "Di Subang" in exporter.get(supply(demand)).text
    exporter.post(supply(demand), {"text": "Terima kasih"})
    assert kinds("contoh-eksportir") == []


def test_nobody_else_reads_it(demand: Demand) -> None:
    of("contoh-eksportir").post(supply(demand), {"text": "Rahasia kita"})
    other = of("contoh-lain-eksportir").get(supply(demand))
    assert other.status_code == 200  # it gathers for this demand, too
    assert "Rahasia kita" not in other.text
    dua = of("contoh-dua")
    assert dua.get(supply(demand)).status_code == 404
    assert dua.get(reverse("workspace:talk", args=[talk(demand).pk])).status_code == 404
    importer = Client()
    importer.force_login(admin_of(demand.company))
    for path in (supply(demand), reverse("workspace:talk", args=[talk(demand).pk])):
        assert importer.get(path).status_code != 200
    assert of("contoh-eksportir").get(supply(demand, "contoh-siapa")).status_code == 404
    assert Mail.objects.filter(to=admin_of(demand.company).email, text__contains="Rahasia").count() == 0


def test_a_word_to_all_reaches_whoever_composes(demand: Demand) -> None:
    address = reverse("workspace:talk", args=[talk(demand).pk])
    of("contoh-satu").post(address, {"text": "Boleh peti kayu?"})
    assert Remark.objects.get().composer is None
    assert (mails("contoh-eksportir"), mails("contoh-lain-eksportir")) == (1, 0)
    for code in ("contoh-eksportir", "contoh-lain-eksportir"):
        assert "Boleh peti kayu?" in of(code).get(supply(demand)).text
    assert kinds("contoh-eksportir") == ["supply"]


def test_after_the_award_who_bought_and_who_sold_go_on(demand: Demand) -> None:
    quote = demand.negotiations.get(kind="offer").quotes.get()
    contract = make_contract(quote)
    composing.agree(contract=contract, actor=SELLER)
    mail = Mail.objects.get(to="contoh-satu@example.com", key__startswith="bought/")
    address = reverse("workspace:talk", args=[talk(demand).pk])
    assert address in mail.text
    exporter, satu = of("contoh-eksportir"), of("contoh-satu")
    assert supply(demand) in exporter.get(reverse("workspace:contract", args=[contract.number])).text
    assert "to" not in satu.get(address).context["form"].fields  # there is only one
    satu.post(address, {"text": "Kapan dijemput?"})
    assert Remark.objects.get().composer == contract.seller
    exporter.post(supply(demand), {"text": "Senin"})
    assert kinds("contoh-satu") == ["remark"]
    made = call_offs.ask(**asking(contract, 500))
    sharing.share_out(call_off=made, rules=Rules(), actor=SELLER)
    share = Share.objects.get(offer__partner__code="contoh-satu")
    assert f"{address}#thread" in satu.get(reverse("workspace:share", args=[share.pk])).text
    other = of("contoh-lain-eksportir")
    assert other.get(supply(demand)).status_code == 404  # it never answered, and the demand is not open
    contract.refresh_from_db()
    sharing.end(contract=contract, actor=SELLER, why="gagal panen")
    closed = exporter.post(supply(demand), {"text": "Halo"})
    assert "You do not gather goods for this request any more." in closed.text
    assert Remark.objects.count() == 2


def test_what_the_service_refuses(demand: Demand) -> None:
    satu, exporter = talk(demand), Partner.objects.get(code="contoh-eksportir")
    call = {"key": uuid4(), "text": "x", "person": None}
    plain = {**call, "negotiation": satu, "side": Remark.BUYER}
    assert refused(QuoteError, quotes.remark, **plain) == "kind"  # which exporter?
    no_exporter = {**plain, "composer": make_pesantren("contoh-dua")}
    assert refused(QuoteError, quotes.remark, **no_exporter) == "kind"
    offer = {**call, "negotiation": demand.negotiations.get(kind="offer"), "side": Remark.SELLER}
    assert refused(QuoteError, quotes.remark, composer=exporter, **offer) == "kind"
    quotes.remark(composer=exporter, **plain)
    assert quotes.remark(composer=exporter, **plain).pk == Remark.objects.get().pk


def test_the_offer_costs_the_same_for_many_that_wait(demand: Demand) -> None:
    client, path = of("contoh-eksportir"), reverse("workspace:offer", args=[demand.number])
    demand.state = states.CLOSED
    demand.save()
    counted = []
    for code in ("contoh-satu", "contoh-dua"):
        quotes.remark(negotiation=talk(demand, code), key=uuid4(), side=Remark.SELLER, text="x", person=None)
        client.get(path)  # the menu is read once for a while
        with CaptureQueriesContext(connection) as queries:
            client.get(path)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_a_part_in_dollars_says_the_rupiah_that_were_agreed() -> None:
    """20,000 rupiah at 16,000 for a dollar are US$1.25; at home nothing is reckoned and nothing said."""
    of = rehearsal()
    member = make_user("anggota@example.com", language="en")
    make_member(member, of.fruit.partner)
    client = Client()
    client.force_login(member)
    with translation.override("en"):
        text = client.get(reverse("workspace:fulfilment", args=[of.fruit.number])).content.decode()
    assert "agreed: Rp\xa020.000 a kg" in text
    assert "USD 1 = Rp 16,000" in text
    with CaptureQueriesContext(connection) as asked:
        prices = sorted(one.price.minor for one in agreed_for(of.fruit).values())
    assert (prices, len(asked)) == ([12_000, 15_000, 20_000, 25_000], 1)
    home = placed_order([(make_product(of.fruit.partner), 1)]).order.fulfilments.get()
    with CaptureQueriesContext(connection) as asked:
        assert agreed_for(home) == {}
    assert len(asked) == 0
