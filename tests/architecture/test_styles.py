"""Pages of workspace and office load work.css: they use no piece that only app.css has, and both stay small."""

import re
from pathlib import Path

import brotli
import pytest

from marketplace.common.static import BUNDLES, build_bundle, parts

BASE = Path(__file__).resolve().parent.parent.parent
TEMPLATES = BASE / "templates"
ABOUT_OTHERS = {"print.css", "state.css", "base.css"}
SIZE = 10_000  # bytes, brotli: front.md
INCLUDED = re.compile(r'{%\s*(?:include|extends)\s+"([^"]+)"')
CLASSES = re.compile(r'class="([^"]*)"')
SELECTOR = re.compile(r"\.([a-z][a-z0-9-]*)")


def defined(bundle: str) -> set[str]:
    """Every class that a bundle has a rule for; what hides or tints pieces of all kinds does not count."""
    files = [name for name in parts(bundle) if name not in ABOUT_OTHERS]
    texts = [(BASE / "static" / "css" / name).read_text() for name in files]
    return set(SELECTOR.findall("\n".join(re.sub(r"/\*.*?\*/", "", text, flags=re.S) for text in texts)))


def classes(text: str) -> set[str]:
    """The class names of a template; what a tag decides is looked through."""
    plain = re.sub(r"{%.*?%}|{{.*?}}", " ", text)
    return {name for found in CLASSES.findall(plain) for name in found.split()}


def reached(page: Path, seen: set[Path]) -> set[Path]:
    """A template with all that it includes and extends; the bases bring the header and footer, which are in both."""
    if page in seen or not page.exists():
        return seen
    seen.add(page)
    for name in INCLUDED.findall(page.read_text()):
        reached(TEMPLATES / name, seen)
    return seen


def work_pages() -> list[Path]:
    layout = re.compile(r'{% extends "(layouts/(workspace|office)|(workspace|office)/)')
    return [page for page in sorted(TEMPLATES.rglob("*.html")) if layout.search(page.read_text())]


def test_work_pages_use_no_piece_of_the_shop_alone() -> None:
    only_shop = defined("app.css") - defined("work.css")
    assert {"hero", "tiers", "card"} <= only_shop, "the rule would find nothing"
    pages = work_pages()
    assert len(pages) > 80
    wrong = {
        str(part.relative_to(TEMPLATES)): sorted(used)
        for page in pages
        for part in reached(page, set())
        if (used := classes(part.read_text()) & only_shop)
    }
    assert wrong == {}


@pytest.mark.parametrize("bundle", BUNDLES)
def test_a_bundle_keeps_its_size(bundle: str) -> None:
    assert len(brotli.compress(build_bundle(bundle).read_bytes(), quality=11)) <= SIZE
