"""An application to sell here, and each of its requirements."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

SENT, ASKED, APPROVED, REJECTED, WITHDRAWN = "sent", "asked", "approved", "rejected", "withdrawn"
CHOICES = [
    (SENT, _("Waits for the office")),
    (ASKED, _("The office asks for more")),
    (APPROVED, _("Accepted")),
    (REJECTED, _("Not accepted")),
    (WITHDRAWN, _("Taken back")),
]
LABELS = dict(CHOICES)
APPLICATION = Machine({SENT: {ASKED, APPROVED, REJECTED, WITHDRAWN}, ASKED: {SENT, REJECTED, WITHDRAWN}})
OPEN = frozenset({SENT, ASKED})  # one of these for a pesantren at a time

UNKNOWN, MET, MISSED, WAIVED = "unknown", "met", "missed", "waived"
ANSWERS = [
    (UNKNOWN, _("Not looked at yet")),
    (MET, _("Fits")),
    (MISSED, _("Does not fit")),
    (WAIVED, _("Waived")),
]
ANSWER = Machine(
    {
        UNKNOWN: {MET, MISSED, WAIVED},
        MET: {MISSED, WAIVED, UNKNOWN},
        MISSED: {MET, WAIVED, UNKNOWN},
        WAIVED: {MET, MISSED, UNKNOWN},
    }
)
ENOUGH = frozenset({MET, WAIVED})
