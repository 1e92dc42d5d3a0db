"""A call-off is shared in earnest among the pesantren that were bought from: asked, ordered once enough is confirmed,
or cancelled. A pool stands behind each line ("C-"); those of offers only reckon ("O-", "M-")."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment.services.placing import Buyer
from marketplace.orders.models import Order
from marketplace.pooling import queries as pools
from marketplace.pooling import services as pooling
from marketplace.pooling import states as pool_states
from marketplace.pooling.asking import fell_away, held
from marketplace.pooling.models import PERMILLE, Pool, Share
from marketplace.pooling.queries import Explained
from marketplace.reference.working_days import today
from marketplace.sourcing import references, states
from marketplace.sourcing.models import CallOff, CallOffLine, Contract, PurchaseAgreement
from marketplace.sourcing.services import call_offs, contracts
from marketplace.sourcing.services.composing import Rules
from marketplace.sourcing.services.inviting import gathered_in
from marketplace.sourcing.services.locking import hold

ANSWER_HOURS = 48


def left(agreements: Iterable[PurchaseAgreement], but: Pool | None = None) -> dict[int, int]:
    """By id the units of agreements that no call-off has asked for yet, the one of the pool `but` not counted; what
    fell away of one can be asked for again. One query."""
    bought = list(agreements)
    used = pools.used((references.of_purchase(one.pk) for one in bought), but)
    return {one.pk: max(one.quantity - used[references.of_purchase(one.pk)], 0) for one in bought}


def rules_of(contract: Contract) -> Rules:
    """By which the offer was composed that became this contract; without limits where none stand in it."""
    return Rules(**contract.quote.rules)


def agreement_of(share: Share) -> int:
    """The id of the purchase agreement that a share of a call-off is of."""
    found = references.purchase_of(share.offer.source)
    assert found is not None
    return found


def pools_of(call_off: CallOff) -> QuerySet[Pool]:
    names = [references.of_line(line.pk) for line in call_off.lines.all()]
    return Pool.objects.filter(reference__in=names).order_by("pk")


@transaction.atomic
def share_out(*, call_off: CallOff, rules: Rules, actor: Actor) -> list[Explained]:
    """Ask the pesantren of a planned call-off for their shares: each confirms its own until the deadline.

    Out of reach: the most that can be had is asked for, and what is missing stays in sight. Again after a decline or
    with new agreements: only what is missing is shared anew; a cap can be lifted then, never lowered. Side effects:
    Pools, Offers, Shares, signals (mails). Raises call_offs.CallOffError "contract" if it is not planned, PoolError if
    it changes just now, composing.NO_ANSWER.
    """
    hold(CallOff.objects.filter(pk=call_off.pk), call_off.contract_id)
    found = CallOff.objects.get(pk=call_off.pk)
    if found.state != states.PLANNED:
        raise call_offs.CallOffError("contract")
    answers = []
    lines = found.lines.filter(
        contract_line__product=None
    )  # of what a pesantren sells itself nobody is asked
    for line in lines.select_related("contract_line__unit", "contract_line__contract"):
        pool = _pool_of(line, rules, found.last, actor)
        explained, _ = pools.looked_at(pool)
        if pool.state in pool_states.LIVE and explained.wanted:
            pooling.compose(pool=pool, actor=actor, partly=True)
        answers.append(explained)
    return answers


def _pool_of(line: CallOffLine, rules: Rules, ready_by: date, actor: Actor) -> Pool:
    contract_line = line.contract_line
    pool = pooling.open_pool(
        pool=Pool(
            reference=references.of_line(line.pk),
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
    if pool.cap_permille < rules.cap_permille == PERMILLE:
        Pool.objects.filter(pk=pool.pk).update(cap_permille=PERMILLE)
        pool.cap_permille = PERMILLE
    bring_agreements(pool, line, actor)
    return pool


def bring_agreements(pool: Pool, line: CallOffLine, actor: Actor) -> None:
    """Offers of a call-off's pool say what each agreement has left now, for it and for what others have not asked.

    Locks the agreements after the pool, so that two pools never promise the same units. Whose offer was set aside, or
    whose share fell away, is asked for no more. Side effects: offers put or withdrawn, history rows.
    """
    if pool.state not in pool_states.LIVE:
        return
    rows = line.contract_line.purchases.select_for_update(of=("self",), no_key=True)
    agreements = list(rows.select_related("partner__regency").order_by("pk"))
    has, gone, rest = held(pool), fell_away(pool), left(agreements, but=pool)
    offers = {offer.source: offer for offer in pool.offers.order_by("pk")}  # the newest of each
    for agreement in agreements:
        here = has[agreement.partner_id]
        units = here if agreement.partner_id in gone else max(rest[agreement.pk], here)
        offer = offers.get(references.of_purchase(agreement.pk))
        stands = offer is not None and offer.state == pool_states.OFFERED
        if offer and (offer.state == pool_states.SET_ASIDE or (stands and offer.committed == units)):
            continue
        if units:
            _put_agreement(pool, agreement, units, actor)
        elif offer and stands:
            pooling.withdraw_offer(offer=offer, actor=actor, why="nothing left")


def _put_agreement(pool: Pool, agreement: PurchaseAgreement, units: int, actor: Actor) -> None:
    pooling.put_offer(
        pool=pool,
        partner=agreement.partner,
        actor=actor,
        committed=units,
        price=agreement.price,
        pack=agreement.pack,
        ready_on=min(pool.ready_by, today() + timedelta(days=1)),
        source=references.of_purchase(agreement.pk),
    )


@transaction.atomic
def order(*, call_off: CallOff, buyer: Buyer, actor: Actor) -> Order:
    """Make the order of what is confirmed: all of it, or less within the contract's tolerance if nobody is waited for.

    Side effects: those of call_offs.order; pools that still look for something are closed. Raises as that; IllegalMove
    while shares wait, are too few, or once it is ordered or cancelled; PoolError if it changes just now.
    """
    hold(CallOff.objects.filter(pk=call_off.pk), call_off.contract_id)
    call_off.refresh_from_db(fields=["state", "order"])
    if call_off.state not in {states.PLANNED, states.CONFIRMED}:
        raise IllegalMove(call_off, call_off.state, states.ORDERED)
    if call_off.state == states.PLANNED and is_enough(call_off):
        call_offs.confirm(call_off=call_off, actor=actor)
    shares = confirmed_shares(call_off)
    placed = call_offs.order(call_off=call_off, shares=shares, buyer=buyer, actor=actor)
    for pool in pools_of(call_off).filter(state=pool_states.OPEN):
        pooling.close_pool(pool=pool, actor=actor, why=placed.number)
    return placed


@transaction.atomic
def cancel(*, call_off: CallOff, actor: Actor, why: str) -> None:
    """Before it is ordered: nothing is asked of the pesantren any more. Locks its pools first. Side effects: pools,
    shares, signals; as call_offs.cancel, which it calls. Raises as that, and PoolError if it changes just now."""
    hold(CallOff.objects.filter(pk=call_off.pk), call_off.contract_id)
    call_off.refresh_from_db(fields=["state", "order"])
    call_offs.cancel(call_off=call_off, actor=actor, why=why)
    for pool in pools_of(call_off).filter(state__in=pool_states.LIVE):
        pooling.cancel_pool(pool=pool, actor=actor, why=why)


@transaction.atomic
def end(*, contract: Contract, actor: Actor, why: str) -> None:
    """Before its time: its open call-offs are cancelled, then it is as contracts.terminate says.

    Locks the pools of all open call-offs first. Side effects: those of cancel and contracts.terminate. Raises
    IllegalMove, PoolError if something changes just now.
    """
    open_ = contract.call_offs.filter(state__in=[states.PLANNED, states.CONFIRMED])
    hold(open_, contract.pk)
    for one in open_.order_by("pk"):
        cancel(call_off=one, actor=actor, why=why)
    contracts.terminate(contract=contract, actor=actor, why=why)


def confirmed_shares(call_off: CallOff) -> dict[int, list[tuple[PurchaseAgreement, int]]]:
    """Per CallOffLine id who confirmed how much, for call_offs.order."""
    found: dict[int, list[tuple[PurchaseAgreement, int]]] = {}
    for line in call_off.lines.all():
        name = references.of_line(line.pk)
        shares = Share.objects.filter(pool__reference=name, state=pool_states.COMMITTED)
        units: dict[int, int] = {}
        for share in shares.select_related("offer").order_by("pk"):
            pk = agreement_of(share)
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


def is_enough(call_off: CallOff) -> bool:
    """Every line that is composed has enough confirmed by the contract's tolerance, and nobody is waited for."""
    lines = list(call_off.lines.select_related("contract_line"))
    if Share.objects.filter(pool__in=pools_of(call_off), state=pool_states.PROPOSED).exists():
        return False
    shares = confirmed_shares(call_off)
    return all(
        line.contract_line.product_id or sum(units for _one, units in shares[line.pk]) >= line.least
        for line in lines
    )
