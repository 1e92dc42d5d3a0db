"""An order under a contract: prices, parties and terms come from the contract, not from the shop."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from catalogue.models import Product
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.fulfilment.services.following import offer_parts
from marketplace.fulfilment.services.placing import Buyer, refuse_suspended
from marketplace.ledger.money import Money
from marketplace.orders import holds
from marketplace.orders.models import CONTRACTED, Line, Order, ShippingAddress
from marketplace.orders.numbers import order_number
from marketplace.orders.sold import Sold
from marketplace.orders.states import PLACED
from marketplace.orders.utils import texts
from marketplace.payments import services as payments
from marketplace.payments.services import fees
from marketplace.pesantren.models import Partner, StockRecord


@dataclass(frozen=True)
class Bought:
    """One line: so many units of one seller's listing, at a price a unit in the order's currency.

    `ships` is false for what is no goods: the exporter's packing, papers and freight. `sold_price` is what the buyer
    pays an exporter for one unit of these goods.
    """

    record: StockRecord
    quantity: int
    unit_price: Money
    ships: bool = True
    sold_price: Money | None = None


@dataclass(frozen=True)
class ContractTerms:
    """What the contract says of every order under it. `channel`: "domestic" or "export"."""

    currency: str
    channel: str
    claim_hours: int
    release_on: str
    ready_on: date
    arrives_to: date
    delivery_name: str  # "CPT Dubai", or how it is brought at home
    kind: str  # catalogue.models.DeliveryKind
    courier: Money | None = None  # beside the prices: samples of one seller only
    sold_by: Partner | None = None  # the exporter, if the lines' sellers do not stand before the buyer
    sold: Sequence[Sold] = ()  # then what the buyer bought


@transaction.atomic
def place_contracted(
    *,
    buyer: Buyer,
    lines: Sequence[Bought],
    terms: ContractTerms,
    steps: Sequence[payments.Step],
    place_key: UUID,
    actor: Actor,
    address: ShippingAddress | None = None,
) -> Order:
    """Make the order of a call-off, with one part a seller and its dues in steps. Delivery is in the prices, but for
    the `courier` of a sample. Nothing to pay at all: its sellers are asked at once.

    The caller holds the contract's row. Side effects: Order with lines, stock reserved (records in id order),
    one Fulfilment a seller, fees and taxes frozen, Dues, history rows. Raises OutOfStock, NotSelling for a suspended
    pesantren, PaymentError for steps that do not fit, ValueError for a courier of several sellers.
    """
    nothing = Money(0, terms.currency)
    if terms.courier and len({line.record.partner_id for line in lines}) > 1:
        raise ValueError("a courier is of one seller")
    goods = sum((line.unit_price * line.quantity for line in lines), nothing)
    order = _order(buyer, goods, terms, steps[0].due_at, place_key, address)
    machine.record(order, "", PLACED, actor=actor)
    written = [(bought, _line(order, bought)) for bought in lines]
    for bought, row in sorted(written, key=lambda pair: pair[0].record.pk):
        _reserve(bought, row)
    refuse_suspended({bought.record.partner_id for bought in lines})
    fees.freeze(order=order)
    split: payments.Split = {}
    for number, (partner, rows) in enumerate(_by_seller(written), start=1):
        _part(order, number, partner, rows, terms, actor)
        own = sum((row.price for _bought, row in rows), nothing)
        split[str(partner.pk)] = {"goods": own.minor, "delivery": (terms.courier or nothing).minor}
    if order.total:
        payments.raise_schedule(order=order, steps=steps, split=split, actor=actor)
    else:
        offer_parts(order=order, actor=actor, why="free")
    return order


def _order(
    buyer: Buyer,
    goods: Money,
    terms: ContractTerms,
    pay_by: datetime,
    place_key: UUID,
    address: ShippingAddress | None,
) -> Order:
    courier = terms.courier or Money(0, terms.currency)
    amount = (goods + courier).to_decimal()
    if address:
        address.save()
    return Order.objects.create(
        number=order_number(),
        user=buyer.user,
        guest_email="" if buyer.user else buyer.email,
        buyer_name=buyer.name,
        buyer_phone=buyer.phone,
        language=buyer.language,
        currency=terms.currency,
        channel=terms.channel,
        total_incl_tax=amount,
        total_excl_tax=amount,
        shipping_incl_tax=courier.to_decimal(),
        shipping_excl_tax=courier.to_decimal(),
        shipping_address=address,
        status=PLACED,
        pay_by=pay_by if amount else None,
        place_key=place_key,
        sold_by=terms.sold_by,
        sold_lines=[line.frozen() for line in terms.sold],
        shipping_method=terms.delivery_name,
        shipping_code=CONTRACTED,
    )


def _line(order: Order, bought: Bought) -> Line:
    product: Product = bought.record.product
    unit, whole = bought.unit_price.to_decimal(), (bought.unit_price * bought.quantity).to_decimal()
    return Line.objects.create(
        order=order,
        partner=bought.record.partner,
        partner_name=bought.record.partner.name,
        partner_sku=bought.record.partner_sku,
        stockrecord=bought.record,
        product=product,
        title=product.get_title(),
        title_texts=texts(product, "title"),
        unit_texts=texts(product.unit, "name") if product.unit else {},
        weight_g=product.gross_weight_g or product.net_weight_g,
        sold_price=bought.sold_price.minor if bought.sold_price else None,
        num_allocated=bought.quantity,
        quantity=bought.quantity,
        status=PLACED,
        unit_price_incl_tax=unit,
        unit_price_excl_tax=unit,
        line_price_incl_tax=whole,
        line_price_excl_tax=whole,
        line_price_before_discounts_incl_tax=whole,
        line_price_before_discounts_excl_tax=whole,
    )


def _reserve(bought: Bought, row: Line) -> None:
    """Counted stock, or the weeks in which it will be made. Raises OutOfStock."""
    if not bought.record.is_made_to_order:
        bought.record.allocate(bought.quantity)
        return
    making = holds.plan(bought.record, bought.quantity)
    Line.objects.filter(pk=row.pk).update(made_by=making.ready_on)
    row.made_by = making.ready_on
    holds.hold(row, making)


def _by_seller(written: Sequence[tuple[Bought, Line]]) -> list[tuple[Partner, list[tuple[Bought, Line]]]]:
    groups: dict[int, list[tuple[Bought, Line]]] = {}
    for bought, row in written:
        groups.setdefault(bought.record.partner_id, []).append((bought, row))
    return [(rows[0][0].record.partner, rows) for rows in groups.values()]


def _part(
    order: Order,
    number: int,
    partner: Partner,
    rows: Sequence[tuple[Bought, Line]],
    terms: ContractTerms,
    actor: Actor,
) -> None:
    ships = any(bought.ships for bought, _row in rows)
    part = Fulfilment.objects.create(
        number=f"{order.number}-{number}",
        order=order,
        partner=partner,
        currency=order.currency,
        delivery_kind=terms.kind if ships else "",
        delivery_name=terms.delivery_name,
        delivery_fee=terms.courier.minor if terms.courier else 0,
        claim_hours=terms.claim_hours,
        # Nobody hands over or weighs a service.
        release_on=terms.release_on if ships else states.ON_ACCEPTANCE,
        ready_on=terms.ready_on,
        arrives_from=terms.ready_on,
        arrives_to=terms.arrives_to,
    )
    FulfilmentLine.objects.bulk_create(
        FulfilmentLine(fulfilment=part, line=row, quantity=row.quantity) for _bought, row in rows
    )
    machine.record(part, "", states.WAITING, actor=actor)
