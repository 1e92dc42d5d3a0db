"""Legal moves of dues, bank receipts, refunds, statements and approvals, as data."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.common.states import Machine

OPEN, SETTLED, EXPIRED, CANCELLED = "open", "settled", "expired", "cancelled"
DUE_CHOICES = [
    (OPEN, _("Waiting for the transfer")),
    (SETTLED, _("Paid")),
    (EXPIRED, _("Expired")),
    (CANCELLED, _("Cancelled")),
]
DUE = Machine({OPEN: {SETTLED, EXPIRED, CANCELLED}})

UNMATCHED, MATCHED, RETURNED, FROM_PROVIDER = "unmatched", "matched", "returned", "provider"
RECEIPT_CHOICES = [
    (UNMATCHED, _("Not matched yet")),
    (MATCHED, _("Matched")),
    (RETURNED, _("To be returned")),
    (FROM_PROVIDER, _("From the card provider")),
]
RECEIPT = Machine({UNMATCHED: {MATCHED, RETURNED, FROM_PROVIDER}})

FULL, DEPOSIT, BALANCE = "full", "deposit", "balance"
STEPS = [(FULL, _("Whole amount")), (DEPOSIT, _("Deposit")), (BALANCE, _("Balance"))]
DOMESTIC, EXPORT = "domestic", "export"
CHANNELS = [(DOMESTIC, _("At home")), (EXPORT, _("Abroad"))]

# Sent: the provider was asked to pay it back. A provider may fail even after it said "paid": owed again.
# Absorbed: the buyer got it through a lost dispute.
OWED, SENT, PAID, ABSORBED = "owed", "sent", "paid", "absorbed"
REFUND_CHOICES = [
    (OWED, _("To be paid back")),
    (SENT, _("On its way back")),
    (PAID, _("Paid back")),
    (ABSORBED, _("Given back by the buyer's bank")),
]
REFUND = Machine({OWED: {SENT, PAID, ABSORBED}, SENT: {PAID, OWED}, PAID: {OWED}})
REFUND_REASONS = [
    ("declined", _("The pesantren could not deliver")),
    ("rejected", _("Goods not accepted by the buyer")),
    ("missing", _("Less came than was ordered")),
    ("over", _("More was transferred than asked")),
    ("late", _("The transfer came after the deadline")),
    ("short", _("Less was transferred than asked before the deadline")),
    ("unknown", _("The transfer could not be matched to an order")),
    ("cancelled", _("The order was cancelled")),
    ("claim", _("A claim after the goods were accepted")),
    ("twice", _("The order was paid already")),
]

UPLOADED, READING, READ, REFUSED = "uploaded", "reading", "read", "refused"
STATEMENT_CHOICES = [
    (UPLOADED, _("Waits for your yes")),
    (READING, _("Being read")),
    (READ, _("Read")),
    (REFUSED, _("Not taken")),
]
STATEMENT = Machine({UPLOADED: {READING, REFUSED}, READING: {READ, REFUSED}})

# A line asks where it may be a transfer that stands in the list already; a person says.
TAKEN, ASKS, ASIDE = "taken", "asks", "aside"
LINE_CHOICES = [(TAKEN, _("Taken")), (ASKS, _("A person must look")), (ASIDE, _("Not whole rupiah"))]
LINE = Machine({ASKS: {TAKEN}})

PROPOSED, CONFIRMED, REJECTED, WITHDRAWN = "proposed", "confirmed", "rejected", "withdrawn"
APPROVAL_CHOICES = [
    (PROPOSED, _("Waits for a second person")),
    (CONFIRMED, _("Confirmed")),
    (REJECTED, _("Rejected")),
    (WITHDRAWN, _("Withdrawn")),
]
APPROVAL = Machine({PROPOSED: {CONFIRMED, REJECTED, WITHDRAWN}})
MATCH, RETURN, REFUND_PAY, CREDIT_NOTE, LOSS = "match", "return", "refund", "credit", "loss"
ACTIONS = [
    (MATCH, _("Match a transfer")),
    (RETURN, _("Return a transfer")),
    (REFUND_PAY, _("Pay a refund")),
    (FROM_PROVIDER, _("Take a transfer as the card provider's")),
    (CREDIT_NOTE, _("Issue a credit note")),
    (LOSS, _("Decide who bears a lost dispute")),
]

PREPARED, PROCESSING, FAILED, STOPPED = "prepared", "processing", "failed", "stopped"
ATTEMPT_CHOICES = [
    (PREPARED, _("Being prepared")),
    (OPEN, _("Waiting for the payment")),
    (PROCESSING, _("The bank is working on it")),
    (PAID, _("Paid")),
    (FAILED, _("Not successful")),
    (EXPIRED, _("Expired")),
    (CANCELLED, _("Cancelled")),
    (STOPPED, _("Stopped: something differs")),
]
ATTEMPT_LIVE = [PREPARED, OPEN, PROCESSING]
# What sync read last wins; paid ends only by a refund or a dispute, never by an older event.
ATTEMPT = Machine(
    {
        PREPARED: {OPEN, PROCESSING, PAID, FAILED, EXPIRED, CANCELLED, STOPPED},
        OPEN: {PROCESSING, PAID, FAILED, EXPIRED, CANCELLED, STOPPED},
        PROCESSING: {PAID, FAILED, EXPIRED, STOPPED},
        EXPIRED: {PROCESSING, PAID, STOPPED},
        CANCELLED: {PROCESSING, PAID, STOPPED},
        FAILED: {PROCESSING, PAID, STOPPED},
    }
)

DISPUTED, WON, LOST = "open", "won", "lost"
LOST_THERE = "lost at the provider"  # reason in the history: it stays open here until people decide
DISPUTE_CHOICES = [
    (DISPUTED, pgettext_lazy("dispute", "Open")),
    (WON, _("Won")),
    (LOST, pgettext_lazy("dispute", "Lost")),
]
DISPUTE_REASONS = {LOST_THERE: _("The buyer's bank decided against us.")}
DISPUTE = Machine({DISPUTED: {WON, LOST}})

ACCOUNT_PROPOSED, ACCOUNT_ACTIVE, ACCOUNT_REPLACED, ACCOUNT_REFUSED = (
    "proposed",
    "active",
    "replaced",
    "refused",
)
PAYOUT_ACCOUNT_CHOICES = [
    (ACCOUNT_PROPOSED, _("Waits for a second person")),
    (ACCOUNT_ACTIVE, _("Confirmed")),
    (ACCOUNT_REPLACED, _("Replaced")),
    (ACCOUNT_REFUSED, _("Not confirmed")),
]
PAYOUT_ACCOUNT = Machine(
    {ACCOUNT_PROPOSED: {ACCOUNT_ACTIVE, ACCOUNT_REFUSED}, ACCOUNT_ACTIVE: {ACCOUNT_REPLACED}}
)

DRAFT, APPROVED, DONE, BATCH_CANCELLED = "draft", "approved", "done", "cancelled"
BATCH_CHOICES = [
    (DRAFT, _("Draft")),
    (PREPARED, _("Prepared, waits for a second person")),
    (APPROVED, _("Approved")),
    (SENT, _("Given to the bank")),
    (DONE, _("Done")),
    (BATCH_CANCELLED, _("Cancelled")),
]
BATCH = Machine(
    {
        DRAFT: {PREPARED, BATCH_CANCELLED},
        PREPARED: {APPROVED, DRAFT, BATCH_CANCELLED},
        APPROVED: {SENT},
        SENT: {DONE},
    }
)
BATCH_WAITS = [DRAFT, PREPARED, APPROVED]  # for a person of the office
RULE_ADDED, RULE_ENDED = "added", "ended"  # a commission rule's history; it has no state of its own
CLAIMED, RELEASED = "claimed", "released"
PAYOUT_CHOICES = [
    (CLAIMED, _("Set aside for the transfer")),
    (SENT, _("Given to the bank")),
    (PAID, _("Paid")),
    (FAILED, _("Not successful; owed again")),
    (RELEASED, _("Taken out; owed again")),
]
PAYOUT = Machine({CLAIMED: {SENT, RELEASED}, SENT: {PAID, FAILED}, PAID: {FAILED}})

ADVISED, DOCUMENTS_SENT, HONOURED, LAPSED = "advised", "presented", "honoured", "lapsed"
CREDIT_CHOICES = [
    (ADVISED, _("Advised")),
    (DOCUMENTS_SENT, _("Papers presented")),
    (HONOURED, _("Paid by the bank")),
    (LAPSED, _("Lapsed")),
]
CREDIT = Machine({ADVISED: {DOCUMENTS_SENT, LAPSED}, DOCUMENTS_SENT: {HONOURED, LAPSED, ADVISED}})
