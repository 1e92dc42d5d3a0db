"""Letters of credit: what comes next and by when. Days are calendar days where the site is."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet

from marketplace.common.access import OFFICE, is_staff
from marketplace.payments import states
from marketplace.payments.models import LetterOfCredit
from marketplace.reference import working_days

REMIND_DAYS = (14, 7, 2)  # days left at which the office is reminded, each once
SHIP, PRESENT, PAY = "ship", "present", "pay"
OPEN = (states.ADVISED, states.DOCUMENTS_SENT)


@dataclass(frozen=True)
class Next:
    """What has to happen next, and the last day for it."""

    what: str  # ship, present or pay
    by: date

    @property
    def left(self) -> int:
        """Days left; below zero: missed."""
        return (self.by - working_days.today()).days

    @property
    def is_near(self) -> bool:
        return self.left <= REMIND_DAYS[0]


def letters(user: Any) -> QuerySet[LetterOfCredit]:
    """All letters of credit, the newest first; for the office only."""
    if not is_staff(user, OFFICE):
        return LetterOfCredit.objects.none()
    return LetterOfCredit.objects.select_related("due__order").order_by("-pk")


def present_by(letter: LetterOfCredit, shipped_on: date) -> date:
    """The last day to present the papers: so many days after shipment, and never after the letter expires."""
    return min(shipped_on + timedelta(days=letter.presentation_days), letter.expires_on)


def next_step(letter: LetterOfCredit, shipped_on: date | None) -> Next | None:
    """`shipped_on`: the day the last of the goods left, once all have. Nothing for a letter that has ended."""
    if letter.state == states.DOCUMENTS_SENT:
        return Next(PAY, letter.expires_on)
    if letter.state != states.ADVISED:
        return None
    if shipped_on is None:
        return Next(SHIP, letter.latest_shipment)
    return Next(PRESENT, present_by(letter, shipped_on))


def stage(step: Next) -> int | None:
    """The latest reminder this step has reached: 14, 7 or 2 days; nothing while there is more time."""
    return min((days for days in REMIND_DAYS if step.left <= days), default=None)


def covers(letter: LetterOfCredit) -> bool:
    """Whether goods may leave on the strength of it: the bank has promised, and the promise has not lapsed."""
    return letter.state in (*OPEN, states.HONOURED)
