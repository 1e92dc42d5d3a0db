"""What the bank says of a batch: every line is checked, then each transfer is settled by itself."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.payments import states
from marketplace.payments.models import Payout, PayoutBatch
from marketplace.payments.rails import RAILS, Result
from marketplace.payments.services.payouts import mark_failed, mark_paid
from marketplace.payments.statements import Fault, FileError


@dataclass(frozen=True)
class Taken:
    """How many transfers were paid, not paid, and known already."""

    paid: int
    failed: int
    known: int


def take(*, batch: PayoutBatch, content: bytes, actor: Actor) -> Taken:
    """Settle what the file tells; the same file again changes nothing.

    Side effects: payouts, journals, history rows, mails, each transfer in a transaction of its own, so what was done
    stays done if we are stopped halfway. Raises FileError before anything is done.
    """
    results = RAILS[batch.rail].read(content)
    payouts = {one.reference: one for one in batch.payouts.all()}
    _check(batch, results, payouts)
    counts = {"paid": 0, "failed": 0, "known": 0}
    for result in results:
        counts[_settle(payouts[result.reference], result, actor)] += 1
    return Taken(**counts)


def _check(batch: PayoutBatch, results: list[Result], payouts: dict[str, Payout]) -> None:
    if batch.state not in {states.SENT, states.DONE}:
        raise FileError(Fault(0, _("This batch was not given to the bank yet.")))
    told = [one.bank_reference for one in results if one.is_paid]
    used = dict(Payout.objects.filter(bank_reference__in=told).values_list("bank_reference", "reference"))
    faults = [
        Fault(one.line, why) for one in results if (why := _fault(one, payouts.get(one.reference), used))
    ]
    if faults:
        raise FileError(*faults)


def _fault(result: Result, payout: Payout | None, used: dict[str | None, str]) -> str:
    if payout is None:
        return _("This transfer is not in this batch.")
    if payout.state == states.RELEASED:
        return _("This transfer was taken out of the batch.")
    if not result.is_paid:
        return ""
    if used.get(result.bank_reference, payout.reference) != payout.reference:
        return _("This bank reference belongs to another transfer.")
    if payout.state == states.FAILED:
        return _("This transfer was not successful before; it goes out again in another batch.")
    if payout.state == states.PAID and payout.bank_reference != result.bank_reference:
        return _("This transfer was paid with another bank reference.")
    return ""


def _settle(payout: Payout, result: Result, actor: Actor) -> str:
    """One of the counts. Somebody else may import the same file at this moment."""
    try:
        if result.is_paid:
            if payout.state == states.PAID:
                return "known"
            mark_paid(payout=payout, bank_reference=result.bank_reference, actor=actor)
            return "paid"
        mark_failed(payout=payout, why=result.why, actor=actor)
    except IllegalMove:
        return "known"
    return "failed"
