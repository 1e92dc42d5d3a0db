"""A company buys on tempo: ordered without paying, done, signed for, paid by one transfer; the books agree."""

from typing import Any

import pytest

from marketplace.fulfilment.audit import audit
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import held
from tests.factories.catalogue import make_country, make_member, make_product, make_tariffs, make_user
from tests.factories.companies import make_company
from tests.fulfilment.steps import books
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import Person, record_transfer

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def course(transactional_db: None) -> Any:
    """A service of Rp 150.000 a place, its pesantren's member, the office, and a company with 30 days."""
    make_country()
    make_tariffs()
    course = make_product(title="Pelatihan uji", price=150_000, requires_shipping=False)
    make_member(make_user("pesantren@example.com"), course.partner)
    make_user("office@example.com", staff_role="office")
    make_company(make_user("katering@example.com"))
    return course


@pytest.mark.parametrize(
    ("language", "viewport"), [("id", PHONE), ("en", DESKTOP)], ids=["id-phone", "en-desktop"]
)
def test_bought_on_tempo(course: Any, person: Any, language: str, viewport: dict[str, int]) -> None:
    name = f"{language}-{viewport['width']}"
    buyer = person(language, viewport)
    order = order_on_tempo(buyer, course, name)
    assert books() == {"receivable": 1_500_000, "held": 1_500_000}

    deliver(person("id", PHONE), order, name)
    buyer.open(f"/account/orders/{order.number}/")
    buyer.page.screenshot(path=screen(f"tempo-order-{name}"), full_page=True)
    buyer.follow("/sign/")
    buyer.fill(signed_name="Contoh Katering")
    buyer.press("main")
    assert books() == {"receivable": 1_500_000, "payable_later": 1_500_000}

    office = person("id", DESKTOP)
    office.sign_in("office@example.com")
    office.open("/office/receivables/")
    office.page.screenshot(path=screen(f"tempo-office-{name}"), full_page=True)
    office.follow("/office/receivables/")
    record_transfer(office, "1.500.000", order.dues.get().reference)
    assert books() == {"bank": 1_500_000, "payable": 1_500_000}
    assert held.owed(course.partner_id) == Money(1_500_000)
    assert audit() == []
    buyer.open("/account/company/")
    buyer.sees("25.000.000")
    buyer.page.screenshot(path=screen(f"tempo-company-{name}"), full_page=True)


def order_on_tempo(buyer: Person, course: Any, name: str) -> Order:
    buyer.sign_in("katering@example.com")
    buyer.open(course.get_absolute_url())
    buyer.fill(quantity="10")
    buyer.press(f"/basket/add/{course.pk}/")
    buyer.open("/checkout/")
    buyer.fill(name="Contoh Katering", phone="0812 3456 7890")
    buyer.press("main")
    buyer.page.locator("#id_pay_tempo").check()
    buyer.page.screenshot(path=screen(f"tempo-review-{name}"), full_page=True)
    buyer.press("main")
    order = Order.objects.get()
    buyer.sees(order.number)
    buyer.page.screenshot(path=screen(f"tempo-thanks-{name}"), full_page=True)
    return order


def deliver(member: Person, order: Order, name: str) -> None:
    """The member reads that the buyer pays later before the button, accepts, and says that it is done."""
    part = order.fulfilments.get()
    member.sign_in("pesantren@example.com")
    member.open(f"/workspace/orders/{part.number}/")
    member.sees("Contoh Katering (fiktif)")
    member.page.screenshot(path=screen(f"tempo-workspace-{name}"), full_page=True)
    member.press("/accept/")
    member.follow("/delivered/")
    member.press("main")
    part.refresh_from_db()
    assert part.state == "delivered"
