"""An exporter bears the difference between the contract's price and the purchase price (decision 0047)."""

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import Leg, account, post
from marketplace.payments import held
from marketplace.payments.accounts import refund_due
from marketplace.payments.bearing import Bears, OwnPart
from marketplace.payments.models import CreditNote, PriceDifference, Refund
from marketplace.payments.services import credit_notes
from marketplace.payments.services.schedules import gains_account, seller_account


@transaction.atomic
def bear(
    *, bears: Bears, refund: Refund | None, key: str, reason: str, why: str, actor: Actor
) -> PriceDifference:
    """Write down what the exporter bears of a `refund` to the buyer; of balances they have booked it themselves.

    `key` and `reason` are those of the refund, which holds the whole amount already; where nothing goes back to the
    buyer, what is held of the other part comes to the exporter. Nothing happens for a key seen before. Side effects:
    PriceDifference, journal between the refund and the exporter, or its CreditNote. Raises NotEnough.
    """
    if known := PriceDifference.objects.filter(key=key).first():
        return known
    note = None
    if bears.released and bears.amount.minor > 0:
        note = _by_note(bears, bears.released, refund, why, actor)
    else:
        legs = _legs(bears, refund)
        if any(amount for _debit, _credit, amount in legs):
            post(f"difference/{key}", "difference", legs, memo={"order": bears.order.number})
    steps = () if note else bears.steps
    return PriceDifference.objects.create(
        key=key,
        order=bears.order,
        partner_id=bears.partner_id,
        part=bears.part,
        price=bears.price.minor,
        amount=bears.amount.minor,
        from_held=steps[-1].own if steps else 0,
        from_asked=sum(step.own + step.later for step in steps[:-1]),
        from_debt=sum(max(step.debt, 0) for step in steps),
        to_payable=sum(max(-step.debt, 0) for step in steps),
        note=note,
        currency=bears.order.currency,
        reason=reason,
    )


def _by_note(bears: Bears, own: OwnPart, refund: Refund | None, why: str, actor: Actor) -> CreditNote:
    """The exporter's money was released: it gives back as for any claim, the operator its fee with it."""
    claim = credit_notes.Claim(own.line, own.released, bears.amount)
    part = credit_notes.Part(bears.order, bears.partner_id, own.number, refund=refund, for_part=bears.part)
    return credit_notes.issue(part=part, claims=[claim], why=why, actor=actor, by_office=False)


def _legs(bears: Bears, refund: Refund | None) -> list[Leg]:
    """Between what is owed to the buyer and the exporter, of what is held."""
    currency, step = bears.order.currency, bears.held
    if refund:
        owed = refund_due(refund)
    else:
        owed = account(Kind.HELD, currency, held.ref(bears.order.number, bears.bringer_id))
    kept = account(Kind.HELD, currency, held.ref(bears.order.number, bears.partner_id))
    own, debt = Money(abs(step.own), currency), Money(abs(step.debt), currency)
    return [
        (kept, owed, own) if step.own > 0 else (owed, kept, own),
        (seller_account(Kind.SELLER_DEBT, bears), owed, debt)
        if step.debt > 0
        else (owed, gains_account(bears), debt),
    ]


def lock_sellers(bears: Bears) -> None:
    """The shared accounts of both sellers, in the order of their ids, before the first journal of either."""
    currency = bears.order.currency
    found = [account(Kind.COMMISSION, currency), account(Kind.TAX_DUE, currency, held.TAX_REF)]
    for partner in {bears.partner_id, bears.bringer_id}:
        where = held.payable_ref(partner)
        found += [account(kind, currency, where) for kind in (Kind.PAYABLE, Kind.SELLER_DEBT)]
    ids = [one.pk for one in found]
    list(Account.objects.filter(pk__in=ids).order_by("pk").select_for_update(no_key=True))
