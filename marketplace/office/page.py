"""What every page of the office needs: the menu by role, and pages of a list."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marketplace.common.access import OFFICE, PROGRAMME, is_staff
from marketplace.programme.access import province_of

PER_PAGE = 25


def context(request: HttpRequest, here: str, **more: Any) -> dict[str, Any]:
    """`here` names the current page of the menu. Export coordinators see no money and no buyers; officers of a
    programme see the programme alone."""
    full, runs = is_staff(request.user, OFFICE), is_staff(request.user, OFFICE, PROGRAMME)
    desk = is_staff(request.user)
    menu = [
        ("home", _("Today"), desk or runs),
        ("programme", _("OPOP programme"), runs),
        ("reports", _("Reports"), runs),
        ("transfers", _("Transfers"), full),
        ("statements", _("Bank statements"), full),
        ("approvals", _("Second person"), full),
        ("refunds", _("Refunds"), full),
        ("payouts", _("Payouts"), full),
        ("card-payments", _("Card payments"), full),
        ("disputes", _("Disputes"), full),
        ("orders", _("Orders"), full),
        ("parts", _("Parts of orders"), desk),
        ("queues", _("What pesantren wait for"), full),
        ("exports", _("Exports"), desk),
        ("export-pick-ups", _("Pick-ups"), desk),
        ("export-receipts", _("Packing house"), desk),
        ("events", pgettext("event", "Events"), runs),
        ("demands", _("Demands"), desk),
        ("contracts", _("Contracts"), full),
        ("commitments", _("Promises"), runs),
        ("leads", _("Leads"), runs),
        ("pesantren-list", _("Pesantren"), full),
        ("applications", _("Applications"), full),
        ("mentors", _("Mentors"), full),
        ("permits", _("Permits"), full),
        ("claims", _("Claims"), full),
        ("companies", _("Companies"), full),
        ("receivables", _("Owed on tempo"), full),
        ("overseas", _("Buyers abroad"), full),
        ("held", _("Held for long"), full),
        ("books", _("Books"), full),
        ("complaints", _("Complaints"), full),
        ("couriers", _("Couriers"), full),
        ("fees", _("Fees and taxes"), full),
        ("searches", _("Not found"), full),
        ("two-step", _("Two-step verification"), full),
    ]
    nav = [(label, reverse(f"office:{name}"), name == here, 0) for name, label, shown in menu if shown]
    # Around an officer's pages stands the own province, not the one whose shop this is.
    officer_of = province_of(request.user) if is_staff(request.user, PROGRAMME) else None
    return {"nav": nav, "is_office": full, "officer_of": officer_of, **more}


def paged(request: HttpRequest, rows: Any, **filters: str) -> dict[str, Any]:
    """One page of a list, and the address of the others with the same filters."""
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    kept = urlencode({key: value for key, value in filters.items() if value})
    return {"page_obj": page, "page_base": f"?{kept}&page=" if kept else "?page="}
