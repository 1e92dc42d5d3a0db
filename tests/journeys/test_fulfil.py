"""A pesantren fulfils an order on a cheap phone over a slow network, out of the one inbox; taps are counted.

Two taps for each: the button of the row, and the one that does it. Typing and choosing a photo come on top.
"""

from time import monotonic
from typing import Any

import pytest

from marketplace.common.actor import Actor
from marketplace.fulfilment import services
from marketplace.fulfilment.audit import audit
from marketplace.fulfilment.models import Fulfilment, HandOverPhoto, Return
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.conversations import write
from tests.factories.orders import account, placed_order
from tests.factories.paid import pay
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.test_listing import Taps, slow
from tests.workspace.photos import a_photo

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def part(transactional_db: None) -> Fulfilment:
    """20 sarongs and 5 caps, paid; the buyer has asked something before."""
    mine = make_pesantren("contoh-satu")
    make_member(make_user("pesantren@example.com"), mine)
    buyer = make_user("pembeli@example.com", name="Toko Contoh Bandung")
    sarong, cap = make_product(mine, "Sarung tenun motif contoh"), make_product(mine, "Peci rajut", 40_000)
    write("Assalamu’alaikum, apakah ada warna biru tua?", user=buyer, product=sarong)
    placed = placed_order([(sarong, 20), (cap, 5)], account(buyer))
    pay(placed.due)
    found: Fulfilment = placed.order.fulfilments.get()
    return found


class Journey:
    """One member at work: each task begins in the inbox with the row's button."""

    def __init__(self, member: Any, name: str) -> None:
        self.member, self.page, self.name = member, member.page, name

    def picture(self, what: str) -> None:
        self.member.looks_right()
        self.page.screenshot(path=screen(f"fulfil-{what}-{self.name}"), full_page=True)

    def begin(self, what: str, row: str) -> Taps:
        self.member.open("/workspace/")
        self.picture(f"inbox-{what}")
        taps = Taps(self.page)
        taps.tap(f'main .job a[href$="{row}"]')
        self.page.wait_for_load_state()
        looking = monotonic()
        self.picture(what)
        taps.begun += monotonic() - looking  # our pictures are not the machine's time
        return taps

    def end(self, taps: Taps, what: str, button: str) -> None:
        taps.tap(button)
        self.page.wait_for_load_state()
        assert taps.done(f"{what}, {self.name}")[0] == 2
        self.picture(f"{what}-done")


def bring_less(journey: Journey, part: Fulfilment) -> None:
    """The reason is forgotten first: what was typed stays."""
    page, first = journey.page, part.lines.order_by("pk")[0]
    taps = journey.begin("short", f"/workspace/orders/{part.number}/less/")
    page.fill(f"[name=brings_{first.pk}]", "18")
    journey.end(taps, "short-mistake", "main form .btn")
    assert page.locator("[aria-invalid=true]").count() == 1
    assert page.input_value(f"[name=brings_{first.pk}]") == "18"
    page.fill("[name=why]", "Dua potong cacat tenun")
    taps = Taps(page)
    taps.count = 1  # the row's button above
    journey.end(taps, "less comes", "main form .btn")


def send(journey: Journey, part: Fulfilment) -> None:
    page, order = journey.page, f"/workspace/orders/{part.number}/"
    journey.member.open("/workspace/to-pack/contoh-satu/")
    journey.picture("pick-list")
    journey.end(journey.begin("pack", order), "pack", 'main form[action$="/pack/"] button')
    taps = journey.begin("hand-over", f"{order}hand-over/")
    page.fill("[name=carrier]", "JNE")
    page.fill("[name=tracking_number]", "JT-0012345")
    photo = {"name": "resi.jpg", "mimeType": "image/jpeg", "buffer": a_photo(size=(1200, 900))}
    page.set_input_files("[name=photos]", photo)
    journey.end(taps, "hand over with a photo", "main form .btn")
    assert HandOverPhoto.objects.filter(fulfilment=part).count() == 1


def take_some(part: Fulfilment) -> Return:
    """The buyer keeps 15 of the 18 that came, and all the rest."""
    lines = list(part.lines.order_by("pk"))
    kept = {line.pk: line.quantity for line in lines} | {lines[0].pk: 15}
    facts = {"accepted": kept, "reasons": {lines[0].pk: "Tiga potong luntur"}}
    services.sign(fulfilment=part, actor=Actor.of(part.order.user), signed_name="Toko Contoh", **facts)
    return Return.objects.get()


@pytest.mark.parametrize(
    ("language", "viewport"),
    [("id", PHONE), ("ar", PHONE), ("en", DESKTOP)],
    ids=["id-phone", "ar-phone", "en-desktop"],
)
def test_from_the_question_to_what_comes_back(
    part: Fulfilment, person: Any, language: str, viewport: dict[str, int]
) -> None:
    journey = Journey(person(language, viewport), f"{language}-{viewport['width']}")
    journey.member.sign_in("pesantren@example.com")
    if language == "id":
        slow(journey.page)
    order = f"/workspace/orders/{part.number}/"
    taps = journey.begin("answer", f"/workspace/messages/{part.partner.threads.get().pk}/")
    journey.page.fill("main [name=text]", "Wa’alaikumussalam, ada. Biru tua siap 12 potong.")
    journey.end(taps, "answer a question", 'main form:has([name="text"]) .btn')
    journey.end(journey.begin("accept", order), "accept", 'main form[action$="/accept/"] button')
    bring_less(journey, part)
    send(journey, part)
    row = f"/workspace/returns/{take_some(part).number}/"
    journey.end(journey.begin("return", row), "goods come back", 'main [name="answer"][value="good"]')
    journey.member.open("/workspace/")
    journey.picture("inbox-empty")
    record = part.lines.order_by("pk")[0].line.stockrecord
    assert record.num_in_stock == 100 - 2 - 18 + 3
    assert audit() == []
