"""What a buying company reads of its demands, quotes and contracts. Somebody else's are not found.

Supply quotes are between a pesantren and whoever composes: the buyer never sees them.
"""

from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from marketplace.sourcing import states
from marketplace.sourcing.models import Amendment, Contract, Counter, Demand, Negotiation, Quote
from marketplace.sourcing.queries import demands_of_buyer
from offtakers.access import company_of


def listed(user: Any) -> QuerySet[Demand]:
    """The demands of this person's company with `answered`: how many sellers sent a quote. Newest first."""
    to_buyer = [Negotiation.DIRECT, Negotiation.OFFER]
    sent = Q(negotiations__quotes__sent_at__isnull=False, negotiations__kind__in=to_buyer)
    return demands_of_buyer(user).annotate(answered=Count("negotiations", filter=sent, distinct=True))


def quotes_of(user: Any) -> QuerySet[Quote]:
    """What was sent to this person's company: every version, with its lines."""
    found = Quote.objects.filter(negotiation__demand__company=company_of(user), sent_at__isnull=False)
    found = found.exclude(negotiation__kind=Negotiation.SUPPLY)
    rows = found.select_related("negotiation__partner__regency", "negotiation__demand__company")
    return rows.prefetch_related("lines__demand_line__unit", "lines__quote").order_by("pk")


def latest_quotes(user: Any, demand: Demand) -> list[Quote]:
    """Of each seller the last version that was sent: what stands first, then in the order they came."""
    found = quotes_of(user).filter(negotiation__demand=demand)
    rows = list({row.negotiation_id: row for row in found.order_by("version")}.values())
    return sorted(rows, key=lambda row: (row.state not in (states.SENT, states.ACCEPTED), row.pk))


def versions(quote: Quote) -> QuerySet[Quote]:
    """All versions of this seller that the buyer got, newest first, with the counter-offers to them."""
    counters = Prefetch("counters", Counter.objects.prefetch_related("lines__quote_line__demand_line__unit"))
    found = Quote.objects.filter(negotiation=quote.negotiation_id, sent_at__isnull=False)
    return found.prefetch_related(counters).order_by("-version")


def contracts_of(user: Any) -> QuerySet[Contract]:
    """Contracts of this person's company, newest first."""
    found = Contract.objects.filter(company=company_of(user)).select_related(
        "seller__regency", "company", "quote__negotiation__demand"
    )
    return found.order_by("-pk")


def amendments_of(contract: Contract) -> QuerySet[Amendment]:
    return contract.amendments.prefetch_related("signatures").order_by("number")
