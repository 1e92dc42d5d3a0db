"""Finding goods: filters, pages, and the way back to where one was; then a search with a slip of the finger."""

from collections.abc import Callable

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from catalogue.models import Certificate, Commodity, Product, ProductClass
from marketplace.pesantren.models import StockRecord
from tests.factories import catalogue as make
from tests.journeys.conftest import screen
from tests.journeys.steps import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
ASKED = {"sector": "pertanian", "month": "1", "export": "AE"}


def goods() -> None:
    """The real catalogue, and two pages of mangosteens that are ready for export."""
    call_command("load_opop", verbosity=0)
    seller = make.make_pesantren("contoh-lereng", name="Pesantren Contoh Lereng")
    for number in range(30):
        product = make.make_product(
            seller,
            f"Manggis kebun {number}",
            price=30_000,
            hs6="080450",
            harvest_months=[12, 1, 2],
            sector=make.make_sector("pertanian"),
            commodity=Commodity.objects.get(code="manggis"),
        )
        Certificate.objects.create(product=product, kind="gap", number=f"CONTOH-{number}", is_example=True)
    ours = Product.objects.filter(partner=seller)
    StockRecord.objects.filter(product__in=ours).update(export_minimum=490)
    ours.update(product_class=ProductClass.objects.get(slug="fresh_produce"))


class Seeker(Person):
    """Somebody who looks for goods; what each step looked like is kept as a picture."""

    def keep(self, step: str) -> None:
        self.looks_right()
        self.page.screenshot(path=screen(f"finding-{step}-{self.language}"))

    def keep_filters(self, step: str) -> None:
        """Axe sees all of the sheet at once; a field half under its button would be too small for it."""
        size = self.page.viewport_size
        assert size
        self.page.screenshot(path=screen(f"finding-{step}-{self.language}"))
        self.page.set_viewport_size({"width": size["width"], "height": 4000})
        self.looks_right()
        self.page.set_viewport_size(size)

    def open_filters(self) -> None:
        """A sheet on a phone; on a desktop they stand beside the goods."""
        form = self.page.locator("#facets")
        if not form.is_visible():
            self.page.locator('main .head button[popovertarget="facets"]').click()
        expect(form).to_be_visible()

    def show(self) -> None:
        self.page.locator("#facets .go").click()
        self.page.wait_for_load_state()

    def chosen(self) -> dict[str, str]:
        return {name: self.page.evaluate(VALUE, name) for name in (*ASKED, "price_to")}

    def search(self, words: str) -> None:
        field = self.page.locator('form[action$="/search/"] input[name="q"]:visible').first
        field.fill(words)
        field.press("Enter")
        self.page.wait_for_url("**/search/?*")


VALUE = "name => new FormData(document.getElementById('facets')).get(name)"


@pytest.mark.parametrize(("width", "language"), [("phone", "id"), ("phone", "ar"), ("desktop", "en")])
def test_finding(
    live: str, request: pytest.FixtureRequest, axe: Callable[[Page], None], width: str, language: str
) -> None:
    goods()
    seeker = Seeker(request.getfixturevalue(f"page_{width}"), live, language, axe)
    seeker.open("/products/")
    seeker.keep("1-all")
    choose_filters(seeker)
    there_and_back(seeker)
    search(seeker)


def choose_filters(seeker: Seeker) -> None:
    page = seeker.page
    seeker.open_filters()
    seeker.keep_filters("2-filters")
    page.locator('[name="sector"][value="pertanian"]').check()
    page.locator('[name="month"]').select_option("1")
    page.locator('[name="export"][value="AE"]').check()
    page.locator('[name="price_to"]').fill("murah")
    seeker.show()
    seeker.keep("3-no-price")
    seeker.open_filters()
    expect(page.locator("#price_to_error")).to_be_visible()
    page.locator("#price_to").scroll_into_view_if_needed()
    seeker.keep_filters("4-no-price-field")
    assert seeker.chosen() == ASKED | {"price_to": "murah"}
    page.locator('[name="price_to"]').fill("100.000")
    seeker.show()
    seeker.keep("5-applied")
    assert seeker.chosen() == ASKED | {"price_to": "100000"}
    removers = page.locator("ul.applied").first.locator("a")
    expect(removers).to_have_count(5)  # one for each, and one for all
    removers.nth(3).click()
    expect(page.locator("ul.applied").first.locator("a")).to_have_count(4)
    assert seeker.chosen() == ASKED | {"price_to": ""}
    page.go_back()
    expect(page.locator("ul.applied").first.locator("a")).to_have_count(5)


def there_and_back(seeker: Seeker) -> None:
    """Back from a product: the same filters, the same page of them, the same place on it."""
    page = seeker.page
    page.locator('main a[rel="next"]').click()
    page.wait_for_url("**page=2")
    list_address = page.url
    assert "no-store" not in page.request.get(list_address).headers.get("cache-control", "")
    card = page.locator("main .card").last
    card.scroll_into_view_if_needed()
    height = page.evaluate("scrollY")
    assert height > 0
    seeker.keep("6-page-2")
    card.locator("a").first.click()
    page.wait_for_url("**/products/*_*/")
    page.locator("#export").scroll_into_view_if_needed()
    seeker.keep("7-product")
    page.go_back()
    page.wait_for_url(list_address)
    page.wait_for_function("height => Math.abs(scrollY - height) <= 4", arg=height)
    assert seeker.chosen() == ASKED | {"price_to": "100000"}


def search(seeker: Seeker) -> None:
    page = seeker.page
    seeker.search("mangis")
    seeker.sees("manggis")
    expect(page.locator("main .card").first).to_be_visible()
    expect(page.locator('main a[href*="exact=1"]')).to_be_visible()
    seeker.keep("8-mistyped")
    seeker.search("zzzzqq")
    expect(page.locator("main .empty")).to_be_visible()
    seeker.keep("9-nothing")
