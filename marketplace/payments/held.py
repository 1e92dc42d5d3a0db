"""Money held per order and pesantren: paid by the buyer, not yet owed to the seller."""

from marketplace.ledger.models import Journal, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import Leg, account, post
from marketplace.ledger.queries import balance


def ref(order_number: str, partner_id: int) -> str:
    """Account reference of one pesantren's part of one order."""
    return f"order/{order_number}/{partner_id}"


def payable_ref(partner_id: int) -> str:
    return f"pesantren/{partner_id}"


def hold_legs(
    *, suspense_ref: str, order_number: str, currency: str, split: dict[str, dict[str, int]]
) -> list[Leg]:
    """Legs that move a settled due from suspense into held goods and delivery, per pesantren."""
    suspense = account(Kind.SUSPENSE, currency, suspense_ref)
    legs: list[Leg] = []
    for partner_id, part in sorted(split.items()):
        where = ref(order_number, int(partner_id))
        legs.append((suspense, account(Kind.HELD, currency, where), Money(part["goods"], currency)))
        legs.append(
            (suspense, account(Kind.SHIPPING_DUE, currency, where), Money(part["delivery"], currency))
        )
    return legs


def held(order_number: str, partner_id: int, currency: str) -> Money:
    """What is held for the goods of this part of the order."""
    return balance(Kind.HELD, currency, ref(order_number, partner_id))


def release(*, key: str, order_number: str, partner_id: int, goods: Money, delivery: Money) -> Journal:
    """What the buyer accepted is owed to the pesantren now: held and delivery money become payable.

    Side effects: one journal under `key`. Raises NotEnough if less is held. Commission is 0 % (rules: issue 4).
    """
    where, currency = ref(order_number, partner_id), goods.currency
    payable = account(Kind.PAYABLE, currency, payable_ref(partner_id))
    return post(
        key,
        "release",
        [
            (account(Kind.HELD, currency, where), payable, goods),
            (account(Kind.SHIPPING_DUE, currency, where), payable, delivery),
        ],
        memo={"order": order_number},
    )


def owed(partner_id: int, currency: str = "IDR") -> Money:
    """What the operator owes this pesantren now."""
    return balance(Kind.PAYABLE, currency, payable_ref(partner_id))
