"""Credit notes: after money was released, a claim is settled line by line, fee and its tax too (decision 0024)."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import Leg, account, post
from marketplace.orders.models import Line, Order
from marketplace.payments import carried, commission, held, second_person, states
from marketplace.payments.accounts import disputed, receivable, refund_due
from marketplace.payments.commission import Fee
from marketplace.payments.exceptions import Changed, Claimed, PaymentError, SecondPersonNeeded
from marketplace.payments.frozen import is_frozen
from marketplace.payments.models import Approval, CreditNote, Dispute, Due, Refund
from marketplace.payments.services.refunds import owe
from marketplace.payments.services.tempo import lower


@dataclass(frozen=True)
class Claim:
    """What of one order line a note is about: `quantity` units (0: by amount alone) worth `amount`."""

    line: Line
    released: Money  # price of what was released of it, before any note
    amount: Money
    quantity: int = 0


@dataclass(frozen=True)
class Part:
    """Whose money: facts that the fulfilment room knows. It has locked `due` (open, on tempo) and its part."""

    order: Order
    partner_id: int
    number: str  # of the part; notes are numbered from it
    due: Due | None = None
    delivery: Money | None = None  # the delivery fee goes back too
    dispute: Dispute | None = None  # lost: the buyer has the money already
    beside: Money | None = (
        None  # what an exporter bears beside it, in the same refund (below zero: gets of it)
    )
    # What an exporter bears of units of the part with this number, in the refund that was written for them. It may
    # be more than is left of its own line: it sold some goods for less than it paid for them.
    for_part: str = ""
    refund: Refund | None = None


@dataclass(frozen=True)
class Shares:
    """Who bears a note, and where it goes. Both sides add up to `amount`."""

    amount: Money
    fee: Fee  # the operator and the state
    from_payable: Money  # the pesantren, out of what it is owed
    from_debt: Money  # the pesantren owes this now
    off_bill: Money  # of `amount`: not asked for any more
    rows: list[dict[str, Any]]  # for CreditNote.lines
    beside: Money  # what an exporter bears beside it

    @property
    def to_buyer(self) -> Money:
        return self.amount + self.beside

    @property
    def back(self) -> Money:
        """Of `amount`: paid back to the buyer."""
        return self.amount - self.off_bill

    @property
    def pesantren(self) -> Money:
        return self.from_payable + self.from_debt


def credited(order: Order, partner_id: int) -> dict[int, tuple[int, int]]:
    """What earlier notes took: (units, minor units) by order line; 0 is the delivery fee."""
    found: dict[int, tuple[int, int]] = defaultdict(lambda: (0, 0))
    for note in CreditNote.objects.filter(order=order, partner=partner_id):
        for row in note.lines:
            units, amount = found[row["line"]]
            found[row["line"]] = (units + row["quantity"], amount + row["amount"])
    return found


def shares(part: Part, claims: Sequence[Claim]) -> Shares:
    """Who would bear it, as the books stand now. Raises PaymentError for nothing, or more than is left of a line."""
    nothing, earlier = Money(0, part.order.currency), credited(part.order, part.partner_id)
    terms = commission.terms_of(claim.line.pk for claim in claims)
    amount, fee, rows = nothing, Fee.none(part.order.currency), []
    for claim in claims:
        before = claim.released - Money(earlier[claim.line.pk][1], nothing.currency)
        if claim.amount.minor <= 0 or (before < claim.amount and not part.for_part):
            raise PaymentError("A line gets more back than is left of it.")
        before = max(before, nothing)
        after = max(before - claim.amount, nothing)
        back = commission.given_back(before, after, claim.line.unit_price, terms.get(claim.line.pk))
        amount, fee = amount + claim.amount, fee + back
        rows.append(_row(claim.line.pk, claim.quantity, claim.amount, back))
    if part.delivery:
        if earlier[0][1]:
            raise PaymentError("The delivery fee went back already.")
        amount += part.delivery
        rows.append(_row(0, 0, part.delivery, Fee.none(nothing.currency)))
    if not amount:
        raise PaymentError("A credit note needs an amount.")
    rest = amount - fee.whole
    there = Money(_owed(part).balance, nothing.currency)
    taken = min(rest, there)
    off = min(amount, part.due.missing) if part.due else nothing
    return Shares(amount, fee, taken, rest - taken, off, rows, part.beside or nothing)


def _row(line: int, quantity: int, amount: Money, fee: Fee) -> dict[str, Any]:
    sums = {"amount": amount.minor, "commission": fee.commission.minor, "tax": fee.tax.minor}
    return {"line": line, "quantity": quantity, **sums}


def _owed(part: Part) -> Account:
    """Where the pesantren's money is: it waits while the company's bill is open, else it is owed now."""
    currency = part.order.currency
    if part.due:
        return account(Kind.PAYABLE_LATER, currency, held.ref(part.order.number, part.partner_id))
    return account(Kind.PAYABLE, currency, held.payable_ref(part.partner_id))


@transaction.atomic
def issue(
    *,
    part: Part,
    claims: Sequence[Claim],
    why: str,
    actor: Actor,
    seen: Money | None = None,
    after: int | None = None,
    seen_beside: Money | None = None,
    by_office: bool = True,
    approval: Approval | None = None,
) -> CreditNote:
    """The buyer gets back what the claims say; the operator its fee's share, the pesantren the rest.

    On an open bill it comes off the bill first; what a lost dispute took does not go back once more. What an exporter
    bears `beside` is in the refund; the caller books it (differences.bear).
    `seen`: what the office was shown the pesantren bears, `seen_beside` an exporter, `after` how many earlier notes;
    something else now (or the same press twice) raises Changed.
    Side effects: CreditNote, journal, maybe Refund with its mail, maybe Due and its end. Raises PaymentError (also
    while a dispute is open, or where the money counts for another order), SecondPersonNeeded for the office above the
    limit without its `approval`, Claimed.
    """
    if is_frozen(part.order) and not part.for_part:
        raise PaymentError("A dispute is open: its end decides about this money.")
    if not part.dispute and carried.is_carried(part.order, part.partner_id):
        raise PaymentError("What was paid for these goods counts for another order already.")
    accounts = _locked(part)
    found = shares(part, claims)
    if differs(part, found, seen, seen_beside, after):
        raise Changed("Another credit note was issued meanwhile.")
    if by_office and not approval:
        _alone(part, found)
    number = _number(part)
    order = part.order
    refund, back = part.refund, found.back + found.beside
    if back and not part.dispute and not refund:
        refund = owe(f"claim/{number}", back, order=order, reason="claim", actor=actor)
    legs = _legs(found, accounts, _goals(part, found, refund))
    post(f"credit-note/{number}", "credit_note", legs, memo={"order": order.number})
    note = _write(part, found, refund, number, why, actor)
    if part.due and found.off_bill:
        lower(due=part.due, amount=found.off_bill, reason="claim", actor=actor)
    return note


def differs(
    part: Part, found: Shares, seen: Money | None, seen_beside: Money | None, after: int | None
) -> bool:
    """Something else than the office was shown; what it was not shown is not asked."""
    return (
        (seen is not None and found.pesantren != seen)
        or (seen_beside is not None and found.beside != seen_beside)
        or (after is not None and count(part) != after)
    )


def _alone(part: Part, found: Shares) -> None:
    """One person of the office may do this."""
    if part.order.approvals.filter(state=states.PROPOSED).exists():
        raise Claimed("A proposal for this order waits for a second person.")
    if second_person.is_needed(found.to_buyer):
        raise SecondPersonNeeded("This amount needs a second person.")


def _write(
    part: Part, found: Shares, refund: Refund | None, number: str, why: str, actor: Actor
) -> CreditNote:
    return CreditNote.objects.create(
        number=number,
        order=part.order,
        partner_id=part.partner_id,
        refund=refund,
        dispute=part.dispute,
        difference=found.beside.minor,
        for_part=part.for_part,
        amount=found.amount.minor,
        commission=found.fee.commission.minor,
        tax=found.fee.tax.minor,
        from_payable=found.from_payable.minor,
        from_debt=found.from_debt.minor,
        currency=part.order.currency,
        lines=found.rows,
        why=why[:300],
        issued_by_id=actor.id,
    )


def _number(part: Part) -> str:
    return f"CN-{part.number}-{count(part) + 1}"


def count(part: Part) -> int:
    """How many notes this part has."""
    return CreditNote.objects.filter(order=part.order, partner=part.partner_id).count()


def _locked(part: Part) -> dict[str, Account]:
    """The accounts a note debits, locked in id order like post() does: what is owed cannot shrink meanwhile."""
    currency = part.order.currency
    found = {
        "owed": _owed(part),
        "debt": account(Kind.SELLER_DEBT, currency, held.payable_ref(part.partner_id)),
        "commission": account(Kind.COMMISSION, currency),
        "tax": account(Kind.TAX_DUE, currency, held.TAX_REF),
    }
    ids = [one.pk for one in found.values()]
    list(Account.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
    return found


def _goals(part: Part, found: Shares, refund: Refund | None) -> list[tuple[Account, int]]:
    """Where the money goes: off the bill, back to the buyer, or in place of what the buyer's bank took."""
    if part.dispute:
        return [(disputed(part.dispute), found.amount.minor)]
    goals = [(receivable(part.due), found.off_bill.minor)] if part.due else []
    if refund:
        goals.append((refund_due(refund), found.back.minor))
    return goals


def _legs(found: Shares, accounts: Mapping[str, Account], goals: Sequence[tuple[Account, int]]) -> list[Leg]:
    """Pair those who bear it with where it goes, in order, until both are used up."""
    bearers = [
        (accounts["owed"], found.from_payable.minor),
        (accounts["debt"], found.from_debt.minor),
        (accounts["commission"], found.fee.commission.minor),
        (accounts["tax"], found.fee.tax.minor),
    ]
    legs: list[Leg] = []
    for goal, wanted in goals:
        while wanted:
            bearer, has = bearers[0]
            step = min(wanted, has)
            if step:
                legs.append((bearer, goal, Money(step, found.amount.currency)))
            wanted -= step
            bearers[0] = (bearer, has - step)
            if not bearers[0][1]:
                bearers.pop(0)
    return legs
