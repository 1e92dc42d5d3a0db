"""What happened to a complaint, as pages show it."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.common import dates
from marketplace.common import states as machine
from marketplace.complaints import states
from marketplace.complaints.models import Complaint, Entry
from marketplace.fulfilment.timeline import Step

TONES = {
    states.RECEIVED: "warn",
    states.REOPENED: "warn",
    states.ANSWERED: "good",
    states.CLOSED: "plain",
    states.WITHDRAWN: "plain",
}


@dataclass(frozen=True)
class Shown:
    """One text under the complaint: whose, when, and what."""

    who: str
    at: str
    text: str


def entries(complaint: Complaint) -> list[Shown]:
    """What was written after the complaint, oldest first. One query."""
    return [
        Shown(_who(one, complaint), dates.moment(one.created), one.text) for one in complaint.entries.all()
    ]


def _who(entry: Entry, complaint: Complaint) -> str:
    if entry.side == Entry.PESANTREN and complaint.partner:
        return complaint.partner.name
    return _("The programme office") if entry.side == Entry.OFFICE else complaint.who


def steps(complaint: Complaint) -> list[Step]:
    """Its moves: what and when, without naming who of the office. One query."""
    labels = dict(states.CHOICES)
    return [
        Step(
            "done",
            _("Complaint received") if change.after == states.RECEIVED else str(labels[change.after]),
            dates.moment(change.at),
            str(states.WHYS.get(change.why, change.why)),
        )
        for change in machine.history(complaint)
    ]
