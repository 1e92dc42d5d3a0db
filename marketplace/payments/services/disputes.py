"""Disputes of card payments: the buyer's bank takes the money first and asks afterwards.

The books follow the provider: what it took stands under `disputed` while nobody has decided, and comes back when we
win. Meanwhile money of that order is not released to a pesantren (payments.frozen). When we lose, a person decides
who bears it (services.lost_disputes): until then it stays open here, with `closed_at`, and its order stays frozen.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import SYSTEM
from marketplace.ledger.models import Journal, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post, reverse
from marketplace.orders.models import Order
from marketplace.payments import dispute_mails, held, states
from marketplace.payments.accounts import disputed
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.frozen import is_frozen
from marketplace.payments.models import Attempt, Dispute, Due


@dataclass(frozen=True)
class DisputeFacts:
    """Present state of one dispute at the provider. `state` is one of payments.states: DISPUTED, WON or LOST."""

    intent_id: str
    amount: Money
    state: str
    reason: str
    evidence_by: datetime | None


@transaction.atomic
def sync_dispute(provider_id: str, facts: DisputeFacts) -> Dispute:
    """Write down what the provider says, in any order and as often as it likes; what was decided stays decided.

    Side effects: Dispute, history rows, journals, mails to the office. Raises PaymentError if no payment of ours is
    meant or the amount differs from before.
    """
    attempt = Attempt.objects.select_related("due__order").filter(intent_id=facts.intent_id).first()
    if not attempt:
        raise PaymentError(f"Dispute {provider_id}: {facts.intent_id or 'its payment'} is not known here.")
    _lock(attempt.due.order)
    dispute = _opened(provider_id, attempt, facts)
    if dispute.total != facts.amount:
        raise PaymentError(f"Dispute {provider_id}: it was {dispute.total}, now {facts.amount}.")
    if dispute.state != states.DISPUTED:
        return dispute
    if facts.state == states.WON:
        _won(dispute, attempt.due.order)
    elif facts.state == states.LOST:
        _lost(dispute)
    elif facts.evidence_by != dispute.evidence_by:
        Dispute.objects.filter(pk=dispute.pk).update(evidence_by=facts.evidence_by)
    return dispute


def _lock(order: Order) -> None:
    """All parts of the order: who releases money of one holds its row, so it sees the dispute, or we its release."""
    list(order.fulfilments.select_for_update(no_key=True, of=("self",)).order_by("pk"))


def _opened(provider_id: str, attempt: Attempt, facts: DisputeFacts) -> Dispute:
    more = {
        "attempt": attempt,
        "amount": facts.amount.minor,
        "currency": facts.amount.currency,
        "reason": facts.reason[:60],
        "evidence_by": facts.evidence_by,
    }
    dispute, is_new = Dispute.objects.get_or_create(provider_id=provider_id, defaults=more)
    if is_new:
        machine.record(dispute, "", states.DISPUTED, actor=SYSTEM, why=facts.reason)
        legs = [(disputed(dispute), account(Kind.PROVIDER, dispute.currency), dispute.total)]
        post(f"dispute/{dispute.pk}", "dispute", legs, memo={"order": attempt.due.order.number})
        dispute_mails.opened(dispute)
    return dispute


def _won(dispute: Dispute, order: Order) -> None:
    """The money is back."""
    reverse(Journal.objects.get(key=f"dispute/{dispute.pk}"), key=f"dispute-won/{dispute.pk}")
    states.DISPUTE.move(dispute, states.WON, actor=SYSTEM, closed_at=timezone.now())
    thaw(order, key=f"dispute-over/{dispute.pk}")


def thaw(order: Order, *, key: str) -> None:
    """What was released while a dispute was open is owed to the pesantren now, if nothing else holds it.

    Side effects: at most one journal under `key`.
    """
    unpaid = Due.objects.filter(order=order, state=states.OPEN, terms_days__gt=0)
    if is_frozen(order) or unpaid.exists():
        return
    partners = {str(part): {"goods": 0} for part in order.fulfilments.values_list("partner_id", flat=True)}
    if order.sold_by_id:  # what came to it of dear goods, with or without a part of its own
        partners[str(order.sold_by_id)] = {"goods": 0}
    legs = held.later_legs(order_number=order.number, currency=order.currency, split=partners)
    if any(amount for _debit, _credit, amount in legs):
        post(key, "settle_later", legs, memo={"order": order.number})


def _lost(dispute: Dispute) -> None:
    """Nothing moves: a person of the office decides who bears it. Told once."""
    if dispute.closed_at:
        return
    dispute.closed_at = timezone.now()
    Dispute.objects.filter(pk=dispute.pk).update(closed_at=dispute.closed_at)
    machine.record(dispute, states.DISPUTED, states.DISPUTED, actor=SYSTEM, why=states.LOST_THERE)
    dispute_mails.lost(dispute)
