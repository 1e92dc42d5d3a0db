"""A new listing from a phone: draft, photos, questions, on sale; and every change of one that is there."""

from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, TestCase
from django.urls import reverse
from django.utils import translation
from PIL import Image

from catalogue import states
from catalogue.models import ListingDraft, Product, ProductAttribute, ProductImage
from catalogue.queries import listed, orderable
from catalogue.services import listings
from marketplace.common.actor import SYSTEM
from marketplace.common.states import history
from marketplace.pesantren.models import Closure, StockRecord
from marketplace.reference.working_days import today
from tests.factories.catalogue import (
    make_class,
    make_member,
    make_pesantren,
    make_product,
    make_sector,
    make_unit,
    make_user,
)
from tests.factories.claims import make_claims
from tests.factories.permits import a_rule
from tests.workspace.photos import a_photo

pytestmark = pytest.mark.django_db
ANSWERS = {"name": "Keripik pisang 250 g", "price": "21.000", "unit": "pcs", "stock": "40", "weight_g": "300"}


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def mine() -> Any:
    return make_pesantren("contoh-satu")


@pytest.fixture
def client(mine: Any) -> Client:
    person = make_user("member@example.com", language="en")
    make_member(person, mine)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def kind() -> Any:
    made = make_class(["courier"], False, True, 120)
    made.slug, made.sector = "dry_food", make_sector("makanan", "Makanan")
    made.save()
    ProductAttribute.objects.create(product_class=made, code="shelf_life", name="Shelf life", type="text")
    make_unit()
    make_unit("kg", "kg")
    return made


def photo(colour: str = "red", size: tuple[int, int] = (2400, 1800)) -> SimpleUploadedFile:
    return SimpleUploadedFile("IMG_1.jpg", a_photo(colour, size), "image/jpeg")


def start(client: Client, **kw: str) -> Product:
    data = {"key": str(uuid4()), "kind": "dry_food", **kw}
    assert client.post(reverse("workspace:new-listing"), data).status_code == 302
    return Product.objects.order_by("-pk")[0]


def send(client: Client, product: Product, key: Any = None, **kw: Any) -> Any:
    url = reverse("workspace:listing-photos", args=[product.pk])
    return client.post(url, {"key": str(key or uuid4()), "photo": photo(**kw)})


def test_from_nothing_to_on_sale(client: Client, kind: Any) -> None:
    product = start(client)
    assert (product.state, product.is_public) == (states.DRAFT, False)
    assert send(client, product).status_code == 200
    draft = reverse("workspace:draft", args=[product.pk])
    response = client.post(draft, {**ANSWERS, "a_shelf_life": "3 bulan"})
    assert response.url == reverse("workspace:listing", args=[product.pk])
    product.refresh_from_db()
    record = product.stockrecords.get()
    assert (product.state, product.is_public, product.title_ind) == ("on_sale", True, "Keripik pisang 250 g")
    assert (int(record.price), record.num_in_stock, record.minimum, record.lead_days) == (21_000, 40, 1, None)
    assert (product.gross_weight_g, product.unit.code) == (300, "pcs")  # type: ignore[union-attr]
    assert product.categories.get().code == "makanan"
    assert product.attribute_values.get().value_text_ind == "3 bulan"
    assert not ListingDraft.objects.exists()
    assert [(h.before, h.after) for h in history(product)] == [("", "draft"), ("draft", "on_sale")]
    assert listed().get() == product
    assert "Keripik pisang 250 g" in Client().get(product.get_absolute_url()).content.decode()


def test_made_to_order_needs_no_stock(client: Client, kind: Any) -> None:
    product = start(client)
    send(client, product)
    draft = reverse("workspace:draft", args=[product.pk])
    wrong = client.post(draft, {**ANSWERS, "stock": ""})
    assert wrong.context["form"].errors == {"stock": ["Write how many there are; 0 if there are none yet."]}
    assert client.post(draft, {**ANSWERS, "stock": "", "weekly_capacity": "25"}).status_code == 302
    record = product.stockrecords.get()
    assert (record.num_in_stock, record.weekly_capacity) == (0, 25)
    assert record.free_ahead in (11 * 25, 12 * 25)  # at the end of a week the first is the next
    assert orderable(listed()).get() == product


def test_a_new_listing_says_all_that_is_missing(client: Client, kind: Any) -> None:
    make_claims()
    product = start(client)
    a_rule(product, "pirt", topic="distribution")
    send(client, product)
    draft = reverse("workspace:draft", args=[product.pk])
    page = client.post(draft, {**ANSWERS, "name": "Keripik organik"}, follow=True).content.decode()
    assert "Kept. A permit is missing, and the office looks at some words" in page
    missing = "P-IRT (home industry food); claims that the office has not confirmed"
    assert f"Buyers do not see it. What is missing: {missing}" in page


def test_a_second_tap_publishes_once(client: Client, kind: Any) -> None:
    product = start(client)
    send(client, product)
    url = reverse("workspace:draft", args=[product.pk])
    for _ in range(2):
        assert client.post(url, ANSWERS).status_code == 302
    assert StockRecord.objects.count() == 1


def test_the_same_key_makes_one_draft(client: Client, kind: Any) -> None:
    key = str(uuid4())
    assert start(client, key=key) == start(client, key=key)
    assert Product.objects.count() == 1


def test_without_a_photo_nothing_typed_is_lost(client: Client, kind: Any) -> None:
    product = start(client)
    url = reverse("workspace:draft", args=[product.pk])
    response = client.post(url, ANSWERS)
    assert response.status_code == 200
    assert response.context["form"].non_field_errors() == [
        "Add at least one photo: buyers do not order what they cannot see."
    ]
    assert 'value="21.000"' in response.content.decode()
    assert 'value="Keripik pisang 250 g"' in client.get(url).content.decode(), "kept on the server, too"
    assert not listed().exists()


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("name", "", "Write what you sell."),
        ("name", "<b></b>", "Write what you sell."),
        ("price", "murah", "Write the amount in digits, in whole rupiah, for example 1.500.000."),
        ("price", "0", "This must be at least 1."),
        ("unit", "", "Choose what one price is for."),
        ("unit", "gajah", "Choose one of the list."),
        ("stock", "", "Write how many there are; 0 if there are none yet."),
        ("weight_g", "", "Write the weight, so that delivery can be priced."),
        ("minimum", "0", "This must be at least 1."),
        ("lead_days", "61", "This can be at most 60."),
    ],
)
def test_bad_answers_are_said_beside_the_field(
    client: Client, kind: Any, field: str, value: str, said: str
) -> None:
    product = start(client)
    send(client, product)
    response = client.post(reverse("workspace:draft", args=[product.pk]), {**ANSWERS, field: value})
    assert response.context["form"].errors == {field: [said]}
    assert not listed().exists()


def test_at_most_six_answers_are_required(client: Client, kind: Any) -> None:
    form = client.get(reverse("workspace:draft", args=[start(client).pk])).context["form"]
    assert [name for name, field in form.fields.items() if field.required] == [
        "name", "unit", "weight_g", "price", "stock",
    ]  # fmt: skip
    assert [field.name for field in form.first()] == ["name", "price", "unit", "stock", "weight_g"]


def test_a_kilogram_weighs_a_kilogram(client: Client, kind: Any) -> None:
    product = start(client)
    send(client, product)
    answers = {**ANSWERS, "unit": "kg", "weight_g": ""}
    assert client.post(reverse("workspace:draft", args=[product.pk]), answers).status_code == 302
    product.refresh_from_db()
    assert product.gross_weight_g == 1000


def test_what_is_typed_is_kept_as_typed(client: Client, kind: Any) -> None:
    product = start(client)
    url = reverse("workspace:keep-draft", args=[product.pk])
    typed = {"name": "Ker", "price": "dua puluh", "harvest_months": ["1", "2"]}
    assert client.post(url, typed).json() == {"kept": True}
    assert ListingDraft.objects.get().answers == typed
    page = client.get(reverse("workspace:draft", args=[product.pk])).content.decode()
    assert 'value="dua puluh"' in page
    assert "Ker" in client.get(reverse("workspace:products")).content.decode()


def test_the_same_photo_sent_again_is_one(client: Client, kind: Any) -> None:
    product, key = start(client), uuid4()
    first, again = send(client, product, key), send(client, product, key)
    assert first.json() == again.json()
    image = ProductImage.objects.get()
    assert (image.width, image.height, image.display_order) == (1600, 1200, 0)
    with default_storage.open(image.original.name) as file:
        content = file.read()
    assert b"Secret camera" not in content
    assert Image.open(BytesIO(content)).format == "WEBP"


@pytest.mark.parametrize(
    "content", [b"", b"<svg onload=alert(1)>", b"GIF89a" + b"0" * 50, b"\xff\xd8\xff" + b"0" * 500]
)
def test_no_photo_is_refused_in_words(client: Client, kind: Any, content: bytes) -> None:
    product = start(client)
    url = reverse("workspace:listing-photos", args=[product.pk])
    file = SimpleUploadedFile("x.jpg", content)
    response = client.post(url, {"key": str(uuid4()), "photo": file})
    assert response.status_code == 422
    unreadable = "x.jpg is not a photo we can read. Please use JPEG, PNG or WebP."
    assert response.json()["error"] in {"No photo came.", unreadable}
    assert not ProductImage.objects.exists()


def test_eight_photos_and_not_one_more(client: Client, kind: Any) -> None:
    product = start(client)
    for n in range(8):
        assert send(client, product, colour=f"rgb({n * 20},0,0)", size=(40, 30)).status_code == 200
    refused = send(client, product, size=(40, 30))
    assert (refused.status_code, refused.json()) == (422, {"error": "A listing has at most 8 photos."})


def test_photos_without_script_first_and_removed(client: Client, kind: Any) -> None:
    product = start(client)
    url = reverse("workspace:listing-photos", args=[product.pk])
    client.post(url, {"photos": [photo("red", (40, 30)), photo("blue", (40, 30))]})
    red, blue = product.images.all()
    client.post(reverse("workspace:move-photo", args=[product.pk, blue.pk]), {"first": "1"})
    assert list(product.images.all()) == [blue, red]
    name = blue.original.name
    with_commit(client, reverse("workspace:move-photo", args=[product.pk, blue.pk]))
    assert [(one.pk, one.display_order) for one in product.images.all()] == [(red.pk, 0)]
    assert not default_storage.exists(name)


def with_commit(client: Client, url: str) -> None:
    with TestCase.captureOnCommitCallbacks(execute=True):
        client.post(url)


def test_the_only_photo_of_what_is_on_sale_stays(client: Client, mine: Any) -> None:
    product = make_product(mine)
    image = ProductImage.objects.create(product=product, original="products/x.webp")
    response = client.post(reverse("workspace:move-photo", args=[product.pk, image.pk]), follow=True)
    assert "This is the only photo." in response.content.decode()
    assert ProductImage.objects.count() == 1


def test_a_copy_of_the_last_one_is_filled(client: Client, kind: Any) -> None:
    product = start(client)
    send(client, product)
    client.post(reverse("workspace:draft", args=[product.pk]), {**ANSWERS, "a_shelf_life": "3 bulan"})
    copy = start(client, copy="1", kind="")
    page = client.get(reverse("workspace:draft", args=[copy.pk]))
    initial = page.context["form"].initial
    assert {name: initial[name] for name in ("name", "price", "unit", "weight_g", "a_shelf_life")} == {
        "name": "Keripik pisang 250 g", "price": "21.000", "unit": "pcs", "weight_g": "300", "a_shelf_life": "3 bulan",
    }  # fmt: skip
    assert "stock" not in initial, "how many there are is counted anew"


def test_a_draft_is_thrown_away_and_nothing_else(client: Client, kind: Any, mine: Any) -> None:
    draft, live = start(client), make_product(mine)
    for product in (draft, live):
        client.post(reverse("workspace:move-listing", args=[product.pk, "discard"]))
    assert Product.objects.get() == live


def test_off_sale_and_back(client: Client, mine: Any) -> None:
    product = make_product(mine)
    client.post(reverse("workspace:move-listing", args=[product.pk, "pause"]))
    assert Client().get(product.get_absolute_url()).status_code == 404
    response = client.post(reverse("workspace:move-listing", args=[product.pk, "pause"]), follow=True)
    assert "Nothing was changed" in response.content.decode()
    client.post(reverse("workspace:move-listing", args=[product.pk, "relist"]))
    assert Client().get(product.get_absolute_url()).status_code == 200
    assert [(h.before, h.after) for h in history(product)] == [("on_sale", "paused"), ("paused", "on_sale")]


def change(client: Client, product: Product, what: str, **data: str) -> Any:
    return client.post(reverse("workspace:change-listing", args=[product.pk, what]), data)


def test_stock_and_sold_elsewhere(client: Client, mine: Any) -> None:
    product = make_product(mine, stock=100)
    assert change(client, product, "sold", stock="30", seen="100").status_code == 302
    assert product.stockrecords.get().num_in_stock == 70
    again = change(client, product, "sold", stock="30", seen="100")
    assert again.context["form"].errors == {
        "stock": ["Meanwhile the stock has changed to 70. Please look once more."]
    }
    assert 'name="seen" value="70"' in again.content.decode()
    product.stockrecords.get().allocate(60)
    over = change(client, product, "sold", stock="11", seen="70")
    assert over.context["form"].errors == {"stock": ["Only 10 are free; open orders need the others."]}
    low = change(client, product, "stock", stock="59", seen="70")
    assert low.context["form"].errors == {
        "stock": ["Open orders need 60. Decline one of them first if they are not there."]
    }
    assert change(client, product, "stock", stock="60", seen="70").status_code == 302


def test_price_with_steps(client: Client, mine: Any) -> None:
    product = make_product(mine, price=150_000, minimum=5, multiple=5)
    wrong = change(client, product, "price", price="100.000", from_1="7", price_1="90.000", from_2="20")
    assert wrong.context["form"].errors == {"price_2": ["Write the price from this quantity on."]}
    wrong = change(client, product, "price", price="100.000", from_1="7", price_1="90.000")
    assert wrong.context["form"].errors == {"from_1": ["You sell in steps of 5; this is no multiple of it."]}
    wrong = change(client, product, "price", price="100.000", from_2="10", price_2="100.000")
    assert wrong.context["form"].errors == {
        "price_2": ["This must be less than Rp 100.000, the price before."]
    }
    assert (
        change(client, product, "price", price="Rp 100.000", from_2="10", price_2="90.000").status_code == 302
    )
    record = product.stockrecords.get()
    assert [(tier.quantity, tier.price) for tier in record.tiers.all()] == [(10, 90_000)]
    assert (
        'value="90.000"'
        in client.get(reverse("workspace:change-listing", args=[product.pk, "price"])).content.decode()
    )


def test_terms_and_texts(client: Client, mine: Any, kind: Any) -> None:
    product = make_product(mine, tiers=[(10, 90_000)])
    wrong = change(client, product, "terms", minimum="10", multiple="1")
    assert wrong.context["form"].errors == {
        "minimum": ["This must be more than 10, where the price before begins."]
    }
    assert change(client, product, "terms", minimum="2", multiple="2", lead_days="3").status_code == 302
    texts = {"name": "Sarung  baru", "unit": "pcs", "weight_g": "500", "sector": "makanan"}
    assert change(client, product, "texts", **texts).status_code == 302
    product.refresh_from_db()
    assert (product.title_ind, product.slug, product.gross_weight_g) == ("Sarung baru", "sarung-baru", 500)
    assert product.categories.get().code == "makanan"


def test_the_last_changes_read_in_words(client: Client, mine: Any) -> None:
    product = make_product(mine, price=150_000)
    change(client, product, "price", price="160.000")
    change(client, product, "texts", name="Sarung baru", unit="pcs", weight_g="400")
    change(client, product, "sold", stock="30", seen="100")
    client.post(reverse("workspace:move-listing", args=[product.pk, "pause"]))
    found = client.get(reverse("workspace:listing", args=[product.pk])).context["changes"]
    assert [(one.what, one.before, one.after) for one in found] == [
        ("State", "On sale", "Not on sale"),
        ("Stock", "100", "70"),
        ("Name and description", "Sarung uji", "Sarung baru"),
        ("Price", "Rp\xa0150.000", "Rp\xa0160.000"),
    ]
    assert found[0].who == "Member"


def test_days_off(client: Client, mine: Any) -> None:
    url = reverse("workspace:days-off", args=[mine.code])
    first, last = today(), today() + timedelta(days=6)
    assert client.post(url, {"first": first, "last": last, "reason": "Maulid"}).status_code == 302
    found = Closure.objects.get()
    assert (found.first, found.last, found.reason) == (first, last, "Maulid")
    assert client.post(url, {"open": str(found.pk)}).status_code == 302
    assert not Closure.objects.exists()
    for wrong, said in (
        ({"first": first - timedelta(days=1), "last": last}, {"first": ["This day is over."]}),
        ({"first": last, "last": first}, {"last": ["The last day comes before the first."]}),
        ({"first": first, "last": ""}, {"last": ["Choose a day."]}),
        (
            {"first": first, "last": first + timedelta(days=92)},
            {"last": ["At most three months. For longer, take the products off sale."]},
        ),
    ):
        assert client.post(url, wrong).context["form"].errors == said


def test_nothing_of_another_pesantren_can_be_seen_or_changed(client: Client) -> None:
    theirs = make_product(make_pesantren("contoh-dua"))
    image = ProductImage.objects.create(product=theirs, original="products/x.webp")
    closure = Closure.objects.create(partner=theirs.seller, first=today(), last=today())
    before = list(StockRecord.objects.values())
    for name, args in (
        ("listing", [theirs.pk]), ("draft", [theirs.pk]), ("keep-draft", [theirs.pk]),
        ("listing-photos", [theirs.pk]), ("move-photo", [theirs.pk, image.pk]),
        ("change-listing", [theirs.pk, "stock"]), ("move-listing", [theirs.pk, "pause"]),
        ("days-off", ["contoh-dua"]),
    ):  # fmt: skip
        url = reverse(f"workspace:{name}", args=args)
        data = {"stock": "1", "seen": "100", "open": str(closure.pk), "key": str(uuid4())}
        assert client.get(url).status_code in {404, 405}, name
        assert client.post(url, data).status_code == (405 if name == "listing" else 404), name
    mine_url = reverse("workspace:days-off", args=["contoh-satu"])
    assert client.post(mine_url, {"open": str(closure.pk)}).status_code == 404
    assert list(StockRecord.objects.values()) == before
    theirs.refresh_from_db()
    assert theirs.state == states.ON_SALE


def test_a_key_of_another_pesantren_gives_nothing(client: Client, kind: Any) -> None:
    key, theirs = uuid4(), make_pesantren("contoh-dua")
    listings.start(partner=theirs, kind=kind, key=key, answers={}, actor=SYSTEM)
    response = client.post(reverse("workspace:new-listing"), {"key": str(key), "kind": "dry_food"})
    assert response.status_code == 200
    assert Product.objects.get().partner == theirs


def test_the_list_asks_no_more_for_more_rows(
    client: Client, mine: Any, django_assert_num_queries: Any
) -> None:
    make_product(mine)
    url = reverse("workspace:products")
    client.get(url)
    with django_assert_num_queries(12):
        client.get(url)
    for n in range(15):
        make_product(mine, title=f"Sarung {n}")
    with django_assert_num_queries(12):
        client.get(url)
