"""Legal moves of the programme: a year, a pesantren in it, an event, a commitment, a lead. As data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.common.states import Machine

# Who promises something to whom.
SELLER, BUYER = "seller", "buyer"
SIDES = (SELLER, BUYER)

# A year of the programme.
PLANNED, OPEN, RUNNING, CLOSED = "planned", "open", "running", "closed"
YEAR_CHOICES = [
    (PLANNED, pgettext_lazy("programme year", "Planned")),
    (OPEN, pgettext_lazy("programme year", "Open for registration")),
    (RUNNING, pgettext_lazy("programme year", "Running")),
    (CLOSED, pgettext_lazy("programme year", "Closed")),
]
YEAR = Machine({PLANNED: {OPEN}, OPEN: {RUNNING, CLOSED}, RUNNING: {OPEN, CLOSED}})

# How far a pesantren came in its year (domain report 1, [5][6][7]).
REGISTERED, CHECKED, AUDITION_1, INTERNSHIP, AUDITION_2, AUDITION_3 = (
    "registered",
    "checked",
    "audition_1",
    "internship",
    "audition_2",
    "audition_3",
)
LEFT = "left"
STAGES = [
    (REGISTERED, _("Registration")),
    (CHECKED, _("Administrative check")),
    (AUDITION_1, _("Audition I (kecamatan)")),
    (INTERNSHIP, _("Training and internship")),
    (AUDITION_2, _("Audition II (kabupaten/kota)")),
    (AUDITION_3, _("Audition III (province)")),
]
ORDER = [stage for stage, _label in STAGES]
PARTICIPATION_CHOICES = [*STAGES, (LEFT, pgettext_lazy("participation", "Left"))]
# One step at a time; whoever leaves (not chosen, withdrawn) does so with a reason, and does not come back that year.
PARTICIPATION = Machine({stage: {*ORDER[place + 1 : place + 2], LEFT} for place, stage in enumerate(ORDER)})

# A temu bisnis or an exhibition.
SCHEDULED, CANCELLED = "scheduled", "cancelled"
EVENT_CHOICES = [
    (PLANNED, pgettext_lazy("event", "Planned")),
    (OPEN, pgettext_lazy("event", "Open for wishes")),
    (SCHEDULED, pgettext_lazy("event", "Meetings scheduled")),
    (RUNNING, pgettext_lazy("event", "Running")),
    (CLOSED, pgettext_lazy("event", "Closed")),
    (CANCELLED, pgettext_lazy("event", "Cancelled")),
]
EVENT = Machine(
    {
        PLANNED: {OPEN, RUNNING, CANCELLED},
        OPEN: {SCHEDULED, RUNNING, CANCELLED},
        SCHEDULED: {OPEN, RUNNING, CANCELLED},
        RUNNING: {OPEN, SCHEDULED, CLOSED},  # back: it was begun by mistake
        CLOSED: {RUNNING},  # back: it was closed by mistake
    }
)

# What two sides promised each other. How far it came (shipped, accepted, paid) is not a state: it follows from the
# demand, contract and orders that it is linked to.
RECORDED, CONFIRMED, DISPUTED = "recorded", "confirmed", "disputed"
COMMITMENT_CHOICES = [
    (RECORDED, pgettext_lazy("commitment", "Recorded, waits for both sides")),
    (CONFIRMED, pgettext_lazy("commitment", "Confirmed by both sides")),
    (DISPUTED, pgettext_lazy("commitment", "One side says it is different")),
    (CLOSED, pgettext_lazy("commitment", "Closed")),
]
COMMITMENT = Machine(
    {
        RECORDED: {CONFIRMED, DISPUTED, CLOSED},
        DISPUTED: {RECORDED, CLOSED},
        CONFIRMED: {RECORDED, CLOSED},  # back: the buyer turned out to be a company, which confirms itself
    }
)
CORRECTABLE = frozenset({RECORDED, DISPUTED})  # what both confirmed is not edited any more

# Somebody met at an exhibition who may buy.
NEW, FOLLOWED, TURNED = "new", "followed", "turned"
LEAD_CHOICES = [
    (NEW, pgettext_lazy("lead", "New")),
    (FOLLOWED, pgettext_lazy("lead", "Followed up")),
    (TURNED, pgettext_lazy("lead", "Became a commitment")),
    (CLOSED, pgettext_lazy("lead", "Closed")),
]
LEAD = Machine({NEW: {FOLLOWED, TURNED, CLOSED}, FOLLOWED: {TURNED, CLOSED}, CLOSED: {FOLLOWED}})

# Long work: a registration file, a schedule of meetings, a report. Found again by a sweep after a restart.
WAITING, WORKING, DONE, FAILED = "waiting", "working", "done", "failed"
PREVIEWED = "previewed"
# A file of registrations: read, looked at by a person, written once that person says yes.
REGISTRATION = Machine({WAITING: {PREVIEWED, FAILED}, PREVIEWED: {WORKING}, WORKING: {DONE, FAILED}})
UNDER_WAY = [WAITING, WORKING]
WORK_CHOICES = [
    (WAITING, pgettext_lazy("work", "Waits")),
    (WORKING, pgettext_lazy("work", "In progress")),
    (PREVIEWED, pgettext_lazy("work", "To be confirmed")),
    (DONE, pgettext_lazy("work", "Done")),
    (FAILED, pgettext_lazy("work", "Failed")),
]
