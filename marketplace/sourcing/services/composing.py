"""One offer from the supply of many: what each line would take from whom, at which cost, and at which price then.

A pool stands behind each line (marketplace/pooling): of an offer to look at and reckon with, of a call-off to share in
earnest. Goods and costs are whole rupiah; the buyer's price is in the offer's currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_UP, Decimal
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.utils import timezone

from catalogue.grades import place_of
from marketplace.common.actor import Actor
from marketplace.ledger.money import Money, split
from marketplace.pesantren.models import Partner
from marketplace.pooling import queries as pools
from marketplace.pooling import services as pooling
from marketplace.pooling import states as pool_states
from marketplace.pooling.models import PERMILLE, Offer, Pool
from marketplace.pooling.queries import Explained
from marketplace.pooling.solver import NotSolved
from marketplace.pooling.terms import Unfit
from marketplace.reference.working_days import today
from marketplace.sourcing import calendar, signals, states
from marketplace.sourcing.explaining import with_quotes, worst_grade
from marketplace.sourcing.models import (
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
from marketplace.sourcing.services import call_offs, quotes
from marketplace.sourcing.services.inviting import gathered_in

SOURCE = "sourcing.quoteline/"
# The allocator cannot be asked so, or gives none: for whoever shows it in words.
NO_ANSWER = (Unfit, NotSolved)


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
        _plan_line(line, composer, rules, line.quantity, actor)
        for line in demand.lines.select_related("unit", "demand")
    ]


def _plan_line(line: DemandLine, composer: Partner, rules: Rules, quantity: int, actor: Actor) -> Planned:
    """`quantity`: what is asked, or what was agreed of it. The pool is one and the same; its figures are put anew."""
    slots = list(line.slots.all())
    minus = min(quantity * line.tolerance // 1000, quantity - 1)
    with transaction.atomic():
        pool = pooling.open_pool(
            pool=Pool(
                reference=f"O-{composer.pk}/{line.pk}",
                label=line.name[:120],
                unit=str(line.unit)[:20],
                quantity=quantity,
                minus=minus,
                plus=0,
                ready_by=max(slot.last for slot in slots),
                destination=gathered_in(line.demand),
                repools_itself=False,
            ),
            actor=actor,
        )
        facts = {"worst_grade": worst_grade(line), "ready_wished": min(slot.first for slot in slots)}
        facts |= {"quantity": quantity, "minus": minus}
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


def first_to_end(planned: Sequence[Planned]) -> Quote | None:
    """Of the supply quotes that a plan takes the one that ends first: no offer may stand longer than its supply."""
    rows = [row for one in planned for row in one.explained.rows if row.got]
    lines = [int(row.offer.source.removeprefix(SOURCE)) for row in rows]
    found = Quote.objects.filter(lines__in=lines).select_related("negotiation__partner")
    return found.order_by("valid_until", "pk").first()


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

    As much as the contract says now, by the rules that stand in the version that was taken, whatever was looked at
    since. Once a line. Side effects: PurchaseAgreements, supply quotes accepted, history rows. Raises quotes.QuoteError
    "over" if a quote ended meanwhile (then nothing is written), NO_ANSWER.
    """
    locked = Contract.objects.select_for_update(of=("self",), no_key=True).select_related("quote", "seller")
    taken = locked.get(pk=contract.pk)
    rules, made = Rules(**taken.quote.rules), []
    lines = taken.lines.filter(purchases=None, product=None)
    for line in lines.select_related("demand_line__unit", "demand_line__demand"):
        as_planned = _as_planned(rules, line)
        planned = _plan_line(line.demand_line, taken.seller, as_planned, line.quantity, actor)
        made += [_buy(line, row, actor) for row in planned.explained.rows if row.got]
    _accept([one for _agreement, one in made], actor)
    return _told(made)


def _as_planned(rules: Rules, line: ContractLine) -> Rules:
    """The cap was planned of what is asked: of a contract of less it is as many units, not fewer."""
    units = line.demand_line.quantity * rules.cap_permille // PERMILLE
    cap = -(-units * PERMILLE // line.quantity)  # rounded up, so that the plan can be bought
    return replace(rules, cap_permille=min(max(cap, rules.cap_permille), PERMILLE))


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
        line=line,
        product=supply.product,
        quantity=row.got,
        unit_price=row.offer.price,
        pack=supply.pack,
        actor=actor,
    )
    return agreement, row.offer


@transaction.atomic
def make_up(*, line: ContractLine, viewer: Any, actor: Actor) -> list[PurchaseAgreement]:
    """Buy what will be missing of a line from pesantren without an agreement whose supply quotes still stand.

    How much that is, is reckoned under the contract's lock: of two presses the second sees what the first has bought.
    The same allocator decides; out of reach, the most that can be had is bought. `viewer`: who presses. Side effects:
    Pool, PurchaseAgreements, supply quotes accepted, history rows. Raises quotes.QuoteError "over" if one ended
    meanwhile, NO_ANSWER.
    """
    contract = Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=line.contract_id)
    quantity = calendar.missing(viewer, contract, line) if contract.state == states.ACTIVE else 0
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
