"""A company's consignments: where they are, the papers it may read, the temperatures. Never what others pay."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.account.company_page import mine_or_404, page, show
from marketplace.common.actor import Actor
from marketplace.common.files import private_file
from marketplace.exports import states
from marketplace.exports.forms import TemperatureForm
from marketplace.exports.models import Consignment, PaperVersion
from marketplace.exports.papers import gate, rules
from marketplace.exports.services import temperature_logs
from marketplace.exports.services.naming import show_consignee
from marketplace.exports.tracking import queries as tracking
from marketplace.exports.tracking import temperatures, timeline
from marketplace.fulfilment import states as part_states
from marketplace.orders.queries import link_token

PER_PAGE = 20
# What goes to the consignee anyway. Declarations of the exporter and requests to offices and carriers do not.
FOR_THE_BUYER = frozenset(
    {
        "proforma_invoice",
        "commercial_invoice",
        "packing_list",
        "shipping_marks",
        "transport_document",
        "insurance_certificate",
        "phytosanitary",
        "fumigation",
        "health",
        "halal",
        "origin_iuae",
        "origin",
        "rex_statement",
        "ico_origin",
        "eudr_statement",
    }
)
TONES = {states.DEPARTED: "warn", states.ARRIVED: "warn", states.DELIVERED: "warn", states.CLOSED: "good"}


@require_safe
@never_cache
@login_required
def consignments(request: HttpRequest) -> HttpResponse:
    """The newest on top."""
    places = mine_or_404(request)
    found = tracking.with_goods(tracking.for_buyer(request.user)).order_by("-pk")
    rows = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    for one in rows:
        one.tone = TONES.get(one.state, "plain")  # type: ignore[attr-defined]
        one.expected = one.eta if one.travels else None  # type: ignore[attr-defined]
    more = {"page_obj": rows, "page_base": f"{reverse('account:consignments')}?page="}
    return show(request, "account/consignments.html", places, **more)


@page
@never_cache
@login_required
def consignment(request: HttpRequest, number: str) -> HttpResponse:
    """Where it is, what goes with it; the company says here whether others read its name."""
    places = mine_or_404(request)
    found = get_object_or_404(tracking.for_buyer(request.user), number=number)
    if request.method == "POST":
        shown = request.POST.get("shown") == "1"
        show_consignee(consignment=found, shown=shown, actor=Actor.of(request.user))
        messages.success(request, _("Saved."))
        return redirect("account:consignment", number)
    readings = list(tracking.readings_of(found))
    more = {
        **timeline.of(found),
        "lines": found.lines.select_related("lot", "part__line").order_by("position"),
        "papers": [(version, rules.kinds()[version.paper.kind]) for version in papers_of(found)],
        "to_sign": _to_sign(found),
        "public": request.build_absolute_uri(reverse("exports:track", args=[found.token]))
        if found.is_tracked_publicly
        else "",
        "chart": temperatures.chart(readings, found.setpoint),
        "excursions": temperatures.excursions(readings, found.setpoint),
        "tolerance": temperatures.TOLERANCE,
    }
    return show(request, "account/consignment.html", places, **more)


@page
@never_cache
@login_required
def consignment_log(request: HttpRequest, number: str) -> HttpResponse:
    """The log that travelled with the goods, brought by who got them, while something is still to be signed."""
    places = mine_or_404(request)
    found = get_object_or_404(tracking.for_buyer(request.user), number=number)
    if not _to_sign(found):
        raise Http404
    form = TemperatureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        facts = {"logger": data["logger"], "readings": data["file"]}
        temperature_logs.keep(consignment=found, actor=Actor.of(request.user), **facts)
        messages.success(request, _("Saved."))
        return redirect("account:consignment", number)
    return show(request, "account/consignment_log.html", places, consignment=found, form=form)


def papers_of(consignment: Consignment) -> list[PaperVersion]:
    """The newest version of each paper that goes to the buyer, once it counts; none of goods that do not travel."""
    if not consignment.travels:
        return []
    kinds = consignment.papers.filter(kind__in=FOR_THE_BUYER)
    papers = {paper.pk: paper for paper in kinds if gate.is_in_hand(paper)}
    newest = (
        PaperVersion.objects.filter(paper__in=papers).order_by("paper_id", "-number").distinct("paper_id")
    )
    found = [one for one in newest.select_related("paper") if one.pdf]
    return sorted(found, key=lambda one: list(rules.kinds()).index(one.paper.kind))


def _to_sign(consignment: Consignment) -> list[Any]:
    """Parts that wait for the signature of the company, with the link where it signs."""
    parts = tracking.parts_of(consignment).filter(state=part_states.DELIVERED)
    return [(part, link_token(part.order)) for part in parts]


@require_safe
@never_cache
@login_required
def consignment_paper(request: HttpRequest, number: str, kind: str) -> FileResponse:
    """The exact file, for members of the company alone."""
    mine_or_404(request)
    found = get_object_or_404(tracking.for_buyer(request.user), number=number)
    version = next((one for one in papers_of(found) if one.paper.kind == kind), None)
    if version is None:
        raise Http404
    return private_file(version.pdf, f"{number}-{kind}.pdf")
