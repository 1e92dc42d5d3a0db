"""What a contract says of goods that travel: FOB price of a unit, freight, insurance, what other costs were estimated.

The price of an offer holds freight and insurance where its Incoterm says so; customs wants the value without them. What
the buyer pays in all stays what the contract says: freight is what the FOB prices, in whole cents, leave of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from marketplace.exports.models import ConsignmentLine
from marketplace.fulfilment.models import FulfilmentLine
from marketplace.ledger.money import Money, split
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner
from marketplace.reference.models import Incoterm
from marketplace.sourcing.models import CallOff, Contract, ContractLine, CostLine, PurchaseAgreement
from marketplace.sourcing.services.call_offs import in_currency
from offtakers.models import Company


@dataclass
class Terms:
    """An order's contract and what was offered with it; without one, the order's own prices count."""

    contract: Contract | None = None
    products: frozenset[int] = frozenset()  # the listings of its goods
    costs: dict[str, int] = field(default_factory=dict)  # whole rupiah by CostLine kind, of the whole offer
    total: int = 0  # of the whole offer, minor units of the contract's currency
    seller_pays: bool = False  # the main carriage

    @property
    def exporter(self) -> Partner | None:
        return self.contract.seller if self.contract else None

    @property
    def carriage(self) -> int:
        """Freight and insurance of the whole offer in the contract's currency, where its price holds them."""
        if not self.seller_pays or self.contract is None:
            return 0
        rupiah = self.costs.get(CostLine.FREIGHT, 0) + self.costs.get(CostLine.INSURANCE, 0)
        return in_currency(self.contract, Money(rupiah)).minor

    def price(self, line: FulfilmentLine) -> int:
        """What the buyer pays for one unit, minor units: as ordered, whatever an amendment says of later orders."""
        sold = line.line.sold_price
        return line.unit_price.minor if sold is None else sold

    def unit_value(self, line: FulfilmentLine) -> int:
        """FOB price of one unit as the exporter invoices it, minor units."""
        price = self.price(line)
        known = line.line.product_id in self.products
        return price - share(self.carriage, price, self.total) if known else price

    def freight_and_insurance(self, goods: Iterable[tuple[FulfilmentLine, int]]) -> tuple[int, int]:
        """What the buyer pays for these units on top of their FOB value."""
        left = sum((self.price(line) - self.unit_value(line)) * units for line, units in goods)
        weights = [self.costs.get(kind, 0) for kind in (CostLine.FREIGHT, CostLine.INSURANCE)]
        if left <= 0 or not sum(weights) or self.contract is None:
            return 0, 0
        freight, insurance = split(Money(left, self.contract.currency), weights)
        return freight.minor, insurance.minor

    def of_consignment(self, value: int, kind: str) -> int:
        """This cost's share for goods of this FOB value, whole rupiah."""
        return share(self.costs.get(kind, 0), value, self.total - self.carriage)


def share(amount: int, part: int, whole: int) -> int:
    """As much of `amount` as `part` is of `whole`, rounded half up; all of it at most."""
    if whole <= 0:
        return 0
    exact = Decimal(amount) * min(part, whole) / whole
    return int(exact.quantize(Decimal(1), ROUND_HALF_UP))


def terms_for(orders: Iterable[int]) -> dict[int, Terms]:
    """By order id; only orders under a contract. Five queries, however many orders."""
    rows = CallOff.objects.filter(order__in=set(orders)).select_related(
        "contract__seller", "contract__company"
    )
    contracts = {row.order_id: row.contract for row in rows.select_related("contract__quote")}
    lines = {line.pk: line for line in ContractLine.objects.filter(contract__in=contracts.values())}
    bought = PurchaseAgreement.objects.filter(contract_line__in=lines)
    pays = set(Incoterm.objects.filter(main_carriage="seller").values_list("code", flat=True))
    costs: dict[int, dict[str, int]] = {}
    quotes = [contract.quote_id for contract in contracts.values()]
    for cost in CostLine.objects.filter(quote__in=quotes):
        costs.setdefault(cost.quote_id, {})[cost.kind] = cost.estimate
    found = {}
    for order, contract in contracts.items():
        mine = {key: line for key, line in lines.items() if line.contract_id == contract.pk}
        products = {line.product_id for line in mine.values() if line.product_id}
        products |= {one.product_id for one in bought if one.contract_line_id in mine}
        offered = costs.get(contract.quote_id, {})
        carried = contract.incoterm in pays
        found[order or 0] = Terms(contract, frozenset(products), offered, contract.quote.total, carried)
    return found


def terms_of(order: Order) -> Terms:
    return terms_for([order.pk]).get(order.pk, Terms())


def company_of(order: Order, terms: Terms) -> Company | None:
    """Whose order it is: the contract's company, else the one abroad for which its buyer acts."""
    if terms.contract:
        return terms.contract.company
    mine = Company.objects.filter(members__user=order.user_id, kind=Company.Kind.OVERSEAS)
    return mine.order_by("pk").first()


def estimates(lines: Iterable[ConsignmentLine]) -> dict[str, int]:
    """What the offers behind these goods estimated, whole rupiah by kind, each order's by the value of its goods."""
    values: dict[int, int] = {}
    for line in lines:
        order = line.part.fulfilment.order_id
        values[order] = values.get(order, 0) + line.unit_value * line.quantity
    found: dict[str, int] = {}
    for order, terms in terms_for(values).items():
        for kind in terms.costs:
            found[kind] = found.get(kind, 0) + terms.of_consignment(values[order], kind)
    return found


def agreed(lines: Iterable[ConsignmentLine]) -> int | None:
    """What buyers pay for these goods by their contracts, freight and all; none where some have no contract."""
    goods = list(lines)
    terms = terms_for(line.part.fulfilment.order_id for line in goods)
    if not goods or any(line.part.fulfilment.order_id not in terms for line in goods):
        return None
    return sum(terms[line.part.fulfilment.order_id].price(line.part) * line.quantity for line in goods)
