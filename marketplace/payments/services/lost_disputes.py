"""A dispute is lost: the money stays with the buyer's bank, and the books say who bears it (decision 0028)."""

from collections.abc import Sequence

from marketplace.common.actor import Actor
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money, split
from marketplace.ledger.posting import account, post
from marketplace.orders.models import Order
from marketplace.payments import states
from marketplace.payments.accounts import disputed, refund_due
from marketplace.payments.exceptions import Claimed
from marketplace.payments.models import CreditNote, Dispute, Refund
from marketplace.payments.services import credit_notes
from marketplace.payments.services.credit_notes import Claim, Part
from marketplace.payments.services.disputes import thaw


def undecided(order: Order) -> list[Dispute]:
    """Disputes about payments of this order that are open here, decided by the provider or not."""
    found = Dispute.objects.filter(attempt__due__order=order, state=states.DISPUTED)
    return list(found.select_related("attempt").order_by("pk"))


def refunds_covered(disputes: Sequence[Dispute], amount: Money) -> list[Refund]:
    """Refunds of these payments that the buyer got through the dispute instead, as far as they fit whole."""
    mine = Refund.objects.filter(attempt__in=[one.attempt_id for one in disputes], state=states.OWED)
    found, left = [], amount
    for refund in mine.order_by("pk"):
        if not left < refund.total:
            found.append(refund)
            left = left - refund.total
    return found


def lock_refunds(order: Order) -> None:
    """Refunds of this order. Raises Claimed while a proposal to pay one waits for a second person."""
    rows = Refund.objects.filter(order=order).select_for_update(no_key=True, of=("self",)).order_by("pk")
    if any(row.approvals.filter(state=states.PROPOSED).exists() for row in rows):
        raise Claimed("A proposal for a refund of this order waits for a second person.")


def book(
    *,
    order: Order,
    disputes: Sequence[Dispute],
    refunds: Sequence[Refund],
    borne: Sequence[tuple[Part, Sequence[Claim]]],
    loss: Money,
    why: str,
    actor: Actor,
) -> list[CreditNote]:
    """Write down who bears these disputes: `refunds` + `borne` by pesantren + `loss` of the operator = their sum.

    The caller has locked refunds and parts. Side effects: Dispute and Refund states with history rows, journals, one
    CreditNote a pesantren that bears a share. Raises MoneyError or PaymentError if the shares do not fit.
    """
    first = disputes[0]
    for one, part in zip(disputes, split(loss, [one.amount for one in disputes]), strict=True):
        states.DISPUTE.move(one, states.LOST, actor=actor, why=why, loss=part.minor)
    legs = [(disputed(first), disputed(other), other.total) for other in disputes[1:]]
    legs += [(refund_due(refund), disputed(first), refund.total) for refund in refunds]
    legs.append((account(Kind.LOSS, order.currency), disputed(first), loss))
    if any(amount for _debit, _credit, amount in legs):
        post(f"dispute-lost/{first.pk}", "dispute_lost", legs, memo={"order": order.number})
    for refund in refunds:
        states.REFUND.move(refund, states.ABSORBED, actor=actor, why=first.provider_id)
    thaw(order, key=f"dispute-over/{first.pk}")
    return [
        credit_notes.issue(part=part, claims=claims, why=why, actor=actor, by_office=False)
        for part, claims in borne
    ]
