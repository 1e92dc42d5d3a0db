"""Joins static/css/*.css into one app.css, so that collectstatic needs no Node."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder, FileSystemFinder
from django.core.files.storage import FileSystemStorage

BUNDLE = "app.css"


def build_bundle() -> Path:
    """Write var/bundle/app.css from the files that static/css/ORDER lists; untouched when nothing changed."""
    source = settings.BASE_DIR / "static" / "css"
    names = (source / "ORDER").read_text().split()
    text = "\n".join((source / name).read_text().strip() for name in names) + "\n"
    target = settings.VAR_DIR / "bundle" / BUNDLE
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.read_text() != text:
        target.write_text(text)
    return Path(target)


class BundleFinder(BaseFinder):
    """Finds app.css, built on the spot."""

    def check(self, **kwargs: Any) -> list[Any]:
        return []

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        found = str(build_bundle()) if path == BUNDLE else None
        return ([found] if found else []) if find_all else (found or [])

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        yield BUNDLE, FileSystemStorage(location=build_bundle().parent)


class PlainFinder(FileSystemFinder):
    """Collects static/ but for the parts that are joined in app.css, and notes."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        yield from super().list([*(ignore_patterns or []), "css", "*.md"])
