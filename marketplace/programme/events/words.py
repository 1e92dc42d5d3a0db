"""Words and tones of events for pages, mails and papers."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from marketplace.programme import states
from marketplace.programme.events import scheduling
from marketplace.programme.models import Appointment, Event

TONES = {
    states.PLANNED: "plain",
    states.OPEN: "warn",
    states.SCHEDULED: "good",
    states.RUNNING: "good",
    states.CLOSED: "plain",
    states.CANCELLED: "bad",
}
MEETING_TONES = {Appointment.PLANNED: "plain", Appointment.MET: "good", Appointment.MISSED: "bad"}
# Why two meet.
WHYS = {
    scheduling.BOTH: gettext_lazy("both wished it"),
    scheduling.GUEST: gettext_lazy("the buyer wished it"),
    scheduling.EXHIBITOR: gettext_lazy("the pesantren wished it"),
    scheduling.SECTOR: gettext_lazy("the same sector"),
    scheduling.HAND: gettext_lazy("set by hand"),
}
# Why a wish was not met.
UNMET = {
    scheduling.DECLINED: gettext_lazy("One of them does not come."),
    scheduling.NO_TIMES: gettext_lazy("There is no time left for meetings."),
    scheduling.GUEST_FULL: gettext_lazy("The buyer has no free time left."),
    scheduling.EXHIBITOR_FULL: gettext_lazy("The pesantren has no free time left."),
    scheduling.NEVER_BOTH: gettext_lazy("Both have free time, but never at the same hour."),
}
ANSWERS = {
    "accepted": pgettext_lazy("invitation", "Comes"),
    "declined": pgettext_lazy("invitation", "Does not come"),
    "waits": pgettext_lazy("invitation", "No answer yet"),
}
ANSWER_TONES = {"accepted": "good", "declined": "bad", "waits": "warn"}


# What the history of an event says in codes; %s are the figures behind it.
CODES = {
    "changed": gettext_lazy("What is known of it was changed."),
    "asked": gettext_lazy("A schedule was asked for."),
    "made": gettext_lazy("The schedule was made. Meetings: %s, wishes not met: %s."),
    "cleared": gettext_lazy("Planned meetings were cancelled: %s."),
    "times": gettext_lazy("Times were made: %s of %s minutes."),
}


def why(text: str) -> str:
    """A reason of the history: as a person typed it, or one of ours in the reader's language."""
    code, *figures = text.split(" ")
    if code not in CODES or not all(figure.isdigit() for figure in figures):
        return text
    words = str(CODES[code])
    return words % tuple(figures) if words.count("%s") == len(figures) else text


def answer_of(side: object) -> str:
    """Of an Exhibitor or a Guest."""
    if getattr(side, "accepted_at", None):
        return "accepted"
    return "declined" if getattr(side, "declined_at", None) else "waits"


def place(event: Event) -> str:
    """Address and town, or that it is online."""
    if event.mode == Event.ONLINE:
        return _("online")
    town = event.city or (event.regency.short if event.regency else "")
    return ", ".join(part for part in (event.address, town) if part) or "–"
