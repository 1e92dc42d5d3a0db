"""What became of a promise: its demand, its contract, its orders; only of the same two, and each once."""

from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.fulfilment.models import Fulfilment
from marketplace.orders.models import Order
from marketplace.programme import states
from marketplace.programme.models import Commitment, CommitmentLink
from marketplace.sourcing.models import CallOff, Contract, ContractLine, Demand, PurchaseAgreement, Quote
from offtakers.models import CompanyMember

MOST = 20  # suggestions of each kind


class LinkError(Exception):
    """A link that is refused. `code`: "name" (the buyer is known by name alone), "buyer" (of another company),
    "seller" (of another pesantren), "taken" (belongs to a commitment), "inside" (an order of a linked contract, or
    a contract of which an order is linked), "closed"."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def link(
    *,
    commitment: Commitment,
    actor: Actor,
    demand: Demand | None = None,
    contract: Contract | None = None,
    order: Order | None = None,
    by_buyer: bool = False,
) -> CommitmentLink:
    """Say that this demand, contract or order came of it. One that is linked here already is given back.

    A demand that this pesantren has not quoted yet is linked by its signed-in buyer alone (`by_buyer`): nobody else
    is told that it exists.

    The contract's row is locked, so that of an order and its own contract only one is linked. Side effects:
    CommitmentLink, history row. Raises LinkError.
    """
    locked = Commitment.objects.select_for_update(of=("self",), no_key=True)
    commitment = locked.select_related("guest", "exhibitor").get(pk=commitment.pk)
    if commitment.state == states.CLOSED:
        raise LinkError("closed")
    what: dict[str, Any] = {"demand": demand, "contract": contract, "order": order}
    known = CommitmentLink.objects.filter(commitment=commitment, **what).first()
    if known:
        return known
    _check(commitment, demand, contract, order, by_buyer)
    try:
        with transaction.atomic():
            made = CommitmentLink.objects.create(commitment=commitment, by_id=actor.id, **what)
    except IntegrityError as error:
        raise LinkError("taken") from error
    named = str(demand or contract or order)
    machine.record(commitment, commitment.state, commitment.state, actor=actor, why=f"linked: {named}")
    return made


def _check(
    commitment: Commitment,
    demand: Demand | None,
    contract: Contract | None,
    order: Order | None,
    by_buyer: bool,
) -> None:
    if commitment.guest.company_id is None:
        raise LinkError("name")
    if demand and demand.company_id != commitment.guest.company_id:
        raise LinkError("buyer")
    if demand and not by_buyer and not demands_between(commitment).filter(pk=demand.pk).exists():
        raise LinkError("seller")
    if contract:
        _check_contract(commitment, contract)
    if order:
        _check_order(commitment, order)


def _check_contract(commitment: Commitment, contract: Contract) -> None:
    if contract.company_id != commitment.guest.company_id:
        raise LinkError("buyer")
    if not contracts_between(commitment).filter(pk=contract.pk).exists():
        raise LinkError("seller")
    _lock(contract.pk)
    if CommitmentLink.objects.filter(order__call_off__contract=contract).exists():
        raise LinkError("inside")


def _check_order(commitment: Commitment, order: Order) -> None:
    if not _of_company(commitment).filter(pk=order.pk).exists():
        raise LinkError("buyer")
    if not orders_between(commitment).filter(pk=order.pk).exists():
        raise LinkError("seller")
    called = CallOff.objects.filter(order=order).first()
    if called:
        _lock(called.contract_id)
        if CommitmentLink.objects.filter(contract=called.contract_id).exists():
            raise LinkError("inside")


def _lock(contract: int) -> None:
    Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=contract)


@transaction.atomic
def unlink(*, link: CommitmentLink, actor: Actor, why: str) -> None:
    """It was a mistake. Side effects: the link is gone, history row."""
    commitment, named = link.commitment, str(link.demand or link.contract or link.order)
    link.delete()
    machine.record(
        commitment, commitment.state, commitment.state, actor=actor, why=f"unlinked: {named}: {why}"
    )


def demands_between(commitment: Commitment) -> QuerySet[Demand]:
    """Of this company, answered by a quote of this pesantren, or under a contract with it or with an exporter who
    buys from it."""
    quoted = Quote.objects.filter(
        negotiation__demand=OuterRef("pk"),
        negotiation__partner=commitment.exhibitor.partner_id,
        sent_at__isnull=False,
    )
    bought = ContractLine.objects.filter(
        contract__in=contracts_between(commitment), demand_line__demand=OuterRef("pk")
    )
    mine = Demand.objects.filter(company=commitment.guest.company_id)
    return mine.filter(Exists(quoted) | Exists(bought))


def contracts_between(commitment: Commitment) -> QuerySet[Contract]:
    """Of this company, signed by this pesantren or by an exporter who buys from it."""
    partner = commitment.exhibitor.partner_id
    buys = PurchaseAgreement.objects.filter(contract_line__contract=OuterRef("pk"), partner=partner)
    mine = Contract.objects.filter(company=commitment.guest.company_id)
    return mine.filter(Q(seller=partner) | Exists(buys))


def _of_company(commitment: Commitment) -> QuerySet[Order]:
    """Under its contracts, on its bill, or bought by one of its people."""
    company = commitment.guest.company_id
    people = CompanyMember.objects.filter(company=company).values("user")
    return Order.objects.filter(
        Q(call_off__contract__company=company) | Q(dues__company=company) | Q(user__in=people)
    ).distinct()


def orders_between(commitment: Commitment) -> QuerySet[Order]:
    """Of this company, with a part of this pesantren, or sold by it."""
    partner = commitment.exhibitor.partner_id
    parts = Fulfilment.objects.filter(order=OuterRef("pk"), partner=partner)
    return _of_company(commitment).filter(Q(sold_by=partner) | Exists(parts))


def suggestions(commitment: Commitment, by_buyer: bool = False) -> dict[str, list[Any]]:
    """What may have come of it: between the same two, since the event, not linked anywhere. Newest first.

    The buyer is also offered its demands that this pesantren has not quoted.
    """
    if commitment.guest.company_id is None or commitment.state == states.CLOSED:
        return {"demands": [], "contracts": [], "orders": []}
    day = commitment.event.starts_on or timezone.localdate(
        commitment.recorded_at, ZoneInfo(commitment.event.time_zone)
    )
    mine = Demand.objects.filter(company=commitment.guest.company_id)
    demands = (mine if by_buyer else demands_between(commitment)).filter(
        created__date__gte=day, commitment_link=None
    )
    contracts = contracts_between(commitment).filter(created__date__gte=day, commitment_link=None)
    orders = orders_between(commitment).filter(date_placed__date__gte=day, commitment_link=None)
    inside = CommitmentLink.objects.filter(contract=OuterRef("call_off__contract"))
    free = orders.exclude(Exists(inside))
    taken = CommitmentLink.objects.filter(order__call_off__contract=OuterRef("pk"))
    return {
        "demands": list(demands.order_by("-pk")[:MOST]),
        "contracts": list(contracts.exclude(Exists(taken)).order_by("-pk")[:MOST]),
        "orders": list(free.order_by("-pk")[:MOST]),
    }
