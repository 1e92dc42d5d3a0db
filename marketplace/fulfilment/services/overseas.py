"""What a part has to wait for while its order is not paid in full: a balance, or a bank's promise to pay it."""

from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment
from marketplace.payments import letters
from marketplace.payments import queries as payments
from marketplace.payments.models import Due


class NotPaid(Exception):
    """Goods may not leave, or be signed for, before the rest of the order's money is there."""

    def __init__(self, dues: list[Due]) -> None:
        super().__init__(", ".join(due.reference for due in dues))
        self.dues = dues


def check_may_leave(part: Fulfilment) -> None:
    """Goods leave once all is paid, or once a letter of credit stands for what is missing.

    Where handing over or the packing house makes the money the pesantren's, a promise is not enough.
    Raises NotPaid. An order on tempo leaves unpaid: the company owes it.
    """
    missing = payments.unsettled(part.order)
    if part.release_on == states.ON_ACCEPTANCE:
        missing = [due for due in missing if not _is_promised(due)]
    if missing:
        raise NotPaid(missing)


def check_all_paid(part: Fulfilment) -> None:
    """Signing makes all of the money the pesantren's, so all of it must be there. Raises NotPaid."""
    if missing := payments.unsettled(part.order):
        raise NotPaid(missing)


def is_open(part: Fulfilment) -> bool:
    """Whether money for the part's order, to be paid before it is signed for, has not come yet."""
    return bool(payments.unsettled(part.order))


def _is_promised(due: Due) -> bool:
    letter = getattr(due, "letter_of_credit", None)
    return letter is not None and letters.covers(letter)
