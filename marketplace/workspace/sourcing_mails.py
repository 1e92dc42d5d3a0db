"""Mails about demands, quotes and shares, to the members of a pesantren; the news arrive as signals. By day only."""

from typing import Any

from django.db.models import Case, When
from django.dispatch import receiver

from marketplace.notices.services import send_to
from marketplace.orders.links import absolute
from marketplace.pesantren.models import Partner
from marketplace.pooling import signals as pool_signals
from marketplace.pooling import states as pool_states
from marketplace.pooling.models import Share
from marketplace.sourcing import references, signals, states
from marketplace.sourcing.models import Counter, Demand, Invited, Negotiation, Quote, Remark
from marketplace.sourcing.supply_queries import who_gathers

MOST_TOLD = 30  # by mail of one demand: the best ready ones; the others find it in their workspace


def _to_members(partner: Partner, template: str, about: str, page: tuple[Any, ...], **context: Any) -> None:
    """One mail to each member with an address; `about` makes it unique, `page` is the address it leads to."""
    for member in partner.members.all():
        person = member.user
        if person.email and person.is_active:
            link = absolute(*page, language=person.language)
            key = f"{template}/{about}"
            send_to(person, key=key, template=template, partner=partner, link=link, **context)


@receiver(signals.demand_opened)
def demand_opened(demand: Demand, **kwargs: Any) -> None:
    """To the best ready ones, who lack nothing first, each pesantren once, whatever number of lines fits."""
    whole = Case(When(facts__lacks=[], then=0), default=1)
    rows = Invited.objects.filter(demand=demand, is_ready=True).order_by(whole, "-score", "pk")
    best: dict[int, Invited] = {}
    for one in rows.select_related("partner", "line__unit").prefetch_related("partner__members__user"):
        best.setdefault(one.partner_id, one)
        if len(best) == MOST_TOLD:
            break
    for one in best.values():
        about = f"{demand.number}/{one.partner_id}"
        page = ("workspace:request", demand.number)
        _to_members(one.partner, "seller_request", about, page, demand=demand, line=one.line)


def _partner(quote: Quote) -> Partner:
    return Partner.objects.prefetch_related("members__user").get(pk=quote.negotiation.partner_id)


@receiver(signals.countered)
def countered(counter: Counter, **kwargs: Any) -> None:
    quote, page = counter.quote, ("workspace:talk", counter.quote.negotiation_id)
    _to_members(_partner(quote), "seller_counter", str(counter.pk), page, quote=quote)


@receiver(signals.remarked)
def remarked(remark: Remark, **kwargs: Any) -> None:
    """Only what the other side writes; the text stays on the page. Of a supply quote the exporter is the other side."""
    talk = remark.negotiation
    number = talk.demand.number
    if remark.side == Remark.BUYER:
        _to_members(talk.partner, "seller_remark", str(remark.pk), ("workspace:talk", talk.pk), number=number)
    elif talk.kind == Negotiation.SUPPLY:
        page = ("workspace:supply", number, talk.partner.code)
        readers = [remark.composer] if remark.composer else who_gathers(talk.demand)
        for one in readers:
            _to_members(one, "seller_remark", f"{remark.pk}/{one.pk}", page, number=number)


@receiver(signals.quote_accepted)
def quote_accepted(quote: Quote, **kwargs: Any) -> None:
    _quote_news(quote, states.ACCEPTED, "")


@receiver(signals.quote_ended)
def quote_ended(quote: Quote, why: str, **kwargs: Any) -> None:
    """Declined or expired; what the pesantren took back itself it knows."""
    if quote.state in (states.DECLINED, states.EXPIRED):
        _quote_news(quote, quote.state, why)


def _quote_news(quote: Quote, state: str, why: str) -> None:
    page = ("workspace:talk", quote.negotiation_id)
    facts = {"quote": quote, "state": state, "why": why}
    _to_members(_partner(quote), "seller_quote", f"{quote.pk}/{state}", page, **facts)


@receiver(pool_signals.share_changed)
def share_changed(share: Share, **kwargs: Any) -> None:
    if share.state == pool_states.PROPOSED and references.line_of(share.pool.reference) is not None:
        page = ("workspace:share", share.pk)
        _to_members(share.offer.partner, "seller_share", str(share.pk), page, share=share, pool=share.pool)
