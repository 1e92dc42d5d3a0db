"""Goods of a part that never travel with the others: the desk marks them as short."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.exports.goods import queries as goods_queries
from marketplace.exports.goods.allowance import Way
from marketplace.exports.models import Consignment
from marketplace.exports.services.leaving_behind import leave_behind
from marketplace.fulfilment.models import FulfilmentLine
from marketplace.office import export_page
from marketplace.office.export_forms import BehindForm


@export_page.desk
def short(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Asks first, with what it means for the money; says so if there is nothing (any more) to leave behind."""
    found = export_page.found(request, number)
    lines = FulfilmentLine.objects.filter(fulfilment__lines__consigned__consignment=found).distinct()
    line = get_object_or_404(lines, pk=pk)
    way = next((way for way in goods_queries.left_behind(found) if way.line.pk == line.pk), None)
    form = BehindForm(request.POST or None, initial={"units": way.rest}) if way and way.is_missed else None
    if request.method == "POST":
        if form is None:
            messages.info(request, _("Nothing was changed: nothing of it waits for a consignment."))
            return redirect("office:export-goods", found.number)
        if form.is_valid() and _leave(request, form, line):
            messages.success(request, _("Noted: it does not travel, and nobody pays for it."))
            return redirect("office:export-goods", found.number)
    return _page(request, found, way, form)


def _leave(request: HttpRequest, form: BehindForm, line: FulfilmentLine) -> bool:
    try:
        leave_behind(line=line, actor=Actor.of(request.user), **form.cleaned_data)
    except export_page.ANSWERS as error:
        export_page.refuse(form, error)
        return False
    return True


def _page(request: HttpRequest, found: Consignment, way: Way | None, form: BehindForm | None) -> HttpResponse:
    more = {"way": way, "form": form, "back": way.line.to_buyer(way.short) if way else None}
    return render(request, "office/exports/short.html", export_page.context(request, found, "goods", **more))
