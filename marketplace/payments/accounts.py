"""Under which account and reference the books keep money on its way; audit looks there too."""

from marketplace.ledger.models import Account, Kind
from marketplace.ledger.posting import account
from marketplace.payments.models import Dispute, Due, Receipt, Refund


def receipt_ref(receipt: Receipt) -> str:
    return f"receipt/{receipt.pk}"


def collected_ref(due: Due) -> str:
    return f"due/{due.reference}"


def refund_ref(refund: Refund) -> str:
    return f"refund/{refund.key}"


def suspense(receipt: Receipt) -> Account:
    """Money of a receipt that nothing was decided on yet."""
    return account(Kind.SUSPENSE, receipt.currency, receipt_ref(receipt))


def collected(due: Due) -> Account:
    """Money matched with a due that is not covered yet."""
    return account(Kind.SUSPENSE, due.currency, collected_ref(due))


def receivable(due: Due) -> Account:
    """What the company still owes for an order on tempo."""
    return account(Kind.RECEIVABLE, due.currency, collected_ref(due))


def paid_into(due: Due) -> Account:
    """Where matched money goes: it waits until a prepaid due is covered; on tempo it lessens what is owed."""
    return receivable(due) if due.is_on_tempo else collected(due)


def refund_due(refund: Refund) -> Account:
    return account(Kind.REFUND_DUE, refund.currency, refund_ref(refund))


def disputed_ref(dispute: Dispute) -> str:
    return f"dispute/{dispute.provider_id}"


def disputed(dispute: Dispute) -> Account:
    """What the buyer's bank took, until it is decided."""
    return account(Kind.DISPUTED, dispute.currency, disputed_ref(dispute))
