"""Buyers of one event that may be one and the same: told to the office, which decides."""

from dataclasses import dataclass

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.translation import gettext as _

from marketplace.programme.models import Event, Guest

ALIKE = 0.6  # of 1; names are not unique, so it is said and never refused
MOST = 5
# What says nothing about which company it is.
LEGAL = r"\m(pt|cv|ud|pd|fa|tbk|persero|koperasi|llc|ltd|co|inc|corp|gmbh|fze|fzco)\M"


@dataclass(frozen=True)
class Alike:
    guest: Guest
    why: str


def like(event: Event, *, name: str, email: str = "", phone: str = "", apart: int = 0) -> list[Alike]:
    """Buyers of the event (but for one, `apart`) with this e-mail address, telephone (E.164) or a name much alike, the
    most alike first. One query."""
    likeness = TrigramSimilarity(_plain(Lower(F("name"))), _plain(Lower(Value(name))))  # type: ignore[arg-type]  # it takes both
    same = Q(name__iexact=name.strip()) | Q(likeness__gte=ALIKE)
    if email:
        same |= Q(email__iexact=email)
    if phone:
        same |= Q(phone=phone)
    rows = event.guests.exclude(pk=apart).annotate(likeness=likeness).filter(same)
    return [Alike(row, _why(row, email, phone)) for row in rows.order_by("-likeness", "pk")[:MOST]]


def like_guest(guest: Guest) -> list[Alike]:
    return like(guest.event, name=guest.name, email=guest.email, phone=guest.phone, apart=guest.pk)


def _plain(name: Func) -> Func:
    output = CharField()
    return Func(name, Value(LEGAL), Value(""), Value("g"), function="regexp_replace", output_field=output)


def _why(row: Guest, email: str, phone: str) -> str:
    if email and row.email.casefold() == email.casefold():
        return _("the same e-mail address")
    if phone and row.phone == phone:
        return _("the same telephone")
    return _("a name much alike")
