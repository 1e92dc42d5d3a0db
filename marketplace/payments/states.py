"""Legal moves of dues, bank receipts and refunds, as data."""

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

OPEN, SETTLED, EXPIRED, CANCELLED = "open", "settled", "expired", "cancelled"
DUE_CHOICES = [
    (OPEN, _("Waiting for the transfer")),
    (SETTLED, _("Paid")),
    (EXPIRED, _("Expired")),
    (CANCELLED, _("Cancelled")),
]
DUE = Machine({OPEN: {SETTLED, EXPIRED, CANCELLED}})

UNMATCHED, MATCHED, RETURNED = "unmatched", "matched", "returned"
RECEIPT_CHOICES = [
    (UNMATCHED, _("Not matched yet")),
    (MATCHED, _("Matched")),
    (RETURNED, _("To be returned")),
]
RECEIPT = Machine({UNMATCHED: {MATCHED, RETURNED}})

OWED, PAID = "owed", "paid"
REFUND_CHOICES = [(OWED, _("To be paid back")), (PAID, _("Paid back"))]
REFUND = Machine({OWED: {PAID}})
REFUND_REASONS = [
    ("declined", _("The pesantren could not deliver")),
    ("rejected", _("Goods not accepted by the buyer")),
    ("over", _("More was transferred than asked")),
    ("late", _("The transfer came after the deadline")),
    ("short", _("Less was transferred than asked before the deadline")),
    ("unknown", _("The transfer could not be matched to an order")),
    ("cancelled", _("The order was cancelled")),
]
