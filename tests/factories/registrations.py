"""Workbooks of registrations."""

from collections.abc import Iterable
from io import BytesIO
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from marketplace.programme.models import ProgrammeYear, RegistrationFile
from marketplace.programme.registrations.sheet import COLUMNS
from marketplace.programme.registrations.tasks import read_registrations
from marketplace.programme.services import registration_files

GOOD = {
    "nspp": "510032040001", "name": "Pesantren Contoh Satu", "regency": "Kabupaten Bandung", "district": "Soreang",
    "category": "start_up", "sector": "makanan", "product": "Roti", "contact": "Contoh", "phone": "081234567890",
}  # fmt: skip


def book(rows: Iterable[dict[str, Any]], head: Iterable[str] = tuple(COLUMNS)) -> bytes:
    """An XLSX with the columns of the template."""
    made = Workbook(write_only=True)
    sheet, names = made.create_sheet("registrations"), list(head)
    sheet.append(names)
    for row in rows:
        sheet.append([row.get(name, "") for name in names])
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def sent(year: ProgrammeYear, person: Any, content: bytes, name: str = "daftar.xlsx") -> RegistrationFile:
    """Uploaded, not read yet."""
    upload = SimpleUploadedFile(name, content)
    return registration_files.upload(year=year, file=upload, person=person, language="en")


def previewed(year: ProgrammeYear, person: Any, rows: Iterable[dict[str, Any]]) -> RegistrationFile:
    """Uploaded and read."""
    run = sent(year, person, book(rows))
    read_registrations(run.pk)
    run.refresh_from_db()
    return run
