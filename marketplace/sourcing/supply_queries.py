"""Supply quotes as exporters read them, and what the two write to each other: nobody else sees either."""

from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Prefetch, Q, QuerySet, Subquery

from marketplace.fulfilment.models import Fulfilment
from marketplace.pesantren.access import pesantren_of
from marketplace.pesantren.models import Partner
from marketplace.pooling.models import Pool, Share
from marketplace.sourcing import references, states
from marketplace.sourcing.models import (
    CallOff,
    Contract,
    Demand,
    Negotiation,
    PurchaseAgreement,
    Quote,
    Remark,
)


def supply_to(composer: Partner, demand: Demand) -> QuerySet[Negotiation]:
    """Who quoted supply for a demand, with the versions that were sent; the caller may compose for it."""
    sent = Quote.objects.filter(sent_at__isnull=False).order_by("-version")
    sent = sent.prefetch_related("lines__demand_line__unit", "lines__quote")
    found = Negotiation.objects.filter(demand=demand, kind=Negotiation.SUPPLY).exclude(partner=composer)
    found = found.filter(Exists(Quote.objects.filter(negotiation=OuterRef("pk"), sent_at__isnull=False)))
    found = found.select_related("partner__regency", "demand").prefetch_related(Prefetch("quotes", sent))
    return found.annotate(waits=Exists(unanswered(composer))).order_by("partner__name", "pk")


def unanswered(composer: Partner) -> QuerySet[Remark]:
    """Of one negotiation (OuterRef "pk"): what its pesantren wrote to this exporter, or to all, and waits."""
    later = Remark.objects.filter(
        negotiation=OuterRef("negotiation"), side=Remark.BUYER, composer=composer, pk__gt=OuterRef("pk")
    )
    asked = Remark.objects.filter(negotiation=OuterRef("pk"), side=Remark.SELLER)
    return asked.filter(Q(composer=None) | Q(composer=composer)).exclude(Exists(later))


def remarks_of(talk: Negotiation, composer: Partner) -> QuerySet[Remark]:
    """What this exporter may read of the thread: its own, and what the pesantren writes to it or to all."""
    return talk.remarks.filter(Q(composer=None) | Q(composer=composer)).select_related("composer")


def buyers_of(talk: Negotiation) -> list[Partner]:
    """Exporters to whom a pesantren may write about its supply quote: who bought it, else who wrote about it."""
    bought = PurchaseAgreement.objects.filter(
        partner=talk.partner_id, contract_line__contract__quote__negotiation__demand=talk.demand_id
    )
    sellers = bought.values("contract_line__contract__seller")
    if found := list(Partner.objects.filter(pk__in=sellers).order_by("name", "pk")):
        return found
    wrote = talk.remarks.exclude(composer=None).values("composer")
    return list(Partner.objects.filter(pk__in=wrote).order_by("name", "pk"))


def agreed_for(part: Fulfilment) -> dict[int | None, PurchaseAgreement]:
    """By product: what the exporter agreed with this pesantren in rupiah, where the order is in another currency; each
    with its contract and locked rate. One query, none for an order in rupiah."""
    if part.currency == "IDR":
        return {}
    found = PurchaseAgreement.objects.filter(
        partner=part.partner_id, contract_line__contract__call_offs__order=part.order_id
    )
    return {one.product_id: one for one in found.select_related("contract_line__contract")}


def still_gathers(composer: Partner, demand: Demand) -> bool:
    """Whether this exporter still has to do with the supply: the demand takes quotes, or it sells under a contract."""
    if demand.state in (states.OPEN, states.CLOSED):
        return True
    mine = Contract.objects.filter(quote__negotiation__demand=demand, seller=composer)
    return mine.exclude(state=states.TERMINATED).exists()


def who_gathers(demand: Demand) -> QuerySet[Partner]:
    """Exporters that have begun an offer for this demand."""
    talks = Negotiation.objects.filter(demand=demand, kind=Negotiation.OFFER)
    return Partner.objects.filter(pk__in=talks.values("partner"), is_exporter=True).order_by("pk")


def supply_to_answer(user: Any) -> QuerySet[Negotiation]:
    """Offers of this person's exporters for whose demand a pesantren waits for a word, with `asked_at`: since when."""
    mine = Negotiation.objects.filter(
        kind=Negotiation.OFFER, partner__in=pesantren_of(user).order_by().values("pk")
    )
    later = Remark.objects.filter(
        negotiation=OuterRef("negotiation"),
        side=Remark.BUYER,
        composer=OuterRef(OuterRef("partner")),
        pk__gt=OuterRef("pk"),
    )
    asked = Remark.objects.filter(
        negotiation__demand=OuterRef("demand"), negotiation__kind=Negotiation.SUPPLY, side=Remark.SELLER
    )
    asked = asked.filter(Q(composer=None) | Q(composer=OuterRef("partner"))).exclude(Exists(later))
    first = asked.order_by("at", "pk").values("at")[:1]
    running = mine.exclude(demand__state__in=[states.CANCELLED, states.EXPIRED])
    found = running.annotate(asked_at=Subquery(first, output_field=DateTimeField()))
    return found.filter(asked_at__isnull=False).select_related("demand", "partner")


def supply_talk(bought: PurchaseAgreement) -> Negotiation | None:
    """The thread of a pesantren and the exporter that bought from it; the caller may see the agreement."""
    demand = bought.contract_line.contract.quote.negotiation.demand_id
    talks = Negotiation.objects.filter(demand=demand, partner=bought.partner_id, kind=Negotiation.SUPPLY)
    return talks.first()


def talk_of_share(share: Share) -> Negotiation | None:
    """The same of a share of a call-off, whose offer names the agreement; the caller may see the share."""
    pk = references.purchase_of(share.offer.source)
    if pk is None:
        return None
    found = PurchaseAgreement.objects.select_related("contract_line__contract__quote__negotiation")
    bought = found.filter(pk=pk, partner=share.offer.partner_id).first()
    return supply_talk(bought) if bought else None


def call_off_of(pool: Pool) -> CallOff | None:
    """The delivery that this pool is for; None if it is for none."""
    line = references.line_of(pool.reference)
    return CallOff.objects.filter(lines=line).first() if line is not None else None


def part_of_share(share: Share) -> Fulfilment | None:
    """The pesantren's part of the order that a share became, where it is declined from then on; the caller may see the
    share. None while its delivery has no order."""
    call_off = call_off_of(share.pool)
    if call_off is None or call_off.order_id is None:
        return None
    return Fulfilment.objects.filter(order=call_off.order_id, partner=share.offer.partner_id).first()
