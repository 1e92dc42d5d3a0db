"""What commitments became in our ledger: accepted by the buyer and paid, part by part (docs/programme-commitments.md).

Read from the movements of the books: what a part released out of the money held for its goods, less what credit notes
gave back of them, less what counts for another order since. A part whose company has not paid its bill yet, or whose
payment the buyer's bank disputes, is not realised. Delivery is not among it. Constant queries, however many rows.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet, Sum
from django.utils import timezone

from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Kind, Movement
from marketplace.ledger.money import Money
from marketplace.payments import states as money_states
from marketplace.payments.models import CarriedOver, CreditNote, Dispute, Due, PriceDifference, Rate, RateLock
from marketplace.payments.rates import convert
from marketplace.programme.models import CommitmentLink
from marketplace.reference.working_days import JAKARTA
from marketplace.sourcing.models import CallOff

LOCKED, CONTRACT, DATED = "locked", "contract", "dated"


@dataclass(frozen=True)
class Entry:
    """One part of one order that a commitment became: `amount` in the order's currency, `rupiah` by `rate`.

    `basis` says which rate: the order's locked one, its contract's, or the newest before the day it counted.
    """

    commitment: int
    order: str
    part: str
    day: date
    amount: Money
    rupiah: int
    rate: Decimal | None = None
    basis: str = ""


@dataclass(frozen=True)
class _Facts:
    """What a set of orders says about money, read once."""

    net: Mapping[str, int]  # by number of the part: released, less what went back to the buyer since
    waits: frozenset[int]  # orders on tempo that are not paid, or disputed
    paid_at: Mapping[int, datetime]  # by order: when the last bill on tempo was paid
    rates: Mapping[int, tuple[Decimal, str]]  # by order in another currency
    dated: Mapping[str, list[tuple[datetime, Decimal]]]  # by currency, oldest first
    zone: ZoneInfo  # whose clock says on which day it counts


def orders_of(links: QuerySet[CommitmentLink]) -> dict[int, int]:
    """Order → commitment: those named directly, and all call-offs of named contracts. Two queries.

    A contract goes before: services.links refuses the same order twice, and here it would count once.
    """
    found: dict[int, int] = {}
    contracts: dict[int, int] = {}
    for commitment, order, contract in links.values_list("commitment", "order", "contract"):
        if order:
            found[order] = commitment
        elif contract:
            contracts[contract] = commitment
    called = CallOff.objects.filter(contract__in=contracts, order__isnull=False)
    for order, contract in called.values_list("order", "contract"):
        found[order] = contracts[contract]
    return found


def entries(
    links: QuerySet[CommitmentLink],
    partners: Mapping[int, int],
    until: date | None = None,
    zone: ZoneInfo = JAKARTA,
) -> list[Entry]:
    """What these links realised until the end of that day (none: until now), oldest part first. Days by the clock of
    `zone`: a report counts those of its province.

    `partners`: commitment → its pesantren. Of an order with several sellers only that pesantren's part counts; of an
    exporter's order all of it, since the buyer bought from the exporter alone.
    """
    commitments = orders_of(links)
    found = Fulfilment.objects.filter(order__in=commitments, state=parts.RECEIVED, released_at__isnull=False)
    rows = [
        part
        for part in found.select_related("order", "acceptance").order_by("pk")
        if part.order.sold_by_id or part.partner_id == partners[commitments[part.order_id]]
    ]
    before = datetime.combine(until + timedelta(days=1), time.min, zone) if until else None
    facts = _facts(rows, before, zone)
    made = (_entry(part, commitments[part.order_id], facts, before) for part in rows)
    return [entry for entry in made if entry]


def sums(entries_: Iterable[Entry]) -> dict[int, int]:
    """Rupiah by commitment."""
    found: dict[int, int] = defaultdict(int)
    for entry in entries_:
        found[entry.commitment] += entry.rupiah
    return dict(found)


def _entry(part: Fulfilment, commitment: int, facts: _Facts, before: datetime | None) -> Entry | None:
    if part.order_id in facts.waits:
        return None
    at = _counts_at(part, facts)
    if not _by(at, before):
        return None
    day = timezone.localdate(at, facts.zone)
    minor = facts.net[part.number]
    if not minor:
        return None
    amount = Money(minor, part.currency)
    if part.currency == "IDR":
        return Entry(commitment, part.order.number, part.number, day, amount, minor)
    rate, basis = facts.rates.get(part.order_id) or _dated(facts.dated.get(part.currency, []), at)
    if rate is None:
        return None  # the nightly audit says so
    rupiah = convert(amount, rate, "IDR").minor
    return Entry(commitment, part.order.number, part.number, day, amount, rupiah, rate, basis)


def _counts_at(part: Fulfilment, facts: _Facts) -> datetime:
    """The buyer signed, and had paid: the later of the two."""
    signed = part.acceptance.signed_at if hasattr(part, "acceptance") else part.released_at
    assert signed
    paid = facts.paid_at.get(part.order_id)
    return max(signed, paid) if paid else signed


def _net(
    rows: list[Fulfilment],
    released: Mapping[str, int],
    back: Mapping[tuple[int, int], int],
    lost: Mapping[int, int],
    beside_: Mapping[int, int],
) -> dict[str, int]:
    """By number of the part. What the operator bore of a lost dispute (the buyer has it back) is taken off the parts
    in their order: the books do not say of which it is. What came to an exporter or what it owed beside its own part
    is in that part, else in those of the goods: together they are what the buyer paid by the contract."""
    found, open_loss, more = {}, dict(lost), dict(beside_)
    for part in rows:
        found[part.number] = released.get(part.number, 0) - back.get((part.order_id, part.partner_id), 0)
    for part in sorted(rows, key=lambda part: part.partner_id != part.order.sold_by_id):
        if part.order.sold_by_id:
            left = found[part.number] + more.pop(part.order_id, 0)
            found[part.number], more[part.order_id] = max(left, 0), min(left, 0)
    for part in rows:
        left = max(found[part.number] + more.pop(part.order_id, 0), 0)
        taken = min(open_loss.get(part.order_id, 0), left)
        open_loss[part.order_id] = open_loss.get(part.order_id, 0) - taken
        found[part.number] = left - taken
    return found


def beside(orders: set[int], before: datetime | None = None) -> dict[int, int]:
    """By order: what came to its exporter of dear goods that fell away, less what it owes for those that are kept
    (decision 0047), but for its own part and its credit notes. Two queries, and none without such orders."""
    found: dict[int, int] = defaultdict(int)
    if not orders:
        return found
    rows = PriceDifference.objects.filter(order__in=orders)
    for order, payable, debt, at in rows.values_list("order", "to_payable", "from_debt", "at"):
        if _by(at, before):
            found[order] += payable - debt
    for due in Due.objects.filter(order__in=orders, step=money_states.BALANCE, state=money_states.SETTLED):
        if due.settled_at and _by(due.settled_at, before):
            found[due.order_id] += sum(due.gains.values())
    return found


def _dated(rates: list[tuple[datetime, Decimal]], at: datetime) -> tuple[Decimal | None, str]:
    """The newest rate that was quoted until the day it counted: by Jakarta's clock, so that a part has the same rupiah
    in whichever report it stands."""
    day = timezone.localdate(at, JAKARTA)
    known = [rate for quoted, rate in rates if timezone.localdate(quoted, JAKARTA) <= day]
    return (known[-1], DATED) if known else (None, "")


def _facts(rows: list[Fulfilment], before: datetime | None, zone: ZoneInfo) -> _Facts:
    orders = {part.order_id for part in rows}
    foreign = {part.order_id: part.currency for part in rows if part.currency != "IDR"}
    keys = {f"release/{part.number}": part.number for part in rows}
    moved = Movement.objects.filter(journal__key__in=keys, journal__kind="release", debit__kind=Kind.HELD)
    sums_ = moved.order_by().values_list("journal__key").annotate(sum=Sum("amount"))
    bills = Due.objects.filter(order__in=orders, terms_days__gt=0).values_list("order", "state", "settled_at")
    disputed = Dispute.objects.filter(attempt__due__order__in=orders)
    waits = {order for order, state, _at in bills if state == money_states.OPEN}
    waits |= set(disputed.filter(state=money_states.DISPUTED).values_list("attempt__due__order", flat=True))
    lost: dict[int, int] = defaultdict(int)
    for order, loss in disputed.filter(state=money_states.LOST).values_list("attempt__due__order", "loss"):
        lost[order] += loss
    return _Facts(
        net=_net(
            rows,
            {keys[key]: int(sum_) for key, sum_ in sums_},
            _given_back(orders, before),
            lost,
            beside({part.order_id for part in rows if part.order.sold_by_id}, before),
        ),
        zone=zone,
        waits=frozenset(waits),
        paid_at={order: at for order, _state, at in bills if at},
        rates=_rates(foreign),
        dated=_dated_rates(set(foreign.values())),
    )


def _given_back(orders: set[int], before: datetime | None) -> dict[tuple[int, int], int]:
    """Of goods alone: the row 0 of a credit note is the delivery fee."""
    found: dict[tuple[int, int], int] = defaultdict(int)
    notes = CreditNote.objects.filter(order__in=orders)
    for order, partner, lines, at in notes.values_list("order", "partner", "lines", "issued_at"):
        if _by(at, before):
            found[order, partner] += sum(row["amount"] for row in lines if row["line"])
    carried = CarriedOver.objects.filter(of_order__in=orders, undone_at=None)
    for order, partner, amount, at in carried.values_list("of_order", "partner", "amount", "created"):
        if _by(at, before):
            found[order, partner] += amount
    return found


def _by(at: datetime, before: datetime | None) -> bool:
    return before is None or at < before


def _rates(foreign: Mapping[int, str]) -> dict[int, tuple[Decimal, str]]:
    """The order's locked rate, else its contract's."""
    if not foreign:
        return {}
    found: dict[int, tuple[Decimal, str]] = {}
    called = CallOff.objects.filter(order__in=foreign, contract__rate__isnull=False)
    for order, rate in called.values_list("order", "contract__rate"):
        if order and rate:
            found[order] = (rate, CONTRACT)
    for order, rate in RateLock.objects.filter(order__in=foreign, quote="IDR").values_list("order", "rate"):
        found[order] = (rate, LOCKED)
    return found


def _dated_rates(currencies: set[str]) -> dict[str, list[tuple[datetime, Decimal]]]:
    found: dict[str, list[tuple[datetime, Decimal]]] = defaultdict(list)
    if not currencies:
        return found
    rows: Any = Rate.objects.filter(base__in=currencies, quote="IDR").order_by("quoted_at", "pk")
    for base, at, rate in rows.values_list("base", "quoted_at", "rate"):
        found[base].append((at, rate))
    return found
