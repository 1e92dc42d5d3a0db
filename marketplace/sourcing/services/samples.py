"""A sample first: ordered from a quote like any goods; its fee counts once for what the contract buys (0043)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext

from catalogue.models import DeliveryKind
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services.contracted import Bought, ContractTerms, place_contracted
from marketplace.fulfilment.services.placing import Buyer
from marketplace.fulfilment.services.release import released_units
from marketplace.ledger.money import Money, split
from marketplace.orders import states as orders
from marketplace.orders.models import Order, ShippingAddress
from marketplace.payments import services as payments
from marketplace.payments import states as dues
from marketplace.payments.carried import left
from marketplace.payments.frozen import is_frozen
from marketplace.payments.models import CarriedOver
from marketplace.pesantren.models import Partner, StockRecord
from marketplace.reference.working_days import today
from marketplace.sourcing.models import Contract, Demand, Negotiation, Quote, Sample
from marketplace.sourcing.services import quotes

WITHIN_DAYS = 21  # a guess for the page; the seller says when it left


class SampleError(Exception):
    """A sample that is refused. `code`: "none" (this version offers none), "over" (the version does not stand),
    "twice" (one is ordered already), "service" (the exporter has no listing for what it adds)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def service_listing(seller: Partner) -> StockRecord | None:
    """The exporter's listing for what is no goods of its own."""
    found = StockRecord.objects.select_related("partner", "product__unit")
    return (
        found.filter(partner=seller, product__product_class__requires_shipping=False).order_by("pk").first()
    )


def live(talk: Negotiation) -> Sample | None:
    """The sample of this seller that is on its way or came; a cancelled one can be ordered anew."""
    found = Sample.objects.filter(negotiation=talk).exclude(order__status=orders.CANCELLED)
    return found.select_related("order", "quote").order_by("pk").first()


@dataclass(frozen=True)
class Counted:
    """What of the samples counts under a contract: what did, order by order, and what still will."""

    rows: list[CarriedOver]
    waits: Money


def counted(contract: Contract) -> Counted:
    """For the pages of both sides. The caller may see the contract."""
    found = (
        _parts(contract).select_related("order").prefetch_related("lines__line__order", "lines__fulfilment")
    )
    waits = Money(0, contract.currency)
    for part in found:
        waits += left(part.order, part.partner_id, fee_of(part))
    carried = CarriedOver.objects.filter(of_order__sample__negotiation=contract.quote.negotiation_id)
    rows = carried.filter(undone_at=None).select_related("of_order", "due__order").order_by("pk")
    return Counted(list(rows), waits)


@transaction.atomic
def order(*, quote: Quote, key: UUID, buyer: Buyer, address: ShippingAddress, actor: Actor) -> Sample:
    """Order one unit of each good of this version, to try: the fee for the goods, the courier for the way.

    One of a seller and demand, unless it was cancelled; the same `key` again gives the same one. An exporter's offer
    names no goods of its own: its sample is one unit of its service.
    Side effects: Order, one part, a Due (a free one: the seller is asked at once), stock reserved, history rows.
    Raises SampleError, OutOfStock, NotSelling.
    """
    Demand.objects.select_for_update(of=("self",), no_key=True).get(pk=quote.negotiation.demand_id)
    if known := Sample.objects.filter(key=key, negotiation=quote.negotiation_id).first():
        return known
    _check(quote)
    fee, courier = quote.sample or (Money(0), Money(0))
    due_at = timezone.now() + timedelta(hours=settings.PAYMENT_HOURS)
    placed = place_contracted(
        buyer=buyer,
        lines=_bought(quote, fee),
        terms=_terms(quote, courier),
        steps=[payments.Step(dues.FULL, 10_000, due_at)],
        place_key=key,
        actor=actor,
        address=address,
    )
    made = Sample.objects.create(negotiation=quote.negotiation, quote=quote, order=placed, key=key)
    machine.record(quote, quote.state, quote.state, actor=actor, why=f"sample {placed.number}")
    return made


def _check(quote: Quote) -> None:
    if quote.negotiation.kind == Negotiation.SUPPLY or quote.sample is None:
        raise SampleError("none")
    try:
        quotes.check_standing(quote)
    except quotes.QuoteError as error:
        raise SampleError("over") from error
    if live(quote.negotiation):
        raise SampleError("twice")


def _bought(quote: Quote, fee: Money) -> list[Bought]:
    """One unit of each listing, the fee shared over them to the last minor unit; or one of the exporter's service."""
    products = [line.product for line in quote.lines.select_related("product") if line.product]
    if not products:
        record = service_listing(quote.negotiation.partner)
        if record is None:
            raise SampleError("service")
        return [Bought(record, 1, fee)]
    own = list(dict.fromkeys(products))  # a listing that stands in two lines is tried once
    records = StockRecord.objects.select_related("partner", "product__unit")
    shares = split(fee, [1] * len(own))
    return [Bought(records.get(product=one), 1, share) for one, share in zip(own, shares, strict=True)]


def _terms(quote: Quote, courier: Money) -> ContractTerms:
    abroad = quote.negotiation.demand.is_abroad
    return ContractTerms(
        currency=quote.currency,
        channel="export" if abroad else "domestic",
        claim_hours=48,
        release_on=parts.ON_ACCEPTANCE,
        ready_on=today() + timedelta(days=1),
        arrives_to=today() + timedelta(days=WITHIN_DAYS),
        delivery_name=gettext("Sample"),
        kind=DeliveryKind.COURIER,
        courier=courier,
    )


def _parts(contract: Contract) -> Any:
    """Parts of the samples that this contract's seller sent for its demand: one each."""
    of_talk = Fulfilment.objects.filter(order__sample__negotiation=contract.quote.negotiation_id)
    return of_talk.filter(currency=contract.currency, released_at__isnull=False).order_by("pk")


def to_credit(contract: Contract) -> list[Fulfilment]:
    """Samples that were accepted, locked, so that no claim changes them meanwhile. The caller holds the contract."""
    rows = _parts(contract).select_for_update(of=("self",), no_key=True).select_related("order")
    locked = list(rows.prefetch_related("lines__line__order", "lines__fulfilment"))
    return [part for part in locked if not is_frozen(part.order)]


def credit(*, tried: list[Fulfilment], order: Order, actor: Actor) -> list[CarriedOver]:
    """Let the fees of these samples count for the first due of this order, each once.

    What is more than the due asks for waits for the next order under the contract. The courier does not count.
    Side effects: those of payments.carry_over.
    """
    due = order.dues.select_related("order").order_by("number").first()
    made = []
    for part in tried:
        if due is None or due.state != dues.OPEN:
            break
        released = fee_of(part)
        made.append(
            payments.carry_over(
                of_order=part.order, partner_id=part.partner_id, released=released, due=due, actor=actor
            )
        )
    return [one for one in made if one]


def fee_of(part: Fulfilment) -> Money:
    """What was paid for the goods that the buyer took of a sample."""
    return sum((line.unit_price * released_units(line) for line in part.lines.all()), Money(0, part.currency))
