"""What is delivered under a contract: planned, asked for within quantity and tolerance, confirmed, ordered."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import F

from catalogue.models import DeliveryKind, Product
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.fulfilment.services.contracted import Bought, ContractTerms, place_contracted
from marketplace.fulfilment.services.placing import Buyer
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.orders.sold import Sold
from marketplace.orders.utils import texts
from marketplace.payments import services as payments
from marketplace.pesantren.models import StockRecord
from marketplace.reference.working_days import JAKARTA
from marketplace.sourcing import signals, states
from marketplace.sourcing.models import (
    CallOff,
    CallOffLine,
    Contract,
    ContractLine,
    Negotiation,
    PurchaseAgreement,
)
from marketplace.sourcing.services import samples
from marketplace.sourcing.services.contracts import due_days
from offtakers import states as companies

END_OF_DAY = time(23, 59, 59)
LINE = ("contract_line__contract", "contract_line__product", "contract_line__unit")


class CallOffError(Exception):
    """A call-off that is refused.

    `code`: "contract" (not running), "company" (suspended), "days" (outside the contract), "lines" (none, or not of
    this contract), "much" (more than is left; `most` says how much is), "shares" (the pesantren's shares do not add
    up), "service" (the exporter has no listing for its service), "price" (the goods alone cost more).
    """

    def __init__(self, code: str, line: ContractLine | None = None, most: int = 0) -> None:
        self.code, self.line, self.most = code, line, most
        super().__init__(code)


@transaction.atomic
def ask(
    *,
    contract: Contract,
    key: UUID,
    quantities: Mapping[int, int],
    first: date,
    last: date,
    note: str,
    actor: Actor,
) -> CallOff:
    """Ask for a delivery: ContractLine id → units. The same `key` again gives the same one.

    Locks the contract, so that of two who ask for the last tonne one is refused. Side effects: CallOff with lines,
    what is called off counts at once, history row, signal. Raises CallOffError "contract", "company", "days", "lines",
    "much".
    """
    locked = Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=contract.pk)
    known = CallOff.objects.filter(key=key, contract=locked).first()
    if known:
        return known
    if locked.state != states.ACTIVE:
        raise CallOffError("contract")
    if locked.company.state == companies.SUSPENDED:
        raise CallOffError("company")
    if not locked.first <= first <= last <= locked.last:
        raise CallOffError("days")
    lines = {line.pk: line for line in locked.lines.all()}
    if not quantities or not set(quantities) <= set(lines) or min(quantities.values()) <= 0:
        raise CallOffError("lines")
    number = locked.call_offs.count() + 1
    made = CallOff.objects.create(
        contract=locked, number=number, key=key, first=first, last=last, note=note[:500]
    )
    for pk, quantity in sorted(quantities.items()):
        _count(lines[pk], quantity)
        CallOffLine.objects.create(call_off=made, contract_line=lines[pk], quantity=quantity)
    machine.record(made, "", states.PLANNED, actor=actor)
    signals.call_off_moved.send(CallOff, call_off=made)
    return made


def _count(line: ContractLine, quantity: int) -> None:
    """The one writer of what is called off. Whoever asks for more holds the contract's row; whoever gives back does
    not (LOCKS.md), so the line's own row is changed in one statement."""
    rows = ContractLine.objects.filter(pk=line.pk)
    if quantity > 0:
        rows = rows.filter(called_off__lte=line.most - quantity)
    if not rows.update(called_off=F("called_off") + quantity):
        line.refresh_from_db(fields=["called_off"])
        raise CallOffError("much", line, line.left)


def fall_away(*, line: CallOffLine, units: int) -> None:
    """So many units of the line, in all, do not come or are not kept: they can be called off again.

    Never fewer than before, so the same news twice gives back once. The caller holds the call-off's row and has read
    the line since. Side effects: what is called off of the contract's line.
    """
    if units > line.fell:
        _count(line.contract_line, line.fell - units)
        line.fell = units
        line.save(update_fields=["fell"])


@transaction.atomic
def cancel(*, call_off: CallOff, actor: Actor, why: str) -> None:
    """Before it is ordered: what it asked for can be called off again. Raises IllegalMove. Side effects: history."""
    Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=call_off.contract_id)
    if call_off.order_id:
        raise CallOffError("contract")
    states.CALL_OFF.move(call_off, states.CANCELLED, actor=actor, why=why)
    for row in call_off.lines.select_related("contract_line").order_by("contract_line_id"):
        _count(row.contract_line, -row.counts)
    signals.call_off_moved.send(CallOff, call_off=call_off)


def confirm(*, call_off: CallOff, actor: Actor) -> None:
    """The shares of all lines are confirmed by their pesantren. Raises IllegalMove."""
    states.CALL_OFF.move(call_off, states.CONFIRMED, actor=actor)
    signals.call_off_moved.send(CallOff, call_off=call_off)


@transaction.atomic
def order(
    *,
    call_off: CallOff,
    shares: Mapping[int, Sequence[tuple[PurchaseAgreement, int]]],
    buyer: Buyer,
    actor: Actor,
) -> Order:
    """Turn a confirmed call-off into an order on the contract's terms.

    `shares`: per CallOffLine id which pesantren brings how much; within the contract's tolerance a little less than was
    asked (whole packs): the rest goes back to the contract. Each pesantren's goods stand at its own price, turned
    into the contract's currency by the locked rate; what the seller of record adds (packing, papers, freight, margin)
    is one line of its own, so that the order costs exactly what the contract says. Each line of goods keeps the
    contract's price beside its own: that is what a unit that does not come is to the buyer (decision 0047). The buyer
    of an exporter's offer reads the contract's lines instead (Order.sold). What the buyer paid for a sample from this
    seller counts for the order's first due.
    Side effects: Order, parts, dues, rate lock, state, history rows, signal. Raises CallOffError "shares", "service",
    "price"; OutOfStock; NotSelling while one of them is suspended; IllegalMove.
    """
    contract = Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=call_off.contract_id)
    call_off.refresh_from_db(fields=["state", "order"])  # of two who press the button one comes late
    if not states.CALL_OFF.allows(call_off.state, states.ORDERED):
        raise machine.IllegalMove(call_off, call_off.state, states.ORDERED)
    tried = samples.to_credit(contract)  # before stock and dues: LOCKS.md
    rows = list(call_off.lines.select_related(*LINE))
    units = {row: _units(row, shares.get(row.pk, ())) for row in rows}
    bought = [one for row in rows for one in _goods(contract, row, shares.get(row.pk, ()))]
    agreed = sum((row.contract_line.price * units[row] for row in rows), Money(0, contract.currency))
    goods = sum((one.unit_price * one.quantity for one in bought), Money(0, contract.currency))
    if rest := agreed - goods:
        bought.append(_service(contract, rest))
    placed = place_contracted(
        buyer=buyer,
        lines=bought,
        terms=_terms(contract, call_off, units),
        steps=_steps(contract, call_off),
        place_key=call_off.key,
        actor=actor,
    )
    states.CALL_OFF.move(call_off, states.ORDERED, actor=actor, why=placed.number, order=placed)
    samples.credit(tried=tried, order=placed, actor=actor)
    # After stock and accounts: LOCKS.md.
    for row in call_off.lines.select_related("contract_line").order_by("contract_line"):
        fall_away(line=row, units=row.quantity - units[row])
    signals.call_off_moved.send(CallOff, call_off=call_off)
    return placed


def _units(row: CallOffLine, shares: Sequence[tuple[PurchaseAgreement, int]]) -> int:
    """What is ordered is what the pesantren bring."""
    if row.contract_line.product:  # straight from the pesantren that signed
        return row.quantity
    units = sum(quantity for _agreement, quantity in shares)
    if not row.least <= units <= row.quantity:
        raise CallOffError("shares", row.contract_line)
    return units


def _goods(
    contract: Contract, row: CallOffLine, shares: Sequence[tuple[PurchaseAgreement, int]]
) -> list[Bought]:
    if product := row.contract_line.product:
        return [Bought(_record(product), row.quantity, row.contract_line.price)]
    sold = row.contract_line.price if _is_offer(contract) else None
    return [
        Bought(_record(agreement.product), quantity, in_currency(contract, agreement.price), sold_price=sold)
        for agreement, quantity in shares
        if quantity
    ]


def _record(product: Product) -> StockRecord:
    return StockRecord.objects.select_related("partner", "product__unit").get(product=product)


def in_currency(contract: Contract, price: Money) -> Money:
    """Rupiah in the contract's currency by its locked rate, rounded half up to the minor unit; at home as it is."""
    if contract.currency == "IDR" or contract.rate is None:
        return price
    factor = Money(1, contract.currency).to_decimal()  # one minor unit in whole units
    minor = (Decimal(price.minor) / contract.rate / factor).quantize(Decimal(1), ROUND_HALF_UP)
    return Money(int(minor), contract.currency)


def _service(contract: Contract, rest: Money) -> Bought:
    """What the seller of record adds to the goods, as one unit of its listing for that."""
    if rest.minor < 0:
        raise CallOffError("price")
    record = samples.service_listing(contract.seller)
    if record is None:
        raise CallOffError("service")
    return Bought(record, 1, rest, ships=False)


def _sold(units: Mapping[CallOffLine, int]) -> list[Sold]:
    """What the buyer of an exporter's offer buys: the contract's lines."""
    return [
        Sold(
            row.contract_line.name,
            ordered,
            texts(row.contract_line.unit, "name"),
            row.contract_line.price,
        )
        for row, ordered in units.items()
    ]


def _is_offer(contract: Contract) -> bool:
    """An exporter's: it buys the goods and sells them on."""
    return contract.quote.negotiation.kind == Negotiation.OFFER


def _terms(contract: Contract, call_off: CallOff, units: Mapping[CallOffLine, int]) -> ContractTerms:
    abroad = contract.country != "ID"
    is_offer = _is_offer(contract)
    return ContractTerms(
        currency=contract.currency,
        channel="export" if abroad else "domestic",
        claim_hours=contract.claim_hours,
        release_on=contract.release_on,
        ready_on=call_off.first,
        arrives_to=call_off.last,
        delivery_name=f"{contract.incoterm} {contract.place}".strip()[:60],
        kind=DeliveryKind.CARGO,
        sold_by=contract.seller if is_offer else None,
        sold=_sold(units) if is_offer else (),
    )


def _steps(contract: Contract, call_off: CallOff) -> list[payments.Step]:
    return [
        payments.Step(step.step, step.share, datetime.combine(day, END_OF_DAY, JAKARTA))
        for step, day in due_days(contract, call_off.first)
    ]


@transaction.atomic
def buy(
    *, line: ContractLine, product: Product, quantity: int, unit_price: int, actor: Actor, pack: int = 1
) -> PurchaseAgreement:
    """The seller of record agrees with one pesantren on its share of a line: whole rupiah a unit, whole packs, frozen.

    Side effects: PurchaseAgreement, history row.
    """
    made = PurchaseAgreement.objects.create(
        contract_line=line,
        partner=product.seller,
        product=product,
        quantity=quantity,
        unit_price=unit_price,
        pack=pack,
    )
    machine.record(made, "", "agreed", actor=actor, why=f"{quantity} at {unit_price}")
    return made
