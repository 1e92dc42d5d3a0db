"""Real Chromium against the real site: a phone, a desktop, and axe for what people with disabilities meet.

The browser is started once a process, a page is new for every test. A failed journey leaves its last
picture in var/screens/.
"""

import os
import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys.steps import Person

# Playwright keeps an event loop in this thread; our calls of the database are synchronous all the same.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture
def live(live_server: Any, settings: Any) -> str:
    """Address of the site, served by threads that see what the test writes. Needs no trailing slash."""
    settings.BASE_URL = live_server.url
    return str(live_server.url)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    outcome = yield
    if call.when == "call":
        item.stash[FAILED] = outcome.get_result().failed  # type: ignore[attr-defined]


FAILED = pytest.StashKey[bool]()


@pytest.fixture
def page_phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    yield from _page(browser, request, viewport=PHONE, is_mobile=True, has_touch=True)


@pytest.fixture
def page_desktop(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    yield from _page(browser, request, viewport=DESKTOP)


@pytest.fixture(params=["phone", "desktop"])
def page(request: pytest.FixtureRequest) -> Page:
    """The same journey on both screens."""
    return request.getfixturevalue(f"page_{request.param}")  # type: ignore[no-any-return]


def _page(browser: Browser, request: pytest.FixtureRequest, **options: Any) -> Iterator[Page]:
    """A page of a new visitor. A script error or a refused resource (the policy's doing) fails the test."""
    context = browser.new_context(locale="id-ID", reduced_motion="reduce", **options)
    context.set_default_timeout(10_000)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console", lambda said: faults.append(said.text) if "Content Security Policy" in said.text else None
    )
    yield page
    if request.node.stash.get(FAILED, False):
        page.screenshot(path=screen(f"failed-{request.node.name}"), full_page=True)
    context.close()
    assert faults == []


@pytest.fixture
def person(
    browser: Browser, live: str, axe: Callable[[Page], None]
) -> Iterator[Callable[[str, dict[str, int]], Person]]:
    """person(language, viewport): one more visitor, in a browser of their own."""
    contexts: list[BrowserContext] = []

    def come(language: str, viewport: dict[str, int]) -> Person:
        context = browser.new_context(locale=language, reduced_motion="reduce", viewport=viewport)
        context.set_default_timeout(10_000)
        contexts.append(context)
        return Person(context.new_page(), live, language, axe)

    yield come
    for context in contexts:
        context.close()


def screen(name: str) -> Path:
    """Where a picture of a page goes: page.screenshot(path=screen("home-phone"))."""
    folder = Path(settings.VAR_DIR) / "screens"
    folder.mkdir(parents=True, exist_ok=True)
    return folder / f"{re.sub(r'[^a-zA-Z0-9_-]+', '-', name).strip('-')}.png"


# All that axe judges by: every element with its attributes, numbers and tokens left out, and whether it has a text.
SHAPE = """() => [innerWidth, document.title !== "", ...[...document.querySelectorAll("*")].map(one => one.tagName +
  [...one.attributes].map(({name, value}) => /value|href|src|action|content/.test(name)
    ? `${name}:${value !== ""}` : `${name}=${value.replace(/[0-9a-f-]{8,}|[0-9]+/gi, "#")}`).join() +
  [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim()))].join("\\n")"""


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Page], None]:
    """axe(page): fails on any violation of WCAG 2.2 AA or best practice, listing each with its place.

    A page of the same shape, at the same width, is judged once in a run, by whichever process meets it first: axe takes
    a second, and journeys meet the same pages.
    """
    own = tmp_path_factory.getbasetemp()
    judged = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "judged"
    judged.mkdir(exist_ok=True)
    engine = Axe()

    def check(page: Page) -> None:
        shape = judged / sha256(page.evaluate(SHAPE).encode()).hexdigest()
        if shape.exists():
            return
        results = engine.run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        violations = results.response["violations"]
        assert violations == [], f"{page.url}\n{_readable(violations)}"
        shape.touch()

    return check


def _readable(violations: list[dict[str, Any]]) -> str:
    lines = []
    for violation in violations:
        lines.append(f"{violation['impact']}: {violation['id']}: {violation['help']}")
        lines += [f"    {node['target'][-1]}  {node['html'][:160]}" for node in violation["nodes"][:5]]
    return "\n".join(lines)
