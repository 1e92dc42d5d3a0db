"""Joins static/css/*.css into one file for each kind of page, so that collectstatic needs no Node."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, FileSystemFinder
from django.core.files.storage import FileSystemStorage

# What a visitor and a buyer see, and the pages of workspace and office. A page loads one of the two.
BUNDLES = {"app.css": "shop", "work.css": "work"}


def parts(bundle: str) -> list[str]:
    """The files of one bundle in their order: ORDER names each, with the kind of page where it is not for both."""
    lines = (settings.BASE_DIR / "static" / "css" / "ORDER").read_text().splitlines()
    named = [line.split() for line in lines]
    return [name for name, *kind in named if not kind or kind == [BUNDLES[bundle]]]


def build_bundle(bundle: str) -> Path:
    """Write var/bundle/<bundle> from the files that static/css/ORDER lists; untouched when nothing changed."""
    source = settings.BASE_DIR / "static" / "css"
    text = "\n".join((source / name).read_text().strip() for name in parts(bundle)) + "\n"
    target = settings.VAR_DIR / "bundle" / bundle
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.read_text() != text:
        target.write_text(text)
    return Path(target)


class BundleFinder(BaseFinder):
    """Finds the bundles, built on the spot."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = str(build_bundle(path)) if path in BUNDLES else None
        return ([found] if found else []) if find_all else (found or [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        for bundle in BUNDLES:
            yield bundle, FileSystemStorage(location=build_bundle(bundle).parent)


class PlainFinder(FileSystemFinder):
    """Collects static/ but for the parts that are joined in the bundles, and notes."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        yield from super().list([*(ignore_patterns or []), "css", "*.md"])
