"""What a person does, by form and field, whatever language the page is in."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from marketplace.reference import working_days

PREFIX = {"id": "", "en": "/en", "ar": "/ar"}
PASSWORD = "demo-only"


class Person:
    """One visitor with one page, one language, and an eye for accessibility on every page."""

    def __init__(self, page: Page, live: str, language: str, axe: Callable[[Page], None]) -> None:
        self.page, self.live, self.language, self.axe = page, live, language, axe

    def open(self, path: str) -> None:
        """Go to a path of the site, in this person's language."""
        self.page.goto(f"{self.live}{PREFIX[self.language]}{path}")
        self.looks_right()

    def looks_right(self) -> None:
        """The page is in the person's language and direction, fits the screen, and axe finds nothing."""
        html = self.page.locator("html")
        expect(html).to_have_attribute("lang", self.language)
        expect(html).to_have_attribute("dir", "rtl" if self.language == "ar" else "ltr")
        wider = self.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wider <= 0, f"{self.page.url} is {wider}px wider than the screen"
        self.axe(self.page)

    def press(self, form: str) -> None:
        """Send the form whose action ends so (or "main" for the page's own form)."""
        where = 'main form[method="post"]' if form == "main" else f'main form[action$="{form}"]'
        self.page.locator(where).locator('button:not([type="button"], [name="show"])').first.click()
        self.page.wait_for_load_state()
        self.looks_right()

    def follow(self, address: str) -> None:
        """Follow the link whose address contains this."""
        self.page.locator(f'main a[href*="{address}"]').first.click()
        self.page.wait_for_load_state()
        self.looks_right()

    def fill(self, **fields: str) -> None:
        for name, value in fields.items():
            field = self.page.locator(f'main [name="{name}"]').first
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)

    def sign_in(self, email: str) -> None:
        self.open("/sign-in/")
        self.fill(name=email, password=PASSWORD)
        self.press("main")

    def sees(self, text: str) -> None:
        expect(self.page.locator("main")).to_contain_text(text)


def put_in_basket(buyer: Person, words: str, name: str, quantity: int) -> None:
    """Search as a newcomer would, open the product, take some."""
    buyer.open(f"/search/?q={words}")
    buyer.page.locator("main .card a", has_text=name).first.click()
    buyer.page.wait_for_load_state()
    buyer.looks_right()
    buyer.fill(quantity=str(quantity))
    buyer.page.locator('main form[action*="/basket/add/"] button:not([type="button"])').first.click()
    buyer.page.wait_for_load_state()
    buyer.looks_right()


def record_transfer(office: Person, amount: str, reference: str, currency: str = "IDR") -> None:
    """The office saw the money and confirms whose it is."""
    office.open("/office/transfers/")
    office.fill(
        currency=currency,
        amount=amount,
        received_on=working_days.today().isoformat(),
        payer="Toko Contoh Bandung",
        bank_reference="BANK-CONTOH-1",
        note=f"pembayaran {reference.lower()}",
    )
    office.press("/office/transfers/")
    office.follow("/match/")
    office.press("/match/")
