"""Search over all listings. Typed words stay in the field; nothing typed can break the page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue import cards, queries
from catalogue.filters import query_string
from catalogue.listing import listing
from catalogue.search.queries import LONGEST, best_first, matching, tidy
from catalogue.views import list_context


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Without words: the whole list. Without a hit: sectors, and what can be ordered in season."""
    typed = request.GET.get("q", "")
    q = tidy(typed)
    if "\0" in typed or len(typed) > LONGEST:
        return redirect(f"{request.path}{query_string(q=q)}")
    found = listing(request, matching(queries.listed(), q), q=q, best_first=best_first)
    title = _("Search: %(words)s") % {"words": q} if q else _("All products")
    crumbs = [(_("Home"), reverse("catalogue:home")), (_("Search"), "")]
    path = reverse("search:search") if q else reverse("catalogue:index")
    context = list_context(found, title, crumbs, path)
    if len(q) > 2:
        context["sellers"] = queries.pesantren(q)[:3]
    if not found.total:
        goods = queries.can_order_first(queries.orderable(queries.in_season(queries.listed())))
        context["instead"] = cards.cards(queries.with_card_parts(goods)[:4])
    return render(request, "catalogue/list.html", context)
