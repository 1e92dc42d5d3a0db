"""Pages keep the budgets of the front-end rules on a cheap phone: 1.6 Mbit/s, 150 ms, a processor 4 × slower.

Numbers land in var/budgets.json. Bytes and requests are exact. LCP is the median of three visits; on a machine
that is shared with other work (more than one program to a core) the limit grows by that share, to twice at most:
there the test finds a page that became slow, not one that a busy neighbour slowed.
"""

import json
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

import pytest
from django.conf import settings
from playwright.sync_api import Browser

from tests.budgets.conftest import Shop, load_per_core
from tests.budgets.measure import DESKTOP, PHONE, Visit, first_visit
from tests.budgets.measure import visit as one_visit

pytestmark = [pytest.mark.journey]

KB, KIB = 1000, 1024
HTML, CSS, JS = 20 * KB, 10 * KB, 25 * KB
FONTS = {"id": 15 * KB, "ar": 36 * KB}
LCP, CLS = 2000, 0.02
RUNS = 3
MOST_SLACK = 2.0
MORE_ROUNDS = 2  # of three visits, where other tests on the machine made the first ones slow: noise only adds


@dataclass(frozen=True)
class Budget:
    total: int
    requests: int


CATALOGUE, PRODUCT, FORM = Budget(180 * KIB, 25), Budget(220 * KIB, 22), Budget(70 * KIB, 8)
PAGES: dict[str, tuple[str, Budget]] = {
    "home": ("/", CATALOGUE),
    "list": ("/products/", CATALOGUE),
    "search": ("/search/?q=kopi", CATALOGUE),
    "product": ("{product}", PRODUCT),
    "checkout": ("/checkout/", FORM),
    "workspace": ("/workspace/products/", FORM),
    "draft": ("{draft}", FORM),
    "sign-in": ("/sign-in/", FORM),
    "programme": ("/programme/", CATALOGUE),
}


def faults(visit: Visit, budget: Budget, language: str, slack: float) -> list[str]:
    """What is above its budget, in words."""
    limits = {
        "html": HTML,
        "css": CSS,
        "js": JS,
        "font": FONTS[language],
        "total": budget.total,
        "requests": budget.requests,
        "lcp": LCP * slack,
        "cls": CLS,
    }
    found = [
        f"{name} is {getattr(visit, name)}, at most {limit}"
        for name, limit in limits.items()
        if getattr(visit, name) > limit
    ]
    found += [f"another site is asked: {url}" for url in visit.foreign]
    return found + [f"sent uncompressed: {url}" for url in visit.uncompressed]


def test_the_rule_bites() -> None:
    visit = Visit(
        html=20_001, css=10_001, js=25_001, font=15_001, total=71_681, requests=9, lcp=2001, cls=0.021
    )
    visit.foreign, visit.uncompressed = ["https://example.com/x.js"], ["/x.css"]
    assert len(faults(visit, FORM, "id", 1.0)) == 10
    assert faults(Visit(font=36_000, lcp=2000, cls=0.02), FORM, "ar", 1.0) == []


@pytest.mark.parametrize("language", ["id", "ar"])
@pytest.mark.parametrize("name", PAGES)
def test_page_keeps_its_budget(shop: Shop, browser: Browser, name: str, language: str) -> None:
    path, budget = PAGES[name]
    url = (
        shop.address
        + ("/ar" if language == "ar" else "")
        + path.format(product=shop.product, draft=shop.draft)
    )
    cookies = {"checkout": shop.guest, "workspace": shop.seller, "draft": shop.seller}.get(name, [])
    slack = min(max(load_per_core(), 1.0), MOST_SLACK)
    visit = measured(browser, url, cookies)
    for _ in range(MORE_ROUNDS):
        if visit.lcp <= LCP * slack:
            break
        visit.lcp = min(visit.lcp, measured(browser, url, cookies).lcp)
    write(f"{name} {language}", visit)
    found = faults(visit, budget, language, slack)
    assert not found, f"{url}\n" + "\n".join(found) + f"\nmeasured: {visit}"


@pytest.mark.parametrize("path", ["/", "/products/"])
@pytest.mark.parametrize("prefix", ["", "/ar"])
def test_a_font_that_comes_late_moves_nothing(shop: Shop, browser: Browser, prefix: str, path: str) -> None:
    """Whatever fonts the phone has of its own (with swap, headings with a Latin name broke anew on /ar/)."""
    visit = one_visit(browser, shop.address + prefix + path, [], late=".woff2")
    assert visit.cls <= CLS, visit.moved


def measured(browser: Browser, url: str, cookies: list[dict[str, str]]) -> Visit:
    """The heaviest of three first visits, with their median LCP and their worst CLS."""
    visits = [first_visit(browser, url, cookies) for _ in range(RUNS)]
    visit = max(visits, key=lambda one: one.total)
    visit.lcp = median(one.lcp for one in visits)
    restless = max(visits, key=lambda one: one.cls)
    visit.cls, visit.moved = restless.cls, restless.moved
    return visit


def write(page: str, visit: Visit) -> None:
    """Keep the numbers in var/budgets.json, beside those of the other pages."""
    path = Path(settings.VAR_DIR) / "budgets.json"
    found: dict[str, Any] = json.loads(path.read_text()) if path.exists() else {}
    found[page] = visit.as_dict()
    path.write_text(json.dumps(found, indent=1, sort_keys=True) + "\n")


CHOSEN = """() => [...document.images].filter(img => img.complete && img.currentSrc.includes(".w")).map(img => ({
  src: img.currentSrc, shown: img.getBoundingClientRect().width * devicePixelRatio,
  all: [...img.parentElement.querySelector("source").srcset.matchAll(/ (\\d+)w/g)].map(found => +found[1]),
}))"""


@pytest.mark.parametrize("screen", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", ["home", "list", "product"])
def test_sizes_tell_the_width_that_is_shown(
    shop: Shop,
    browser: Browser,
    name: str,
    screen: dict[str, Any],
) -> None:
    """The browser takes the smallest AVIF that is sharp: at most one width more, never a blurred one."""
    context = browser.new_context(locale="id-ID", reduced_motion="reduce", **screen)
    page = context.new_page()
    page.goto(shop.address + PAGES[name][0].format(product=shop.product), wait_until="networkidle")
    found = page.evaluate(CHOSEN)
    context.close()
    assert found
    found = largest_of_each(found)
    for one in found:
        enough = [width for width in one["all"] if width >= one["shown"] * 0.98] or one["all"][-1:]
        allowed = [f".w{width}.avif" for width in enough[:2]]
        assert one["src"].endswith(tuple(allowed)), one
    exact = sum(one["src"].endswith(f".w{smallest(one)}.avif") for one in found)
    assert exact >= len(found) / 2, found


def largest_of_each(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """A picture that stands twice on a page (gallery and card) is taken from Chromium's cache at its larger size."""
    largest: dict[str, dict[str, Any]] = {}
    for one in sorted(found, key=lambda one: float(one["shown"])):
        largest[one["src"].rsplit(".w", 1)[0]] = one
    return list(largest.values())


def smallest(one: dict[str, Any]) -> int:
    fitting = [width for width in one["all"] if width >= one["shown"] * 0.98]
    return int(min(fitting, default=one["all"][-1]))
