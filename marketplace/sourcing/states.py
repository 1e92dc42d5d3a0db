"""Legal moves of a demand, a quote, a contract and a call-off, as data (docs/architecture.md, Machines)."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.common.states import Machine

DRAFT, OPEN, AWARDED, CLOSED, CANCELLED, EXPIRED = (
    "draft",
    "open",
    "awarded",
    "closed",
    "cancelled",
    "expired",
)
DEMAND_CHOICES = [
    (DRAFT, pgettext_lazy("demand", "Draft")),
    (OPEN, pgettext_lazy("demand", "Open for quotes")),
    (AWARDED, pgettext_lazy("demand", "Awarded")),
    (CLOSED, pgettext_lazy("demand", "Closed")),
    (CANCELLED, pgettext_lazy("demand", "Cancelled")),
    (EXPIRED, pgettext_lazy("demand", "Ended without an award")),
]
# Closed by the office or by the cap on answers; a closed one can still be awarded from the quotes that are there.
DEMAND = Machine(
    {
        DRAFT: {OPEN, CANCELLED},
        OPEN: {AWARDED, CLOSED, CANCELLED, EXPIRED},
        CLOSED: {AWARDED, CANCELLED, EXPIRED},
    }
)

SENT, ACCEPTED, DECLINED, WITHDRAWN, SUPERSEDED = "sent", "accepted", "declined", "withdrawn", "superseded"
QUOTE_CHOICES = [
    (DRAFT, pgettext_lazy("quote", "Draft")),
    (SENT, pgettext_lazy("quote", "Sent")),
    (ACCEPTED, pgettext_lazy("quote", "Accepted")),
    (DECLINED, pgettext_lazy("quote", "Declined")),
    (WITHDRAWN, pgettext_lazy("quote", "Withdrawn")),
    (EXPIRED, pgettext_lazy("quote", "Expired")),
    (SUPERSEDED, pgettext_lazy("quote", "Replaced by a later version")),
]
# A later version replaces an earlier one only when it is accepted: until then both stand.
QUOTE = Machine({DRAFT: {SENT, WITHDRAWN}, SENT: {ACCEPTED, DECLINED, WITHDRAWN, EXPIRED, SUPERSEDED}})

DRAFTED, SIGNED, ACTIVE, COMPLETED, TERMINATED = "drafted", "signed", "active", "completed", "terminated"
CONTRACT_CHOICES = [
    (DRAFTED, pgettext_lazy("contract", "Drafted")),
    (SIGNED, pgettext_lazy("contract", "Signed by both")),
    (ACTIVE, pgettext_lazy("contract", "Active")),
    (COMPLETED, pgettext_lazy("contract", "Completed")),
    (TERMINATED, pgettext_lazy("contract", "Terminated")),
]
CONTRACT = Machine(
    {DRAFTED: {SIGNED, TERMINATED}, SIGNED: {ACTIVE, TERMINATED}, ACTIVE: {COMPLETED, TERMINATED}}
)

PLANNED, CONFIRMED, ORDERED = "planned", "confirmed", "ordered"
CALL_OFF_CHOICES = [
    (PLANNED, pgettext_lazy("call-off", "Planned")),
    (CONFIRMED, pgettext_lazy("call-off", "Confirmed by the pesantren")),
    (ORDERED, pgettext_lazy("call-off", "Ordered")),
    (COMPLETED, pgettext_lazy("call-off", "Completed")),
    (CANCELLED, pgettext_lazy("call-off", "Cancelled")),
]
CALL_OFF = Machine(
    {
        PLANNED: {CONFIRMED, CANCELLED},
        CONFIRMED: {PLANNED, ORDERED, CANCELLED},
        ORDERED: {COMPLETED, CANCELLED},
    }
)

# How the goods travel. Which Incoterm fits which way: reference.queries.term_fits.
SEA, AIR, ROAD = "sea", "air", "road"
MODES = [(SEA, _("By sea")), (AIR, _("By air")), (ROAD, _("By road"))]
