"""A pesantren's statement, the same that it reads itself, for the office that answers its questions."""

from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.files import csv_to_save, pdf_to_read
from marketplace.office import page
from marketplace.payments import seller_papers
from marketplace.payments import seller_statements as statements
from marketplace.payments.seller_statements import Statement
from marketplace.pesantren.models import Partner

MONTHS = 12  # on a page


def _asked(request: HttpRequest, partner: Partner) -> Statement:
    """The statement of ?month=2026-11 (this month without it) and ?currency=USD."""
    text, currency = request.GET.get("month", ""), request.GET.get("currency", "IDR")
    try:
        first = datetime.strptime(text, "%Y-%m").date() if text else None  # noqa: DTZ007
    except ValueError:
        raise Http404 from None
    found = statements.of_month(partner.pk, first, currency)
    if found is None:
        raise Http404
    return found


@staff_only(OFFICE)
@require_safe
def pesantren_money(request: HttpRequest, code: str) -> HttpResponse:
    """One month's entries; the months beside it."""
    partner = get_object_or_404(Partner, code=code)
    found = _asked(request, partner)
    months = Paginator(statements.months(partner.pk), MONTHS).get_page(request.GET.get("months"))
    currency = found.opening.currency
    more: dict[str, Any] = {
        "partner": partner,
        "found": found,
        "months": months,
        "owed": statements.owed_now(partner.pk, currency),
        "currencies": statements.currencies(partner.pk),
        "query": f"?month={found.first:%Y-%m}&currency={currency}",
    }
    shown = page.paged(request, found.entries, month=f"{found.first:%Y-%m}", currency=currency)
    more["rows"] = [(entry, None) for entry in shown["page_obj"]]
    return render(request, "office/pesantren_money.html", page.context(request, "payouts", **more, **shown))


@staff_only(OFFICE)
@require_safe
def pesantren_money_pdf(request: HttpRequest, code: str) -> HttpResponse:
    partner = get_object_or_404(Partner, code=code)
    found = _asked(request, partner)
    made = seller_papers.write_pdf(partner, found, get_language() or "id")
    return pdf_to_read(made, seller_papers.name(partner, found))


@staff_only(OFFICE)
@require_safe
def pesantren_money_csv(request: HttpRequest, code: str) -> StreamingHttpResponse:
    partner = get_object_or_404(Partner, code=code)
    found = _asked(request, partner)
    return csv_to_save(seller_papers.csv_lines(found), seller_papers.name(partner, found))
