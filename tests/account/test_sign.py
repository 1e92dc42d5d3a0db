"""Signing for goods: quantities, reasons, photos, and one receipt for two presses of the button."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from marketplace.common import photos
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Acceptance, AcceptancePhoto, Fulfilment
from marketplace.orders.queries import link_token
from marketplace.payments.models import Refund
from tests.fulfilment.steps import assert_sound, bring, one_seller, paid, two_sellers

pytestmark = pytest.mark.django_db


def photo(
    kind: str = "JPEG", size: tuple[int, int] = (2400, 1200), name: str = "busuk.jpg"
) -> SimpleUploadedFile:
    """A picture with a place and a camera in its EXIF, lying on its side."""
    out = BytesIO()
    picture = Image.new("RGB", size, "orange")
    exif = picture.getexif()
    exif[0x010F] = "CameraMaker"
    exif[0x0112] = 6
    picture.save(out, kind, exif=exif)
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


class Part:
    """A delivered part and its page."""

    def __init__(self, placed: Any, to: str = states.DELIVERED) -> None:
        self.order = placed.order
        self.part = bring(paid(placed)[0], to)
        self.line = self.part.lines.get()
        self.home = f"/en/orders/{link_token(self.order)}/"
        self.address = f"{self.home}parts/{self.part.number}/sign/"

    def form(self, accepted: object, reason: str = "", **more: Any) -> dict[str, Any]:
        return {
            f"accepted_{self.line.pk}": accepted,
            f"reason_{self.line.pk}": reason,
            "signed_name": "Siti Contoh",
            **more,
        }

    def state(self) -> str:
        return Fulfilment.objects.get(pk=self.part.pk).state


@pytest.fixture
def part() -> Part:
    return Part(one_seller())


def test_all_is_filled_in_at_first(client: Client, part: Part) -> None:
    page = client.get(part.address).content.decode()
    assert f'name="accepted_{part.line.pk}" value="10"' in page
    assert 'enctype="multipart/form-data"' in page


def test_all_accepted(client: Client, part: Part) -> None:
    response = client.post(part.address, part.form("10", "ignored"), follow=True)
    assert "Thank you. Your receipt is signed." in response.content.decode()
    receipt = Acceptance.objects.get()
    assert (receipt.signed_name, receipt.by_clock, part.state()) == ("Siti Contoh", False, "received")
    part.line.refresh_from_db()
    assert (part.line.accepted, part.line.reason) == (10, "")
    assert_sound()


def test_handed_over_part_can_be_signed(client: Client) -> None:
    part = Part(one_seller(), states.HANDED_OVER)
    client.post(part.address, part.form("10"))
    assert part.state() == "received"


def test_part_of_it_needs_a_reason_and_keeps_what_was_typed(client: Client, part: Part) -> None:
    response = client.post(part.address, part.form("7", note="Kotak basah"))
    page = response.content.decode()
    assert list(response.context["form"].errors) == [f"reason_{part.line.pk}"]
    assert 'value="7"' in page
    assert "Kotak basah" in page
    assert 'value="Siti Contoh"' in page
    assert part.state() == "delivered"
    client.post(part.address, part.form("7", "3 busuk"))
    assert Refund.objects.get().amount == 150_000
    part.line.refresh_from_db()
    assert (part.line.accepted, part.line.reason) == (7, "3 busuk")
    assert_sound()


def test_nothing_accepted_pays_all_back(client: Client, part: Part) -> None:
    client.post(part.address, part.form("0", "Semua busuk"))
    assert (part.state(), Refund.objects.get().amount) == ("rejected", 515_000)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"accepted": "11"}, "accepted"),
        ({"accepted": "-1"}, "accepted"),
        ({"accepted": "sepuluh"}, "accepted"),
        ({"accepted": ""}, "accepted"),
        ({"signed_name": ""}, "signed_name"),
        ({"signed_name": "."}, "signed_name"),
    ],
)
def test_bad_input_is_refused_beside_the_field(
    client: Client, part: Part, change: dict[str, str], field: str
) -> None:
    name = change.get("signed_name", "Siti Contoh")
    form = part.form(change.get("accepted", "10"), "alasan", signed_name=name)
    response = client.post(part.address, form)
    wanted = f"accepted_{part.line.pk}" if field == "accepted" else field
    assert list(response.context["form"].errors) == [wanted]
    assert f'id="id_{wanted}_error"' in response.content.decode()
    assert Acceptance.objects.count() == 0


def test_two_presses_make_one_receipt(client: Client, part: Part) -> None:
    form = part.form("10")
    assert client.post(part.address, form)["Location"] == f"{part.home}#part-{part.part.number}"
    again = client.post(part.address, part.form("0", "lain"), follow=True)
    assert "This part is signed. Your receipt stands below." in again.content.decode()
    assert Acceptance.objects.count() == 1
    part.line.refresh_from_db()
    assert part.line.accepted == 10


def test_photos_are_made_anew_and_private(client: Client, part: Part) -> None:
    client.post(part.address, part.form("9", "1 busuk", photos=[photo(), photo("PNG", name="b.png")]))
    kept = list(AcceptancePhoto.objects.order_by("pk"))
    assert len(kept) == 2
    with Image.open(kept[0].file) as picture:
        assert (picture.format, picture.size) == ("WEBP", (800, 1600))
        assert dict(picture.getexif()) == {}
        assert b"CameraMaker" not in Path(kept[0].file.path).read_bytes()
    response = client.get(f"{part.home}photos/{kept[0].token}/")
    assert (response["Content-Type"], response["Cache-Control"]) == ("image/webp", "private, no-store")
    assert client.get(f"/media/{kept[0].file.name}").status_code == 404
    assert f"/photos/{kept[1].token}/" in client.get(part.home).content.decode()


def test_photo_of_another_order_is_not_found(client: Client, part: Part) -> None:
    client.post(part.address, part.form("9", "1 busuk", photos=[photo()]))
    other = two_sellers().order
    token = AcceptancePhoto.objects.get().token
    assert client.get(f"/en/orders/{link_token(other)}/photos/{token}/").status_code == 404


def test_good_photos_survive_an_error(client: Client, part: Part) -> None:
    response = client.post(part.address, part.form("9", "", photos=[photo()]))
    assert AcceptancePhoto.objects.count() == 1
    token = str(AcceptancePhoto.objects.get().token)
    assert token in response.content.decode()
    client.post(part.address, part.form("9", "1 busuk", photos=[photo(name="c.jpg")]))
    assert (AcceptancePhoto.objects.count(), part.state()) == (2, "received")


@pytest.mark.django_db(transaction=True)
def test_kept_photo_can_be_left_out(client: Client, part: Part) -> None:
    client.post(part.address, part.form("9", "", photos=[photo()]))
    kept = AcceptancePhoto.objects.get()
    client.post(part.address, part.form("9", "1 busuk", drop=[str(kept.token)]))
    assert (AcceptancePhoto.objects.count(), part.state()) == (0, "received")
    assert not default_storage.exists(str(kept.file.name))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "is not a photo we can read"),
        (b"GIF89a" + b"0" * 50, "is not a photo we can read"),
        (b"\xff\xd8\xff\xe0 half a photo", "is not a photo we can read"),
        (b"0" * (photos.MOST_BYTES + 1), "is larger than 8 MB"),
    ],
)
def test_what_is_no_photo_is_refused(client: Client, part: Part, content: bytes, said: str) -> None:
    file = SimpleUploadedFile("evil.jpg", content, "image/jpeg")
    response = client.post(part.address, part.form("9", "1 busuk", photos=[file]))
    assert said in response.context["form"].errors["photos"][0]
    assert (AcceptancePhoto.objects.count(), Acceptance.objects.count()) == (0, 0)


def test_picture_with_too_many_pixels_is_not_unpacked(client: Client, part: Part, monkeypatch: Any) -> None:
    monkeypatch.setattr(photos, "MOST_PIXELS", 1000)
    response = client.post(part.address, part.form("9", "1 busuk", photos=[photo()]))
    assert "too many pixels" in response.context["form"].errors["photos"][0]


def test_six_photos_at_most_with_the_kept_ones(client: Client, part: Part) -> None:
    five = [photo(size=(40, 30), name=f"{number}.jpg") for number in range(5)]
    client.post(part.address, part.form("9", "", photos=five))
    two = [photo(size=(40, 30)), photo(size=(40, 30))]
    response = client.post(part.address, part.form("9", "1 busuk", photos=two))
    assert response.context["form"].errors["photos"] == ["At most 6 photos, please."]
    assert (AcceptancePhoto.objects.count(), part.state()) == (5, "delivered")


def test_history_names_the_guest(client: Client, part: Part) -> None:
    from marketplace.common.states import history

    client.post(part.address, part.form("10"))
    last = list(history(part.part))[-1]
    assert (last.after, last.actor_id, last.actor_name) == ("received", None, "guest")
