"""One page of a list of goods: filters, counts, sorting, 24 cards. Used by the list, a sector, the search."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

from catalogue import cards, filters, queries
from catalogue.filters import Choice, Filters
from catalogue.models import Product

PER_PAGE = 24


@dataclass(frozen=True)
class Listing:
    """What templates/catalogue/list.html shows beside its title."""

    cards: list[cards.Card]
    page: Page[Any]
    page_base: str
    total: int
    filters: Filters
    choices: dict[str, list[Choice]]
    months: list[tuple[str, str, bool]]
    sorts: list[tuple[str, str, bool]]
    applied: list[tuple[str, str]]
    reset: str
    q: str = ""


def listing(
    request: HttpRequest,
    products: QuerySet[Product],
    *,
    q: str = "",
    sector: str = "",
    best_first: Callable[[QuerySet[Product], str], QuerySet[Product]] | None = None,
) -> Listing:
    """The page that `request` asks for. A search for `q` is sorted by `best_first` unless one is chosen."""
    chosen = Filters.of(request.GET, q=q)
    if sector:  # the page is about one sector already
        chosen = replace(chosen, sector="")
    choices = {
        "place": filters.place_choices(products, chosen),
        "certificate": filters.certificate_choices(products, chosen),
    }
    if not sector:
        choices["sector"] = filters.sector_choices(products, chosen)
    found = filters.apply(products, chosen)
    by_words = best_first if q and not chosen.sort else None
    ordered = by_words(found, q) if by_words else filters.sort(found, chosen)
    page = Paginator(queries.with_card_parts(ordered), PER_PAGE).get_page(request.GET.get("page"))
    base = chosen.url()
    return Listing(
        cards=cards.cards(page.object_list),
        page=page,
        page_base=f"{base}{'' if base == '?' else '&'}page=",
        total=page.paginator.count,
        filters=chosen,
        choices=choices,
        months=filters.month_choices(chosen),
        sorts=[(value, str(label), value == chosen.sort) for value, label in filters.sorts(q).items()],
        applied=filters.applied(chosen, choices),
        reset=Filters(q=q).url(),
        q=q,
    )
