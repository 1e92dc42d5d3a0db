"""The day itself: who came, the printed catalogue, the badges."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.actor import Actor
from marketplace.common.files import private_file
from marketplace.office import event_page, page
from marketplace.programme import states
from marketplace.programme.access import officers_only
from marketplace.programme.events import badge_sheets as event_badges
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events.views import catalogue_file, newest
from marketplace.programme.models import Event, Exhibitor, Guest
from marketplace.programme.services import badge_sheets, catalogues
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
        _mark(request, row)
        return redirect(request.get_full_path())
    rows = event_queries.guests(found, q) if side == "buyer" else event_queries.exhibitors(found, q)
    name = "name" if side == "buyer" else "partner__name"
    paged = page.paged(request, rows.order_by("checked_in_at", name, "pk"), q=q, side=side)
    for one in paged["page_obj"]:
        one.shown_name = one.name if side == "buyer" else one.partner.name
    there = found.guests if side == "buyer" else found.exhibitors
    more = {"q": q, "side": side, "there": there.exclude(checked_in_at=None).count(), "all": there.count()}
    return event_page.shown(request, "check_in", found, "check-in", **more, **paged)


def _mark(request: HttpRequest, row: Exhibitor | Guest) -> None:
    """Here, or not here after all."""
    actor, is_undone = Actor.of(request.user), request.POST.get("step") == "undo"
    try:
        if is_undone:
            services.undo(side=row, actor=actor)
            said = _("Not checked in any more.")
        else:
            first = services.check_in(side=row, actor=actor)
            said = _("Checked in.") if first else _("Was checked in before.")
    except event_page.ANSWERS as error:
        event_page.tell(request, error)
    else:
        messages.success(request, said)


@officers_only
@both
def catalogue(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    found = event_page.found(province, number)
    if request.method == "POST":
        _ask(request, found, catalogues.ask, _("The catalogue was asked for."))
        return redirect("office:event-catalogue", number)
    title = gettext_noop("The catalogue is being made: %(language)s")
    more = _papers(found.catalogues, title, gettext_noop("%(step)s of %(steps)s products"))
    return event_page.shown(request, "catalogue", found, "catalogue", **more)


@officers_only
@require_safe
def catalogue_pdf(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    return catalogue_file(event_page.found(province, number), request.GET.get("language", ""))  # type: ignore[no-any-return]


@officers_only
@both
def badges(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """All badges of the event on one PDF."""
    found = event_page.found(province, number)
    if request.method == "POST":
        _ask(request, found, badge_sheets.ask, _("The badges were asked for."))
        return redirect("office:event-badges", number)
    title = gettext_noop("The badges are being made: %(language)s")
    more = _papers(found.badge_sheets, title, gettext_noop("%(step)s of %(steps)s badges"))
    return event_page.shown(request, "badges", found, "badges", count=event_badges.count(found), **more)


@officers_only
@require_safe
def badges_pdf(request: HttpRequest, province: Province, number: str) -> HttpResponseBase:
    found = event_page.found(province, number)
    row = newest(found.badge_sheets, request.GET.get("language", ""))
    if row is None:
        raise Http404
    return private_file(row.file, f"{found.number}-badges-{row.language}.pdf")


def _ask(request: HttpRequest, event: Event, ask: Callable[..., object], said: str) -> None:
    language = request.POST.get("language", "id")
    try:
        ask(event=event, language=language if language in dict(LANGUAGES) else "id", person=request.user)
    except event_page.ANSWERS as error:
        event_page.tell(request, error)
    else:
        messages.success(request, said)


def _papers(found: Any, title: str, progress: str) -> dict[str, Any]:
    """What was asked for last, how far each is, and in which languages there may be one."""
    rows = list(found.all()[:10])
    for one in rows:
        one.label = dict(LANGUAGES).get(one.language, one.language)
        one.is_under_way, one.panel = one.state in states.UNDER_WAY, f"progress-{one.language}"
        one.title = _(title) % {"language": one.label}
        one.progress = _(progress) % {"step": one.step, "steps": one.steps} if one.steps else ""
    under_way = [one for one in rows if one.is_under_way]
    return {"rows": rows, "under_way": under_way, "languages": LANGUAGES, "language": get_language()}
