"""What companies owe on tempo: by age, as a list for the accountant, and one company's statement."""

import csv
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.csv_lines import Echo, plain
from marketplace.common.files import csv_to_save
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.payments import credit, receivables
from marketplace.payments.models import Due
from marketplace.reference import working_days
from offtakers import queries


@staff_only(OFFICE)
@require_safe
def ageing(request: HttpRequest) -> HttpResponse:
    found = page.paged(request, receivables.debtors(request.user))
    more = {
        "rows": receivables.aged_rows(found["page_obj"]),
        "ages": receivables.AGES.values(),
        "total": receivables.aged(request.user),
        "today": working_days.today(),
        **found,
    }
    return render(request, "office/receivables.html", page.context(request, "receivables", **more))


@staff_only(OFFICE)
@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """One company: by age, and every bill with what came in and what was taken off."""
    company = get_object_or_404(queries.companies(request.user), pk=pk)
    found = page.paged(request, receivables.bills_of(request.user, company))
    more = {
        "company": company,
        "standing": credit.standing(company),
        "aged": receivables.aged(request.user, company),
        "ages": receivables.AGES.values(),
        "rows": [_row(due) for due in found["page_obj"]],
        **found,
    }
    return render(request, "office/receivables_company.html", page.context(request, "receivables", **more))


def _row(due: Due) -> dict[str, Any]:
    return {
        "due": due,
        "late": receivables.days_late(due),
        "received": Money(due.received),
        "credited": Money(due.credited),
    }


@staff_only(OFFICE)
@require_safe
def ageing_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every open bill, one a line, amounts in whole rupiah without points, dates as 2026-11-23."""
    return csv_to_save(_lines(request.user), f"piutang-{working_days.today():%Y-%m-%d}")


def _lines(user: Any) -> Iterator[str]:
    writer = csv.writer(Echo())
    yield "\ufeff"  # spreadsheets read it as UTF-8
    yield writer.writerow(
        [
            _("Company"),
            "NPWP",
            _("Order"),
            _("Transfer reference"),
            _("Days of tempo"),
            _("To be paid by"),
            _("Fixed"),
            _("Amount"),
            _("Taken off"),
            _("Received"),
            _("Still to pay"),
            _("Days late"),
        ]
    )
    for due in receivables.open_bills(user).iterator():
        yield writer.writerow([plain(cell) for cell in _cells(due)])


def _cells(due: Due) -> list[Any]:
    company = due.company
    return [
        company.name if company else "",
        company.npwp if company else "",
        due.order.number,
        due.reference,
        due.terms_days,
        due.due_on.isoformat(),
        _("no") if due.is_estimate else _("yes"),
        due.amount,
        due.credited,
        due.received,
        due.missing.minor,
        max(receivables.days_late(due), 0),
    ]
