"""What a journal is for, as the office reads it. A kind that is missing here shows its own name."""

from django.utils.translation import gettext_lazy as _

JOURNALS = {
    "receipt": _("Money arrived at the bank"),
    "match": _("Matched with an order"),
    "paid": _("Paid: held for the pesantren"),
    "tempo": _("Bought on tempo: held for the pesantren"),
    "release": _("Owed to the pesantren"),
    "credited": _("Taken off the bill"),
    "refund_owed": _("Owed back to the buyer"),
    "refund_paid": _("Paid back to the buyer"),
    "reversal": _("Reversed"),
    "credit_note": _("Credit note"),
    "difference": _("Borne by the exporter: contract price less purchase price"),
    "carried_over": _("A sample's fee, taken off the first delivery"),
    "carried_back": _("A sample's fee, given back: the order ended unpaid"),
    "dispute": _("Taken back by the buyer's bank, in dispute"),
    "settle_later": _("Owed to the pesantren after a dispute"),
    "charges": _("Bank charges on the way"),
    "exchange": _("Foreign money sold to the bank"),
}


def words(kind: str) -> str:
    return str(JOURNALS.get(kind, kind))
