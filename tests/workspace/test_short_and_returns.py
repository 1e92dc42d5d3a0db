"""Pages of a short delivery, of goods that come back, of handing over with photos, and the pick list."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from marketplace.common.states import IllegalMove, history
from marketplace.fulfilment import personal, services, states
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.documents import delivery_note, invoice
from marketplace.fulfilment.documents.pick_list import _data
from marketplace.fulfilment.models import HandOverPhoto, Return, ShortDelivery
from marketplace.fulfilment.picking import to_pack, totals
from marketplace.orders.queries import link_token
from marketplace.payments.models import Refund
from marketplace.pesantren.models import StockRecord
from tests.factories import catalogue as cat
from tests.factories import orders as buy
from tests.factories.paid import OFFICE, World, pay, world
from tests.workspace.photos import a_photo

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> World:
    return world()


@pytest.fixture(autouse=True)
def files(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def url(name: str, *args: Any) -> str:
    return reverse(f"workspace:{name}", args=args)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def accepted(shop: World) -> Any:
    services.accept(fulfilment=shop.part, actor=OFFICE)
    return shop.part


def packed(shop: World) -> Any:
    services.pack(fulfilment=accepted(shop), actor=OFFICE)
    return shop.part


def refused(shop: World, taken: int = 15) -> Return:
    """The buyer keeps so many of 20 sarongs."""
    part = packed(shop)
    services.hand_over(fulfilment=part, actor=OFFICE, carrier="JNE", tracking_number="1")
    line = part.lines.get()
    facts = {"accepted": {line.pk: taken}, "reasons": {line.pk: "Robek"}}
    services.sign(fulfilment=part, actor=OFFICE, signed_name="Toko Contoh", **facts)
    return Return.objects.get()


def stock(shop: World) -> int | None:
    return StockRecord.objects.get(product=shop.sarong).num_in_stock


# Short delivery


def short(client: Any, shop: World, count: str, why: str = "Kain kurang", **more: str) -> Any:
    line = shop.part.lines.get()
    typed = {f"brings_{line.pk}": count, "why": why, "seen": f"{line.pk}:{line.quantity}"}
    client.force_login(shop.member)
    return client.post(url("short", shop.part.number), typed | more)


def test_a_short_delivery_is_told_to_buyer_and_office(client: Any, shop: World) -> None:
    part = accepted(shop)
    client.force_login(shop.member)
    assert client.get(url("short", part.number)).status_code == 200
    assert short(client, shop, "18").status_code == 302
    told = ShortDelivery.objects.get()
    assert (told.amount, told.why, shop.part.lines.get().short) == (300_000, "Kain kurang", 2)
    assert audit() == []
    page = client.get(url("fulfilment", part.number)).content.decode()
    assert "18 potong" in page
    assert "dipesan 20" in page
    assert "Kain kurang" in page
    buyers = client.get(reverse("account:guest-order", args=[link_token(shop.order)])).content.decode()
    assert "2 tidak datang" in buyers
    assert "Rp\xa0300.000" in buyers
    client.force_login(shop.office)
    for name, number in (("office:part", part.number), ("office:order", shop.order.number)):
        assert "dipesan 20" in client.get(reverse(name, args=[number])).content.decode()


def test_papers_show_what_comes(shop: World) -> None:
    part = accepted(shop)
    line = part.lines.get()
    services.bring_less(fulfilment=part, brings={line.pk: 18}, why="x", actor=OFFICE)
    [row] = delivery_note._data(shop.part, "id")["lines"]
    assert row["quantity"] == "18 potong (dipesan 20)"
    found = invoice._data(shop.order, "id")
    assert found["parts"][0]["lines"][0]["quantity"] == "18 potong (dipesan 20)"
    assert found["parts"][0]["lines"][0]["sum"] == "Rp\xa02.700.000"
    assert found["total"][1] == str(shop.order.total - ShortDelivery.objects.get().total)
    assert invoice.invoice(shop.order, "ar")[:5] == b"%PDF-"


@pytest.mark.parametrize("count", ["", "21", "banyak", "-1", "20"])
def test_a_wrong_number_stands_beside_its_field(client: Any, shop: World, count: str) -> None:
    accepted(shop)
    response = short(client, shop, count)
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [f"brings_{shop.part.lines.get().pk}"]
    assert response.context["form"]["why"].value() == "Kain kurang"
    assert not ShortDelivery.objects.exists()


def test_a_reason_is_asked(client: Any, shop: World) -> None:
    accepted(shop)
    assert list(short(client, shop, "18", why=" ").context["form"].errors) == ["why"]


def test_an_old_page_changes_nothing(client: Any, shop: World) -> None:
    accepted(shop)
    line = shop.part.lines.get()
    short(client, shop, "18")
    again = short(client, shop, "18", seen=f"{line.pk}:20")
    assert (again.status_code, len(said(again))) == (302, 2)
    assert Refund.objects.get().amount == 300_000
    short(client, shop, "17")  # a page opened after it is a new word
    assert sum(Refund.objects.values_list("amount", flat=True)) == 450_000


def test_nothing_left_declines(client: Any, shop: World) -> None:
    accepted(shop)
    short(client, shop, "0")
    assert shop.part.state == states.DECLINED
    assert Refund.objects.get().amount == 3_015_000
    assert audit() == []


def test_too_late_says_so(client: Any, shop: World) -> None:
    services.hand_over(fulfilment=packed(shop), actor=OFFICE, carrier="JNE", tracking_number="1")
    client.force_login(shop.member)
    page = client.get(url("short", shop.part.number))
    assert b'name="why"' not in page.content
    assert short(client, shop, "18").status_code == 302
    assert not ShortDelivery.objects.exists()


# Returns


@pytest.mark.parametrize(
    ("answer", "state", "more"),
    [("good", states.ARRIVED, 5), ("bad", states.ARRIVED, 0), ("nothing", states.WRITTEN_OFF, 0)],
)
def test_what_came_back_in_one_tap(client: Any, shop: World, answer: str, state: str, more: int) -> None:
    back, before = refused(shop), stock(shop)
    assert back.lines.get().quantity == 5
    client.force_login(shop.member)
    money = list(Refund.objects.values_list("amount", "state"))
    page = client.get(url("returned", back.number))
    assert "Tidak ada uang yang berpindah" in page.content.decode()
    for _twice in range(2):
        assert client.post(url("returned", back.number), {"answer": answer}).status_code == 302
    back.refresh_from_db()
    assert (back.state, stock(shop)) == (state, (before or 0) + more)
    assert [row.after for row in history(back)] == ["expected", state]
    assert list(Refund.objects.values_list("amount", "state")) == money
    assert client.get(url("returned", back.number)).status_code == 200
    assert audit() == []
    for address in (
        url("fulfilment", shop.part.number),
        reverse("account:guest-order", args=[link_token(shop.order)]),
    ):
        assert str(back.get_state_display()) in client.get(address).content.decode()


def test_counted_line_by_line(client: Any, shop: World) -> None:
    back, before = refused(shop), stock(shop)
    pk = back.lines.get().pk
    client.force_login(shop.member)

    def count(came: str, sellable: str) -> Any:
        typed = {f"came_{pk}": came, f"sellable_{pk}": sellable, "note": "Dicuci lagi", "answer": "counted"}
        return client.post(url("returned", back.number), typed)

    assert f"sellable_{pk}" in count("3", "4").context["form"].errors
    assert f"came_{pk}" in count("6", "4").context["form"].errors
    assert count("0", "0").context["form"].non_field_errors()
    assert count("4", "3").status_code == 302
    back.refresh_from_db()
    line = back.lines.get()
    assert (back.state, back.note, line.came, line.sellable) == ("arrived", "Dicuci lagi", 4, 3)
    assert stock(shop) == (before or 0) + 3
    assert audit() == []


def test_a_credit_note_by_units_expects_them_back_and_a_service_nothing(shop: World) -> None:
    part = packed(shop)
    services.hand_over(fulfilment=part, actor=OFFICE, carrier="JNE", tracking_number="1")
    line = part.lines.get()
    services.sign(
        fulfilment=part, actor=OFFICE, signed_name="Toko Contoh", accepted={line.pk: 20}, reasons={}
    )
    assert not Return.objects.exists()
    note = services.issue_credit_note(fulfilment=part, lines={line.pk: 2}, why="Luntur", actor=OFFICE)
    back = Return.objects.get()
    assert (back.credit_note, back.lines.get().quantity, back.state) == (note.number, 2, "expected")
    assert audit() == []
    course = cat.make_product(shop.mine, "Pelatihan", requires_shipping=False, delivery_kinds=())
    placed = buy.placed_order([(course, 2)], fee=0, kind="")
    pay(placed.due, "BCA-7")
    service = placed.order.fulfilments.get()
    services.accept(fulfilment=service, actor=OFFICE)
    services.deliver(fulfilment=service, actor=OFFICE)
    own = service.lines.get()
    facts = {"accepted": {own.pk: 1}, "reasons": {own.pk: "batal"}}
    services.sign(fulfilment=service, actor=OFFICE, signed_name="Contoh", **facts)
    assert Return.objects.count() == 1


def test_a_return_of_others_is_not_found(client: Any, shop: World) -> None:
    back = refused(shop)
    client.force_login(shop.stranger)
    assert client.get(url("returned", back.number)).status_code == 404
    assert client.post(url("returned", back.number), {"answer": "good"}).status_code == 404
    with pytest.raises(services.BadQuantities):
        services.take_in(back=back, came={}, sellable={}, note="", actor=OFFICE)
    services.write_off(back=back, why="Sudah dibuang", actor=OFFICE)
    with pytest.raises(IllegalMove):
        services.write_off(back=back, why="", actor=OFFICE)


# Handing over with photos


def upload(name: str = "resi.jpg", content: bytes = b"") -> Any:
    return SimpleUploadedFile(name, content or a_photo(), "image/jpeg")


def hand_over(client: Any, shop: World, *photos: Any, **more: Any) -> Any:
    client.force_login(shop.member)
    typed = {"carrier": "JNE", "tracking_number": "JT-1", "photos": list(photos), "key": str(uuid4())}
    return client.post(url("hand-over", shop.part.number), typed | more)


def test_a_photo_of_the_receipt_is_for_buyer_pesantren_and_office(client: Any, shop: World) -> None:
    packed(shop)
    key = str(uuid4())
    for _twice in range(2):
        assert hand_over(client, shop, upload(), key=key).status_code == 302
    photo = HandOverPhoto.objects.get()
    assert shop.part.state == states.HANDED_OVER
    with Image.open(BytesIO(photo.file.read())) as picture:
        assert (picture.format, max(picture.size), dict(picture.getexif())) == ("WEBP", 1600, {})
    token, address = link_token(shop.order), url("photo", shop.part.number, photo.token)
    assert client.get(address)["Content-Type"] == "image/webp"
    assert address in client.get(url("fulfilment", shop.part.number)).content.decode()
    buyers = reverse("account:photo", args=[token, photo.token])
    client.logout()
    assert client.get(buyers).status_code == 200
    assert buyers in client.get(reverse("account:guest-order", args=[token])).content.decode()
    office = reverse("office:photo", args=[shop.part.number, photo.token])
    for who, code in ((shop.office, 200), (shop.export, 404), (shop.stranger, 404)):
        client.force_login(who)
        assert client.get(office).status_code == code
    assert client.get(address).status_code == 404
    assert personal.RECEIPTS.purge(photo.created + personal.PHOTOS_KEPT * 2) == 1
    assert not photo.file.storage.exists(photo.file.name)


def test_a_photo_survives_a_mistake_elsewhere_and_can_be_left_out(client: Any, shop: World) -> None:
    packed(shop)
    page = hand_over(client, shop, upload(), tracking_number="")
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["tracking_number"])
    kept = HandOverPhoto.objects.get()
    assert str(kept.token) in page.content.decode()
    buyers = client.get(reverse("account:guest-order", args=[link_token(shop.order)]))
    assert str(kept.token) not in buyers.content.decode()  # it has not left yet
    page = hand_over(client, shop, tracking_number="", drop=[str(kept.token)])
    assert page.status_code == 200
    assert not HandOverPhoto.objects.exists()
    assert hand_over(client, shop).status_code == 302  # a photo is never needed


@pytest.mark.parametrize("content", [b"GIF89a", b"<svg onload=alert(1)>", b"%PDF-1.7 \x00\xff"])
def test_what_is_no_photo_is_refused(client: Any, shop: World, content: bytes) -> None:
    packed(shop)
    page = hand_over(client, shop, upload(content=content))
    assert (page.status_code, list(page.context["form"].errors)) == (200, ["photos"])
    assert (shop.part.state, HandOverPhoto.objects.count()) == (states.PACKED, 0)


def test_never_more_than_three(client: Any, shop: World) -> None:
    packed(shop)
    small = [upload(f"{n}.jpg", a_photo(size=(30, 20))) for n in range(4)]
    assert list(hand_over(client, shop, *small).context["form"].errors) == ["photos"]
    photos = [b"x"] * 5
    assert services.keep_hand_over_photos(fulfilment=shop.part, photos=photos, key=uuid4()) == 3
    assert services.keep_hand_over_photos(fulfilment=shop.other_part, photos=photos, key=uuid4()) == 0


# The pick list


def test_the_pick_list_sums_what_is_to_pack(client: Any, shop: World) -> None:
    part = accepted(shop)
    other = cat.make_product(shop.mine, "Peci uji")
    placed = buy.placed_order([(shop.sarong, 3), (other, 2)])
    pay(placed.due, "BCA-2")
    second = placed.order.fulfilments.get()
    services.accept(fulfilment=second, actor=OFFICE)
    line = part.lines.get()
    services.bring_less(fulfilment=part, brings={line.pk: 18}, why="x", actor=OFFICE)
    found, count = to_pack(shop.member, shop.mine)
    assert (count, [one.pk for one in found]) == (2, [part.pk, second.pk])
    sums = [(take.line.line.title_here, take.quantity) for take in totals(found)]
    assert sums == [("Peci uji", 2), ("Sarung uji", 21)]
    client.force_login(shop.member)
    page = client.get(url("to-pack", shop.mine.code)).content.decode()
    assert "21 potong" in page
    assert client.get(url("to-pack", shop.theirs.code)).status_code == 404
    for address in (url("to-pack-pdf", shop.mine.code), url("pick-list", part.number)):
        assert client.get(address).content[:5] == b"%PDF-"
    data = _data(shop.mine, found, "id")
    assert [row["quantity"] for row in data["totals"]] == ["2 potong", "21 potong"]
    assert [[row["quantity"] for row in order["lines"]] for order in data["orders"]] == [
        ["18 potong"],
        ["3 potong", "2 potong"],
    ]
    assert _data(shop.mine, found[:1], "id")["totals"] == []  # of one order its own lines say it


def test_the_pick_list_asks_the_same_number_of_questions(client: Any, shop: World) -> None:
    accepted(shop)
    client.force_login(shop.member)
    address = url("to-pack", shop.mine.code)
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for number in range(5):
        placed = buy.placed_order([(shop.sarong, 1)])
        pay(placed.due, f"B-{number}")
        services.accept(fulfilment=placed.order.fulfilments.get(), actor=OFFICE)
    with CaptureQueriesContext(connection) as many:
        client.get(address)
    assert len(many) == len(few)
