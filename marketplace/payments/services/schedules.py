"""A total in steps: a deposit before the pesantren are asked, the balance before the goods leave."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.money import split as share
from marketplace.ledger.posting import account, post
from marketplace.orders.models import Order
from marketplace.payments import held, states
from marketplace.payments.accounts import collected, refund_due
from marketplace.payments.bearing import Bears
from marketplace.payments.bearing import Step as Borne
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.frozen import is_frozen
from marketplace.payments.models import Due, Refund
from marketplace.payments.services.dues import Split, amount_of, create, hold, settle
from marketplace.payments.services.places import gone_of
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
def drop_part(
    *,
    balances: list[Due],
    partner_id: int,
    goods: Money,
    delivery: Money,
    key: str,
    reason: str,
    actor: Actor,
    bears: Bears | None = None,
) -> Refund | None:
    """A part fell away before all was paid: what is held of it goes back, and its share is not asked for any more.

    `goods` and `delivery` are its price as it stands: what fell short before is not in it. The caller has locked the
    open `balances` (lock_balances; at least one). A balance of which nothing is left is settled if money came in,
    else it ends as cancelled. What an exporter `bears` of it is off the balances as its steps say; of the refund the
    caller books it (differences.bear). Side effects: Dues, Refunds, journals, history rows. Raises NotEnough.
    """
    partner = str(partner_id)
    asked = [due.live_split.get(partner, {"goods": 0, "delivery": 0}) for due in balances]
    off = gone_of(balances, partner_id, goods, whole=True)
    refund = refund_part(
        order=balances[0].order,
        partner_id=partner_id,
        goods=Money(off[-1], goods.currency),
        delivery=delivery - Money(sum(piece["delivery"] for piece in asked), goods.currency),
        key=key,
        reason=reason,
        actor=actor,
        beside=bears.in_refund if bears else None,
    )
    for place, (due, piece) in enumerate(zip(balances, asked, strict=True)):
        if partner in due.live_split:
            due.split[partner]["off"] = 1
        _take_off(due, piece["goods"] + piece["delivery"], bears, place, f"{key}/{due.number}", reason, actor)
    return refund


@transaction.atomic
def lower_part(
    *,
    balances: list[Due],
    partner_id: int,
    goods: Money,
    key: str,
    reason: str,
    actor: Actor,
    bears: Bears | None = None,
) -> Refund | None:
    """Some `goods` of a part will not come: their price is not asked for any more, the last balance first.

    What the balances do not ask of this part was paid with the deposit: it goes back. The caller has locked the open
    `balances`. What an exporter `bears` of it: as of drop_part. Side effects: Dues, maybe Refunds, journals, history
    rows. Raises NotEnough.
    """
    partner = str(partner_id)
    off = gone_of(balances, partner_id, goods, whole=False)
    for place in reversed(range(len(balances))):
        due = balances[place]
        if off[place]:
            due.split[partner]["short"] = due.split[partner].get("short", 0) + off[place]
        _take_off(due, off[place], bears, place, f"{key}/{due.number}", reason, actor)
    return refund_part(
        order=balances[0].order,
        partner_id=partner_id,
        goods=Money(off[-1], goods.currency),
        delivery=Money(0, goods.currency),
        key=key,
        reason=reason,
        actor=actor,
        beside=bears.in_refund if bears else None,
    )


def _take_off(
    due: Due, off: int, bears: Bears | None, place: int, key: str, reason: str, actor: Actor
) -> None:
    """One balance without what its split says fell away (`off`) and what of that the exporter bears beside it; what
    had come in for more than is left of it goes back."""
    if bears:
        off += _beside(due, bears, bears.steps[place], key)
    if not off:
        due.save(update_fields=["split"])
        return
    back = Money(max(off - due.missing.minor, 0), due.currency)
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
        hold(due)  # what an exporter pays for dear goods, in place of the buyer
        states.DUE.move(due, states.CANCELLED, actor=actor, why=reason)


def _beside(due: Due, bears: Bears, step: Borne, key: str) -> int:
    """The balance asks for so much less (or more) as the exporter bears there. What it owes for dear goods waits with
    the balance; if these fall away, it is owed that again."""
    if not step.whole:
        return 0
    own = due.split.setdefault(str(bears.partner_id), {"goods": 0, "delivery": 0})
    own["short"] = own.get("short", 0) + step.own
    own["owes"] = own.get("owes", 0) + step.debt + step.later
    amount = Money(abs(step.debt), due.currency)
    if step.debt > 0:
        legs = [(seller_account(Kind.SELLER_DEBT, bears), collected(due), amount)]
    else:
        legs = [(collected(due), gains_account(bears), amount)]
    if amount:
        post(f"difference/{key}", "difference", legs, memo={"order": bears.order.number})
    return step.whole


def seller_account(kind: Kind, bears: Bears) -> Account:
    return account(kind, bears.order.currency, held.payable_ref(bears.partner_id))


def gains_account(bears: Bears) -> Account:
    """Where it comes to the exporter: owed to it now, or once a dispute about the order is over."""
    if is_frozen(bears.order):
        where = held.ref(bears.order.number, bears.partner_id)
        return account(Kind.PAYABLE_LATER, bears.order.currency, where)
    return seller_account(Kind.PAYABLE, bears)
