"""Where a pesantren's goods are on their way abroad: only its own lines, no prices of others, no papers."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketplace.exports import states
from marketplace.exports.tracking import queries as tracking
from marketplace.exports.tracking import timeline
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.workspace.page import context, page_of

TONES = {states.DEPARTED: "warn", states.ARRIVED: "warn", states.DELIVERED: "good", states.CLOSED: "good"}


@members_only
@require_safe
def consignments(request: HttpRequest) -> HttpResponse:
    page = page_of(request, tracking.for_pesantren(request.user).order_by("-pk"))
    for one in page:
        one.tone = TONES.get(one.state, "plain")
    more = {"page_obj": page, "page_base": "?page="}
    return render(request, "workspace/consignments.html", context(request, "consignments", **more))


@members_only
@require_safe
def consignment(request: HttpRequest, number: str) -> HttpResponse:
    """Its own lines; an exporter sees all lines of what it sends."""
    found = get_object_or_404(tracking.for_pesantren(request.user), number=number)
    mine = pesantren_of(request.user)
    lines = found.lines.select_related("lot", "part__line", "part__fulfilment__partner").order_by("position")
    sends = mine.filter(pk=found.exporter_id).exists()
    if not sends:
        lines = lines.filter(part__fulfilment__partner__in=mine)
    consignee = found.consignee_name if sends or found.is_consignee_shown else ""
    more = timeline.of(found, is_public=not sends) | {"lines": lines, "consignee": consignee}
    return render(request, "workspace/consignment.html", context(request, "consignments", **more))
