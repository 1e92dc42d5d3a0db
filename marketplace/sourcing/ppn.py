"""What a price asked at home says of PPN: contained or not, and by which rule (payments/tax.py, decision 0024).

Seller registered or not × kind of goods × channel, as for orders of the shop, by the rules of today; of an order under
an exporter's contract it is frozen when the order is made (orders/sold_tax.py). Abroad nothing is said here: an
export's PPN is the exporter's own matter with the state.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import prefetch_related_objects
from django.db.models.functions import Coalesce

from catalogue.models import Product
from marketplace.ledger.money import Money
from marketplace.orders import sold_tax
from marketplace.payments import tax
from marketplace.payments.models import TaxRule
from marketplace.pesantren.models import Partner
from marketplace.reference.working_days import today
from marketplace.sourcing.models import CallOff, Contract, DemandLine, Negotiation, Quote

DOMESTIC = "domestic"
Row = tuple[int | None, DemandLine, Money]  # listing that is offered, line of the demand, its sum


@dataclass(frozen=True)
class LinePpn:
    amount: Money
    rule: str  # its name; "": no rule fits


@dataclass(frozen=True)
class Ppn:
    """Of a whole quote or contract."""

    is_registered: bool
    lines: Sequence[LinePpn]  # at least one

    @property
    def amount(self) -> Money:
        first, *others = [one.amount for one in self.lines]
        return sum(others, first)

    @property
    def text(self) -> str:
        """In one sentence, in the reader's language; the rules by the names that the office gave them."""
        names = sorted({one.rule for one in self.lines if one.rule})
        return sold_tax.words(self.is_registered, self.amount, names)


def of_quote(quote: Quote) -> Ppn | None:
    """None for an offer abroad."""
    return of_quotes([quote]).get(quote.pk)


def of_quotes(quotes: Sequence[Quote]) -> dict[int, Ppn]:
    """By id, without offers abroad. The same few queries for one and for many."""
    prefetch_related_objects(
        list(quotes), "negotiation__partner", "negotiation__demand", "lines__demand_line"
    )
    at_home = [one for one in quotes if not _is_abroad(one.negotiation)]
    rows: dict[int, list[Row]] = {one.pk: _rows(one) for one in at_home}
    kinds = iter(_kinds([row for own in rows.values() for row in own]))
    rules = tax.in_force(today())
    return {
        one.pk: _of(one.negotiation.partner, rows[one.pk], [next(kinds) for _row in rows[one.pk]], rules)
        for one in at_home
    }


def _is_abroad(talk: Negotiation) -> bool:
    return talk.kind == Negotiation.OFFER and talk.demand.is_abroad


def _rows(quote: Quote) -> list[Row]:
    return [
        (one.product_id, one.demand_line, Money(one.unit_price, quote.currency) * one.quantity)
        for one in quote.lines.all()
    ]


def of_contract(contract: Contract) -> Ppn | None:
    """Of the whole quantity. None for a contract abroad."""
    if contract.country != "ID":
        return None
    lines = contract.lines.select_related("demand_line", "contract")
    rows = [(one.product_id, one.demand_line, one.price * one.quantity) for one in lines]
    return _of(contract.seller, rows, _kinds(rows), tax.in_force(today()))


def freeze(call_off: CallOff) -> None:
    """Write down what an order under an exporter's contract at home says of PPN. Side effects: Order.sold_lines."""
    order, contract = call_off.order, call_off.contract
    if order is None or not order.sold_lines or contract.country != "ID":
        return
    lines = call_off.lines.select_related("contract_line__demand_line", "contract_line__contract")
    rows = [(None, one.contract_line.demand_line, one.contract_line.price * one.counts) for one in lines]
    found = _of(contract.seller, rows, _kinds(rows), tax.in_force(today()))
    sold_tax.freeze(order, found.is_registered, [(one.amount, one.rule) for one in found.lines])


def _of(seller: Partner, rows: Sequence[Row], kinds: Sequence[int | None], rules: Sequence[TaxRule]) -> Ppn:
    registered = seller.tax_registered
    lines = [
        _line(rules, registered, kind, amount)
        for kind, (_product, _wanted, amount) in zip(kinds, rows, strict=True)
    ]
    return Ppn(registered, lines)


def _line(rules: Sequence[TaxRule], registered: bool, kind: int | None, amount: Money) -> LinePpn:
    rule = tax.on_goods(rules, registered=registered, product_class=kind, channel=DOMESTIC)
    if rule is None or not registered:
        return LinePpn(Money(0, amount.currency), rule.name if rule else "")
    part = tax.included(amount.minor, rule.rate_bp, rule.base_parts, rule.base_of)
    return LinePpn(Money(part, amount.currency), rule.name)


def _kinds(rows: Sequence[Row]) -> list[int | None]:
    """The kind of goods of each: of the listing offered, else of the one that was asked for, else of the line, else the
    one kind that all listings of its commodity have. None: nobody knows, and the rule for all goods holds."""
    listings = {pk for product, line, _sum in rows for pk in (product, line.product_id) if pk}
    kind = Coalesce("product_class", "parent__product_class")
    goods: dict[Any, Any] = dict(Product.objects.filter(pk__in=listings).values_list("pk", kind))
    by_commodity: dict[Any, set[int]] = defaultdict(set)
    asked = {line.commodity_id for _product, line, _sum in rows if line.commodity_id}
    known = Product.objects.filter(commodity__in=asked, product_class__isnull=False)
    for commodity, one in known.order_by().values_list("commodity", "product_class").distinct():
        by_commodity[commodity].add(one)
    found = []
    for product, line, _sum in rows:
        of_commodity = by_commodity[line.commodity_id]
        alone = next(iter(of_commodity)) if len(of_commodity) == 1 else None
        found.append(goods.get(product) or goods.get(line.product_id) or line.kind_id or alone)
    return found
