"""A pesantren records lots on its phone, packs from them, prints labels; names and faces only with consent."""

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from catalogue.lots import services as of_lots
from catalogue.lots.models import Grower, Lot
from catalogue.models import PhotoConsent, ProductImage
from catalogue.personal import PHOTOS
from marketplace.common.actor import SYSTEM
from marketplace.common.states import history
from marketplace.fulfilment import services
from marketplace.fulfilment.documents import labels
from marketplace.fulfilment.models import FulfilmentLot
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_product
from tests.factories.lots import a_grower, a_lot, a_place
from tests.factories.paid import OFFICE, World, world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def shop(db: None) -> World:
    """Twenty sarongs of `mine` are paid and accepted."""
    made = world()
    services.accept(fulfilment=made.part, actor=OFFICE)
    made.member.language = "en"
    made.member.save()
    return made


@pytest.fixture
def client(shop: World) -> Client:
    client = Client()
    client.force_login(shop.member)
    return client


def url(name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=args)


def answers(**kw: Any) -> dict[str, Any]:
    a_place()
    found = {"made_to": today().isoformat(), "regency": "32.04", "district": "Soreang", "quantity": "1.500"}
    return {"key": str(uuid4()), **found, **kw}


def page(client: Client, name: str, *args: Any) -> str:
    return str(client.get(url(name, *args)).content.decode())


def test_four_answers_make_a_lot_and_the_next_takes_two_taps(client: Client, shop: World) -> None:
    new, data = url("new-lot", shop.sarong.pk), answers()
    assert "How much in all, in potong" in str(client.get(new).content.decode())
    for _ in range(2):  # a double tap
        response = client.post(new, data)
        lot = Lot.objects.get()
        assert response["Location"] == url("lot", lot.code)
    assert (lot.made_from, lot.made_to, lot.quantity, lot.place) == (
        today(),
        today(),
        1500,
        "Soreang, Kabupaten Bandung",
    )
    Lot.objects.update(made_from=today() - timedelta(days=9), made_to=today() - timedelta(days=9))
    found = client.get(url("lots", shop.sarong.pk))
    again = {"key": str(found.context["key"])}
    for _ in range(2):
        client.post(url("lot-again", shop.sarong.pk), again)
    first, second = Lot.objects.order_by("pk")
    assert (second.made_to, second.quantity, second.district) == (today(), 1500, first.district)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"made_to": ""}, "made_to"),
        ({"made_to": "31-31"}, "made_to"),
        ({"made_to": (today() + timedelta(days=1)).isoformat()}, "made_to"),
        ({"made_to": "2016-11-23"}, "made_to"),
        ({"made_from": (today() + timedelta(days=1)).isoformat()}, "made_from"),
        ({"made_from": (today() - timedelta(days=100)).isoformat()}, "made_from"),
        ({"best_before": "2020-01-01"}, "best_before"),
        ({"district": "Coblong"}, "district"),  # of another kota
        ({"regency": "99.99"}, "regency"),
        ({"quantity": "0"}, "quantity"),
        ({"quantity": "banyak"}, "quantity"),
        ({"grower": "999999"}, "grower"),
    ],
)
def test_what_is_wrong_stands_beside_the_field_and_nothing_is_lost(
    client: Client, shop: World, wrong: dict[str, str], field: str
) -> None:
    response = client.post(url("new-lot", shop.sarong.pk), answers(note="dari kebun atas") | wrong)
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert "dari kebun atas" in response.content.decode()
    assert not Lot.objects.exists()


def test_without_script_a_button_shows_the_kecamatan(client: Client, shop: World) -> None:
    a_place("32.05.01")
    response = client.post(url("new-lot", shop.sarong.pk), answers(regency="32.05", show="districts"))
    text = response.content.decode()
    assert '<option value="Garut Kota">' in text
    assert 'value="1.500"' in text
    assert not Lot.objects.exists()


def test_a_correction_asks_why_only_once_goods_have_left(client: Client, shop: World) -> None:
    lot = a_lot(shop.sarong, 20)
    fix = url("correct-lot", lot.code)
    assert "why" not in client.get(fix).context["form"].fields
    assert client.post(fix, answers(quantity="30")).status_code == 302
    of_lots.take(amounts={lot.pk: 25})
    refused = client.post(fix, answers(quantity="24"))
    assert refused.context["form"].errors["quantity"] == ["25 of it are packed already."]
    of_lots.leave(lots=[lot.pk])
    assert client.post(fix, answers(quantity="31")).context["form"].errors["why"]
    client.post(fix, answers(quantity="31", why="Salah hitung"))
    assert Lot.objects.get().quantity == 31
    assert "Salah hitung" in page(client, "lot", lot.code)


def test_packed_with_one_tap_from_the_oldest_lots(client: Client, shop: World) -> None:
    young = a_lot(shop.sarong, 50)
    old = a_lot(shop.sarong, 12, day=today() - timedelta(days=3))
    recalled = a_lot(shop.sarong, day=today() - timedelta(days=9))
    of_lots.recall(lot=recalled, actor=SYSTEM, why="x")
    shown = client.get(url("fulfilment", shop.part.number))
    [line] = shown.context["form"].packing
    proposed = {field.name: field.initial for field in line.fields}
    assert list(proposed.values()) == [12, 8]
    assert f"From lot {old.number} of" in shown.content.decode()
    client.post(url("pack", shop.part.number), {**proposed})
    assert shop.part.state == "packed"
    assert list(FulfilmentLot.objects.values_list("lot", "quantity")) == [(old.pk, 12), (young.pk, 8)]
    text = page(client, "fulfilment", shop.part.number)
    assert old.number in text
    assert "A4, eight on a sheet" in text
    assert shop.part.number in page(client, "lot", old.code)  # where it went


def test_lots_that_do_not_add_up_or_are_gone_are_said_with_what_was_typed(
    client: Client, shop: World
) -> None:
    lot = a_lot(shop.sarong, 30)
    pack, name = url("pack", shop.part.number), f"lot-{shop.part.lines.get().pk}-{lot.pk}"
    short = client.post(pack, {name: "19"})
    assert "The lots add up to 19, not to 20 potong." in short.content.decode()
    assert 'value="19"' in short.content.decode()
    assert client.post(pack, {name: "31"}).context["form"].errors[name]
    of_lots.end(lot=lot, actor=SYSTEM)
    gone = client.post(pack, {name: "20"})
    assert "Please look once more" in gone.content.decode()
    assert shop.part.state == "accepted"
    client.post(pack, {})  # of no lot
    assert (shop.part.state, FulfilmentLot.objects.count()) == ("packed", 0)


def test_taken_by_another_between_look_and_tap(
    client: Client, shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lot = a_lot(shop.sarong, 30)
    name = f"lot-{shop.part.lines.get().pk}-{lot.pk}"
    pack_from = services.pack_from

    def late(**kw: Any) -> None:
        Lot.objects.update(used=15)
        pack_from(**kw)

    monkeypatch.setattr(services, "pack_from", late)
    response = client.post(url("pack", shop.part.number), {name: "20"})
    assert f"Of lot {lot.number} only 15 are left now." in response.content.decode()
    assert shop.part.state == "accepted"


def test_a_recalled_lot_holds_the_part_until_it_is_packed_anew(client: Client, shop: World) -> None:
    bad, good = a_lot(shop.sarong, 20, day=today() - timedelta(days=1)), a_lot(shop.sarong, 20)
    line = shop.part.lines.get().pk
    client.post(url("pack", shop.part.number), {f"lot-{line}-{bad.pk}": "20"})
    assert "1 order has goods of it" in page(client, "recall-lot", bad.code)
    assert client.post(url("recall-lot", bad.code), {"why": " "}).status_code == 200
    client.post(url("recall-lot", bad.code), {"why": "Diduga tercampur"})
    assert "One of its lots is recalled" in page(client, "fulfilment", shop.part.number)
    handed = client.post(
        url("hand-over", shop.part.number), {"carrier": "JNE", "tracking_number": "1"}, follow=True
    )
    assert f"lot {bad.number} is recalled" in handed.content.decode()
    assert shop.part.state == "packed"
    client.post(url("pack-lots", shop.part.number), {f"lot-{line}-{good.pk}": "20"})
    client.post(url("hand-over", shop.part.number), {"carrier": "JNE", "tracking_number": "1"})
    assert shop.part.state == "handed_over"
    client.post(url("recall-lot", bad.code), {"why": "Hasil uji bersih"})
    assert (Lot.objects.get(pk=bad.pk).state, Lot.objects.get(pk=bad.pk).used) == ("open", 0)
    assert client.get(url("pack-lots", shop.part.number)).context["is_open"] is False


def test_used_up_and_open_again(client: Client, shop: World) -> None:
    lot = a_lot(shop.sarong)
    for step, state in (("end", "ended"), ("end", "ended"), ("open", "open"), ("nonsense", "open")):
        assert client.post(url("move-lot", lot.code, step)).status_code == 302
        assert Lot.objects.get().state == state


def test_labels_of_a_part_one_for_each_carton(
    client: Client, shop: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert client.get(url("part-labels", shop.part.number)).status_code == 404  # not packed yet
    shop.sarong.carton_quantity = 8
    shop.sarong.save()
    first, second = a_lot(shop.sarong, 10), a_lot(shop.sarong, 10)
    line = shop.part.lines.get().pk
    client.post(url("pack", shop.part.number), {f"lot-{line}-{lot.pk}": "10" for lot in (first, second)})
    made: list[dict[str, Any]] = []
    render = labels.pdf.render
    monkeypatch.setattr(labels.pdf, "render", lambda name, data: made.append(data) or render(name, data))
    for size in ("a4", "100x150", "nonsense"):
        response = client.get(f"/en{url('part-labels', shop.part.number).removeprefix('/en')}?size={size}")
        assert response.content.startswith(b"%PDF-")
    data = made[0]
    assert [one["carton"] for one in data["labels"]] == [f"Carton {n} of 4" for n in (1, 2, 3, 4)]
    assert [one["pack"] for one in data["labels"]] == ["8 potong", "2 potong"] * 2
    assert [one["qr"] for one in data["labels"]] == [first.code] * 2 + [second.code] * 2
    assert data["qr"][first.code].startswith("<svg")
    assert shop.order.buyer_name not in str(data)
    monkeypatch.setattr(labels, "MOST", 3)
    client.get(f"{url('part-labels', shop.part.number)}?first=4")
    assert [one["carton"] for one in made[-1]["labels"]] == ["Carton 4 of 4"]
    assert client.get(url("fulfilment", shop.part.number)).context["labels"] == [(1, 3), (4, 4)]
    assert client.get(f"{url('part-labels', shop.part.number)}?first=5").status_code == 404


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_labels_of_a_lot_and_a_hostile_name(client: Client, shop: World, language: str) -> None:
    product = make_product(shop.mine, title='#read("/etc/passwd") $x$ *b* ' + "panjang" * 12)
    lot = a_lot(product, best_before=today())
    for size in labels.SIZES:
        assert labels.of_lot(lot, language, size, count=9, quantity=5).startswith(b"%PDF-")
    wrong = client.get(url("lot-labels", lot.code), {"count": "9999", "size": "a4"})
    assert wrong["Location"] == url("lot", lot.code)
    right = client.get(url("lot-labels", lot.code), {"count": "9", "size": "100x150"})
    assert right.content.startswith(b"%PDF-")


def test_a_grower_who_agrees_and_no_longer_does(client: Client, shop: World) -> None:
    growers = url("growers", shop.mine.code)
    good = {"name": "Santri Contoh", "needs_guardian": "on", "agreed_on": today().isoformat(), "how": "paper"}
    alone = client.post(growers, good)
    assert alone.context["form"].errors["guardian"]
    client.post(growers, good | {"guardian": "Wali Contoh"})
    grower = Grower.objects.get()
    assert (grower.name, grower.guardian, grower.recorded_by) == ("Santri Contoh", "Wali Contoh", shop.member)
    client.post(url("new-lot", shop.sarong.pk), answers(grower=grower.pk))
    assert "Santri Contoh" in page(client, "lots", shop.sarong.pk)
    client.post(url("withdraw-grower", grower.pk))
    assert "Santri Contoh" not in page(client, "lots", shop.sarong.pk) + page(
        client, "growers", shop.mine.code
    )
    foreign = a_grower(shop.theirs)
    assert client.post(url("new-lot", shop.sarong.pk), answers(grower=foreign.pk)).context["form"].errors
    assert client.post(url("withdraw-grower", foreign.pk)).status_code == 404


def test_who_is_recognised_in_a_photo_agreed(client: Client, shop: World) -> None:
    image = ProductImage.objects.create(product=shop.sarong, original="products/none.webp", width=9, height=9)
    people = url("photo-people", shop.sarong.pk, image.pk)
    assert "A person can be recognised" in page(client, "listing-photos", shop.sarong.pk)
    missing = client.post(people, {"agreed_on": today().isoformat(), "how": "paper"})
    assert missing.context["form"].errors["agreed_by"]
    good = {"agreed_by": "Wali Contoh", "is_guardian": "on", "agreed_on": today().isoformat(), "how": "paper"}
    client.post(people, good)
    kept = PhotoConsent.objects.get()
    assert (kept.image, kept.agreed_by, kept.is_guardian, kept.recorded_by) == (
        image,
        "Wali Contoh",
        True,
        shop.member,
    )
    assert "People agreed" in page(client, "listing-photos", shop.sarong.pk)
    assert "Wali Contoh" not in Client().get(shop.sarong.get_absolute_url()).content.decode()
    assert len(PHOTOS.export(shop.member)) == 1
    PHOTOS.erase(shop.member)
    assert PHOTOS.export(shop.member) == []
    client.post(people, {"nobody": "1"})
    assert [(row.after, "Wali" in row.why) for row in history(image)] == [
        ("agreed", False),
        ("nobody", False),
    ]
    assert not PhotoConsent.objects.exists()
    assert client.get(url("photo-people", shop.coffee.pk, image.pk)).status_code == 404


def test_the_list_costs_the_same_however_many_lots(
    client: Client, shop: World, django_assert_num_queries: Any
) -> None:
    grower = a_grower(shop.mine)
    a_lot(shop.sarong, grower=grower)
    client.get(url("lots", shop.sarong.pk))
    with django_assert_num_queries(14):
        client.get(url("lots", shop.sarong.pk))
    for n in range(24):
        a_lot(shop.sarong, grower=grower, district=a_place("32.05.01" if n % 2 else "32.04.37"))
    with django_assert_num_queries(14):
        found = client.get(url("lots", shop.sarong.pk))
    assert len(re.findall(r"26\d{4}-\d+", found.content.decode())) >= 20
    assert found.context["page_obj"].paginator.num_pages == 2


def test_drafts_and_services_have_no_lots(client: Client, shop: World) -> None:
    service = make_product(shop.mine, title="Jasa", requires_shipping=False)
    assert client.get(url("lots", service.pk)).status_code == 404
    assert client.get(url("lots", shop.coffee.pk)).status_code == 404
