"""One page of a list of goods: filters, counts, sorting, 24 cards. Used by the list, a sector, the search, and
the page of a pesantren."""

from dataclasses import dataclass, replace
from typing import Any

from django.core.cache import cache
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL
from django.http import HttpRequest
from django.utils.translation import get_language

from catalogue import cards, facets, indicative, queries
from catalogue.facets import Choice
from catalogue.filters import ORDERS, Filters, sorts
from catalogue.indicative import Guide
from catalogue.price_fields import PriceField, price_fields
from catalogue.search.models import Entry
from marketplace.reference.working_days import today

PER_PAGE = 24
A_MINUTE = 60


@dataclass(frozen=True)
class Listing:
    """What templates/catalogue/list.html shows beside its title."""

    cards: list[cards.Card]
    page: Page[Any]
    page_base: str
    total: int
    filters: Filters
    choices: dict[str, list[Choice]]
    prices: list[PriceField]
    sorts: list[tuple[str, str, bool]]
    applied: list[tuple[str, str]]
    reset: str
    q: str = ""
    guide: Guide | None = None  # prices are said in the reader's currency, too


def listing(
    request: HttpRequest,
    entries: QuerySet[Entry] | None = None,
    *,
    q: str = "",
    base: str = "",
    hides: tuple[str, ...] = (),
    order: list[Any] | None = None,
) -> Listing:
    """The page that `request` asks for: of all listings, or of these entries, which `base` names.

    The facets in `hides` say nothing here (the sector, on a sector's own page). A search hands over its
    `order`, used unless the reader chose another.
    """
    entries = Entry.objects.all() if entries is None else entries
    chosen = replace(Filters.of(request.GET, q=q), **dict.fromkeys(hides, ""))
    counts = facets.count(entries, chosen, base)
    shown = facets.choices(counts, chosen)
    for name in hides:
        del shown[name]
    found = entries.filter(*chosen.conditions().values())
    ordered = found.order_by(*(order if order and not chosen.sort else ORDERS[chosen.sort]))
    page = _page(ordered, counts.total, request.GET.get("page"))
    address = chosen.url()
    guide = indicative.guide_for(request.user)
    return Listing(
        cards=indicative.on_cards(_cards(list(page.object_list)), guide),
        page=page,
        page_base=f"{address}{'' if address == '?' else '&'}page=",
        total=counts.total,
        filters=chosen,
        choices=shown,
        prices=price_fields(request.GET, chosen),
        sorts=[(value, label, value == chosen.sort) for value, label in sorts(q).items()],
        applied=facets.applied(chosen, shown),
        reset=Filters(q=q).url(),
        q=q,
        guide=guide,
    )


def _page(ordered: QuerySet[Entry], total: int, number: str | None) -> Page[Any]:
    """(id, version) of one page's entries; how many there are was counted with the facets already."""
    versioned = ordered.annotate(version=RawSQL("search_entry.xmin::text || search_entry.ctid::text", []))
    paginator: Paginator[Any] = Paginator(versioned.values_list("product_id", "version"), PER_PAGE)
    paginator.count = total  # type: ignore[misc]
    return paginator.get_page(number)


def _cards(rows: list[tuple[int, str]]) -> list[cards.Card]:
    """Cards of these listings, in this order, kept for a minute under the version of their entry.

    PostgreSQL gives a row a new version with each write: a new name, price, minimum, or the last goods sold are
    seen at once. Only what an entry does not hold (price steps, working days, pictures) may be a minute behind.
    """
    keys = {pk: f"card-{pk}-{version}-{get_language()}-{today()}" for pk, version in rows}
    kept = cache.get_many(keys.values())
    missing = [pk for pk, key in keys.items() if key not in kept]
    if missing:
        fresh = {keys[card.pk]: card for card in cards.cards(queries.by_ids(missing))}
        cache.set_many(fresh, A_MINUTE)
        kept |= fresh
    return [kept[key] for key in keys.values() if key in kept]
