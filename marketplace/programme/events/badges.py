"""The badge anybody may scan, and the secret key of the page behind it.

A badge carries `token`: whoever scans it sees a public name, or, as staff of the province, checks the person in. The
page of a guest (or the calendar of a pesantren) opens with a key: the token and our signature of it, which nobody can
make from a badge.
"""

from typing import Any

import segno
from django.conf import settings
from django.core.signing import Signer
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from marketplace.programme.models import Exhibitor, Guest

SALT = "programme.events"
SEP = "."
OPEN_PATH = "/events/badge/"


def key_of(row: Guest | Exhibitor) -> str:
    """Of the own page (guest) or the calendar (both): for the person alone. A guest that is named as a company of here
    later gets another: who had the first does not speak for that company."""
    company = row.company_id if isinstance(row, Guest) else None
    salt = f"{SALT}.{row._meta.model_name}" + (f".{company}" if company else "")
    return Signer(salt=salt, sep=SEP).sign(row.token)


def guest_of(key: str) -> Guest | None:
    rows = Guest.objects.select_related("event__regency", "event__province", "company")
    return _behind(key, rows)


def exhibitor_of(key: str) -> Exhibitor | None:
    rows = Exhibitor.objects.select_related("event__regency", "event__province", "partner__regency")
    return _behind(key, rows)


def _behind(key: str, rows: QuerySet[Any]) -> Any:
    key = key.replace("\0", "")
    row = rows.filter(token=key.rpartition(SEP)[0]).first()
    return row if row and constant_time_compare(key_of(row), key) else None


def bearer_of(token: str) -> Guest | Exhibitor | None:
    """Whose badge this is."""
    token = token.replace("\0", "")[:40]
    guest = Guest.objects.select_related("event__regency").filter(token=token).first()
    if guest is not None:
        return guest
    return Exhibitor.objects.select_related("event__regency", "partner__regency").filter(token=token).first()


def badge_link(row: Guest | Exhibitor) -> str:
    """Without a language: the phone of whoever scans it says which."""
    return f"{settings.BASE_URL}{OPEN_PATH}{row.token}/"


def qr(text: str) -> str:
    """A picture for pages; M survives a scratched badge."""
    return str(
        segno.make(text, error="m", micro=False).svg_data_uri(scale=6, border=4, dark="#000", light="#fff")
    )


def qr_svg(text: str) -> str:
    """The same for PDFs."""
    return str(segno.make(text, error="m", micro=False).svg_inline(border=2, dark="#000", light="#fff"))


def name_of(row: Guest | Exhibitor) -> str:
    """What is public of the bearer: the company or the pesantren, never a contact person."""
    return row.name if isinstance(row, Guest) else row.partner.name


def typed_as(row: Guest | Exhibitor) -> str:
    """What the form of a stand is filled with: a buyer's name where no other of the event has it, else the badge."""
    if isinstance(row, Guest):
        others = Guest.objects.filter(event=row.event_id, name__iexact=row.name.strip()).exclude(pk=row.pk)
        if not others.exists():
            return row.name
    return badge_link(row)
