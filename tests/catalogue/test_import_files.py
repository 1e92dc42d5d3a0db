"""Files of listings as they come: every layout, every way of being broken, huge or hostile, each refused in words."""

import io
import struct
import zipfile
from random import Random
from typing import Any

import pytest
from django.utils import translation
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

from catalogue.imports import archive, limits, xlsx_file
from catalogue.imports.faults import FileError
from catalogue.imports.guard import guarded, unguarded
from catalogue.imports.photos import PhotoBox
from catalogue.imports.reading import CONTROL, UNREADABLE, read
from tests.factories.imports import COLUMNS, GOOD, as_csv, as_xlsx, as_zip, table
from tests.workspace.photos import a_photo

KNOWN = {
    "dry_food": (
        {*COLUMNS, "description"},
        {"number", "version", "name", "price", "unit", "stock", "weight_g"},
    )
}
ROWS = [GOOD, {**GOOD, "name": "Rengginang, asin; é", "price": "1.500.000"}]
XML = "xl/worksheets/sheet1.xml"


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def of(content: bytes) -> Any:
    return read(io.BytesIO(content), KNOWN)


def refused(content: bytes) -> str:
    with pytest.raises(FileError) as error:
        of(content)
    return str(error.value)


def rebuilt(content: bytes, change: dict[str, bytes]) -> bytes:
    """The XLSX with some of its parts changed or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    return as_zip({**parts, **change})


def sheet_xml(content: bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return book.read(XML)


@pytest.mark.parametrize(
    "content",
    [
        as_csv(table(ROWS)),
        as_csv(table(ROWS), delimiter=","),
        as_csv(table(ROWS), delimiter="\t", encoding="utf-8"),
        as_csv(table(ROWS), encoding="cp1252"),
        b"sep=;\r\n" + as_csv(table(ROWS), encoding="utf-8"),
        as_xlsx(table(ROWS)),
    ],
    ids=["semicolon", "comma", "tab", "cp1252", "excel-sep", "xlsx"],
)
def test_each_layout_says_the_same(content: bytes) -> None:
    found = of(content)
    assert [row.cells["name"] for row in found.rows] == ["Keripik pisang 250 g", "Rengginang, asin; é"]
    assert found.rows[1].cells == {**dict.fromkeys(COLUMNS, ""), **ROWS[1]}
    first = 4 if content.startswith(b"sep") else 3
    assert [row.line for row in found.rows] == [first, first + 1]
    assert found.notes == []


def test_numbers_dates_and_formulas_of_a_spreadsheet_come_as_a_person_would_type_them() -> None:
    import datetime

    row = {**GOOD, "price": 1_500_000, "stock": 40.0, "weight_g": 12.5, "unit": True}
    row |= {"name": datetime.date(2026, 11, 1), "photos": "=1+1"}
    cells = of(as_xlsx(table([row]))).rows[0].cells
    assert cells == {
        "number": "", "name": "2026-11-01T00:00:00", "price": "1500000", "unit": "true", "stock": "40",
        "weight_g": "12.5", "photos": "=1+1", "version": "",
    }  # fmt: skip


def test_several_sheets_are_read_others_are_not() -> None:
    book = as_xlsx(table([GOOD]), [["Catatan saya", "x"]], table([{**GOOD, "name": "Dua"}]))
    found = of(book)
    assert [(row.sheet, row.cells["name"]) for row in found.rows] == [
        ("Lembar 1", "Keripik pisang 250 g"), ("Lembar 3", "Dua"),
    ]  # fmt: skip


def test_lines_for_people_and_empty_lines_are_passed_over_and_strange_columns_named() -> None:
    lines = table([GOOD, {}, GOOD], columns=[*COLUMNS, "catatan"])
    lines.insert(2, ["# contoh, tidak dibaca", "", "Contoh keripik"])
    found = of(as_csv(lines))
    assert [row.line for row in found.rows] == [4, 6]
    assert found.notes == ["These columns are not ours and were left out: catatan."]
    assert "catatan" not in found.rows[0].cells


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "The file is empty."),
        (b"\n\n", "This is not our template"),
        (as_csv(table([])), "There is no product in the file."),
        (as_csv([["name", "price"], ["Keripik", "1"]]), "This is not our template"),
        (as_xlsx([["name", "price"], ["Keripik", "1"]]), "This is not our template"),
        (as_csv(table([GOOD], kind="gajah")), "There is no kind of goods “gajah”."),
        (as_csv(table([GOOD], columns=[*COLUMNS, "price", "name"])), "These columns stand there twice: name, price."),
        (as_csv(table([GOOD], columns=["number", "name"])), "missing: price, stock, unit, version, weight_g."),
        (as_csv(table([GOOD], columns=[*COLUMNS, *(f"x{n}" for n in range(60))])), "more than 60 columns"),
        (as_csv(table([GOOD]), encoding="utf-16"), "Save it as “CSV UTF-8”"),
        (b"class=dry_food;na\0me", "Save it as “CSV UTF-8”"),
        (b"class=dry_food;\x81\x8d", "The letters of this file cannot be read."),
        (as_csv(table([GOOD])) + b';"open', "Row 4 is not CSV: a quotation mark is open or out of place."),
        (as_csv(table([{**GOOD, "name": "x" * 200_000}])), "Row 3 has a cell with more than 4000 characters."),
        (b"%PDF-1.7 ...", "This is a PDF file, not XLSX or CSV."),
        (a_photo(size=(40, 30)), "This is a JPEG file, not XLSX or CSV."),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "This is an old Excel file (XLS)."),
        (b"\xd0\xcf\x11\xe0" + "EncryptedPackage".encode("utf-16-le"), "This file has a password."),
        (as_zip({"a.jpg": a_photo(size=(40, 30))}), "This is a ZIP, not a table."),
        (b"PK\x03\x04 broken", "This file is damaged."),
        (as_xlsx(table([GOOD]))[:-200], "This file is damaged."),
        (as_csv(table([GOOD])) + b"x" * limits.MOST_BYTES, "The file is larger than 5 MB."),
        (as_csv(table([GOOD] * 5_001)), "There are more than 5000 products in the file. Send it in parts."),
        (as_csv(table([GOOD])) + b"\r\n" * 20_000, "The file has too many lines."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_in_words(content: bytes, said: str) -> None:
    assert said in refused(content)


def test_a_row_far_down_and_a_column_far_right_cost_nothing() -> None:
    book = as_xlsx(table([GOOD]))
    far = sheet_xml(book).replace(b'r="3"', b'r="1048576"', 1)
    assert "has too many lines" in refused(rebuilt(book, {XML: far}))
    wide = sheet_xml(book).replace(b'ref="A1:I3"', b'ref="A1:XFD1048576"')
    assert wide != sheet_xml(book)
    assert len(of(rebuilt(book, {XML: wide})).rows) == 1


def test_a_bomb_in_an_xlsx_is_not_opened() -> None:
    book = as_xlsx(table([GOOD]))
    big = rebuilt(book, {"xl/media/x.bin": bytes(limits.MOST_UNPACKED)})
    assert len(big) < 200_000
    assert refused(big) == "Unpacked, this file is larger than 40 MB. Send less at once."
    tight = rebuilt(book, {"xl/media/x.bin": bytes(20 * limits.MIB)})
    assert refused(tight) == "This file is packed so tightly that it may do harm. It was not opened."
    many = rebuilt(book, {f"xl/x{n}.bin": b"" for n in range(limits.MOST_PARTS)})
    assert refused(many) == "There are more than 200 files in it. Send fewer at once."


def test_a_directory_that_lies_is_found_out() -> None:
    """The size in the directory is a promise; what unpacks to more than promised is damaged, and never read on."""
    book = bytearray(rebuilt(as_xlsx(table([GOOD])), {"xl/zz.xml": b"<a>" + b" " * 10**6 + b"</a>"}))
    place = book.rindex(b"PK\x01\x02")
    book[place + 24 : place + 28] = struct.pack("<I", 2)
    assert refused(bytes(book)) == "This file is damaged. Save it anew and send it again."
    huge = bytearray(as_zip({"a": b"x"}))
    end = huge.rindex(b"PK\x05\x06")
    huge[end + 12 : end + 16] = struct.pack("<I", 2**31)
    with pytest.raises(FileError, match="more than 200 files"):
        archive.opened(io.BytesIO(bytes(huge)), xlsx_file.LIMIT)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
        '<!DOCTYPE x SYSTEM "http://example.com/x.dtd">',
    ],
    ids=["xxe", "laughs", "dtd"],
)
@pytest.mark.parametrize("part", [XML, "xl/workbook.xml", "[Content_Types].xml", "docProps/core.xml"])
def test_xml_that_declares_things_is_not_opened(declared: str, encoding: str, part: str) -> None:
    book = as_xlsx(table([GOOD]))
    evil = f'<?xml version="1.0" encoding="{encoding}"?>{declared}<x>&e;</x>'.encode(encoding)
    assert refused(rebuilt(book, {part: evil})) == (
        "This file declares things that a table does not need (XML entities). It was not opened."
    )


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"xl/vbaProject.bin": b"x"}, "This file has macros."),
        ({"xl/macrosheets/sheet1.xml": b"<x/>"}, "This file has macros."),
        ({"xl/../../etc/passwd": b"x"}, "names a place outside it"),
        ({"/etc/passwd": b"x"}, "names a place outside it"),
        ({"..\\..\\x": b"x"}, "names a place outside it"),
        ({"C:\\x": b"x"}, "names a place outside it"),
        ({XML: b"<worksheet><not closed"}, "This file is damaged."),
        ({XML: b"\x00\x01\x02"}, "This file is damaged."),
        ({"xl/workbook.xml": b"<x/>"}, "This is not our template"),
        ({"xl/styles.xml": b"<x"}, "This file is damaged."),
        ({"[Content_Types].xml": b"<x/>"}, "This file is damaged."),
    ],
)  # fmt: skip
def test_a_hostile_or_broken_xlsx_is_refused_in_words(change: dict[str, bytes], said: str) -> None:
    assert said in refused(rebuilt(as_xlsx(table([GOOD])), change))


def test_an_entry_with_a_password_is_refused() -> None:
    book = bytearray(as_xlsx(table([GOOD])))
    place = book.index(b"PK\x01\x02")
    book[place + 8] |= 1
    assert refused(bytes(book)) == "This file has a password. Take the password off and send it again."


@settings(deadline=None, max_examples=60)
@given(st.text(st.characters(blacklist_categories=["Cs"]), max_size=40).map(str.strip))
@example("'=1+1")
@example("''\t'-2")
def test_every_text_comes_back_as_it_was_and_none_is_a_formula(text: str) -> None:
    written = guarded(text)
    assert not written.startswith(("=", "+", "-", "@", "\t", "\r"))
    seen = ILLEGAL_CHARACTERS_RE.sub("", text)
    assert unguarded(written) == seen
    for content in (
        as_csv(table([{**GOOD, "photos": written}])),
        as_xlsx(table([{**GOOD, "photos": written}])),
    ):
        (row,) = of(content).rows
        cell = unguarded(row.cells["photos"])
        assert cell.split() == CONTROL.sub(UNREADABLE, seen.replace("\r\n", "\n").replace("\r", "\n")).split()


def box(files: dict[str, bytes]) -> PhotoBox:
    return PhotoBox(io.BytesIO(as_zip(files)))


def test_photos_are_found_by_name_and_judged_by_content() -> None:
    photo = a_photo(size=(60, 40))
    found = box({
        "Foto/Satu.JPG": photo, "__MACOSX/Foto/._Satu.JPG": b"x", "dua.png": b"<svg/>", "a/tiga.jpg": photo,
        "b/tiga.jpg": photo, "besar.jpg": Random(1).randbytes(8 * limits.MIB + 1),
    })  # fmt: skip
    assert found.fault("satu.jpg") == ""
    assert found.content("SATU.jpg")[8:12] == b"WEBP"
    assert found.fault("dua.png") == "dua.png is not a photo we can read. Please use JPEG, PNG or WebP."
    assert found.fault("tiga.jpg") == "tiga.jpg is in the ZIP more than once."
    assert found.fault("empat.jpg") == "There is no empat.jpg in the ZIP."
    assert found.fault("besar.jpg") == "besar.jpg is larger than 8 MB."


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"../../x.jpg": b"x"}, "“../../x.jpg” in this file names a place outside it. The file was not opened."),
        ({f"{n}.jpg": b"" for n in range(501)}, "There are more than 500 files in it. Send fewer at once."),
        ({"x.jpg": bytes(limits.MOST_PHOTOS_UNPACKED + 1)}, "Unpacked, this file is larger than 120 MB."),
        ({"x.jpg": bytes(3 * limits.MIB)}, "This file is packed so tightly"),
    ],
    ids=["traversal", "many", "bomb", "tight"],
)  # fmt: skip
def test_a_hostile_zip_of_photos_is_refused(files: dict[str, bytes], said: str) -> None:
    with pytest.raises(FileError) as error:
        box(files)
    assert said in str(error.value)


def test_no_zip_is_refused() -> None:
    with pytest.raises(FileError, match="damaged"):
        PhotoBox(io.BytesIO(a_photo(size=(60, 40))))
