"""The pesantren's money: what is owed, held and awaited, and a statement for each month."""

from collections.abc import Callable
from datetime import date
from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from marketplace.common.files import csv_to_save, pdf_to_read
from marketplace.fulfilment.queries import short_of
from marketplace.ledger.money import Money
from marketplace.payments import payout_days, seller_papers, waterfall
from marketplace.payments import seller_statements as statements
from marketplace.payments.seller_statements import Statement
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.pesantren.models import Partner
from marketplace.workspace import next_payout, queries
from marketplace.workspace.page import context, page_of

MONTHS = 12  # on a page
RELEASES = ("release", "paid")  # entries that make an order's money the pesantren's


@require_safe
@members_only
def money(request: HttpRequest) -> HttpResponse:
    """What is owed, held and awaited, and the next payout, for each pesantren of this person."""
    purses = queries.purses(request.user)
    coming = next_payout.of(purse.partner for purse in purses)
    more = {
        "purses": [(purse, coming[purse.partner.pk]) for purse in purses],
        "hour": payout_days.HOUR,
        "least": Money(settings.PAYOUT_MINIMUM),
    }
    return render(request, "workspace/money.html", context(request, "money", **more))


@require_safe
@members_only
def statement_months(request: HttpRequest, code: str) -> HttpResponse:
    """The months of one pesantren, newest first."""
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    pages = Paginator(statements.months(partner.pk), MONTHS)
    page = pages.get_page(request.GET.get("page"))
    more = {"partner": partner, "page_obj": page, "page_base": "?page="}
    more["owed"] = [
        statements.owed_now(partner.pk, currency) for currency in statements.currencies(partner.pk)
    ]
    return render(request, "workspace/money_months.html", context(request, "money", **more))


def _asked(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The member's own pesantren, and the statement of the month in the address; anything else is a 404."""

    @require_safe
    @members_only
    def inner(request: HttpRequest, code: str, year: int, month: int) -> HttpResponseBase:
        partner = get_object_or_404(pesantren_of(request.user), code=code)
        if not 1 <= month <= 12 or not 1 <= year <= 9999:
            raise Http404
        found = statements.of_month(partner.pk, date(year, month, 1), request.GET.get("currency", "IDR"))
        if found is None:
            raise Http404
        return view(request, partner, found)

    return inner


@_asked
def statement(request: HttpRequest, partner: Partner, found: Statement) -> HttpResponse:
    page = page_of(request, found.entries)
    falls = _falls(partner, page)
    currency = found.opening.currency
    kept = "" if currency == "IDR" else f"currency={currency}&"
    more = {
        "partner": partner,
        "found": found,
        "rows": [(one, _fall(one, falls)) for one in page],
        "page_obj": page,
        "page_base": f"?{kept}page=",
        "query": f"?{kept}".rstrip("&?"),
        "currencies": statements.currencies(partner.pk),
    }
    return render(request, "workspace/money_statement.html", context(request, "money", **more))


def _falls(partner: Partner, page: Any) -> dict[str, Any]:
    """From the buyer's price to the pesantren's money, for each order whose money was released on this page."""
    orders = queries.orders_named({one.order for one in page if one.kind in RELEASES}, partner)
    short = short_of(order.pk for order in orders)
    found = waterfall.of_parts([(order, partner.pk) for order in orders], short)
    return {order.number: found[order.pk, partner.pk] for order in orders}


def _fall(one: Any, falls: dict[str, Any]) -> Any:
    fall = falls.get(one.order) if one.kind in RELEASES else None
    return fall.rows() if fall else None


@_asked
def statement_pdf(request: HttpRequest, partner: Partner, found: Statement) -> HttpResponse:
    made = seller_papers.write_pdf(partner, found, get_language() or "id")
    return pdf_to_read(made, seller_papers.name(partner, found))


@_asked
def statement_csv(request: HttpRequest, partner: Partner, found: Statement) -> StreamingHttpResponse:
    return csv_to_save(seller_papers.csv_lines(found), seller_papers.name(partner, found))
