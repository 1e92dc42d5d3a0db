"""Files of listings for tests: made by hand, so that the reader is not tested with its own writer alone."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook
from PIL import Image

from catalogue.imports import services, tasks, writing
from catalogue.imports.columns import Layout
from catalogue.imports.models import ImportRow, ListingImport
from catalogue.models import Product, ProductAttribute, ProductClass
from catalogue.services import listings
from marketplace.common.actor import SYSTEM, Actor
from tests.factories.catalogue import make_class, make_sector, make_unit

EVERY = ["number", "name", "price", "unit", "stock", "weight_g", "description", "sector", "minimum", "multiple",
         "lead_days", "from_1", "price_1", "from_2", "price_2", "a_shelf_life", "a_moisture", "a_hand_made",
         "photos", "version"]  # fmt: skip
COLUMNS = ["number", "name", "price", "unit", "stock", "weight_g", "photos", "version"]
GOOD = {"name": "Keripik pisang 250 g", "price": "21.000", "unit": "pcs", "stock": "40", "weight_g": "300"}


def make_kind(slug: str = "dry_food") -> ProductClass:
    """Dry food with one text, one number and one yes-or-no of its own."""
    made = make_class(["courier"], False, True, 120)
    made.slug, made.sector = slug, make_sector("makanan", "Makanan")
    made.save()
    for code, sort in (("shelf_life", "text"), ("moisture", "float"), ("hand_made", "boolean")):
        ProductAttribute.objects.create(product_class=made, code=code, name=code, type=sort)
    make_unit()
    make_unit("kg", "kg")
    return made


def table(
    rows: Iterable[Mapping[str, Any]], kind: str = "dry_food", columns: Any = COLUMNS
) -> list[list[Any]]:
    """The lines of a file: the head for the machine, one for people, the rows."""
    head = [[f"class={kind}", *columns], ["#", *(f"Kolom {name}" for name in columns)]]
    return [*head, *(["", *(row.get(name, "") for name in columns)] for row in rows)]


def as_csv(lines: Iterable[list[Any]], delimiter: str = ";", encoding: str = "utf-8-sig") -> bytes:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows(lines)
    return out.getvalue().encode(encoding)


def as_xlsx(*sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for number, lines in enumerate(sheets, start=1):
        sheet = book.create_sheet(f"Lembar {number}")
        for line in lines:
            sheet.append(line)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def uploaded(
    partner: Any, person: Any, content: bytes, photos: bytes | None = None, **kw: Any
) -> ListingImport:
    """Sent, not read yet."""
    box = SimpleUploadedFile("foto.zip", photos) if photos else None
    facts = {"key": uuid4(), "language": "en", "file": SimpleUploadedFile("barang.csv", content), **kw}
    return services.upload(partner=partner, person=person, photos=box, **facts)


def checked(
    partner: Any, person: Any, content: bytes, photos: bytes | None = None, **kw: Any
) -> ListingImport:
    """Sent, and read by a worker."""
    return worked(uploaded(partner, person, content, photos, **kw))


def worked(run: ListingImport) -> ListingImport:
    tasks.go_on(run.pk)
    run.refresh_from_db()
    return run


def sent(
    mine: Any, person: Any, *rows: dict[str, Any], photos: Any = None, columns: Any = EVERY
) -> ListingImport:
    return checked(mine, person, as_csv(table(rows, columns=columns)), photos)


def taken(run: ListingImport) -> ListingImport:
    services.confirm(run=run, actor=Actor.of(run.by))
    return worked(run)


def lines(run: ListingImport) -> list[ImportRow]:
    return list(run.lines.order_by("place"))


def faults(run: ListingImport, place: int = 0) -> list[tuple[str, str]]:
    return [(one["column"], one["said"]) for one in lines(run)[place].faults]


def on_sale(mine: Any, kind: Any, name: str = "Rengginang", steps: Any = (), **kw: Any) -> Product:
    """A listing as the pages make it."""
    draft = listings.start(partner=mine, kind=kind, key=uuid4(), answers={}, actor=SYSTEM)
    listings.add_photo(product=draft.product, key=uuid4(), content=a_webp())
    layout = Layout(kind)
    facts = listings.Facts(
        name=name, description=kw.pop("description", "Gurih"), unit=layout.options.units["pcs"],
        sector=None, columns={"gross_weight_g": 250, **kw.pop("columns", {})},
        attributes={"shelf_life": "3 bulan", "moisture": 12.5, "hand_made": True, **kw.pop("attributes", {})},
    )  # fmt: skip
    usual = {"price": 20_000, "stock": 100, "minimum": 1, "multiple": 1, "lead_days": 2}
    terms = listings.Terms(**{**usual, **kw}, steps=steps)
    listings.publish(product=draft.product, facts=facts, terms=terms, actor=SYSTEM)
    return draft.product


def a_webp() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(out, "WEBP")
    return out.getvalue()


def exported(mine: Any, kind: Any) -> list[dict[str, str]]:
    """The rows of the XLSX export, by the names of its columns."""
    book = load_workbook(writing.xlsx_listings(mine, [kind]))
    head, *rows = book.worksheets[0].iter_rows(values_only=True)
    names = [str(name) for name in head[1:]]
    return [
        dict(zip(names, ("" if cell is None else cell for cell in row[1:]), strict=True))
        for row in rows
        if not str(row[0] or "").startswith("#")
    ]


def sent_back(mine: Any, person: Any, rows: list[dict[str, Any]], photos: Any = None) -> ListingImport:
    return checked(mine, person, as_xlsx(table(rows, columns=list(rows[0]))), photos)
