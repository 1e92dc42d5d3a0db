"""Legal moves of a fulfilment (one pesantren's part of an order), as data."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

WAITING, OFFERED, ACCEPTED, PACKED, HANDED_OVER, DELIVERED = (
    "waiting",
    "offered",
    "accepted",
    "packed",
    "handed_over",
    "delivered",
)
RECEIVED, REJECTED, DECLINED, CANCELLED = "received", "rejected", "declined", "cancelled"
# No state: a row of the history. Some of the goods will not come; how many stands with the lines (decision 0034).
SHORT = "short"
CHOICES = [
    (WAITING, _("Waiting for the buyer's payment")),
    (OFFERED, _("Waiting for the pesantren's answer")),
    (ACCEPTED, _("Accepted by the pesantren")),
    (PACKED, _("Packed")),
    (HANDED_OVER, _("On the way")),
    (DELIVERED, _("Delivered")),
    (RECEIVED, _("Received and signed")),
    (REJECTED, _("Not accepted by the buyer")),
    (DECLINED, _("Declined by the pesantren")),
    (CANCELLED, _("Cancelled")),
]
FULFILMENT = Machine(
    {
        WAITING: {OFFERED, CANCELLED},
        OFFERED: {ACCEPTED, DECLINED},
        # After accepting a harvest may still fail; the buyer is refunded. Only a service, which ships
        # nothing, goes from accepted to delivered (services/moves.py checks that).
        ACCEPTED: {PACKED, DECLINED, DELIVERED},
        PACKED: {HANDED_OVER, DECLINED},  # goods can spoil in the store room: the money must not be stuck
        HANDED_OVER: {DELIVERED},
        DELIVERED: {RECEIVED, REJECTED},
    }
)
NOT_LEFT = frozenset({ACCEPTED, PACKED})  # promised, and still at the pesantren
MAY_FALL_SHORT = NOT_LEFT  # after that the buyer counts
# Reasons we write ourselves. History keeps the English; pages show the words in the reader's language.
DEADLINE_PASSED, BY_BUYER = "payment deadline passed", "cancelled by the buyer"
NOTHING_COMES = "none of the goods come"
WHYS = {
    DEADLINE_PASSED: _("The time to pay was over"),
    BY_BUYER: _("Cancelled by the buyer"),
    NOTHING_COMES: _("None of the goods come"),
}
ENDED = frozenset({RECEIVED, REJECTED, DECLINED, CANCELLED})

ON_ACCEPTANCE, ON_HAND_OVER, ON_RECEIPT = "acceptance", "hand_over", "receipt"
RELEASES = [
    (ON_ACCEPTANCE, _("When the buyer accepts, or the time to claim is over")),
    (ON_HAND_OVER, _("When the goods are handed to the carrier")),
    (ON_RECEIPT, _("When the goods are weighed and graded at the packing house")),
]

EXPECTED, ARRIVED, WRITTEN_OFF = "expected", "arrived", "written_off"
RETURN_CHOICES = [
    (EXPECTED, _("Expected back")),
    (ARRIVED, _("Back at the pesantren")),
    (WRITTEN_OFF, _("Does not come back")),
]
RETURN = Machine({EXPECTED: {ARRIVED, WRITTEN_OFF}})
