"""The board of the export desk, and the same as a calendar feed."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.common.access import EXPORT, OFFICE, is_staff, staff_only
from marketplace.exports import states
from marketplace.exports.tracking import board, ics
from marketplace.office import page
from marketplace.reference.queries import country_name
from marketplace.reference.working_days import today

TONES = {
    states.DEPARTED: "warn",
    states.ARRIVED: "warn",
    states.DELIVERED: "good",
    states.CLOSED: "good",
    states.CANCELLED: "bad",
}


@staff_only(EXPORT, OFFICE)
@require_safe
def exports(request: HttpRequest) -> HttpResponse:
    """What is due next first. Six queries with session and person, whatever the number of consignments."""
    now, filters = timezone.now(), board.Filters.of(request.GET)
    more = page.paged(
        request,
        board.consignments(request.user, filters, now),
        state=filters.state,
        country=filters.country,
        q=filters.q,
        late="1" if filters.is_late else "",
    )
    for one in more["page_obj"]:
        one.tone = TONES.get(one.state, "plain")
        one.due_name = board.name_of_due(one.next_due) if one.next_due else ""
        one.is_due_late = one.next_due_at is not None and one.next_due_at < now
        for alert in one.open_alerts:
            alert.words = board.words_of(alert)
        one.hours_late = one.late_minutes // 60 if one.late_minutes > board.LATE_MINUTES else 0
    more |= {
        "filters": filters,
        "labels": states.CHOICES,
        "countries": [(code, country_name(code)) for code in board.countries(request.user)],
        "calendar": request.build_absolute_uri(
            reverse("office:exports-calendar", args=[board.calendar_token(request.user)])  # type: ignore[arg-type]
        ),
    }
    return render(request, "office/exports/board.html", page.context(request, "exports", **more))


@require_safe
@never_cache
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """For a calendar program, which cannot sign in: whoever has the address reads it, until the password changes."""
    user = board.user_of_calendar(token)
    if user is None or not is_staff(user, EXPORT, OFFICE):
        raise Http404
    with translation.override(user.language):
        names = {
            "title": _("Exports"),
            "cutoff": _("Hand in the goods"),
            "departure": _("Departure"),
            "arrival": _("Arrival"),
        }
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    rows = board.in_calendar(user, today())
    text = ics.feed(rows, names=names, host=host, now=timezone.now())
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="exports.ics"'
    return response
