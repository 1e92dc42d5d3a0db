"""A pesantren reads which grade and papers a request asks for, and answers with its grade and its smallest part."""

from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from catalogue.models import ProductClass
from marketplace.sourcing.models import Quote
from tests.factories.sourcing import a_good, make_commodity, make_demand
from tests.workspace.test_requests import Shop, form_of, text_of, url

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def shop_for(**asked: Any) -> tuple[Shop, Client]:
    """The shop of test_requests, asked for 1,000 kg of grade A or better."""
    shop, client = Shop(), Client()
    client.force_login(shop.member)
    shop.demand = make_demand([a_good(make_commodity(), grade="A")], shop.demand.company, **asked)
    return shop, client


def test_the_grade_is_chosen_from_the_list_and_needed_where_one_is_asked() -> None:
    shop, client = shop_for()
    page = client.get(form_of(shop))
    [group] = page.context["form"].groups()
    field = f"grade_{shop.line.pk}"
    assert field in [one.name for one in group["first"]]
    assert [name for name, _label in page.context["form"].fields[field].choices] == ["", "Super", "A", "B"]
    assert "grade A or better" in text_of(page)
    empty = client.post(form_of(shop), shop.answers(grade=""))
    assert empty.context["form"].errors[field] == ["Choose the grade of your goods."]
    odd = client.post(form_of(shop), shop.answers(grade="C"))
    assert odd.context["form"].errors[field] == ["Choose one of the list."]
    made = client.post(form_of(shop), shop.answers(grade="B"))
    assert made.status_code == 302, "worse is said, not refused: the buyer may take it"
    assert "Asked for: grade A or better" in text_of(client.get(made.url))


def test_a_request_without_a_grade_asks_for_none() -> None:
    shop = Shop()
    client = Client()
    client.force_login(shop.member)
    [group] = client.get(form_of(shop)).context["form"].groups()
    assert f"grade_{shop.line.pk}" in [one.name for one in group["more"]]
    assert client.post(form_of(shop), shop.answers(grade="")).status_code == 302


def test_the_smallest_part_is_for_whoever_gathers_alone() -> None:
    shop, client = shop_for()
    name, supply = f"minimum_{shop.line.pk}", {"kind": "supply", "basis": "loco"}
    over = client.post(form_of(shop), shop.answers(**supply) | {name: "451"})
    assert over.context["form"].errors[name] == ["This is more than you offer."]
    made = client.post(form_of(shop), shop.answers(**supply) | {name: "100"})
    assert Quote.objects.get(negotiation__kind="supply").lines.get().minimum == 100
    assert "100 at least" in text_of(client.get(made.url))
    client.post(form_of(shop), shop.answers() | {name: "100"})
    assert Quote.objects.get(negotiation__kind="direct").lines.get().minimum == 0


def test_what_is_missing_abroad_is_said_and_forbids_only_what_a_source_names() -> None:
    shop = Shop()
    client = Client()
    client.force_login(shop.member)
    kind = ProductClass.objects.get_or_create(slug="dry_food", defaults={"name": "dry_food"})[0]
    shop.goods.product_class = kind
    shop.goods.save()
    abroad = {"country": "AE", "regency": None, "currency": "USD", "mode": "air", "papers": ["phyto"]}
    shop.demand = make_demand([a_good(shop.manggis)], shop.demand.company, **abroad)
    text = text_of(client.get(url("request", shop.demand.number)))
    assert "Still missing: Halal certificate" in text
    assert "For United Arab Emirates your listing should say: HS code." in text
    assert "Phytosanitary certificate: the exporter gets it for the consignment. You can answer." in text
    made = client.post(form_of(shop), shop.answers(basis="loco"))
    page = client.get(made.url)
    assert (
        "United Arab Emirates needs: Halal certificate. You can send the quote once it is confirmed."
        in text_of(page)
    )
    quote = page.context["quote"]
    assert url("send-quote", quote.number) not in page.text
    client.post(url("send-quote", quote.number))
    quote.refresh_from_db()
    assert quote.state == "draft"
