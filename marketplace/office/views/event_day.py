"""The day itself: who came, and the printed catalogue."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.actor import Actor
from marketplace.office import event_page, page
from marketplace.programme import event_queries, states
from marketplace.programme.access import officers_only
from marketplace.programme.event_views import catalogue_file
from marketplace.programme.models import Exhibitor, Guest
from marketplace.programme.services import catalogues
from marketplace.programme.services import check_in as services
from marketplace.reference.models import Province

both = require_http_methods(["GET", "HEAD", "POST"])
LANGUAGES = [("id", "Bahasa Indonesia"), ("en", "English"), ("ar", "العربية")]


@officers_only
@both
def check_in(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """One list for each side: those who are not there yet on top. Scanning a badge opens its own page."""
    found, q = event_page.found(province, number), event_page.typed(request)
    side = "buyer" if request.GET.get("side") == "buyer" else "pesantren"
    if request.method == "POST":
        model = Guest if request.POST.get("side") == "buyer" else Exhibitor
        pk = event_page.number_in(request.POST.get("pk", ""))
        row: Any = get_object_or_404(model._default_manager, pk=pk, event=found)
        try:
            first = services.check_in(side=row, actor=Actor.of(request.user))
        except event_page.ANSWERS as error:
            event_page.tell(request, error)
        else:
            messages.success(request, _("Checked in.") if first else _("Was checked in before."))
        return redirect(request.get_full_path())
    rows = event_queries.guests(found, q) if side == "buyer" else event_queries.exhibitors(found, q)
    name = "name" if side == "buyer" else "partner__name"
    paged = page.paged(request, rows.order_by("checked_in_at", name, "pk"), q=q, side=side)
    for one in paged["page_obj"]:
        one.shown_name = one.name if side == "buyer" else one.partner.name
    there = found.guests if side == "buyer" else found.exhibitors
    more = {"q": q, "side": side, "there": there.exclude(checked_in_at=None).count(), "all": there.count()}
    return event_page.shown(request, "check_in", found, "check-in", **more, **paged)


@officers_only
@both
def catalogue(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    found = event_page.found(province, number)
    if request.method == "POST":
        language = request.POST.get("language", "id")
        language = language if language in dict(LANGUAGES) else "id"
        try:
            catalogues.ask(event=found, language=language, person=request.user)
        except event_page.ANSWERS as error:
            event_page.tell(request, error)
        else:
            messages.success(request, _("The catalogue was asked for."))
        return redirect("office:event-catalogue", number)
    rows: list[Any] = list(found.catalogues.all()[:10])
    for one in rows:
        one.label = dict(LANGUAGES).get(one.language, one.language)
        one.is_under_way, one.panel = one.state in states.UNDER_WAY, f"progress-{one.language}"
    under_way = [one for one in rows if one.is_under_way]
    more = {"rows": rows, "under_way": under_way, "languages": LANGUAGES, "language": get_language()}
    return event_page.shown(request, "catalogue", found, "catalogue", **more)


@officers_only
@require_safe
def catalogue_pdf(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    return catalogue_file(event_page.found(province, number), request.GET.get("language", ""))  # type: ignore[no-any-return]
