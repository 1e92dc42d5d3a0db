"""All badges of an event on one PDF, made in the background (papers.py)."""

from typing import Any

from django.utils.translation import gettext as _

from marketplace.common.refused import Refused
from marketplace.programme.events import badge_sheets as event_badges
from marketplace.programme.models import BadgeSheet, Event
from marketplace.programme.services import papers

TASK = "programme.make_badges"
LOCKS = 0x6261  # the first half of our advisory locks: "ba"


def ask(*, event: Event, language: str, person: Any = None) -> BadgeSheet:
    """Have it made; one that is under way is given back. Side effects: those of papers.ask.

    Raises Refused where nobody comes yet, and for more than one PDF may hold.
    """
    steps = event_badges.count(event)
    if not steps:
        raise Refused(_("Nobody comes yet: there is no badge to print."))
    if steps > event_badges.MOST:
        raise Refused(
            _("%(count)s badges are too many for one file; it holds %(most)s. Print them one by one."),
            count=str(steps),
            most=str(event_badges.MOST),
        )
    row = papers.ask(BadgeSheet, TASK, event=event, language=language, steps=steps, person=person)
    assert isinstance(row, BadgeSheet)
    return row


def make(*, row: BadgeSheet) -> None:
    """Side effects: those of papers.make."""
    papers.make(row, LOCKS, event_badges.make)
