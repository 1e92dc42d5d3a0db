"""Who bears a lost dispute: the office decides for each part of the order (decision 0028)."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import mails, states
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import claims
from marketplace.fulfilment.services.release import released_units
from marketplace.ledger.money import Money, split
from marketplace.orders.models import Order
from marketplace.payments import registry, second_person
from marketplace.payments import states as money_states
from marketplace.payments.exceptions import Changed, PaymentError, SecondPersonNeeded
from marketplace.payments.models import Approval, Dispute, Refund
from marketplace.payments.services import approvals, lost_disputes
from marketplace.payments.services import credit_notes as notes

PESANTREN, OPERATOR = "pesantren", "operator"


@dataclass(frozen=True)
class Share:
    """What of the lost amount falls on one part: never more than was released of it and is left."""

    part: Fulfilment
    lines: dict[int, Money]  # FulfilmentLine id: its share
    delivery: Money

    @property
    def amount(self) -> Money:
        return sum(self.lines.values(), self.delivery)


@dataclass(frozen=True)
class Outlook:
    """What a decision would move, as the books stand now."""

    disputes: list[Dispute]
    refunds: list[Refund]  # need not be paid any more: the buyer's bank gave that money back
    shares: list[Share]
    rest: Money  # fits nowhere: the operator bears it in any case
    running: list[Fulfilment]  # parts that have not ended; nothing can be decided before

    @property
    def amount(self) -> Money:
        return sum((one.total for one in self.disputes), self.rest * 0)

    @property
    def is_lost(self) -> bool:
        return bool(self.disputes) and all(one.closed_at for one in self.disputes)

    @property
    def seen(self) -> str:
        """Changes when a decision would move something else."""
        refunds = ",".join(str(refund.pk) for refund in self.refunds)
        shares = ",".join(f"{one.part.pk}={one.amount.minor}" for one in self.shares)
        return f"{self.amount.minor};{refunds};{shares}"


def outlook(order: Order) -> Outlook:
    """Reads only."""
    disputes = lost_disputes.undecided(order)
    nothing = Money(0, order.currency)
    amount = sum((one.total for one in disputes), nothing)
    refunds = lost_disputes.refunds_covered(disputes, amount)
    rest = sum((refund.total for refund in refunds), nothing)
    parts = list(order.fulfilments.select_related("partner").order_by("pk"))
    for part in parts:
        part.order = order
    shares, left = _shares(parts, amount - rest)
    running = [part for part in parts if part.state not in states.ENDED]
    return Outlook(disputes, refunds, shares, left, running)


def _shares(parts: list[Fulfilment], amount: Money) -> tuple[list[Share], Money]:
    """Share `amount` over what is left of the released lines and delivery fees; what does not fit, apart."""
    nothing = amount * 0
    lefts = [(part, key, value) for part in parts for key, value in _left(part).items() if value]
    whole = sum((value for _part, _key, value in lefts), nothing)
    fits = min(amount, whole)
    if not fits:
        return [], amount
    found: dict[int, dict[int, Money]] = {}
    for (part, key, _value), share in zip(
        lefts, split(fits, [value.minor for _part, _key, value in lefts]), strict=True
    ):
        found.setdefault(part.pk, {})[key] = share
    return [_share(part, found[part.pk]) for part in parts if part.pk in found], amount - fits


def _share(part: Fulfilment, of: dict[int, Money]) -> Share:
    delivery = of.pop(0, Money(0, part.currency))
    return Share(part, {key: amount for key, amount in of.items() if amount}, delivery)


def _left(part: Fulfilment) -> dict[int, Money]:
    """What was released and not credited: by FulfilmentLine id, 0 for the delivery fee."""
    if part.state != states.RECEIVED or not part.released_at:
        return {}
    earlier = notes.credited(part.order, part.partner_id)
    lines = part.lines.select_related("line__order", "fulfilment").order_by("pk")
    found = {
        line.pk: max(
            line.worth(released_units(line)) - Money(earlier[line.line_id][1], part.currency),
            Money(0, part.currency),
        )
        for line in lines
    }
    if not earlier[0][1]:
        found[0] = part.fee
    return found


def propose(*, order: Order, bearers: Mapping[str, str], why: str, seen: str, actor: Actor) -> Approval:
    """Ask a second person. `bearers`: PESANTREN or OPERATOR by number of the part. Raises as decide."""
    found = _checked(order, bearers, seen)
    data = {"bearers": dict(bearers), "why": why, "seen": seen}
    return approvals.propose_for_order(
        action=money_states.LOSS, order=order, amount=found.amount, data=data, actor=actor
    )


def _checked(order: Order, bearers: Mapping[str, str], seen: str) -> Outlook:
    found = outlook(order)
    if not found.is_lost or found.running:
        raise IllegalMove(order, order.status, money_states.LOST)
    if found.seen != seen:
        raise Changed("Something else would move now.")
    wanted = {share.part.number for share in found.shares}
    if set(bearers) != wanted or not set(bearers.values()) <= {PESANTREN, OPERATOR}:
        raise PaymentError("Each part with a share needs one bearer.")
    return found


@transaction.atomic
def decide(
    *,
    order: Order,
    bearers: Mapping[str, str],
    why: str,
    seen: str,
    actor: Actor,
    approval: Approval | None = None,
) -> None:
    """Book who bears the lost disputes of this order; what was frozen is owed to the pesantren again.

    Side effects: those of lost_disputes.book; a mail to the members of each pesantren that bears a share. Raises
    IllegalMove if a dispute is not lost yet or a part has not ended, Changed if something else would move than was
    `seen`, Claimed, SecondPersonNeeded above the limit without a confirmed `approval`.
    """
    lost_disputes.lock_refunds(order)
    list(order.fulfilments.select_for_update(no_key=True, of=("self",)).order_by("pk"))
    found = _checked(order, bearers, seen)
    if not approval and second_person.is_needed(found.amount):
        raise SecondPersonNeeded("This amount needs a second person.")
    if not approval and order.approvals.filter(state=money_states.PROPOSED).exists():
        raise Changed("A proposal for this order waits.")
    borne = [share for share in found.shares if bearers[share.part.number] == PESANTREN]
    loss = found.rest + sum((share.amount for share in found.shares if share not in borne), found.rest * 0)
    written = lost_disputes.book(
        order=order,
        disputes=found.disputes,
        refunds=found.refunds,
        borne=[(_part(share, found.disputes[0]), _claims(share)) for share in borne],
        loss=loss,
        why=why,
        actor=actor,
    )
    for share, note in zip(borne, written, strict=True):
        mails.to_members(share.part, "credit_note_pesantren", about=note.number, note=note)


def _part(share: Share, dispute: Dispute) -> notes.Part:
    part = share.part
    return notes.Part(
        part.order, part.partner_id, part.number, delivery=share.delivery or None, dispute=dispute
    )


def _claims(share: Share) -> list[notes.Claim]:
    return claims.claims_of(share.part, share.lines)


@registry.step(money_states.LOSS)
def _confirmed(approval: Approval, actor: Actor) -> None:
    """A second person agreed (payments.services.approvals.confirm)."""
    assert approval.order
    data = approval.data
    decide(
        order=approval.order,
        bearers=data["bearers"],
        why=data["why"],
        seen=data["seen"],
        actor=actor,
        approval=approval,
    )
