"""What pages of both sides share: the agenda and the list to choose wishes from, prepared for templates."""

import re
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.http import urlencode

from catalogue.models import Product
from marketplace.common.refused import Refused
from marketplace.programme.events import agenda_ics
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events import words as event_words
from marketplace.programme.models import Appointment, Exhibit, Exhibitor, Guest, Wish
from marketplace.programme.sectors import sector_paths, sectors
from marketplace.programme.services import wishes
from marketplace.reference.queries import country_name

PER_PAGE = 20


@dataclass(frozen=True)
class Meeting:
    """One line of an agenda."""

    row: Appointment
    other: str
    tone: str
    why: str
    may_mark: bool


def agenda(side: Exhibitor | Guest, now: Any) -> list[Meeting]:
    return [
        Meeting(
            row,
            agenda_ics.other_name(side, row),
            event_words.MEETING_TONES[row.state],
            str(event_words.WHYS.get(row.why, "")),
            row.slot.starts_at <= now and event_queries.may_change(side.event),
        )
        for row in event_queries.agenda(side)
    ]


@dataclass(frozen=True)
class Choice:
    """One line of the list of whom one could meet."""

    pk: int
    name: str
    place: str
    text: str
    goods: list[Product]
    sectors: list[str]
    is_wished: bool
    wishes_me: bool


def choices(side: Exhibitor | Guest, request: HttpRequest) -> dict[str, Any]:
    """One page of whom this side could meet, by name, product or sector. Queries do not grow with the rows."""
    q, sector = request.GET.get("q", "").strip()[:60], request.GET.get("sector", "")
    labels = sectors()
    sector = sector if sector in labels else ""
    rows: Any = _guests(side, q, sector) if isinstance(side, Exhibitor) else _exhibitors(side, q, sector)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    mine = Wish.EXHIBITOR if isinstance(side, Exhibitor) else Wish.GUEST
    other = Wish.GUEST if isinstance(side, Exhibitor) else Wish.EXHIBITOR
    found = Wish.objects.filter(**{mine: side, f"{other}__in": [row.pk for row in page]})
    wished = set(found.values_list(f"{other}_id", "by"))
    goods = event_queries.shown_goods([row for row in page if isinstance(row, Exhibitor)])
    kept = urlencode({key: value for key, value in {"q": q, "sector": sector}.items() if value})
    return {
        "closed": _closed(side),
        "choices": [
            _choice(row, labels, goods, (row.pk, mine) in wished, (row.pk, other) in wished) for row in page
        ],
        "page_obj": page,
        "page_base": f"?{kept}&page=" if kept else "?page=",
        "q": q,
        "sector": sector,
        "sectors": list(labels.items()),
        "chosen": Wish.objects.filter(**{mine: side}, by=mine).count(),
    }


def _closed(side: Exhibitor | Guest) -> str:
    """Why nothing can be chosen now; nothing where it can."""
    try:
        wishes.check_open(side.event, side)
    except Refused as error:
        return error.message
    return ""


def _choice(
    row: Exhibitor | Guest,
    labels: dict[str, str],
    goods: dict[int, list[Product]],
    wished: bool,
    wishes_me: bool,
) -> Choice:
    if isinstance(row, Guest):
        sectors = [labels[code] for code in row.sectors if code in labels]
        return Choice(
            row.pk, row.name, country_name(row.country), row.looks_for, [], sectors, wished, wishes_me
        )
    booth = f"{row.partner.place} · {row.booth}" if row.booth else row.partner.place
    return Choice(row.pk, row.partner.name, booth, "", goods[row.pk], [], wished, wishes_me)


def _guests(side: Exhibitor, q: str, sector: str) -> QuerySet[Guest]:
    rows = event_queries.known_to(event_queries.guests(side.event).filter(declined_at=None), [side])
    if q:
        rows = rows.filter(name__icontains=q) | rows.filter(looks_for__icontains=q)
    return rows.filter(sectors__contains=[sector]) if sector else rows


def _exhibitors(side: Guest, q: str, sector: str) -> QuerySet[Exhibitor]:
    rows = event_queries.exhibitors(side.event).filter(declined_at=None)
    shown = Exhibit.objects.filter(exhibitor=OuterRef("pk"), product__is_public=True)
    if q:
        rows = rows.filter(partner__name__icontains=q) | rows.filter(
            Exists(shown.filter(product__title__icontains=q))
        )
    if sector:
        roots = [path for path, code in sector_paths().items() if code == sector]
        if not roots:  # "other", where the catalogue has no such sector
            return rows.none()
        rows = rows.filter(Exists(shown.filter(product__categories__path__startswith=roots[0])))
    return rows


def asked(request: HttpRequest) -> tuple[list[int], list[int]]:
    """(shown, wanted) of the form with the list: ids, whatever somebody sent."""
    lists = (request.POST.getlist(name)[: PER_PAGE * 2] for name in ("shown", "wish"))
    shown, wanted = ([int(one) for one in found if re.fullmatch("[0-9]{1,15}", one)] for found in lists)
    return shown, wanted
