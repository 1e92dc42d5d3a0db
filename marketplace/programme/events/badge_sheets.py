"""The badges of all who come to an event, to be cut out: public name, side, booth and code. No contact."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from marketplace.common import dates, pdf
from marketplace.programme.events.badges import badge_link, name_of, qr_svg
from marketplace.programme.models import Event, Exhibitor, Guest

MOST = 1000  # on one PDF: some 125 sheets, a few seconds and 200 MB while it is made
EVERY = 20  # badges between two reports of progress


def count(event: Event) -> int:
    return _sellers(event).count() + _buyers(event).count()


def _sellers(event: Event) -> QuerySet[Exhibitor]:
    """Who has not answered counts as coming (decision 0049)."""
    rows = event.exhibitors.filter(declined_at=None).select_related("partner")
    return rows.order_by("partner__name", "pk")


def _buyers(event: Event) -> QuerySet[Guest]:
    """Those who accepted: many are invited who never answer."""
    return event.guests.filter(accepted_at__isnull=False, declined_at=None).order_by("name", "pk")


def make(event: Event, language: str, progress: Callable[[int], None] = lambda done: None) -> bytes:
    """The PDF. `progress` hears how many badges are ready."""
    with translation.override(language):
        return pdf.render("event_badges", _data(event, language, progress))


def _data(event: Event, language: str, progress: Callable[[int], None]) -> dict[str, Any]:
    rows: list[Any] = [*_sellers(event), *_buyers(event)][:MOST]
    drawn: dict[type, list[dict[str, str]]] = {Exhibitor: [], Guest: []}
    for done, row in enumerate(rows, start=1):
        drawn[type(row)].append(_badge(row))
        if done % EVERY == 0:
            progress(done)
    progress(len(rows))
    sides = [(_("Pesantren"), drawn[Exhibitor]), (_("Buyer"), drawn[Guest])]
    return {
        "title": _("Badges"),
        "number": event.number,
        "language": language,
        "operator": settings.OPERATOR,
        "event": event.name,
        "when": dates.between(event.starts_on, event.ends_on),
        "sides": [{"role": role, "badges": found} for role, found in sides if found],
        "is_fictional": event.is_fictional,
        "words": {
            "booth": _("Booth"),
            "scan": _("Show this code at the entrance."),
            "fictional": _("An example of the demonstration."),
        },
    }


def _badge(row: Exhibitor | Guest) -> dict[str, str]:
    booth = row.booth if isinstance(row, Exhibitor) else ""
    return {"name": name_of(row), "booth": booth, "qr": qr_svg(badge_link(row))}
