"""Search over all listings. Typed words stay in the field; nothing typed can break the page."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue import cards, indicative, queries
from catalogue.filters import query_string
from catalogue.indicative import Guide
from catalogue.listing import listing
from catalogue.search import nothing, services, suggestions
from catalogue.search.queries import Found, find, sellers
from catalogue.search.terms import LONGEST, tidy
from catalogue.views import list_context
from marketplace.common.ratelimit import address, too_many

MISSED_MOST, SUGGEST_MOST = 30, 300  # of one address in ten minutes


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Without words: the whole list. `exact` searches mistyped words as they are. Without a hit: words that look
    alike, the next harvest, sectors, and what can be ordered in season; and the words are counted."""
    typed = request.GET.get("q", "")
    q = tidy(typed)
    if "\0" in typed or len(typed) > LONGEST:
        return redirect(f"{request.path}{query_string(q=q)}")
    language = get_language() or "id"
    exact = "exact" in request.GET
    hits = find(q, language, exact=exact)
    base = f"search {language} {exact:d} {q}" if q else ""
    found = listing(request, hits.entries, q=q, base=base, order=hits.order)
    title = _("Search: %(words)s") % {"words": q} if q else _("All products")
    crumbs = [(_("Home"), reverse("catalogue:home")), (_("Search"), "")]
    path = reverse("search:search") if q else reverse("catalogue:index")
    context = list_context(found, title, crumbs, path) | {"hits": hits}
    if len(q) > 2:
        context["sellers"] = sellers(hits.corrected or q)
    if hits.relaxed or not hits.any or (found.filters.sector and not found.total):
        _count_missed(request, q, language, found.filters.sector)
    if not found.total:
        context |= _instead(hits, q, language, found.guide)
    return render(request, "catalogue/list.html", context)


def _instead(hits: Found, q: str, language: str, guide: Guide | None) -> dict[str, Any]:
    goods = queries.can_order_first(queries.orderable(queries.in_season(queries.listed())))
    shown = indicative.on_cards(cards.cards(queries.with_card_parts(goods)[:4]), guide)
    found: dict[str, Any] = {"instead": shown}
    return found if hits.any else found | {"meant": nothing.meant(q, language), "seasons": nothing.seasons(q)}


def _count_missed(request: HttpRequest, q: str, language: str, sector: str) -> None:
    """Bounded for each address, so that a machine can't fill the table."""
    if not too_many(f"missed:{address(request)}", most=MISSED_MOST, minutes=10):
        services.count_missed(text=q, language=language, sector=sector)


@require_safe
def suggest(request: HttpRequest) -> HttpResponse:
    """Up to eight suggestions for what was typed so far, as JSON: text, kind and address of each."""
    if too_many(f"suggest:{address(request)}", most=SUGGEST_MOST, minutes=10):
        return JsonResponse({"suggestions": []}, status=429)
    found = suggestions.suggest(tidy(request.GET.get("q", "")), get_language() or "id")
    response = JsonResponse({"suggestions": found})
    patch_cache_control(response, public=True, max_age=300)
    return response
