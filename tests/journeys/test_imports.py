"""Many products at once from a phone: a file with faults, read in words, mended, sent again, and it is in the shop."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from catalogue.imports import tasks
from catalogue.models import Product, ProductClass
from tests.factories.catalogue import make_pesantren, make_product
from tests.factories.imports import as_zip
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.test_listing import Taps, kind, slow  # noqa: F401 - a fixture
from tests.workspace.photos import a_photo

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
FILES = "/workspace/products/files/contoh-satu/"
ROWS = [
    {
        "name": "Roti sisir",
        "price": "12.000",
        "unit": "pcs",
        "stock": 30,
        "weight_g": 250,
        "photos": "sisir.jpg",
    },
    {"name": "Bolu kukus", "price": "dua ribu", "unit": "biji", "stock": 60, "weight_g": 70},
    {"name": "=1+1", "price": 9000, "unit": "pcs", "stock": 10, "weight_g": 100},
]
MENDED = [ROWS[0], {**ROWS[1], "price": "2.000", "unit": "potong"}, {**ROWS[2], "name": "Kue satu"}]


def filled(page: Page, rows: list[dict[str, Any]]) -> bytes:
    """The export as the phone downloads it, with rows typed below."""
    with page.expect_download() as waiting:
        page.locator('main a[href$="listings.xlsx"]').click()
    book = load_workbook(io.BytesIO(waiting.value.path().read_bytes()))
    sheet = book.worksheets[0]
    names = [cell.value for cell in sheet[1]]
    for row in rows:
        sheet.append(["", *(row.get(str(name), "") for name in names[1:])])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def choose(page: Page, taps: Taps, name: str, file: str, content: bytes) -> None:
    page.set_input_files(
        f"[name={name}]", {"name": file, "mimeType": "application/octet-stream", "buffer": content}
    )
    taps.count += 2  # the field, and the file in the phone's list


def worker(page: Page, gone: str = "[data-progress]") -> None:
    """The page is open while a worker works; it goes on by itself."""
    page.wait_for_selector(gone)
    tasks.sweep()
    expect(page.locator(gone)).to_have_count(0, timeout=30_000)
    page.wait_for_load_state()


@pytest.mark.parametrize(
    ("language", "viewport"), [("id", PHONE), ("en", DESKTOP), ("ar", PHONE)], ids=["id", "en", "ar"]
)
def test_import_with_errors_mended_and_taken_over(
    kind: ProductClass,  # noqa: F811
    person: Any,
    language: str,
    viewport: dict[str, int],
) -> None:
    name, member = f"{language}-{viewport['width']}", person(language, viewport)
    old = make_product(make_pesantren("contoh-satu"), title="Roti tawar", price=15_000, stock=20)
    Product.objects.filter(pk=old.pk).update(product_class=kind)
    member.sign_in("pesantren@example.com")
    member.open("/workspace/products/")
    page = member.page
    slow(page)
    taps = Taps(page)
    taps.tap(f'main a[href$="{FILES}"]')
    page.wait_for_selector("[name=file]")
    member.looks_right()
    page.screenshot(path=screen(f"import-files-{name}"), full_page=True)
    content = filled(page, ROWS)
    taps.count += 1  # the download
    choose(page, taps, "file", "barang.xlsx", content)
    choose(page, taps, "photos", "foto.zip", as_zip({"Foto/Sisir.jpg": a_photo(size=(800, 600))}))
    taps.tap("main form[enctype] .btn")
    page.wait_for_selector("[data-progress]")
    member.looks_right()
    page.screenshot(path=screen(f"import-waits-{name}"), full_page=True)
    worker(page)
    member.looks_right()
    page.screenshot(path=screen(f"import-faults-{name}"), full_page=True)
    assert page.locator("main section[aria-labelledby^=row]").count() == 2
    assert Product.objects.count() == 1
    taps.tap(f'main .acts a[href$="{FILES}"]')
    page.wait_for_selector("[name=file]")
    choose(page, taps, "file", "barang.xlsx", filled(page, MENDED))
    choose(page, taps, "photos", "foto.zip", as_zip({"Foto/Sisir.jpg": a_photo(size=(800, 600))}))
    taps.tap("main form[enctype] .btn")
    worker(page)
    member.looks_right()
    page.screenshot(path=screen(f"import-preview-{name}"), full_page=True)
    taps.tap('main form[action$="/confirm/"] .btn')
    worker(page)
    count, seconds = taps.done(f"import with errors, mended, taken over, {name}")
    member.looks_right()
    page.screenshot(path=screen(f"import-done-{name}"), full_page=True)
    assert count <= 16
    assert seconds < 90
    assert sorted(Product.objects.values_list("state", flat=True)) == ["draft", "draft", "on_sale", "on_sale"]
    made = Product.objects.get(title_ind="Roti sisir")
    assert (made.is_public, made.images.count(), made.stockrecords.get().num_in_stock) == (True, 1, 30)
    member.open(made.get_absolute_url())
