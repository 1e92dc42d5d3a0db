"""Pages of events that open without signing in: a buyer's own by its secret link, a badge for whoever scans it."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.common.ratelimit import WRONG_MINUTES, has_guessed, limited, slow_down, too_many, wrong_link
from marketplace.common.refused import Refused
from marketplace.programme import access, states
from marketplace.programme.access import MOST_BY_LINK, MOST_OF_A_HALL
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.events import agenda_ics, badges
from marketplace.programme.events import pages as event_pages
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events import words as event_words
from marketplace.programme.events.forms import LooksForm
from marketplace.programme.models import Event, Exhibitor, Guest
from marketplace.programme.services import check_in, exhibitors, guests, wishes


def private(response: HttpResponse) -> HttpResponse:
    """The address itself opens the page. strict-origin, since no-referrer would break the forms (account/links.py)."""
    response["Referrer-Policy"] = "strict-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def by_key(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a buyer's page with its secret key, in the clock of the event. A wrong key is a 404."""

    @wraps(view)
    def inner(request: HttpRequest, key: str, **kwargs: Any) -> HttpResponse:
        guest = badges.guest_of(key)
        if guest is None or guest.event.is_historic:
            raise Http404
        if request.method == "POST" and too_many(f"event-guest:{guest.pk}", most=MOST_BY_LINK, minutes=60):
            return slow_down(request, 60)
        with event_queries.at_home(guest.event):
            return private(view(request, guest, key=key, **kwargs))

    return inner


def _shown(request: HttpRequest, template: str, guest: Guest, key: str, **more: Any) -> HttpResponse:
    common = {
        "guest": guest,
        "event": guest.event,
        "key": key,
        "place": event_words.place(guest.event),
        "tone": event_words.TONES[guest.event.state],
        "may_change": event_queries.may_change(guest.event),
    }
    return render(request, f"programme/events/{template}.html", {**common, **more})


def actor_of(request: HttpRequest, guest: Guest) -> Actor:
    """The signed-in person, else whoever holds the link, by the company's name."""
    if request.user.is_authenticated:
        return Actor.of(request.user)
    return Actor(id=None, name=guest.name[:150])


@require_safe
@by_key
def guest(request: HttpRequest, found: Guest, key: str) -> HttpResponse:
    more = {
        "answer": event_words.answer_of(found),
        "may_accept": event_words.answer_of(found) != "accepted" or event_queries.hides_contact(found),
        "answer_label": event_words.ANSWERS[event_words.answer_of(found)],
        "answer_tone": event_words.ANSWER_TONES[event_words.answer_of(found)],
        "meetings": event_pages.agenda(found, timezone.now()),
        "chosen": found.wishes.filter(by="guest").count(),
        "catalogue": newest_catalogue(found.event) is not None,
        "takes_wishes": found.event.state in event_queries.WISHES and found.declined_at is None,
    }
    return _shown(request, "guest", found, key, **more)


@require_POST
@limited("event-guests", most=MOST_OF_A_HALL, minutes=60)
@by_key
def guest_answer(request: HttpRequest, found: Guest, key: str) -> HttpResponse:
    comes = request.POST.get("comes") == "yes"
    itself = access.province_of(request.user) is None  # an officer who has the link is not the company
    try:
        exhibitors.answer(side=found, comes=comes, actor=actor_of(request, found), itself=itself)
    except Refused as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Thank you. We expect you.") if comes else _("Noted: you do not come."))
    return redirect("events:guest", key)


@limited("event-guests", most=MOST_OF_A_HALL, minutes=60)
@by_key
def guest_wishes(request: HttpRequest, found: Guest, key: str) -> HttpResponse:
    if request.method == "POST" and choose(request, found):
        return redirect(request.get_full_path())
    return _shown(request, "guest_wishes", found, key, **event_pages.choices(found, request))


def choose(request: HttpRequest, side: Exhibitor | Guest) -> bool:
    """Take the wishes of one page; says what came of it. Shared with the workspace."""
    shown, wanted = event_pages.asked(request)
    try:
        count = wishes.choose(side=side, shown=shown, wanted=wanted)
    except Refused as error:
        messages.error(request, error.message)
        return False
    messages.success(request, _("Saved: %(count)s chosen.") % {"count": count})
    return True


@limited("event-guests", most=MOST_OF_A_HALL, minutes=60)
@by_key
def guest_looks(request: HttpRequest, found: Guest, key: str) -> HttpResponse:
    start = {"sectors": found.sectors, "looks_for": found.looks_for}
    form = LooksForm(request.POST if request.method == "POST" else None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            guests.say(guest=found, actor=actor_of(request, found), **form.cleaned_data)
        except Refused as error:
            form.add_error(None, error.message)
        else:
            messages.success(request, _("Saved."))
            return redirect("events:guest", key)
    return _shown(request, "guest_looks", found, key, form=form)


@require_safe
@by_key
def guest_badge(request: HttpRequest, found: Guest, key: str) -> HttpResponse:
    more = {
        "qr": badges.qr(badges.badge_link(found)),
        "bearer": found.name,
        "role": pgettext("event", "Buyer"),
    }
    return _shown(request, "guest_badge", found, key, **more)


@require_safe
@by_key
def guest_catalogue(request: HttpRequest, found: Guest, key: str) -> HttpResponse:
    return catalogue_file(found.event)


def newest(rows: Any, language: str = "") -> Any:
    """Of the finished papers of an event that in this language, or that of the page, else in any."""
    found = list(rows.filter(state=states.DONE).exclude(file=""))
    mine = [row for row in found if row.language == (language or get_language())]
    return next(iter(mine or found), None)


def newest_catalogue(event: Event, language: str = "") -> Any:
    return newest(event.catalogues, language)


def catalogue_file(event: Event, language: str = "") -> Any:
    row = newest_catalogue(event, language)
    if row is None:
        raise Http404
    name = f"{event.number}-{row.language}.pdf"
    return FileResponse(row.file.open("rb"), content_type="application/pdf", filename=name)


@require_safe
@never_cache
def agenda(request: HttpRequest, key: str) -> HttpResponse:
    """For a calendar program, which cannot sign in: of a buyer or a pesantren."""
    side = badges.guest_of(key) or badges.exhibitor_of(key)
    if side is None or side.event.is_historic:
        raise Http404
    rows = event_queries.agenda(side) if side.event.state != states.CANCELLED else []
    response = HttpResponse(
        agenda_ics.feed(side, rows, timezone.now()), content_type="text/calendar; charset=utf-8"
    )
    response["Content-Disposition"] = f'inline; filename="{side.event.number}.ics"'
    return private(response)


@never_cache
@limited("badge", most=MOST_OF_A_HALL, minutes=60)
def badge(request: HttpRequest, token: str) -> HttpResponse:
    """Staff of the province check in with one tap; anybody else sees the public name and the event. Staff at the door
    share the address of the hall: what others try there does not stop them."""
    province = access.province_of(request.user)
    if province is None and has_guessed(request, "badge"):
        return slow_down(request, WRONG_MINUTES)
    bearer = badges.bearer_of(token)
    if bearer is None:
        if province is None:
            return wrong_link(request, "badge")
        raise Http404
    is_desk = province is not None and province.pk == bearer.event.province_id
    if request.method == "POST":
        return _check_in(request, bearer, token, is_desk)
    stand = _stand(request, bearer, is_desk)
    more = {
        "bearer": badges.name_of(bearer),
        "event": bearer.event,
        "is_pesantren": isinstance(bearer, Exhibitor),
        "is_desk": is_desk,
        "stand": stand,
        "scanned": badges.typed_as(bearer) if stand else "",
        "side": bearer,
        "place": event_words.place(bearer.event),
    }
    with event_queries.at_home(bearer.event):
        return private(render(request, "programme/events/badge.html", more))


def _stand(request: HttpRequest, bearer: Guest | Exhibitor, is_desk: bool) -> str:
    """In which room whoever scanned this may record at once: staff anybody's, an exhibitor's people its buyers'."""
    if bearer.event.is_historic or bearer.event.state == states.CANCELLED:
        return ""
    if is_desk:
        return "office"
    if isinstance(bearer, Exhibitor) or not request.user.is_authenticated:
        return ""
    mine = commitment_queries.floor_events(request.user).filter(pk=bearer.event_id)
    return "workspace" if mine.exists() else ""


def _check_in(request: HttpRequest, bearer: Guest | Exhibitor, token: str, is_desk: bool) -> HttpResponse:
    if not is_desk:
        raise Http404
    try:
        first = check_in.check_in(side=bearer, actor=Actor.of(request.user))
    except Refused as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Checked in.") if first else _("Was checked in before."))
    return redirect("events:badge", token)
