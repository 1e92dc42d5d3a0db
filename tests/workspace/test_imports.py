"""Many products at once on the pages: export, template, sending a file, the preview, the yes, and nothing of others."""

import csv
import io
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook

from catalogue.imports import states, tasks
from catalogue.imports.models import ListingImport
from catalogue.models import Product
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.imports import GOOD, as_csv, as_xlsx, as_zip, make_kind, on_sale, table, worked
from tests.workspace.photos import a_photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def mine() -> Any:
    return make_pesantren("contoh-satu")


@pytest.fixture
def client(mine: Any) -> Client:
    person = make_user("member@example.com", language="en")
    make_member(person, mine)
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def kind() -> Any:
    return make_kind()


HOME = "/en/workspace/products/files/contoh-satu/"


def send(client: Client, content: bytes, photos: bytes | None = None, **kw: Any) -> Any:
    data = {"key": str(uuid4()), "file": SimpleUploadedFile("barang.csv", content), **kw}
    if photos is not None:
        data["photos"] = SimpleUploadedFile("foto.zip", photos)
    return client.post(HOME, data)


def sent(client: Client, *rows: dict[str, Any], photos: bytes | None = None) -> str:
    """The address of an import that a worker has read."""
    response = send(client, as_csv(table(rows)), photos)
    assert response.status_code == 302
    tasks.sweep()
    return str(response.url)


def test_from_file_to_shop(client: Client, kind: Any) -> None:
    photos = as_zip({"a.jpg": a_photo(size=(60, 40))})
    response = send(client, as_csv(table([{**GOOD, "photos": "a.jpg"}])), photos)
    page = client.get(response.url)
    assert ("data-progress" in page.content.decode(), "A moment, please." in page.content.decode()) == (
        True,
        True,
    )
    tasks.sweep()
    page = client.get(response.url).content.decode()
    assert "All rows are in order" in page
    assert "Take over 1 product<" in page
    assert "data-progress" not in page
    for _tap in range(2):
        assert client.post(f"{response.url}confirm/").url == response.url
    assert "0 of 1 products" in client.get(response.url).content.decode()
    tasks.sweep()
    page = client.get(response.url).content.decode()
    assert "New, on sale" in page
    product = Product.objects.get()
    assert reverse("workspace:listing", args=[product.pk]) in page
    assert Client().get(product.get_absolute_url()).status_code == 200


def test_faults_are_read_row_by_row(client: Client, kind: Any) -> None:
    rows = [{**GOOD, "name": f"Barang {n}", "price": "murah" if n < 25 else "1"} for n in range(30)]
    url = sent(client, *rows)
    page = client.get(url)
    text = page.content.decode()
    assert "25 rows are faulty" in text
    assert "Take over only the 5 good rows" in text
    assert "Write the amount in digits, in whole rupiah, for example 1.500.000." in text
    assert "<bdi>murah</bdi>" in text
    assert (len(page.context["page_obj"]), page.context["page_obj"].paginator.count) == (20, 25)
    assert "row 23" in client.get(url + "?show=faulty&page=2").content.decode().lower()
    shown = client.get(url + "?show=new").context["page_obj"].object_list
    assert [row.outcome for row in shown] == [states.NEW] * 5
    assert client.get(url + "?show=gajah").context["show"] == "faulty"


def test_what_is_typed_in_a_file_is_text_on_the_page(client: Client, kind: Any) -> None:
    url = sent(client, {**GOOD, "name": "<script>alert(1)</script>", "price": "<img src=x onerror=alert(1)>"})
    text = client.get(url).content.decode()
    assert "<img src=x" not in text
    assert "<script>alert" not in text


def test_no_good_row_has_no_button(client: Client, kind: Any) -> None:
    url = sent(client, {**GOOD, "price": ""})
    text = client.get(url).content.decode()
    assert "No row can be taken over" in text
    assert "confirm/" not in text


@pytest.mark.parametrize(
    ("content", "photos", "field", "said"),
    [
        (b"", None, "file", "The file is empty."),
        (b"%PDF-1.4", None, "file", "This is a PDF file, not XLSX or CSV."),
        (b"PK\x03\x04", None, "file", "This file is damaged. Save it anew and send it again."),
        (as_csv(table([GOOD])), b"x", "photos", "This file is damaged. Save it anew and send it again."),
        (
            as_csv(table([GOOD])),
            as_zip({"../x": b""}),
            "photos",
            "“../x” in this file names a place outside it.",
        ),
    ],
)
def test_what_is_no_table_is_refused_at_once(
    client: Client, kind: Any, content: bytes, photos: bytes | None, field: str, said: str
) -> None:
    response = send(client, content, photos)
    assert response.status_code == 200
    ((found, (text,)),) = response.context["form"].errors.items()
    assert (found, text.startswith(said)) == (field, True)
    assert not ListingImport.objects.exists()


def test_no_file_and_a_bent_key(client: Client, kind: Any) -> None:
    assert client.post(HOME, {}).context["form"].errors == {"file": ["Choose the file that you filled in."]}
    assert "key" in send(client, as_csv(table([GOOD])), key="x").context["form"].errors
    run = ListingImport.objects.create(
        partner=make_pesantren("contoh-dua"), language="id", name="x", layout="csv", by_name="x"
    )
    response = send(client, as_csv(table([GOOD])), key=str(run.token))
    assert response.context["form"].errors == {"file": ["Choose the file that you filled in."]}


def test_a_file_that_a_worker_cannot_read_says_so(client: Client, kind: Any) -> None:
    url = send(client, as_xlsx([["nama", "harga"]])).url
    tasks.sweep()
    text = client.get(url).content.decode()
    assert "This file cannot be taken" in text
    assert "This is not our template" in text
    refused = client.post(f"{url}confirm/", follow=True).content.decode()
    assert "Nothing was changed: the file is already: Cannot be read." in refused


def test_a_no_leaves_everything(client: Client, kind: Any) -> None:
    url = sent(client, GOOD)
    assert client.post(f"{url}drop/").url == HOME
    assert "Nothing of this file was taken over." in client.get(url).content.decode()
    client.post(f"{url}confirm/")
    tasks.sweep()
    assert not Product.objects.exists()


def test_one_file_after_the_other(client: Client, kind: Any) -> None:
    first, second = sent(client, GOOD), sent(client, {**GOOD, "name": "Opak"})
    client.post(f"{first}confirm/")
    said = client.post(f"{second}confirm/", follow=True).content.decode()
    assert "Another file is being taken over." in said


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_a_template_filled_in_is_read_in_every_language(
    client: Client, kind: Any, mine: Any, language: str
) -> None:
    with translation.override(language):
        home = reverse("workspace:listing-files", args=[mine.code])
        answer = client.get(f"{home}template/?kind=dry_food&layout=xlsx")
        book = load_workbook(io.BytesIO(b"".join(answer.streaming_content)))
        sheet, values = book.worksheets
        assert sheet.sheet_view.rightToLeft is (language == "ar")
        head = [cell.value for cell in sheet[1]]
        assert head[:4] == ["class=dry_food", "number", "name", "price"]
        assert str(sheet["A4"].value).startswith("#")
        assert {rule.formula1 for rule in sheet.data_validations.dataValidation} >= {
            "=values!$A$2:$A$3",
            '"ya,tidak"',
        }
        assert {cell.value for cell in values["A"]} >= {"kg", "pcs"}
        sheet.append(["", *(GOOD.get(str(name), "") for name in head[1:])])
        out = io.BytesIO()
        book.save(out)
        response = client.post(home, {"file": SimpleUploadedFile("x.bin", out.getvalue())})
        run = worked(ListingImport.objects.get())
        assert [(row.outcome, row.faults) for row in run.lines.all()] == [(states.NEW, [])], (
            "the example is no row"
        )
        answer = client.get(f"{home}template/?kind=dry_food&layout=csv")
        text = b"".join(answer.streaming_content).decode("utf-8-sig")
        rows = list(csv.reader(io.StringIO(text), delimiter="," if language == "en" else ";"))
        assert (rows[0], len(rows)) == (head, 4)
        assert response.status_code == 302


def test_an_export_is_mine_and_no_formula(client: Client, kind: Any, mine: Any) -> None:
    on_sale(mine, kind, "Rengginang", description='=HYPERLINK("http://example.com")')
    on_sale(make_pesantren("contoh-dua"), kind, "Milik orang lain")
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{HOME}listings.xlsx").streaming_content)))
    cells = [cell for row in book.worksheets[0].iter_rows() for cell in row if cell.value]
    assert {cell.data_type for cell in cells} <= {"s", "n", "inlineStr"}
    assert '\'=HYPERLINK("http://example.com")' in {cell.value for cell in cells}
    assert "Milik orang lain" not in {cell.value for cell in cells}
    answer = client.get(f"{HOME}dry_food.csv")
    text = b"".join(answer.streaming_content).decode()
    assert "'=HYPERLINK" in text
    assert "Milik orang lain" not in text
    assert client.get(f"{HOME}gajah.csv").status_code == 404


def test_no_product_yet(client: Client, kind: Any) -> None:
    assert "There is no product yet." in client.get(f"{HOME}listings.xlsx", follow=True).content.decode()
    for query in ("", "?kind=gajah&layout=xlsx", "?kind=dry_food&layout=exe"):
        assert client.get(f"{HOME}template/{query}").url == HOME


def test_nothing_of_another_pesantren(client: Client, kind: Any) -> None:
    theirs = make_pesantren("contoh-dua")
    run = ListingImport.objects.create(partner=theirs, language="id", name="x", layout="csv", by_name="x")
    for path in ("", "listings.xlsx", "dry_food.csv", "template/?kind=dry_food&layout=csv"):
        assert client.get(HOME.replace("satu", "dua") + path).status_code == 404
    assert client.post(HOME.replace("satu", "dua"), {}).status_code == 404
    for name in ("listing-import", "confirm-import", "drop-import"):
        url = reverse(f"workspace:{name}", args=[run.pk])
        assert client.post(url).status_code == (405 if name == "listing-import" else 404)
    assert client.get(reverse("workspace:listing-import", args=[run.pk])).status_code == 404


def test_too_many_files(client: Client, kind: Any) -> None:
    answers = [client.post(HOME, {}).status_code for _n in range(31)]
    assert answers == [200] * 30 + [429]


def test_pages_ask_no_more_for_more_rows(client: Client, kind: Any, django_assert_num_queries: Any) -> None:
    few = sent(client, GOOD)
    many = sent(client, *({**GOOD, "name": f"Barang {n}"} for n in range(15)))
    client.get(few)
    for url in (few, many):
        with django_assert_num_queries(13):
            client.get(url)
    with django_assert_num_queries(15):
        client.get(HOME)
    for n in range(5):
        sent(client, {**GOOD, "name": f"Opak {n}"})
    with django_assert_num_queries(15):
        client.get(HOME)
