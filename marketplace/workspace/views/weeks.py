"""The weeks of a listing made to order: what can be made, what is promised and free; one week changed in two taps."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.listing_forms import WeekForm, promised_text
from marketplace.pesantren import capacity, services, weeks
from marketplace.pesantren.access import actor_at, keepers_only
from marketplace.pesantren.exceptions import Promised
from marketplace.pesantren.models import StockRecord
from marketplace.pesantren.weeks import Week
from marketplace.reference.working_days import today
from marketplace.workspace.page import context
from marketplace.workspace.views.listings import kept_listing_of


def _shown(record: StockRecord) -> list[Week]:
    """All the weeks that orders may take."""
    return capacity.in_weeks(record, weeks.following(weeks.monday(today()), weeks.AHEAD))


@require_safe
@keepers_only
def listing_weeks(request: HttpRequest, pk: int) -> HttpResponse:
    product = kept_listing_of(request, pk)
    record = product.stockrecords.select_related("product", "partner").first()
    if record is None:
        raise Http404
    if not record.is_made_to_order:
        return redirect("workspace:change-listing", product.pk, "capacity")
    capacity.prepare([record])
    more = {"product": product, "record": record, "weeks": _shown(record)}
    return render(request, "workspace/weeks.html", context(request, "products", **more))


@keepers_only
def change_week(request: HttpRequest, pk: int, week: str) -> HttpResponse:
    """Another figure for one week: nothing, as usual, or what is typed."""
    product = kept_listing_of(request, pk)
    record = product.stockrecords.select_related("product", "partner").first()
    found = _week(record, week) if record and record.is_made_to_order else None
    if record is None or found is None:
        raise Http404
    form = WeekForm(_typed(request), initial={"units": found.capacity})
    if request.method == "POST" and form.is_valid():
        units = None if "usual" in request.POST else form.cleaned_data["units"]
        try:
            services.set_week(
                record=record, week=found.first, units=units, actor=actor_at(request.user, product.partner)
            )
        except Promised as promised:
            form.add_error("units", promised_text(promised))
        else:
            messages.success(request, _("Changed. Buyers see it now."))
            return redirect("workspace:weeks", product.pk)
    usual = capacity.rule(record).of(found.first)
    more = {"product": product, "week": found, "form": form, "usual": usual}
    return render(request, "workspace/week.html", context(request, "products", **more))


def _week(record: StockRecord, text: str) -> Week | None:
    """The week that begins on this day, if it is one of those shown."""
    try:
        first: date | None = parse_date(text)
    except ValueError:
        return None
    return next((week for week in _shown(record) if week.first == first), None)


def _typed(request: HttpRequest) -> Any:
    """What was sent: the button "nothing" says 0, "as usual" needs no figure."""
    if request.method != "POST":
        return None
    return {"units": "0"} if {"none", "usual"} & set(request.POST) else request.POST
