"""A pesantren sells to order on its phone; a buyer takes more than a week can give, sees the day; the weeks show it."""

from typing import Any

import pytest
from playwright.sync_api import expect

from marketplace.fulfilment.models import Fulfilment
from marketplace.orders.models import CapacityHold
from marketplace.pesantren.models import StockRecord
from tests.checkout.visitors import ADDRESS
from tests.factories.catalogue import (
    make_country,
    make_member,
    make_pesantren,
    make_product,
    make_regency,
    make_tariffs,
    make_user,
)
from tests.journeys.conftest import DESKTOP, PHONE, screen

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize(
    ("language", "viewport"), [("id", PHONE), ("ar", PHONE), ("en", DESKTOP)], ids=["id", "ar", "en"]
)
def test_more_than_a_week(
    transactional_db: None, person: Any, language: str, viewport: dict[str, int]
) -> None:
    make_country()
    make_regency("32.73")
    make_tariffs()
    mine = make_pesantren("contoh-jahit")
    make_member(make_user("pesantren@example.com"), mine)
    product = make_product(mine, title="Seragam santri", price=90_000, stock=5)
    member = person(language, viewport)
    member.sign_in("pesantren@example.com")
    member.open(f"/workspace/products/{product.pk}/")
    member.follow("/change/capacity/")
    member.page.locator('main label:has([value="made"])').click()
    member.fill(weekly_capacity="30")
    member.page.screenshot(path=screen(f"made-form-{language}"), full_page=True)
    member.press("main")
    assert StockRecord.objects.get().weekly_capacity == 30

    buyer = person(language, viewport)
    buyer.open("/products/")
    buyer.page.screenshot(path=screen(f"made-list-{language}"), full_page=True)
    buyer.open(f"/products/seragam-santri_{product.pk}/")
    buyer.page.screenshot(path=screen(f"made-product-{language}"), full_page=True)
    buyer.fill(quantity="400")
    buyer.press(f"/basket/add/{product.pk}/")
    expect(buyer.page.locator("main [aria-invalid]")).to_have_count(1)
    buyer.page.screenshot(path=screen(f"made-refused-{language}"), full_page=True)
    buyer.fill(quantity="70")
    buyer.press(f"/basket/add/{product.pk}/")
    buyer.page.screenshot(path=screen(f"made-basket-{language}"), full_page=True)
    buyer.open("/checkout/")
    buyer.fill(**{name: value for name, value in ADDRESS.items() if value and name != "district"})
    buyer.fill(district=ADDRESS["district"])
    buyer.press("main")
    buyer.press("main")
    buyer.page.screenshot(path=screen(f"made-review-{language}"), full_page=True)
    buyer.press("main")
    held = list(CapacityHold.objects.order_by("week__week").values_list("quantity", flat=True))
    assert (sum(held), len(held)) == (70, 3)
    assert Fulfilment.objects.get().ready_on == Fulfilment.objects.get().lines.get().line.made_by

    member.open(f"/workspace/products/{product.pk}/weeks/")
    expect(member.page.locator("tbody tr").first).to_contain_text("30")
    member.page.screenshot(path=screen(f"made-weeks-{language}"), full_page=True)
    member.page.locator("tbody tr a").nth(5).click()  # one week in two taps: the week, then "nothing"
    member.page.wait_for_load_state()
    member.looks_right()
    member.page.screenshot(path=screen(f"made-week-{language}"), full_page=True)
    member.page.locator("[name=none]").click()
    member.page.wait_for_load_state()
    assert StockRecord.objects.get().free_ahead in (12 * 30 - 70 - 30, 11 * 30 - 70 - 30)
