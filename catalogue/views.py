"""The public pages: home, lists, a listing, the pesantren. They only read."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from catalogue import cards, filters, indicative, queries, seo
from catalogue.cards import quantity_text
from catalogue.detail import Detail, detail, order_hint
from catalogue.facts import source_links
from catalogue.listing import PER_PAGE, Listing, listing
from catalogue.models import Product
from catalogue.search.models import Entry
from catalogue.services.views import count_view
from marketplace.common.ratelimit import address, too_many
from marketplace.pesantren import queries as pesantren_queries
from marketplace.pesantren.models import Member

ON_HOME = 8
SEEN_MOST = 200  # looks of one address in ten minutes


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Orderable goods first; of them those in season now; sectors; the programme in sourced numbers."""
    guide = indicative.guide_for(request.user)
    found = indicative.on_cards(cards.cards(queries.for_home()[:48]), guide)
    now = [card for card in found if card.in_season]
    rest = cards.mixed([card for card in found if card.can_order and not card.in_season])
    description = _("Wholesale products of the pesantren of West Java: tiered prices, minimum orders, dates.")
    context = {
        "now": now[:4],
        "chips": list({card.name: card for card in now}.values())[:8],
        "goods": rest[:ON_HOME],
        "guide": guide,
        "sector_tiles": queries.sectors(),
        "total": sum(sector.count for sector in queries.sectors()),
        "seo": seo.seo(reverse("catalogue:home"), description, data=seo.site()),
    }
    return render(request, "catalogue/home.html", context)


def list_context(found: Listing, title: str, crumbs: list[tuple[str, str]], path: str) -> dict[str, Any]:
    """What every list page needs; filtered views point search engines to the plain list."""
    description = _(
        "%(title)s: %(count)s products of pesantren in West Java, with tiered prices and minimums."
    )
    text = description % {"title": title, "count": found.total}
    page = found.page.number if not (found.filters.any or found.filters.sort) else 1
    data = [seo.breadcrumbs(crumbs, path)]
    head = seo.seo(path, text, page=page, data=data, noindex=bool(found.q))
    return {"list": found, "title": title, "crumbs": crumbs, "seo": head}


@require_safe
def product_list(request: HttpRequest) -> HttpResponse:
    crumbs = [(_("Home"), reverse("catalogue:home")), (_("All products"), "")]
    found = listing(request)
    context = list_context(found, _("All products"), crumbs, reverse("catalogue:index"))
    return render(request, "catalogue/list.html", context)


@require_safe
def sector(request: HttpRequest, slug: str) -> HttpResponse:
    chosen = next((sector for sector in queries.sectors() if sector.code == slug), None)
    if chosen is None:
        raise Http404
    crumbs = [
        (_("Home"), reverse("catalogue:home")),
        (_("All products"), reverse("catalogue:index")),
        (chosen.name, ""),
    ]
    entries = Entry.objects.filter(sector_id=chosen.pk)
    found = listing(request, entries, base=f"sector {slug}", hides=("sector",))
    return render(request, "catalogue/list.html", list_context(found, chosen.name, crumbs, chosen.url))


@csrf_exempt  # the page says it by itself, without a form; it only adds one to a number
@require_POST
def seen(request: HttpRequest, pk: int) -> HttpResponse:
    """The page of a listing was in sight for two seconds. Who sells it does not count, nor one address without end."""
    mine = (
        request.user.is_authenticated
        and Member.objects.filter(user=request.user, partner__products=pk).exists()
    )
    if not mine and not too_many(f"seen:{address(request)}", most=SEEN_MOST, minutes=10):
        count_view(product_id=pk)
    return HttpResponse(status=204)


@require_safe
def product(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    """The page of one listing; an old name in the address leads to the present one."""
    found = queries.listing(pk)
    if found is None:
        raise Http404
    path = found.get_absolute_url()
    if request.path != path:
        return redirect(path, permanent=True)
    shown = indicative.with_guide(detail(found), indicative.guide_for(request.user))
    related, alike = related_cards(found)
    related = indicative.on_cards(related, shown.guide)
    crumbs = _product_crumbs(found)
    data = [seo.product(shown), seo.breadcrumbs(crumbs, path)]
    image = shown.pictures[0].url if shown.pictures else ""
    head = seo.seo(path, _product_description(shown), image=image, kind="product", data=data)
    context = {
        "detail": shown,
        "product": found,
        "related": related,
        "same_kind": alike,
        "quantity": _quantity(request, shown),
        "hint": order_hint(shown),
        "minimum": quantity_text(shown.record.minimum, shown.unit) if shown.record else "",
        "crumbs": crumbs,
        "seo": head,
    }
    return render(request, "catalogue/product.html", context)


def related_cards(product: Product) -> tuple[list[cards.Card], list[cards.Card]]:
    """Cards below the page, and those of the same kind to order instead. Kept for five minutes: their own pages
    are always fresh."""
    if product.seller.sells:
        return _kept(f"others-{product.pk}", lambda: (cards.cards(queries.others_of(product)), []))

    def instead() -> tuple[list[cards.Card], list[cards.Card]]:
        goods = list(queries.instead_of(product))
        return cards.cards(goods), cards.cards(same_kind(goods))

    return _kept(f"instead-{product.pk}", instead)


def _kept(name: str, make: Callable[[], tuple[list[cards.Card], list[cards.Card]]]) -> Any:
    return cache.get_or_set(f"{name}-{get_language()}", make, queries.FIVE_MINUTES)


def same_kind(goods: list[Product]) -> list[Product]:
    """Of the goods to order instead, those of the same commodity; all of them where there is none."""
    return [one for one in goods if one.same == 0] or goods  # type: ignore[attr-defined]


def _quantity(request: HttpRequest, shown: Detail) -> int:
    """The quantity the form starts with: the minimum, or what a link asks for."""
    wanted = request.GET.get("quantity", "")
    return int(wanted) if wanted.isascii() and wanted.isdigit() and 0 < len(wanted) < 8 else shown.least


def _product_crumbs(found: Product) -> list[tuple[str, str]]:
    names = {sector.code: sector for sector in queries.sectors()}
    sector = names.get(found.sector_code)  # type: ignore[attr-defined]
    middle = [(sector.name, sector.url)] if sector else []
    return [(_("Home"), reverse("catalogue:home")), *middle, (found.title, "")]


def _product_description(shown: Detail) -> str:
    goods = shown.product
    values = {"title": goods.title, "seller": goods.seller.name, "place": goods.seller.place}
    text = _("%(title)s from %(seller)s, %(place)s.") % values
    return f"{text} {goods.description}".strip()


@require_safe
def pesantren_list(request: HttpRequest) -> HttpResponse:
    """Every pesantren, searchable by name and by kabupaten or kota."""
    name = request.GET.get("name", "").replace("\0", "")[:100].strip()
    places = list(pesantren_queries.places(request.user))
    place = request.GET.get("place", "")
    place = place if place in {regency.code for regency in places} else ""
    page = Paginator(queries.pesantren(name, place), PER_PAGE).get_page(request.GET.get("page"))
    base = filters.query_string(name=name, place=place)
    path = reverse("pesantren:list")
    crumbs = [(_("Home"), reverse("catalogue:home")), (_("Pesantren"), "")]
    description = _("The pesantren of West Java in the OPOP programme, by name and by kabupaten or kota.")
    number = page.number if not (name or place) else 1
    context = {
        "page_obj": page,
        "page_base": f"{base}{'' if base == '?' else '&'}page=",
        "places": places,
        "name": name,
        "place": place,
        "crumbs": crumbs,
        "seo": seo.seo(path, description, page=number, data=[seo.breadcrumbs(crumbs, path)]),
    }
    return render(request, "pesantren/list.html", context)


@require_safe
def pesantren(request: HttpRequest, code: str) -> HttpResponse:
    """One pesantren with its listings."""
    found = pesantren_queries.public(request.user, code)
    if found is None:
        raise Http404
    path = found.get_absolute_url()
    goods = Entry.objects.filter(partner_id=found.pk)
    listed = listing(request, goods, base=f"pesantren {found.pk}", hides=("place",))
    crumbs = [
        (_("Home"), reverse("catalogue:home")),
        (_("Pesantren"), reverse("pesantren:list")),
        (found.name, ""),
    ]
    values = {"name": found.name, "place": found.regency}
    description = f"{_('%(name)s, %(place)s.') % values} {found.about}".strip()
    data = [seo.organisation(found), seo.breadcrumbs(crumbs, path)]
    number = listed.page.number if not (listed.filters.any or listed.filters.sort) else 1
    context = {
        "pesantren": found,
        "list": listed,
        "goods_title": _("Products"),
        "sector_list": queries.sectors_of(found),
        "sources": source_links(found.source),
        "crumbs": crumbs,
        "shop_name": settings.OSCAR_SHOP_NAME,
        "seo": seo.seo(path, description, page=number, data=data),
    }
    return render(request, "pesantren/detail.html", context)
