"""A buyer asks about a product, the pesantren answers, the buyer asks about the order in the same thread;
then a complaint about the order, the pesantren's view, the office's answer. On a phone and a desktop."""

from typing import Any

import pytest

from marketplace.complaints.models import Complaint
from marketplace.conversations.models import Message, Thread
from marketplace.notices.models import Mail
from tests.factories.paid import World, world
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(transactional_db: None) -> World:
    return world()


@pytest.mark.parametrize(
    ("language", "viewport"),
    [("id", PHONE), ("en", DESKTOP), ("ar", PHONE)],
    ids=["id-phone", "en-desktop", "ar-phone"],
)
def test_questions_and_a_complaint(shop: World, person: Any, language: str, viewport: dict[str, int]) -> None:
    name = f"{language}-{viewport['width']}"
    buyer, member = person(language, viewport), person(language, viewport)
    member.sign_in(shop.member.email)
    ask_about_the_product(buyer, shop, name)
    answer(member, "Ada, 40 potong.", name)
    ask_about_the_order(buyer, shop)
    answer(member, "Besok pagi.", name)
    assert Thread.objects.count() == 1
    assert [one.text for one in Message.objects.order_by("pk")] == [
        "Ada warna biru?",
        "Ada, 40 potong.",
        "Kapan dikirim?",
        "Besok pagi.",
    ]
    complaint = complain(buyer, shop, name)
    give_a_view(member, complaint, name)
    answer_for_the_office(person(language, viewport), shop, complaint, name)
    buyer.open(f"/complaints/{buyer.page.url.rstrip('/').rsplit('/', 1)[1]}/")
    buyer.sees("Uang Anda kembali.")
    buyer.sees("Kami ganti.")
    buyer.page.screenshot(path=screen(f"complaint-{name}"), full_page=True)


def ask_about_the_product(buyer: Person, shop: World, name: str) -> None:
    """As a visitor: signing in comes when the question is sent, and the question is still there."""
    path = shop.sarong.get_absolute_url()
    buyer.open(path)
    buyer.follow(f"/messages/{shop.sarong.seller.code}/?product={shop.sarong.pk}")
    buyer.press("main")  # nothing typed
    assert buyer.page.locator("[aria-invalid=true]").count() == 1
    buyer.fill(text="Ada warna biru?")
    buyer.press("main")
    buyer.fill(name=shop.buyer.email, password="demo-only")
    buyer.press("main")
    buyer.page.screenshot(path=screen(f"ask-{name}"), full_page=True)
    buyer.press("main")
    buyer.sees("Ada warna biru?")


def answer(member: Person, text: str, name: str) -> None:
    member.open("/workspace/messages/")
    member.page.screenshot(path=screen(f"workspace-messages-{name}"), full_page=True)
    member.follow(f"/workspace/messages/{Thread.objects.get().pk}/")
    member.fill(text=text)
    member.press("main")
    member.sees(text)
    member.page.screenshot(path=screen(f"workspace-thread-{name}"), full_page=True)


def ask_about_the_order(buyer: Person, shop: World) -> None:
    buyer.open(f"/account/orders/{shop.order.number}/")
    buyer.page.locator(f"#part-{shop.part.number} a", has=buyer.page.locator("svg")).first.click()
    buyer.page.wait_for_load_state()
    buyer.looks_right()
    buyer.sees("Ada, 40 potong.")
    buyer.fill(text="Kapan dikirim?")
    buyer.press("main")
    buyer.sees("Kapan dikirim?")


def complain(buyer: Person, shop: World, name: str) -> Complaint:
    buyer.open("/complaints/")
    buyer.open(f"/account/orders/{shop.order.number}/")
    buyer.page.locator(f'#part-{shop.part.number} a[href*="/complaints/new/"]').click()
    buyer.page.wait_for_load_state()
    buyer.press("main")  # nothing chosen, nothing typed
    assert buyer.page.locator("main .error").count() >= 2
    buyer.page.screenshot(path=screen(f"complain-{name}"), full_page=True)
    buyer.page.locator('input[name="subject"][value="goods"]').check()
    buyer.fill(text="Tiga sarung sobek.")
    buyer.press("main")
    complaint = Complaint.objects.get()
    buyer.sees(complaint.number)
    assert Mail.objects.filter(key__startswith="complaint_received/", to=shop.buyer.email).count() == 1
    return complaint


def give_a_view(member: Person, complaint: Complaint, name: str) -> None:
    member.open("/workspace/complaints/")
    member.follow(f"/workspace/complaints/{complaint.number}/")
    member.fill(text="Kami ganti.")
    member.press("main")
    member.sees("Kami ganti.")
    member.page.screenshot(path=screen(f"workspace-complaint-{name}"), full_page=True)


def answer_for_the_office(office: Person, shop: World, complaint: Complaint, name: str) -> None:
    office.sign_in(shop.office.email)
    office.open("/office/complaints/")
    office.page.screenshot(path=screen(f"office-complaints-{name}"), full_page=True)
    office.follow(f"/office/complaints/{complaint.number}/")
    office.follow("/messages/")
    office.sees("Kapan dikirim?")
    office.open(f"/office/complaints/{complaint.number}/")
    office.fill(text="Uang Anda kembali.")
    office.press("main")
    office.sees("Uang Anda kembali.")
    office.follow("/close/")
    office.page.screenshot(path=screen(f"office-complaint-{name}"), full_page=True)
