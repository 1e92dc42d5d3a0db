"""Money held per order and pesantren: paid by the buyer, not yet owed to the seller."""

from marketplace.ledger.models import Account, Journal, Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import Leg, account, post
from marketplace.ledger.queries import balance

TAX_REF = "ppn"  # tax on the operator's fee, until it is paid to the state


def ref(order_number: str, partner_id: int) -> str:
    """Account reference of one pesantren's part of one order."""
    return f"order/{order_number}/{partner_id}"


def payable_ref(partner_id: int) -> str:
    return f"pesantren/{partner_id}"


def hold_legs(
    *, source: Account, order_number: str, currency: str, split: dict[str, dict[str, int]]
) -> list[Leg]:
    """Legs that move an order's money from `source` into held goods and delivery, per pesantren.

    `source` is suspense where the buyer has paid, the company's debt where it buys on tempo.
    """
    legs: list[Leg] = []
    for partner_id, part in sorted(split.items()):
        where = ref(order_number, int(partner_id))
        legs.append((source, account(Kind.HELD, currency, where), Money(part["goods"], currency)))
        legs.append((source, account(Kind.SHIPPING_DUE, currency, where), Money(part["delivery"], currency)))
    return legs


def held(order_number: str, partner_id: int, currency: str) -> Money:
    """What is held for the goods of this part of the order."""
    return balance(Kind.HELD, currency, ref(order_number, partner_id))


def release(
    *,
    key: str,
    order_number: str,
    partner_id: int,
    goods: Money,
    delivery: Money,
    is_paid: bool = True,
    commission: Money | None = None,
    tax: Money | None = None,
) -> Journal:
    """What the buyer accepted is owed to the pesantren: held and delivery money become payable now, or, if
    the company that bought on tempo has not paid yet (or a dispute is open), once it has (later_legs).

    `goods` is their whole price; of it `commission` is the operator's and `tax` on it the state's, at once even if
    the rest waits: the operator's service is done, and its PPN falls due, when the goods are accepted. Delivery
    bears no commission. Side effects: one journal under `key`. Raises NotEnough if less is held.
    """
    where, currency = ref(order_number, partner_id), goods.currency
    payable = account(Kind.PAYABLE, currency, payable_ref(partner_id))
    if not is_paid:
        payable = account(Kind.PAYABLE_LATER, currency, where)
    kept = account(Kind.HELD, currency, where)
    legs: list[Leg] = [(account(Kind.SHIPPING_DUE, currency, where), payable, delivery)]
    if commission:
        legs.append((kept, account(Kind.COMMISSION, currency), commission))
        goods = goods - commission
    if tax:
        legs.append((kept, account(Kind.TAX_DUE, currency, TAX_REF), tax))
        goods = goods - tax
    return post(key, "release", [(kept, payable, goods), *legs], memo={"order": order_number})


def later_legs(*, order_number: str, currency: str, split: dict[str, dict[str, int]]) -> list[Leg]:
    """Legs that make what waited for the company's money payable now, per pesantren. The due is locked."""
    legs: list[Leg] = []
    for partner_id in sorted(split):
        where = ref(order_number, int(partner_id))
        later = account(Kind.PAYABLE_LATER, currency, where)
        payable = account(Kind.PAYABLE, currency, payable_ref(int(partner_id)))
        legs.append((later, payable, balance(Kind.PAYABLE_LATER, currency, where)))
    return legs


def owed(partner_id: int, currency: str = "IDR") -> Money:
    """What the operator owes this pesantren now."""
    return balance(Kind.PAYABLE, currency, payable_ref(partner_id))
