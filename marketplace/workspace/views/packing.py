"""Packing from lots, other lots for a packed part, and the labels of its cartons."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.lots.models import Lot
from catalogue.lots.services import NotEnough, NotOpen
from catalogue.lots.states import RECALLED
from marketplace.common.actor import Actor
from marketplace.common.files import pdf_to_read
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import queries, services, states
from marketplace.fulfilment.documents import labels as paper
from marketplace.fulfilment.models import Fulfilment
from marketplace.pesantren.access import members_only
from marketplace.workspace.pack_forms import PackForm
from marketplace.workspace.page import context


def pack_form(part: Fulfilment, data: Any = None) -> PackForm | None:
    """The lots to pack from, while the part is to be packed."""
    return PackForm(data, part=part) if part.ships and part.state == states.ACCEPTED else None


REFUSED = (NotEnough, NotOpen, services.WrongSum, Lot.DoesNotExist)


def said(form: PackForm, refused: Exception) -> PackForm:
    """The form with what changed while it was open."""
    if isinstance(refused, NotEnough):
        values = {"number": refused.lot.number, "left": refused.free}
        form.add_error(None, _("Of lot %(number)s only %(left)s are left now.") % values)
    elif isinstance(refused, NotOpen):
        form.add_error(None, _("Lot %(number)s is not open any more.") % {"number": refused.lot.number})
    elif isinstance(refused, services.WrongSum):
        form.say_sum(refused.line, refused.given)
    else:
        form.add_error(None, _("A lot is not there any more. Please look once more."))
    return form


def lots_context(part: Fulfilment) -> dict[str, Any]:
    """What the page of a part says of its lots and labels. At most two queries."""
    if not has_labels(part):
        return {}
    cartons = paper.cartons(part)
    units: Counter[tuple[Any, Any]] = Counter()
    for one in cartons:
        if one.lot:
            units[one.line, one.lot] += one.quantity
    recalled = part.state == states.PACKED and any(lot.state == RECALLED for _line, lot in units)
    starts = range(1, len(cartons) + 1, paper.MOST)
    labels = [(first, min(first + paper.MOST - 1, len(cartons))) for first in starts]
    from_lots = [(line, lot, count) for (line, lot), count in units.items()]
    return {"from_lots": from_lots, "lot_recalled": recalled, "labels": labels, "cartons": len(cartons)}


def has_labels(part: Fulfilment) -> bool:
    """Labels go on what is packed."""
    return part.ships and part.state in (states.PACKED, states.HANDED_OVER, states.DELIVERED)


@members_only
def pack_lots(request: HttpRequest, number: str) -> HttpResponse:
    """Other lots for a part that is packed and still here."""
    part = get_object_or_404(queries.for_members(request.user), number=number)
    is_open = part.state == states.PACKED
    data = request.POST if request.method == "POST" else None
    form = PackForm(data, part=part) if is_open else None
    if form and form.is_bound and form.is_valid():
        actor, chosen = Actor.of(request.user), form.chosen()
        try:
            services.pack_again_from(fulfilment=part, chosen=chosen, actor=actor)
            messages.success(request, _("Changed. Print the labels anew."))
            return redirect("workspace:fulfilment", part.number)
        except IllegalMove:
            messages.info(request, _("Nothing was changed: it is handed over already."))
            return redirect("workspace:fulfilment", part.number)
        except REFUSED as refused:
            form = said(form, refused)
    more = {"part": part, "is_open": is_open, "form": form}
    return render(request, "workspace/pack_lots.html", context(request, "orders", **more))


@require_safe
@members_only
def part_labels(request: HttpRequest, number: str) -> HttpResponse:
    """One label for each carton; ?size= and from which carton on (?first=), for parts of many."""
    part = get_object_or_404(queries.for_members(request.user), number=number)
    if not has_labels(part):
        raise Http404
    size, first = request.GET.get("size", ""), request.GET.get("first", "")
    begin = int(first) if first.isascii() and first.isdigit() and len(first) < 6 else 1
    if not 0 < begin <= len(paper.cartons(part)):
        raise Http404
    language = get_language() or "id"
    made = paper.of_part(part, language, size if size in paper.SIZES else paper.SHEET, first=begin)
    return pdf_to_read(made, f"label-{part.number}")
