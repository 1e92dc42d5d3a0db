"""Steps above the limit: one person proposes, another confirms or rejects; who proposed may withdraw."""

from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.queue import enqueue
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import bank_lines, queries, registry, states
from marketplace.payments.exceptions import Changed, Claimed, KnownReference, PaymentError, SamePerson
from marketplace.payments.models import Approval, Due, Receipt, Refund
from marketplace.payments.services.provider_lines import receive_payout
from marketplace.payments.services.receipts import match, return_receipt
from marketplace.payments.services.refunds import pay_refund


def propose_match(*, receipt: Receipt, due: Due, actor: Actor) -> Approval:
    """Claim this receipt for this due, with what would happen now. See _propose."""
    seen = queries.outcome(receipt, due)
    data = {"kind": seen.kind, "difference": seen.difference.minor}
    if receipt.currency != due.currency:
        raise PaymentError("The currencies differ.")
    if not seen.is_possible:
        raise PaymentError("An earlier step of this schedule is not paid yet.")
    return _propose(states.MATCH, receipt, states.UNMATCHED, actor, data, due=due)


def propose_return(*, receipt: Receipt, why: str, actor: Actor) -> Approval:
    """Claim this receipt to be returned. See _propose."""
    return _propose(states.RETURN, receipt, states.UNMATCHED, actor, {"why": why})


def propose_payout_of_provider(*, receipt: Receipt, actor: Actor) -> Approval:
    """Claim this receipt as the card provider's transfer. See _propose."""
    return _propose(states.FROM_PROVIDER, receipt, states.UNMATCHED, actor, {})


def propose_refund(*, refund: Refund, bank_reference: str, actor: Actor) -> Approval:
    """Say that this refund was transferred; a second person looks before it is booked. See _propose."""
    if bank_lines.refunds_with(bank_reference).exists():
        raise KnownReference("This bank reference was used before.")
    return _propose(states.REFUND_PAY, refund, states.OWED, actor, {"bank_reference": bank_reference})


def propose_card_refund(*, refund: Refund, actor: Actor) -> Approval:
    """Ask a second person whether this refund may go back to the card. See _propose."""
    if not refund.attempt_id:
        raise PaymentError("This refund does not go back to a card.")
    return _propose(states.REFUND_PAY, refund, states.OWED, actor, {"rail": "card"})


@transaction.atomic
def _propose(
    action: str, row: Receipt | Refund, state: str, actor: Actor, data: dict[str, Any], due: Due | None = None
) -> Approval:
    """Side effects: Approval, history row. Raises IllegalMove if the row is no longer in `state`, Claimed."""
    locked = type(row)._base_manager.select_for_update(no_key=True).get(pk=row.pk)
    if locked.state != state:
        raise IllegalMove(row, locked.state, action)
    if locked.approvals.filter(state=states.PROPOSED).exists():
        raise Claimed("Somebody was quicker: a proposal for this money waits already.")
    mine: dict[str, Any] = {"receipt": row} if isinstance(row, Receipt) else {"refund": row}
    return _written(action, row.total, actor, data, due=due, **mine)


def _written(action: str, amount: Money, actor: Actor, data: dict[str, Any], **what: Any) -> Approval:
    if actor.id is None:
        raise PaymentError("Only a person can propose a step.")
    approval = Approval.objects.create(
        action=action,
        amount=amount.minor,
        currency=amount.currency,
        data=data,
        proposed_by_id=actor.id,
        **what,
    )
    machine.record(approval, "", states.PROPOSED, actor=actor)
    return approval


@transaction.atomic
def propose_for_order(
    *, action: str, order: Order, amount: Money, data: dict[str, Any], actor: Actor
) -> Approval:
    """A step with an order's money that another room takes (payments.registry.step). See _propose."""
    Order.objects.select_for_update(no_key=True, of=("self",)).get(pk=order.pk)
    if order.approvals.filter(state=states.PROPOSED).exists():
        raise Claimed("Somebody was quicker: a proposal for this order waits already.")
    return _written(action, amount, actor, data, order=order)


@transaction.atomic
def confirm(*, approval: Approval, actor: Actor) -> None:
    """The second person agrees: the step is taken now.

    Side effects: Approval, history row, and all of match, return_receipt, pay_refund or the registered step.
    Raises SamePerson, IllegalMove if it was decided meanwhile, Changed if something else would happen than was
    proposed, and what the step itself raises; then the proposal still waits.
    """
    _decide(approval, states.CONFIRMED, actor)
    if approval.action == states.MATCH and approval.receipt and approval.due:
        due = Due.objects.select_for_update(no_key=True).get(pk=approval.due.pk)
        now = queries.outcome(approval.receipt, due)
        if (now.kind, now.difference.minor) != (approval.data["kind"], approval.data["difference"]):
            raise Changed("The order changed after this was proposed.")
        match(receipt=approval.receipt, due=due, actor=actor, approval=approval)
    elif approval.action == states.RETURN and approval.receipt:
        return_receipt(receipt=approval.receipt, actor=actor, why=approval.data["why"], approval=approval)
    elif approval.action == states.FROM_PROVIDER and approval.receipt:
        receive_payout(receipt=approval.receipt, actor=actor, approval=approval)
    elif approval.order:
        registry.take(approval, actor)
    elif approval.data.get("rail") == "card":
        if approval.refund:
            enqueue("payments.send_refund", approval.refund.pk)
    elif approval.refund:
        reference = approval.data["bank_reference"]
        pay_refund(refund=approval.refund, bank_reference=reference, actor=actor, approval=approval)


def reject(*, approval: Approval, actor: Actor, why: str) -> None:
    """The second person says no; the money is free for another proposal.

    Side effects: Approval, history row. Raises SamePerson, IllegalMove.
    """
    _decide(approval, states.REJECTED, actor, why)


def withdraw(*, approval: Approval, actor: Actor) -> None:
    """Who proposed it takes it back. Side effects: Approval, history row. Raises SamePerson, IllegalMove."""
    if approval.proposed_by_id != actor.id:
        raise SamePerson("Only who proposed a step can withdraw it.")
    now = timezone.now()
    states.APPROVAL.move(approval, states.WITHDRAWN, actor=actor, decided_by_id=actor.id, decided_at=now)


def _decide(approval: Approval, to: str, actor: Actor, why: str = "") -> None:
    """The database refuses the same person, too (constraint approval_two_people)."""
    if actor.id is None or approval.proposed_by_id == actor.id:
        raise SamePerson("Another person must decide.")
    now = timezone.now()
    states.APPROVAL.move(approval, to, actor=actor, why=why, decided_by_id=actor.id, decided_at=now)
