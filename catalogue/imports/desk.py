"""What the rows of one file are judged with, read once for all of them."""

from collections.abc import Iterable
from contextlib import AbstractContextManager
from functools import cached_property
from types import TracebackType

from catalogue import states
from catalogue.imports import snapshot
from catalogue.imports.columns import Layout
from catalogue.imports.models import ListingImport
from catalogue.imports.photos import PhotoBox
from catalogue.models import Product, ProductClass


class Desk(AbstractContextManager["Desk"]):
    """Used with `with`: it holds the ZIP of photos open."""

    def __init__(self, run: ListingImport) -> None:
        self.run = run
        self._layouts: dict[int, Layout] = {}
        self._file = run.photos.open("rb") if run.photos else None
        self.photos = PhotoBox(self._file) if self._file else None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def layout(self, kind: int) -> Layout:
        if kind not in self._layouts:
            self._layouts[kind] = Layout(ProductClass.objects.get(pk=kind))
        return self._layouts[kind]

    def products(self, numbers: Iterable[int]) -> dict[int, Product]:
        """The listings of this pesantren with these numbers, as they are now."""
        return {one.pk: one for one in snapshot.listings(self.run.partner).filter(pk__in=list(numbers))}

    @staticmethod
    def fold(name: str) -> str:
        return " ".join(name.split()).casefold()

    @cached_property
    def names(self) -> dict[str, int]:
        """The numbers of what this pesantren lists, by name: the same file sent again makes nothing twice."""
        rows = Product.objects.filter(partner=self.run.partner).order_by("-pk")
        found = rows.exclude(state=states.DRAFT).values_list("pk", "title_ind")
        typed = rows.filter(state=states.DRAFT).values_list("pk", "draft__answers__name")
        return {self.fold(name): pk for pk, name in [*typed, *found] if isinstance(name, str) and name}
