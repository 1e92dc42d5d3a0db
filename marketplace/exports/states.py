"""States of consignments, papers, pick-ups and receipts, as data.

A consignment has no machine of its own: its state is a fold over its events and its papers (folding.py), written
by one service. The others are small machines.
"""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.common.states import Machine

AIR, SEA = "air", "sea"
MODES = [(AIR, _("By air")), (SEA, _("By sea"))]

# A consignment, in the order of its life.
PREPARING, BOOKED, CLEARED, DEPARTED, ARRIVED, DELIVERED, CLOSED, CANCELLED = (
    "preparing",
    "booked",
    "cleared",
    "departed",
    "arrived",
    "delivered",
    "closed",
    "cancelled",
)
CHOICES = [
    (PREPARING, _("In preparation")),
    (BOOKED, _("Booked with the carrier")),
    (CLEARED, _("Cleared to load")),
    (DEPARTED, _("On the way")),
    (ARRIVED, _("Arrived at the destination")),
    (DELIVERED, _("Handed to the consignee")),
    (CLOSED, _("Signed for and closed")),
    (CANCELLED, _("Cancelled")),
]
ORDER = [code for code, _name in CHOICES]
HERE = frozenset({PREPARING, BOOKED, CLEARED})  # its goods and papers may still change
UNDER_WAY = frozenset({DEPARTED, ARRIVED, DELIVERED})
ENDED = frozenset({CLOSED, CANCELLED})

# A paper of a consignment.
REQUIRED, DRAFTED, ISSUED, ACCEPTED, REJECTED, EXPIRED, NOT_NEEDED = (
    "required",
    "drafted",
    "issued",
    "accepted",
    "rejected",
    "expired",
    "not_needed",
)
PAPER_CHOICES = [
    (REQUIRED, pgettext_lazy("paper", "Missing")),
    (DRAFTED, _("Drafted")),
    (ISSUED, _("Issued, not checked yet")),
    (ACCEPTED, _("Checked")),
    (REJECTED, _("Does not fit")),
    (EXPIRED, _("No longer valid")),
    (NOT_NEEDED, _("Not needed")),
]
PAPER = Machine(
    {
        REQUIRED: {DRAFTED, ISSUED, NOT_NEEDED},
        DRAFTED: {DRAFTED, ISSUED, NOT_NEEDED, REQUIRED},
        ISSUED: {ACCEPTED, REJECTED, ISSUED, EXPIRED},
        ACCEPTED: {ISSUED, REJECTED, EXPIRED},  # amended, or found wrong after all
        REJECTED: {ISSUED, DRAFTED, NOT_NEEDED},
        EXPIRED: {ISSUED, DRAFTED, NOT_NEEDED},
        NOT_NEEDED: {REQUIRED},
    }
)
IN_HAND = frozenset({ISSUED, ACCEPTED})

BEFORE_LOADING, BEFORE_DEPARTURE, BEFORE_ARRIVAL = "loading", "departure", "arrival"
NEEDED_BEFORE = [
    (BEFORE_LOADING, _("before loading")),
    (BEFORE_DEPARTURE, _("before departure")),
    (BEFORE_ARRIVAL, _("before arrival")),
]

# A truck that brings goods to the packing house.
PLANNED, UNDER_WAY_TRUCK, DONE = "planned", "under_way", "done"
PICK_UP_CHOICES = [
    (PLANNED, _("Planned")),
    (UNDER_WAY_TRUCK, _("On the road")),
    (DONE, _("At the packing house")),
    (CANCELLED, _("Cancelled")),
]
PICK_UP = Machine(
    {PLANNED: {UNDER_WAY_TRUCK, DONE, CANCELLED}, UNDER_WAY_TRUCK: {DONE, CANCELLED}, DONE: set()}
)

# Goods received at the packing house.
OPEN, RECEIPT_CLOSED = "open", "closed"
RECEIPT_CHOICES = [(OPEN, _("Being weighed and sorted")), (RECEIPT_CLOSED, _("Closed"))]
RECEIPT = Machine({OPEN: {RECEIPT_CLOSED}, RECEIPT_CLOSED: set()})

# Work in the background (the pack of all papers).
ASKED, RUNNING, READY, FAILED = "asked", "running", "ready", "failed"
PACK_CHOICES = [
    (ASKED, _("Waiting")),
    (RUNNING, _("Being made")),
    (READY, _("Ready")),
    (FAILED, _("Could not be made")),
]
PACK = Machine({ASKED: {RUNNING, FAILED}, RUNNING: {READY, FAILED}})

# Events: the classifiers of DCSA Track & Trace; air messages are always actual.
PLN, EST, ACT = "PLN", "EST", "ACT"
CLASSIFIERS = [(PLN, _("planned")), (EST, _("expected")), (ACT, _("happened"))]
