"""Disputes: the buyer's bank takes the money back first and asks afterwards."""

from tests.fakestripe import money
from tests.fakestripe.world import DAY, Row, World

FEE_CENTS = 1500  # US cents, kept by Stripe even when we win


def begin(world: World, charge: Row, reason: str = "product_not_received", amount: int | None = None) -> Row:
    """Take `amount` (the whole charge by default) and a fee from the account. Amount in the charge's currency."""
    amount = amount or charge["amount_captured"]
    paid = world.rows[charge["balance_transaction"]]
    taken = paid["amount"] * amount // charge["amount_captured"]
    due = {"due_by": world.now() + 7 * DAY, "has_evidence": False, "past_due": False}
    dispute = world.new(
        "du",
        "dispute",
        amount=amount,
        currency=charge["currency"],
        charge=charge["id"],
        payment_intent=charge["payment_intent"],
        reason=reason,
        status="needs_response",
        is_charge_refundable=False,
        evidence={},
        evidence_details={**due, "submission_count": 0, "enhanced_eligibility": {}},
        enhanced_eligibility_types=[],
        metadata={},
        balance_transactions=[],
    )
    fee = money.convert(FEE_CENTS, "usd", paid["currency"])
    line = world.transaction("adjustment", -taken, paid["currency"], dispute, fee=fee, category="dispute")
    dispute["balance_transactions"].append(world.shown(line))
    charge["disputed"] = True
    world.event("charge.dispute.created", dispute)
    world.event("charge.dispute.funds_withdrawn", dispute)
    return dispute


def close(world: World, dispute: Row, *, won: bool) -> None:
    """Decide it. Won: the amount comes back, the fee does not."""
    dispute["status"] = "won" if won else "lost"
    if won:
        taken = dispute["balance_transactions"][0]
        line = world.transaction(
            "adjustment", -taken["amount"], taken["currency"], dispute, category="dispute_reversal"
        )
        dispute["balance_transactions"].append(world.shown(line))
        world.event("charge.dispute.funds_reinstated", dispute)
    world.event("charge.dispute.closed", dispute)
