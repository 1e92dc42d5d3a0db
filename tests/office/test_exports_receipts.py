"""The packing house on a phone: a truck, one lot a screen, photos, closed once."""

from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from PIL import Image

from marketplace.exports.models import GoodsReceipt, PackingHouse, PickUp
from marketplace.reference.working_days import today
from tests.factories.exports import desk
from tests.factories.receiving import a_house, line_of, weighed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(f"office:export-{name}", args=args)


def test_a_truck_is_planned_printed_and_arrives(coordinator: Client) -> None:
    of = desk()
    assert "No packing house is known yet" in coordinator.get(url("new-pick-up")).content.decode()
    regency = of.exporter.regency.code
    facts = {
        "exporter": of.exporter.pk,
        "name": "Rumah Kemas",
        "address": "Jl. 1",
        "regency": regency,
        "is_active": "on",
    }
    coordinator.post(url("add-house"), facts)
    house = PackingHouse.objects.get()
    first, second = of.parts
    facts = {"house": house.pk, "day": str(today()), "vehicle": "D 1234 XY", "capacity_kg": "900"}
    facts |= {f"stop_{second.pk}": "1", f"stop_{first.pk}": "2", f"at_{second.pk}": "08:30"}
    wrong = coordinator.post(url("new-pick-up"), facts)
    assert "weigh 950 kg, and the truck carries 900 kg" in wrong.content.decode()
    assert 'value="08:30"' in wrong.content.decode()
    answer = coordinator.post(url("new-pick-up"), facts | {"capacity_kg": "1.000"})
    truck = PickUp.objects.get()
    assert answer.url == url("pick-up", truck.number)
    assert [stop.part_id for stop in truck.stops.all()] == [second.pk, first.pk]
    text = coordinator.get(answer.url).content.decode()
    assert second.partner.name in text
    assert "950 kg" in text
    for step in ("depart", "arrive"):
        coordinator.post(answer.url, {"step": step})
    truck.refresh_from_db()
    assert truck.state == "done"
    assert coordinator.post(answer.url, {"step": "x"}).status_code == 404


def test_weighed_photographed_and_closed(coordinator: Client) -> None:
    of = desk()
    house, part = a_house(of.exporter), of.parts[0]
    coordinator.post(url("receipts"), {"house": house.pk, "part": part.pk})
    receipt = GoodsReceipt.objects.get()
    manggis, jengkol = line_of(of, "manggis"), line_of(of, "jengkol")
    page = url("weigh", receipt.number, manggis.pk, 0)
    facts = {
        "weighed": "598,25",
        "accepted": "360,25",
        "downgraded": "150",
        "rejected": "80",
        "grade": "Super",
    }
    wrong = coordinator.post(page, facts)
    text = wrong.content.decode()
    assert "come to 590.25 kg, but 598.25 kg were weighed" in text
    assert 'value="360,25"' in text
    absurd = coordinator.post(page, facts | {"weighed": "99999999", "accepted": "99999999"})
    assert "is more than 5 times what was ordered (600 kg)" in absurd.context["form"].errors["weighed"][0]
    facts |= {"shrinkage": "8", "reason": "ukuran kurang"}
    assert coordinator.post(page, facts).url == url("weigh", receipt.number, jengkol.pk, 0)
    last = coordinator.post(url("weigh", receipt.number, jengkol.pk, 0), {"weighed": "50", "accepted": "50"})
    assert last.url == url("receipt", receipt.number)
    file = BytesIO()
    Image.new("RGB", (30, 20), "green").save(file, "JPEG")
    photos = {"photos": SimpleUploadedFile("a.jpg", file.getvalue()), "grader": "Contoh"}
    coordinator.post(url("receipt", receipt.number), photos)
    photo = receipt.photos.get()
    shown = coordinator.get(url("receipt-photo", receipt.number, photo.key))
    assert shown["Content-Type"] == "image/webp"
    text = coordinator.get(url("close-receipt", receipt.number)).content.decode()
    assert "360 of 600 kg" in text
    coordinator.post(url("close-receipt", receipt.number))
    receipt.refresh_from_db()
    assert (receipt.state, receipt.grader) == ("closed", "Contoh")
    assert [line.quantity for line in part.lines.order_by("pk")] == [360, 50]
    assert "Weigh again" not in coordinator.get(url("receipt", receipt.number)).content.decode()


def test_no_photo_is_no_photo(coordinator: Client) -> None:
    of = desk()
    coordinator.post(url("receipts"), {"house": a_house(of.exporter).pk, "part": of.parts[0].pk})
    receipt = GoodsReceipt.objects.get()
    facts = {"photos": SimpleUploadedFile("a.jpg", b"<script>"), "note": "Basah"}
    answer = coordinator.post(url("receipt", receipt.number), facts)
    assert "is not a photo we can read" in answer.content.decode()
    assert "Basah" in answer.content.decode()
    assert not receipt.photos.exists()


def test_without_the_money_the_page_says_so(coordinator: Client) -> None:
    of = desk(release_on="receipt")
    coordinator.post(url("receipts"), {"house": a_house(of.exporter).pk, "part": of.parts[1].pk})
    receipt = GoodsReceipt.objects.get()
    weighed(receipt, line_of(of, "rambutan"), 300_000)
    of.order.dues.update(state="open")
    answer = coordinator.post(url("close-receipt", receipt.number), follow=True)
    assert "a balance of this order is not paid yet" in answer.content.decode()
    receipt.refresh_from_db()
    assert receipt.state == "open"


def test_lots_of_other_receipts_are_not_found(coordinator: Client) -> None:
    of = desk()
    coordinator.post(url("receipts"), {"house": a_house(of.exporter).pk, "part": of.parts[0].pk})
    receipt = GoodsReceipt.objects.get()
    assert coordinator.get(url("weigh", receipt.number, line_of(of, "rambutan").pk, 0)).status_code == 404
    assert coordinator.get(url("receipt", "R26-XXXXXX")).status_code == 404
