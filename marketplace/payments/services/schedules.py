"""A total in steps: a deposit before the pesantren are asked, the balance before the goods leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.ledger.money import Money
from marketplace.ledger.money import split as share
from marketplace.ledger.posting import post
from marketplace.orders.models import Order
from marketplace.payments import states
from marketplace.payments.accounts import collected, refund_due
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import Due
from marketplace.payments.services.dues import Split, amount_of, create, settle
from marketplace.payments.services.refunds import owe, refund_part

WHOLE = 10_000  # 100 % in hundredths of a percent


@dataclass(frozen=True)
class Step:
    """One due of a schedule. `share` in hundredths of a percent of the total (3000: 30 %).

    `tolerance` in minor units of the order's currency: what bank charges may take off the transfer.
    """

    step: str
    share: int
    due_at: datetime
    tolerance: int = 0


@transaction.atomic
def raise_schedule(*, order: Order, steps: Sequence[Step], split: Split, actor: Actor) -> list[Due]:
    """Ask for the order's money in steps: the whole amount, or one deposit and then one or more balances.

    `split` shares the total per pesantren in minor units of the order's currency. Each of its amounts is shared
    over the steps by largest remainder, so that the dues add up to the total exactly.
    Side effects: one Due a step with a reference of its own, history rows. Raises PaymentError for steps that
    do not fit (order, shares, days) and for a step in which nothing is to pay.
    """
    _check(steps)
    pieces = _pieces(split, [step.share for step in steps], order.currency)
    return [
        create(
            order=order,
            split=piece,
            due_at=step.due_at,
            actor=actor,
            step=step.step,
            number=number,
            tolerance=_tolerance(step, piece),
        )
        for number, (step, piece) in enumerate(zip(steps, pieces, strict=True), start=1)
    ]


def _check(steps: Sequence[Step]) -> None:
    kinds = [step.step for step in steps]
    if kinds != [states.FULL] and (
        len(kinds) < 2 or kinds != [states.DEPOSIT] + [states.BALANCE] * (len(kinds) - 1)
    ):
        raise PaymentError("A schedule is the whole amount, or one deposit and then balances.")
    if any(step.share <= 0 for step in steps) or sum(step.share for step in steps) != WHOLE:
        raise PaymentError("The steps of a schedule must add up to 100 %.")
    days = [step.due_at for step in steps]
    if days != sorted(days):
        raise PaymentError("The steps of a schedule must follow each other.")


def _pieces(split: Split, shares: list[int], currency: str) -> list[Split]:
    pieces: list[Split] = [{} for _ in shares]
    for partner, part in split.items():
        parts = {kind: share(Money(part[kind], currency), shares) for kind in ("goods", "delivery")}
        for index, piece in enumerate(pieces):
            piece[partner] = {kind: amounts[index].minor for kind, amounts in parts.items()}
    return pieces


def _tolerance(step: Step, piece: Split) -> int:
    if not 0 <= step.tolerance < max(amount_of(piece), 1):
        raise PaymentError("The tolerance must be smaller than the amount.")
    return step.tolerance


def lock_balances(order: Order) -> list[Due]:
    """The order's open balances, locked in the order of their ids. Call before locking a part (LOCKS.md)."""
    found = Due.objects.select_for_update(of=("self",), no_key=True).select_related("order")
    return list(found.filter(order=order, step=states.BALANCE, state=states.OPEN).order_by("pk"))


@transaction.atomic
def drop_part(*, balances: list[Due], partner_id: int, key: str, reason: str, actor: Actor) -> None:
    """A part fell away before all was paid: what is held of it goes back, and its share is not asked for any more.

    The caller has locked the open `balances` (lock_balances; at least one). A balance of which nothing is left
    is settled if money came in, else it ends as cancelled.
    Side effects: Dues, Refunds, journals, history rows. Raises NotEnough.
    """
    order = balances[0].order
    paid = Due.objects.filter(order=order, state=states.SETTLED)
    pieces = [due.live_split.get(str(partner_id), {}) for due in paid]
    refund_part(
        order=order,
        partner_id=partner_id,
        goods=Money(sum(piece.get("goods", 0) for piece in pieces), order.currency),
        delivery=Money(sum(piece.get("delivery", 0) for piece in pieces), order.currency),
        key=key,
        reason=reason,
        actor=actor,
    )
    for due in balances:
        _take_off(due, str(partner_id), f"{key}/{due.number}", reason, actor)


def _take_off(due: Due, partner: str, key: str, reason: str, actor: Actor) -> None:
    """One balance without this part; what had come in for more than is left of it goes back."""
    if partner not in due.live_split:
        return
    off = amount_of({partner: due.split[partner]})
    back = Money(max(off - due.missing.minor, 0), due.currency)
    due.split[partner]["off"] = 1
    due.credited += off
    due.received -= back.minor
    due.save(update_fields=["split", "credited", "received"])
    if back:
        refund = owe(key, back, order=due.order, reason=reason, actor=actor)
        post(f"refund-owed/{key}", "refund_owed", [(collected(due), refund_due(refund), back)])
    if due.missing:
        return
    if due.received:
        settle(due, actor)
    else:
        states.DUE.move(due, states.CANCELLED, actor=actor, why=reason)
