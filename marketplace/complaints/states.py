"""Legal moves of a complaint, as data."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

RECEIVED, ANSWERED, REOPENED, CLOSED, WITHDRAWN = "received", "answered", "reopened", "closed", "withdrawn"
CHOICES = [
    (RECEIVED, _("Waiting for our answer")),
    (ANSWERED, _("Answered")),
    (REOPENED, _("Opened again, waiting for our answer")),
    (CLOSED, _("Closed")),
    (WITHDRAWN, _("Withdrawn")),
]
COMPLAINT = Machine(
    {
        RECEIVED: {ANSWERED, WITHDRAWN},
        ANSWERED: {REOPENED, CLOSED, WITHDRAWN},
        REOPENED: {ANSWERED, WITHDRAWN},
        CLOSED: {REOPENED},  # for some days after the answer, see models.Complaint.may_reopen
    }
)
WAITING = (RECEIVED, REOPENED)  # for the office
OPEN = (RECEIVED, ANSWERED, REOPENED)
# A reason we write ourselves. History keeps the English; pages show the words in the reader's language.
NO_WORD = "no word after the answer"
WHYS = {NO_WORD: _("Nobody asked again after our answer")}
