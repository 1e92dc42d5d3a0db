"""Every page of the workspace keeps the budget of a form on a cheap phone: bytes and requests, without a browser.

What Chromium alone can tell (LCP, shifts) is measured for some of them in test_budgets.py.
"""

import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import brotli
import pytest
from django.contrib.staticfiles import finders
from django.http import StreamingHttpResponse
from django.test import Client
from django.urls import reverse

from tests.access.table import OPEN
from tests.access.whole import TABLE
from tests.access.world import make_world
from tests.budgets.test_budgets import CSS, FONTS, FORM, HTML, JS

pytestmark = pytest.mark.django_db
STATIC = "/static/"


class Asked(HTMLParser):
    """The addresses that a browser asks for at once to show a page."""

    def __init__(self) -> None:
        super().__init__()
        self.urls: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "link" and found.get("rel") in {"stylesheet", "preload", "icon", "manifest"}:
            self.urls.add(found.get("href", ""))
        if tag in {"script", "img"} and found.get("src") and found.get("loading") != "lazy":
            self.urls.add(found["src"])
        if tag == "use":
            self.urls.add(found.get("href", "").split("#")[0])


def packed(content: bytes) -> int:
    return len(brotli.compress(content, quality=5))  # what the server sends is packed better


def faults(content: bytes) -> list[str]:
    """What of a page is above the budget."""
    asked = Asked()
    asked.feed(content.decode())
    urls = {url for url in asked.urls if url and not url.startswith("data:")}
    sizes: dict[str, int] = dict.fromkeys(("css", "js", "woff2", "svg"), 0)
    for url in urls:
        path = finders.find(url.removeprefix(STATIC)) if url.startswith(STATIC) else None
        if path:
            ending, text = url.rsplit(".", 1)[-1], Path(str(path)).read_bytes()
            sizes[ending] = sizes.get(ending, 0) + (len(text) if ending == "woff2" else packed(text))
    html, slack = packed(content), 1.15  # quality 5 of brotli packs some 15 % worse than 11
    limits = {"html": (html, HTML), "css": (sizes["css"], CSS * slack), "js": (sizes["js"], JS * slack)}
    limits["font"] = (sizes["woff2"], FONTS["id"])
    limits["total"] = (html + sum(sizes.values()), FORM.total)
    limits["requests"] = (len(urls) + 1, FORM.requests)
    foreign = [f"another site is asked: {url}" for url in urls if re.match(r"(https?:)?//", url)]
    return foreign + [f"{name}: {is_} of {most:.0f}" for name, (is_, most) in limits.items() if is_ > most]


def test_the_rule_bites() -> None:
    script = "".join(f'<script src="/static/js/none{n}.js"></script>' for n in range(9))
    assert faults(script.encode()) == ["requests: 10 of 8"]
    assert [one.split(":")[0] for one in faults(b'<img src="https://example.com/x.png">')] == [
        "another site is asked"
    ]


def test_every_page_of_the_workspace_keeps_the_budget_of_a_form() -> None:
    world = make_world()
    client = Client()
    client.force_login(world.people["member"])
    wrong: dict[str, Any] = {}
    looked = 0
    for name, row in TABLE.items():
        if not name.startswith("workspace:") or row.get["member"] != OPEN:
            continue
        answer = client.get(reverse(name, args=[world.values[key] for key in row.args]))
        if isinstance(answer, StreamingHttpResponse) or not answer["Content-Type"].startswith("text/html"):
            continue
        looked += 1
        if found := faults(answer.content):
            wrong[name] = found
    assert wrong == {}
    assert looked > 30
