"""The office compares before and after, confirms or does not; the pesantren sees what waits and takes it back."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.claims.models import ProposedChange
from catalogue.models import Product
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.claims import a_claim, make_claims

pytestmark = pytest.mark.django_db
TEXTS = {"unit": "pcs", "weight_g": "400"}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def goods() -> Product:
    make_claims()
    return make_product(make_pesantren("contoh-satu"), title="Sarung", description="Sarung katun")


@pytest.fixture
def client(goods: Product) -> Client:
    make_member(person := make_user("member@example.com", language="en"), goods.seller)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def office() -> Client:
    client = Client()
    client.force_login(make_user("office@example.com", staff_role="office", language="en"))
    return client


def send(client: Client, goods: Product, **texts: str) -> str:
    url = reverse("workspace:change-listing", args=[goods.pk, "texts"])
    answer = client.post(url, TEXTS | {"name": "Sarung", "description": "Sarung katun"} | texts, follow=True)
    return answer.content.decode()


def test_sent_compared_and_confirmed(client: Client, office: Client, goods: Product) -> None:
    page = send(client, goods, description="Sarung <b>halal</b> & katun")
    assert "The office looks at these words first: halal." in page
    assert "<mark>halal</mark>" in page
    assert "Until they are confirmed, buyers read the text before." in page
    public = Client().get(goods.get_absolute_url()).content.decode()
    assert "halal" not in public.lower()
    change = ProposedChange.objects.get()
    assert list(office.get(reverse("office:claims")).context["page_obj"]) == [change]
    seen = office.get(reverse("office:claim", args=[change.pk])).content.decode()
    assert '<ins><span class="vh">new: </span><mark>halal</mark></ins>' in seen
    assert office.post(reverse("office:confirm-claim", args=[change.pk])).status_code == 302
    assert "halal" in Client().get(goods.get_absolute_url()).content.decode()
    again = office.post(reverse("office:confirm-claim", args=[change.pk]), follow=True).content.decode()
    assert "Nothing was changed: it is now: Confirmed." in again


def test_refused_with_a_reason_and_proposed_again(client: Client, office: Client, goods: Product) -> None:
    send(client, goods, name="Sarung organik")
    url = reverse("office:refuse-claim", args=[ProposedChange.objects.get().pk])
    assert office.post(url, {"why": ""}).context["form"].errors == {"why": ["Write why."]}
    assert office.post(url, {"why": "Mana sertifikatnya?"}).status_code == 302
    page = client.get(reverse("workspace:listing", args=[goods.pk])).content.decode()
    assert "Mana sertifikatnya?" in page
    assert "Not accepted" in page
    send(client, goods, name="Sarung organik")
    assert list(ProposedChange.objects.order_by("pk").values_list("state", flat=True)) == ["refused", "waits"]


def test_taken_back_once_and_the_form_keeps_what_waits(client: Client, goods: Product) -> None:
    send(client, goods, name="Sarung organik", weight_g="500")
    goods.refresh_from_db()
    assert goods.gross_weight_g == 500
    form = client.get(reverse("workspace:change-listing", args=[goods.pk, "texts"])).context["form"]
    assert form["name"].value() == "Sarung organik"
    url = reverse("workspace:withdraw-claim", args=[goods.pk, ProposedChange.objects.get().pk])
    said = [client.post(url, follow=True).content.decode() for _ in range(2)]
    assert "Taken back." in said[0]
    assert "Nothing was changed: the office has decided already." in said[1]
    assert client.get(reverse("workspace:listing", args=[goods.pk])).context["proposed_texts"] == []


def test_overtaken_is_said_before_and_after(office: Client, goods: Product) -> None:
    change = a_claim(goods)
    Product.objects.filter(pk=goods.pk).update(description_ind="Lain")
    url = reverse("office:claim", args=[change.pk])
    assert office.get(url).context["is_overtaken"]
    page = office.post(reverse("office:confirm-claim", args=[change.pk]), follow=True).content.decode()
    assert "The text says something else by now, so this was ended." in page


def test_whoever_works_there_is_not_asked(client: Client, goods: Product) -> None:
    person = make_user("both@example.com", staff_role="office", language="en")
    make_member(person, goods.seller)
    change = a_claim(goods)
    both = Client()
    both.force_login(person)
    assert (
        "Somebody else has to look at it."
        in both.get(reverse("office:claim", args=[change.pk])).content.decode()
    )
    for name, data in (("office:confirm-claim", {}), ("office:refuse-claim", {"why": "x"})):
        assert (
            "Somebody else" in both.post(reverse(name, args=[change.pk]), data, follow=True).content.decode()
        )
    change.refresh_from_db()
    assert change.state == "waits"


def test_the_list_asks_no_more_for_more_rows(
    office: Client, goods: Product, django_assert_max_num_queries: Any
) -> None:
    a_claim(goods)
    url = reverse("office:claims")
    with django_assert_max_num_queries(15) as one:
        office.get(url)
    for n in range(5):
        a_claim(make_product(make_pesantren(f"contoh-{n}"), title=f"Kain {n}"))
    with django_assert_max_num_queries(len(one)):
        office.get(url)


def test_a_new_product_that_waits_says_so_in_the_inbox(client: Client, goods: Product) -> None:
    stopped = {"state": "stopped", "is_public": False, "claims_open": True, "stopped_why": "klaim"}
    Product.objects.filter(pk=goods.pk).update(**stopped)
    page = client.get(reverse("workspace:home")).content.decode()
    assert "Buyers do not see it: the office has not confirmed some of its words." in page
    assert reverse("workspace:add-permit") + "?product" not in page
