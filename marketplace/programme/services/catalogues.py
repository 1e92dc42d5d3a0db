"""The printable catalogue, made in the background (papers.py)."""

from typing import Any

from django.utils.translation import gettext as _

from marketplace.common.refused import Refused
from marketplace.programme.events import catalogue as event_catalogue
from marketplace.programme.models import Event, EventCatalogue
from marketplace.programme.services import papers

TASK = "programme.make_catalogue"
LOCKS = 0x6361  # the first half of our advisory locks: "ca"


def ask(*, event: Event, language: str, person: Any = None) -> EventCatalogue:
    """Have it made; one that is under way is given back. Side effects: those of papers.ask.

    Raises Refused where nobody comes yet.
    """
    if not event.exhibitors.filter(declined_at=None).exists():
        raise Refused(_("No pesantren is invited yet."))
    steps = event_catalogue.count(event)
    row = papers.ask(EventCatalogue, TASK, event=event, language=language, steps=steps, person=person)
    assert isinstance(row, EventCatalogue)
    return row


def make(*, row: EventCatalogue) -> None:
    """Side effects: those of papers.make."""
    papers.make(row, LOCKS, event_catalogue.make)
