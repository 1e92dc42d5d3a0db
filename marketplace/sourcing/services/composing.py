"""One offer from the supply of many: what each line would take from whom, at which cost, and at which price then.

A pool stands behind each line (marketplace/pooling): of an offer to look at and reckon with, of a call-off to share in
earnest. Goods and costs are whole rupiah; the buyer's price is in the offer's currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_UP, Decimal
from hashlib import sha256

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from catalogue.grades import place_of
from marketplace.common.actor import Actor
from marketplace.ledger.money import Money, split
from marketplace.pesantren.models import Partner
from marketplace.pooling import queries as pools
from marketplace.pooling import services as pooling
from marketplace.pooling import states as pool_states
from marketplace.pooling.models import Offer, Pool, Share
from marketplace.pooling.queries import Explained
from marketplace.reference.working_days import today
from marketplace.sourcing import signals, states
from marketplace.sourcing.explaining import with_quotes, worst_grade
from marketplace.sourcing.models import (
    CallOff,
    CallOffLine,
    Contract,
    ContractLine,
    Counter,
    Demand,
    DemandLine,
    Negotiation,
    PurchaseAgreement,
    Quote,
    QuoteLine,
)
from marketplace.sourcing.services import call_offs, contracts, quotes
from marketplace.sourcing.services.inviting import gathered_in

ANSWER_HOURS = 48
SOURCE = "sourcing.quoteline/"


@dataclass(frozen=True)
class Rules:
    """What the composer sets: no pesantren above so many thousandths; rupiah a km for 1,000 units, for a unit that is
    not promised, and for each day a unit is ready after the first that is asked."""

    cap_permille: int = 1_000
    per_km: int = 0
    per_stretch: int = 0
    per_day: int = 0


@dataclass(frozen=True)
class Planned:
    """One line of an offer as it stands now."""

    line: DemandLine
    pool: Pool
    explained: Explained
    digest: str

    @property
    def is_reached(self) -> bool:
        return self.explained.allocation.reached


def supply_lines(line: DemandLine) -> list[QuoteLine]:
    """What can be had for a line now: of each pesantren the last version that stands. One query."""
    found = QuoteLine.objects.filter(
        demand_line=line,
        quote__negotiation__kind=Negotiation.SUPPLY,
        quote__state=states.SENT,
        quote__valid_until__gt=timezone.now(),
    )
    rows = found.select_related("quote__negotiation__partner__regency", "product", "demand_line")
    rows = rows.order_by("quote__version")
    return list({row.quote.negotiation.partner_id: row for row in rows}.values())


def plan(*, demand: Demand, composer: Partner, rules: Rules, actor: Actor) -> list[Planned]:
    """What each line would take from whom. The same supply and rules give the same plan.

    Side effects: one Pool a line of this composer, with the supply as it is now; nobody is asked anything yet.
    """
    return [
        _plan_line(line, composer, rules, actor) for line in demand.lines.select_related("unit", "demand")
    ]


def _plan_line(line: DemandLine, composer: Partner, rules: Rules, actor: Actor) -> Planned:
    slots = list(line.slots.all())
    room = line.quantity * line.tolerance // 1000
    with transaction.atomic():
        pool = pooling.open_pool(
            pool=Pool(
                reference=f"O-{composer.pk}/{line.pk}",
                label=line.name[:120],
                unit=str(line.unit)[:20],
                quantity=line.quantity,
                minus=min(room, line.quantity - 1),
                plus=0,
                ready_by=max(slot.last for slot in slots),
                destination=gathered_in(line.demand),
                repools_itself=False,
            ),
            actor=actor,
        )
        facts = {"worst_grade": worst_grade(line), "ready_wished": min(slot.first for slot in slots)}
        Pool.objects.filter(pk=pool.pk).update(**facts, **vars(rules))
        pool.refresh_from_db()
        supply = _bring_supply(pool, line, actor)
    explained, digest = pools.looked_at(pool)
    return Planned(line, pool, with_quotes(explained, supply), digest)


def _bring_supply(pool: Pool, line: DemandLine, actor: Actor) -> dict[str, QuoteLine]:
    """Offers of the pool follow the supply quotes: new and changed ones are put, those that ended are withdrawn.

    Gives the quotes that stand, by the source that the pool's offers name."""
    standing = {f"{SOURCE}{row.pk}": row for row in supply_lines(line)}
    known = pool.offers.filter(state=pool_states.OFFERED)
    for offer in known.exclude(source__in=standing):
        pooling.withdraw_offer(offer=offer, actor=actor, why="the quote ended")
    there = set(known.filter(source__in=standing).values_list("source", flat=True))
    for source, row in standing.items():
        if source not in there:
            _put(pool, row, actor)
    return standing


def _put(pool: Pool, row: QuoteLine, actor: Actor) -> None:
    """A price that includes the way to where the goods are gathered is one from there: no distance is weighed."""
    pooling.put_offer(
        pool=pool,
        partner=row.quote.negotiation.partner,
        actor=actor,
        committed=row.quantity,
        stretch=row.stretch,
        price=row.price,
        pack=row.pack,
        minimum=row.minimum,
        grade=place_of(row.grade),
        regency=pool.destination if row.basis == QuoteLine.FRANKO else None,
        ready_on=row.ready_from or today(),
        source=f"{SOURCE}{row.pk}",
    )


def unit_price(*, goods: Money, costs: Money, quantity: int, rate: Decimal | None, currency: str) -> Money:
    """What one unit costs the buyer: goods and costs, shared by the quantity, in the currency, rounded up to the minor
    unit, so that the offer never brings less than it costs. `rate`: rupiah for one of `currency`; none at home."""
    each = Decimal((goods + costs).minor) / quantity
    if currency != "IDR":
        if rate is None:
            raise ValueError("a rate is needed for another currency than rupiah")
        each = each / rate / Money(1, currency).to_decimal()
    return Money(int(each.quantize(Decimal(1), ROUND_UP)), currency)


def share_costs(costs: Mapping[str, int], goods: Sequence[Money]) -> list[Money]:
    """The costs of an offer, shared over its lines by the value of their goods; they add up to the rupiah."""
    return split(Money(sum(costs.values())), [max(one.minor, 1) for one in goods])


@dataclass(frozen=True)
class Priced:
    """What one line costs the buyer: its goods, its share of the costs (both rupiah), and the price of one unit."""

    planned: Planned
    costs: Money
    price: Money

    @property
    def quantity(self) -> int:
        return self.planned.explained.allocation.total

    @property
    def amount(self) -> Money:
        return self.price * self.quantity


def priced(
    planned: Sequence[Planned], *, costs: Mapping[str, int], rate: Decimal | None, currency: str
) -> list[Priced]:
    """Each line at goods plus its share of the costs, as offer() writes it down. Lines of nothing are left out."""
    taken = [one for one in planned if one.explained.allocation.total]
    shares = share_costs(costs, [one.explained.goods for one in taken]) if taken else []
    return [
        Priced(
            planned=one,
            costs=share,
            price=unit_price(
                goods=one.explained.goods,
                costs=share,
                quantity=one.explained.allocation.total,
                rate=rate,
                currency=currency,
            ),
        )
        for one, share in zip(taken, shares, strict=True)
    ]


def digest(planned: Sequence[Planned]) -> str:
    """Of a whole plan: another digest means that supply or rules are not what the composer looked at."""
    return sha256("/".join(one.digest for one in planned).encode()).hexdigest()


@transaction.atomic
def offer(
    *,
    demand: Demand,
    composer: Partner,
    planned: Sequence[Planned],
    rules: Rules,
    costs: Mapping[str, int],
    terms: quotes.Terms,
    actor: Actor,
    notes: Mapping[str, str] | None = None,
    answers: Counter | None = None,
) -> Quote:
    """Write the offer's next version down from a plan: each line at goods plus its share of the costs.

    `rules`: by which it was planned; they stand in the version, and the supply is bought by them (agree).
    `costs`: whole rupiah by CostLine kind, `notes` what each is made of. A line of which nothing can be had
    is left out. Side effects and errors as quotes.draft.
    """
    lines = [
        quotes.Offered(
            demand_line=one.planned.line,
            product=None,
            quantity=one.quantity,
            unit_price=one.price.minor,
            grade=one.planned.line.grade,
        )
        for one in priced(planned, costs=costs, rate=terms.rate, currency=terms.currency)
    ]
    made = quotes.draft(
        demand=demand,
        partner=composer,
        kind=Negotiation.OFFER,
        lines=lines,
        terms=terms,
        costs=costs,
        answers=answers,
        rules=vars(rules),
        actor=actor,
    )
    for kind, note in (notes or {}).items():
        made.costs.filter(kind=kind).update(note=note)
    return made


@transaction.atomic
def agree(*, contract: Contract, actor: Actor) -> list[PurchaseAgreement]:
    """The seller of record buys from each pesantren what the plan gives it: their supply quotes are accepted.

    By the rules that stand in the version that was taken, whatever was looked at since. Once a line.
    Side effects: PurchaseAgreements, supply quotes accepted, history rows. Raises quotes.QuoteError "over"
    if a quote ended meanwhile (then nothing is written).
    """
    locked = Contract.objects.select_for_update(of=("self",), no_key=True).select_related("quote", "seller")
    taken = locked.get(pk=contract.pk)
    rules, made = Rules(**taken.quote.rules), []
    lines = taken.lines.filter(purchases=None, product=None)
    for line in lines.select_related("demand_line__unit", "demand_line__demand"):
        planned = _plan_line(line.demand_line, taken.seller, rules, actor)
        made += [_buy(line, row, actor) for row in planned.explained.rows if row.got]
    _accept([one for _agreement, one in made], actor)
    return _told(made)


def _told(made: Sequence[tuple[PurchaseAgreement, Offer]]) -> list[PurchaseAgreement]:
    agreements = [agreement for agreement, _offer in made]
    if agreements:
        signals.supply_bought.send(PurchaseAgreement, agreements=agreements)
    return agreements


def _accept(offers: Sequence[Offer], actor: Actor) -> None:
    """The supply quotes behind these offers are taken."""
    lines = [int(one.source.removeprefix(SOURCE)) for one in offers]
    for quote in Quote.objects.filter(lines__in=lines, state=states.SENT).distinct():
        quotes.accept(quote=quote, actor=actor)


def _buy(line: ContractLine, row: pools.Row, actor: Actor) -> tuple[PurchaseAgreement, Offer]:
    supply = QuoteLine.objects.select_related("product").get(pk=int(row.offer.source.removeprefix(SOURCE)))
    assert supply.product is not None
    agreement = call_offs.buy(
        line=line, product=supply.product, quantity=row.got, unit_price=row.offer.price, actor=actor
    )
    return agreement, row.offer


@transaction.atomic
def make_up(*, line: ContractLine, quantity: int, actor: Actor) -> list[PurchaseAgreement]:
    """Buy what will be missing of a line from pesantren without an agreement whose supply quotes still stand.

    The same allocator decides; out of reach, the most that can be had is bought. Side effects: Pool,
    PurchaseAgreements, supply quotes accepted, history rows. Raises quotes.QuoteError "over" if one ended meanwhile.
    """
    contract = Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=line.contract_id)
    known = set(line.purchases.values_list("partner", flat=True))
    supply = [row for row in supply_lines(line.demand_line) if row.quote.negotiation.partner_id not in known]
    if quantity <= 0 or not supply:
        return []
    start = f"M-{line.pk}-"
    pool = pooling.open_pool(
        pool=Pool(
            reference=f"{start}{Pool.objects.filter(reference__startswith=start).count() + 1}",
            label=line.name[:120],
            unit=str(line.unit)[:20],
            quantity=quantity,
            ready_by=contract.last,
            destination=gathered_in(line.demand_line.demand),
            worst_grade=worst_grade(line.demand_line),
            repools_itself=False,
        ),
        actor=actor,
    )
    for row in supply:
        _put(pool, row, actor)
    explained, _ = pools.looked_at(pool)
    made = [_buy(line, row, actor) for row in explained.rows if row.got]
    _accept([one for _agreement, one in made], actor)
    pooling.cancel_pool(pool=pool, actor=actor, why="bought")
    return _told(made)


def left(agreement: PurchaseAgreement) -> int:
    """Units of an agreement that no call-off has asked for yet."""
    held = Share.objects.filter(offer__source=f"purchase/{agreement.pk}").exclude(state=pool_states.RELEASED)
    return max(agreement.quantity - (held.aggregate(sum=Sum("quantity"))["sum"] or 0), 0)


def reference(line: CallOffLine) -> str:
    """Of the pool that shares a line of a call-off in earnest; that of an offer only reckons ("O-")."""
    return f"C-{line.pk}"


def is_of_call_off(pool: Pool) -> bool:
    return pool.reference.startswith("C-")


@transaction.atomic
def share_out(*, call_off: CallOff, rules: Rules, actor: Actor) -> list[Explained]:
    """Ask the pesantren of a planned call-off for their shares: each confirms its own until the deadline.

    Out of reach: the most that can be had is asked for, and what is missing stays in sight. Again after a decline or
    with new agreements: only what is missing is shared anew. Side effects: Pools, Offers, Shares, signals (mails).
    Raises call_offs.CallOffError "contract" if it is not planned.
    """
    # Not locked here: a confirmed share locks its pool first and the call-off then (LOCKS.md).
    locked = CallOff.objects.get(pk=call_off.pk)
    if locked.state != states.PLANNED:
        raise call_offs.CallOffError("contract")
    found = []
    for line in locked.lines.select_related("contract_line__unit", "contract_line__contract"):
        pool = _pool_of(line, rules, locked.last, actor)
        explained, _ = pools.looked_at(pool)
        if pool.state in pool_states.LIVE and explained.wanted:
            pooling.compose(pool=pool, actor=actor, partly=True)
        found.append(explained)
    return found


def _pool_of(line: CallOffLine, rules: Rules, ready_by: date, actor: Actor) -> Pool:
    contract_line = line.contract_line
    pool = pooling.open_pool(
        pool=Pool(
            reference=reference(line),
            label=contract_line.name[:120],
            unit=str(contract_line.unit)[:20],
            quantity=line.quantity,
            ready_by=ready_by,
            destination=gathered_in(contract_line.demand_line.demand),
            answer_hours=ANSWER_HOURS,
            **vars(rules),
        ),
        actor=actor,
    )
    known = set(pool.offers.values_list("source", flat=True))
    for agreement in contract_line.purchases.select_related("partner__regency").order_by("pk"):
        source = f"purchase/{agreement.pk}"
        units = left(agreement)
        if source not in known and units:
            pooling.put_offer(
                pool=pool,
                partner=agreement.partner,
                actor=actor,
                committed=units,
                price=agreement.price,
                ready_on=min(ready_by, today() + timedelta(days=1)),
                source=source,
            )
    return pool


@transaction.atomic
def cancel(*, call_off: CallOff, actor: Actor, why: str) -> None:
    """Before it is ordered: nothing is asked of the pesantren any more. Side effects: pools, shares, signals; as
    call_offs.cancel, which it calls. Raises as that."""
    call_offs.cancel(call_off=call_off, actor=actor, why=why)
    for line in call_off.lines.order_by("pk"):
        pool = Pool.objects.filter(reference=reference(line), state__in=pool_states.LIVE).first()
        if pool is not None:
            pooling.cancel_pool(pool=pool, actor=actor, why=why)


@transaction.atomic
def end(*, contract: Contract, actor: Actor, why: str) -> None:
    """Before its time: as contracts.terminate, and nothing is asked of the pesantren of its open call-offs any more.

    Side effects: those of cancel and contracts.terminate. Raises IllegalMove.
    """
    Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=contract.pk)
    for one in contract.call_offs.filter(state__in=[states.PLANNED, states.CONFIRMED]).order_by("pk"):
        cancel(call_off=one, actor=actor, why=why)
    contracts.terminate(contract=contract, actor=actor, why=why)


def confirmed_shares(call_off: CallOff) -> dict[int, list[tuple[PurchaseAgreement, int]]]:
    """Per CallOffLine id who confirmed how much, for call_offs.order."""
    found: dict[int, list[tuple[PurchaseAgreement, int]]] = {}
    for line in call_off.lines.all():
        shares = Share.objects.filter(pool__reference=reference(line), state=pool_states.COMMITTED)
        units: dict[int, int] = {}
        for share in shares.select_related("offer").order_by("pk"):
            pk = int(share.offer.source.removeprefix("purchase/"))
            units[pk] = units.get(pk, 0) + share.quantity
        agreements = PurchaseAgreement.objects.select_related("product").in_bulk(units)
        found[line.pk] = [(agreements[pk], quantity) for pk, quantity in sorted(units.items())]
    return found


def is_complete(call_off: CallOff) -> bool:
    """Every line that is composed has its whole quantity confirmed."""
    shares = confirmed_shares(call_off)
    return all(
        line.contract_line.product_id or sum(units for _one, units in shares[line.pk]) == line.quantity
        for line in call_off.lines.select_related("contract_line")
    )
