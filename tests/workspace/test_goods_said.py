"""Which good a listing is: said by its name or chosen, with its HS code, weights, carton and origin, and what is still
missing for export; the papers of each good; months that nobody asked for stay."""

from datetime import date
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue import export
from catalogue.models import Commodity, Product, ProductClass, Unit
from catalogue.permits import queries as permits
from catalogue.permits import services as permit_services
from catalogue.search.models import Entry
from catalogue.services import listings
from marketplace.common.actor import SYSTEM, Actor
from marketplace.sourcing.matching import candidates
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_unit, make_user
from tests.factories.imports import make_kind
from tests.factories.permits import a_permit, a_rule
from tests.factories.sourcing import a_good, make_demand
from tests.workspace.test_listings import send, start

pytestmark = pytest.mark.django_db
ANSWERS = {"name": "Beras pandan wangi", "price": "15.000", "unit": "kg", "stock": "400"}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def mine() -> Any:
    return make_pesantren("contoh-satu")


@pytest.fixture
def client(mine: Any) -> Client:
    make_member(person := make_user("member@example.com", language="en"), mine)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def kind() -> ProductClass:
    """Dry food that grows, with two goods."""
    made = make_kind()
    ProductClass.objects.filter(pk=made.pk).update(grows=True)
    Unit.objects.filter(code="kg").update(net_g=1000)
    a_commodity(made, "beras", "Beras", hs6="100630", assumed=["hs6"])
    a_commodity(made, "gula-aren", "Gula aren", also="gula semut;palm sugar", hs6="170290", hs8="17029040")
    return made


def a_commodity(kind: ProductClass, code: str, name: str, **kw: Any) -> Commodity:
    return Commodity.objects.create(code=code, name_ind=name, name_en=name, product_class=kind, **kw)


def published(client: Client, **answers: str) -> Product:
    product = start(client)
    send(client, product)
    answer = client.post(reverse("workspace:draft", args=[product.pk]), ANSWERS | answers)
    assert answer.status_code == 302, answer.context["form"].errors
    return Product.objects.get(pk=product.pk)


def change(client: Client, product: Product, **answers: Any) -> Any:
    url = reverse("workspace:change-listing", args=[product.pk, "texts"])
    return client.post(url, {"name": product.title_ind, "unit": "kg", **answers}, follow=True)


def page_of(client: Client, product: Product) -> str:
    return client.get(reverse("workspace:listing", args=[product.pk])).content.decode()


def test_the_name_says_which_good_it_is(client: Client, kind: ProductClass) -> None:
    made = published(client)
    assert made.commodity == Commodity.objects.get(code="beras")
    assert (made.hs6, made.hs8, made.net_weight_g, made.gross_weight_g) == ("100630", "", 1000, 1000)
    line = make_demand([a_good(made.commodity)]).lines.get()
    assert candidates(line).get() == made, "it is told of a demand for rice"
    page = page_of(client, made)
    assert "1006.30" in page
    assert "assumed" in page


@pytest.mark.parametrize(
    ("answers", "good", "code"),
    [
        ({"name": "Gula semut 1 kg"}, "gula-aren", "170290"),
        ({"name": "Beras", "commodity": "gula-aren"}, "gula-aren", "170290"),
        ({"name": "Beras", "commodity": "other"}, None, ""),
        ({"name": "Rengginang"}, None, ""),
        ({"name": "Gula aren dan gula semut"}, "gula-aren", "170290"),
    ],
)
def test_it_is_chosen_or_plain_or_nothing(
    answers: dict[str, str], good: str | None, code: str, client: Client, kind: ProductClass
) -> None:
    made = published(client, **answers)
    assert (made.commodity and made.commodity.code, made.hs6) == (good, code)


def test_nothing_more_is_required(client: Client, kind: ProductClass) -> None:
    product = start(client)
    answer = client.post(reverse("workspace:draft", args=[product.pk]), {"description": "x"})
    assert set(answer.context["form"].errors) == {"name", "price", "unit", "stock", "weight_g"}


@pytest.mark.parametrize(
    ("answers", "faults"),
    [
        ({"net_weight_g": "900"},
         {"net_weight_g": ["One kg holds 1,000 grams. Leave this empty, or choose another unit."]}),
        ({"weight_g": "900"}, {"weight_g": ["With its packing it weighs at least what is in it: 1,000 grams."]}),
        ({"unit": "pcs", "weight_g": "200", "net_weight_g": "250"},
         {"weight_g": ["With its packing it weighs at least what is in it: 250 grams."]}),
        ({"carton_cm": "60x40"}, {"carton_cm": ["Write three sides in cm, for example 40x30x20."]}),
        ({"carton_cm": "60x0x40"}, {"carton_cm": ["Write three sides in cm, for example 40x30x20."]}),
        ({"commodity": "manggis"}, {"commodity": ["Choose one of the list."]}),
        ({"origin": "99.99"}, {"origin": ["Choose one of the list."]}),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(
    answers: dict[str, str], faults: dict[str, list[str]], client: Client, kind: ProductClass
) -> None:
    product = start(client)
    send(client, product)
    answer = client.post(reverse("workspace:draft", args=[product.pk]), ANSWERS | answers)
    assert answer.context["form"].errors == faults


def test_an_old_listing_is_completed_until_it_is_ready(client: Client, mine: Any, kind: ProductClass) -> None:
    made = make_product(mine, "Gula semut", unit=make_unit("kg", "kg"), net_weight_g=None)
    Product.objects.filter(pk=made.pk).update(product_class=kind)
    made.stockrecords.update(export_minimum=100)
    export.load_needs()
    page = page_of(client, made)
    texts = reverse("workspace:change-listing", args=[made.pk, "texts"])
    assert f'href="{texts}?export=1#id_commodity">HS code<' in page
    assert f'href="{texts}?export=1#id_net_weight_g">net and gross weight<' in page
    form = client.get(f"{texts}?export=1").content.decode()
    assert "By its name it is: Gula aren." in form
    assert "<details open>" in form
    answers = {"commodity": "gula-aren", "carton_cm": "60 x 40 × 30", "origin": mine.regency.code}
    assert "Changed. Buyers see it now." in change(client, made, **answers).content.decode()
    made.refresh_from_db()
    assert (made.hs6, made.hs8, made.net_weight_g, made.carton_cm) == ("170290", "17029040", 1000, "60x40x30")
    assert made.origin == mine.regency
    permit_services.confirm(
        permit=a_permit(made, make_user("x@example.com")), actor=Actor.of(make_user("o@example.com"))
    )
    assert "AE" in Entry.objects.get(product=made).export_to
    page = page_of(client, made)
    assert "1702.90.40" in page
    assert "United Arab Emirates" in page.partition("Ready for:")[2].partition("</p>")[0]


def test_codes_of_its_own_stay_while_the_good_stays(client: Client, mine: Any, kind: ProductClass) -> None:
    rice = Commodity.objects.get(code="beras")
    made = make_product(
        mine, "Beras", unit=make_unit("kg", "kg"), commodity=rice, hs6="100640", net_weight_g=1000
    )
    Product.objects.filter(pk=made.pk).update(product_class=kind)
    change(client, made, commodity="beras")
    assert Product.objects.get(pk=made.pk).hs6 == "100640"
    change(client, made, commodity="")
    made.refresh_from_db()
    assert (made.commodity, made.hs6) == (None, "")


def test_months_are_asked_of_all_that_grows_and_stay_where_they_are_not(client: Client, mine: Any) -> None:
    coffee = make_product(mine, "Kopi", harvest_months=[5, 6, 7, 8])
    kind = coffee.product_class
    assert kind is not None
    assert not kind.has_harvest
    page = client.get(reverse("workspace:change-listing", args=[coffee.pk, "texts"])).content.decode()
    assert page.count('name="harvest_months"') == 12, "what it has can be changed"
    answers = {"name": "Kopi", "unit": "pcs", "weight_g": "400"}
    change(client, coffee, **answers, harvest_months=["5", "6"])
    assert Product.objects.get(pk=coffee.pk).harvest_months == [5, 6]
    facts = listings.Facts(name="Kopi", description="", unit=coffee.unit, sector=None)  # type: ignore[arg-type]
    listings.change(product=coffee, facts=facts, actor=SYSTEM)
    coffee.refresh_from_db()
    assert (coffee.harvest_months, coffee.gross_weight_g) == ([5, 6], 400), "nothing unasked is written"
    change(client, coffee, **answers)
    assert Product.objects.get(pk=coffee.pk).harvest_months == []
    page = client.get(reverse("workspace:change-listing", args=[coffee.pk, "texts"])).content.decode()
    assert 'name="harvest_months"' not in page
    ProductClass.objects.filter(pk=kind.pk).update(grows=True)
    page = client.get(reverse("workspace:change-listing", args=[coffee.pk, "texts"])).content.decode()
    assert page.count('name="harvest_months"') == 12


@pytest.fixture
def papers(kind: ProductClass) -> ProductClass:
    """As drinks: any paper for who does not say what it is, MD for water."""
    kind.goods.all().delete()  # type: ignore[attr-defined]
    water = a_commodity(kind, "air-minum", "Air minum")
    rest = a_commodity(kind, "minuman-lain", "Minuman lain", also="sirup")
    product = Product(product_class=kind)
    old = a_rule(product, "pirt", "md", "not_needed", topic="distribution")
    old.valid_until = date(2027, 2, 28)
    old.save()
    a_rule(product, topic="distribution", since=date(2027, 3, 1))
    a_rule(product, "md", topic="distribution", good=water)
    a_rule(product, "pirt", "md", topic="distribution", good=rest)
    return kind


def confirmed(product: Product, kind: str, number: str) -> None:
    person = make_user(f"{uuid4()}@example.com")
    permit = a_permit(product, person, kind=kind, number=number)
    permit_services.confirm(permit=permit, actor=Actor.of(make_user(f"{uuid4()}@example.com")))


def a_drink(mine: Any, kind: ProductClass, title: str) -> Product:
    made = make_product(mine, title)
    Product.objects.filter(pk=made.pk).update(product_class=kind)
    return Product.objects.get(pk=made.pk)


def test_water_is_refused_with_a_home_industry_number(client: Client, papers: ProductClass) -> None:
    made = published(client, name="Air minum cup", unit="pcs", weight_g="300")
    assert made.commodity is not None
    assert (made.state, made.stopped_why) == ("stopped", "Izin edar BPOM (MD)")
    answers = {"kind": "pirt", "number": "208320401234529", "expires_on": "2029-05-01", "products": [made.pk]}
    answer = client.post(reverse("workspace:add-permit"), answers)
    said = "For Air minum cup this is not enough. It needs: BPOM registration (MD)."
    assert answer.context["form"].errors["kind"] == [said]
    confirmed(made, "pirt", "208320401234529")
    assert Product.objects.get(pk=made.pk).state == "stopped"
    confirmed(made, "md", "123456789012")
    assert Product.objects.get(pk=made.pk).state == "on_sale"


def test_who_has_not_said_keeps_selling_is_asked_and_then_has_to(
    client: Client, mine: Any, papers: ProductClass
) -> None:
    made = a_drink(mine, papers, "Teh rosela")
    confirmed(made, "pirt", "208320401234529")
    assert not permits.missing(made)
    assert permits.unsaid(Product.objects.all()).get() == made
    link = f'href="{reverse("workspace:change-listing", args=[made.pk, "texts"])}#id_commodity"'
    for page in (page_of(client, made), client.get(reverse("workspace:permits")).content.decode()):
        assert link in page
    with time_machine.travel("2027-03-01 12:00 +0700"):
        permit_services.stop_by_new_rules()
    made.refresh_from_db()
    assert (made.state, made.stopped_why) == ("stopped", "barang apa ini, supaya suratnya dapat disebut")
    with time_machine.travel("2027-03-01 12:00 +0700"):
        client.force_login(mine.members.get().user)
        change(client, made, unit="pcs", weight_g="400", commodity="minuman-lain")
    made.refresh_from_db()
    assert (made.state, made.stopped_why) == ("on_sale", "")


def test_another_good_needs_other_papers_at_once(client: Client, mine: Any, papers: ProductClass) -> None:
    made = a_drink(mine, papers, "Minuman")
    confirmed(made, "pirt", "208320401234529")
    page = change(client, made, unit="pcs", weight_g="400", commodity="air-minum").content.decode()
    assert "Buyers do not see it yet. What is missing: BPOM registration (MD)" in page
    made.refresh_from_db()
    assert (made.state, made.is_public) == ("stopped", False)
    from_inbox = client.get(reverse("workspace:home")).content.decode()
    assert "Minuman" in from_inbox


def test_missing_papers_ask_no_more_for_more_goods(
    mine: Any, papers: ProductClass, django_assert_num_queries: Any
) -> None:
    goods = [a_drink(mine, papers, f"Teh {n}") for n in range(6)]
    for count in (1, 6):
        with django_assert_num_queries(2):
            assert len(permits.missing_of(goods[:count])) == count
