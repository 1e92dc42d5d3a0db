"""The page of the stand, for officers and for an exhibitor's own people: the same form, and its address for phones.

Offline: static/js/floor.js keeps what was typed on the phone and sends it later; the worker (static/js/floor-worker.js)
opens the page again without a network. Both are our own files; the worker's scope is the folder of the floor alone.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.staticfiles import finders
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _

from marketplace.common import whatsapp as wa
from marketplace.common.actor import Actor
from marketplace.programme.commitments import mails
from marketplace.programme.commitments.forms import FloorForm, begun_on
from marketplace.programme.events import mails as event_mails
from marketplace.programme.events import queries as event_queries
from marketplace.programme.models import Commitment, Event, Exhibitor, Guest
from marketplace.programme.services import floor
from marketplace.programme.services.commitments import CommitmentError
from marketplace.programme.states import SELLER

FIELDS = {"guest": "guest", "own": "email"}  # beside which a refusal stands


def reason(error: CommitmentError) -> str:
    """Why, in the language of the page."""
    texts = {
        "event": _("This event was cancelled."),
        "early": _(
            "This event has not begun. Promises are recorded from its first day there, or once it is running."
        ),
        "key": _("This was sent before, for another pesantren. Record it anew."),
        "guest": _("This badge is nobody's at this event. Scan it again, or write the buyer's name."),
        "own": _("This address is of the pesantren's own people. Write the buyer's own address."),
        "rate": _("Nobody has loaded a rate for this currency yet. Write the value in rupiah."),
    }
    return texts.get(error.code, _("This could not be recorded."))


def form_of(request: HttpRequest, event: Event, exhibitors: Sequence[Exhibitor]) -> FloorForm:
    """Bound where it was sent; else filled with who was scanned (?exhibitor=…&guest=…)."""
    if request.method == "POST":
        return FloorForm(request.POST, begun_on=begun_on(event))
    first: dict[str, Any] = {name: request.GET.get(name, "")[:200] for name in ("exhibitor", "guest")}
    if len(exhibitors) == 1:
        first["exhibitor"] = floor.label(exhibitors[0])
    elif scanned := floor.find_exhibitor(first["exhibitor"], exhibitors) if first["exhibitor"] else None:
        first["exhibitor"] = floor.label(scanned)
    return FloorForm(initial=first, begun_on=begun_on(event))


def take(
    request: HttpRequest, event: Event, exhibitors: Sequence[Exhibitor], form: FloorForm, room: str
) -> Commitment | None:
    """Record what a valid form says; nothing where it is refused, with the reason beside the field."""
    if not form.is_valid():
        return None
    data = form.cleaned_data
    exhibitor = floor.find_exhibitor(data["exhibitor"], exhibitors)
    if exhibitor is None:
        form.add_error("exhibitor", _("No single pesantren of this event fits. Choose one of the list."))
        return None
    form.products = floor.by_title(exhibitor)
    try:
        return floor.record(
            event=event,
            exhibitor=exhibitor,
            guest=data["guest"],
            contact=floor.Contact(data["email"], data["phone"], data["country"]),
            promise=form.promise,
            key=data["key"],
            actor=Actor.of(request.user),
            recorded_at=data["at"],
            by_seller=room == "workspace",
        )
    except CommitmentError as error:
        form.add_error(FIELDS.get(error.code), reason(error))
        return None


def page(
    request: HttpRequest, event: Event, exhibitors: Sequence[Exhibitor], room: str, more: dict[str, Any]
) -> HttpResponse:
    """The form, also without JavaScript. `room`: "office" or "workspace"."""
    form = form_of(request, event, exhibitors)
    if request.method == "POST" and (made := take(request, event, exhibitors, form, room)):
        messages.success(request, _("Recorded as %(number)s.") % {"number": made.number})
        return redirect(f"{room}:floor", event.number)
    goods = floor.goods_of(exhibitors)
    labels = {one.partner_id: floor.label(one) for one in exhibitors}
    guests = Guest.objects.filter(event=event, declined_at=None).order_by("name", "pk")
    context = {
        "event": event,
        "form": form,
        "room": room,
        "base": f"layouts/{room}.html",
        "exhibitors": list(labels.values()),
        "goods": [
            (labels[partner], one.get_title(), one.unit.name if one.unit else "")
            for partner, some in goods.items()
            for one in some
        ],
        "guests": guests if room == "office" else event_queries.known_to(guests, exhibitors),
        "latest": latest(event, exhibitors),
        "early": "" if event_queries.has_begun(event) else reason(CommitmentError("early")),
        **more,
    }
    return render(request, "programme/deals/floor.html", context)


def whatsapp(commitment: Commitment, side: str) -> str:
    """wa.me with the message and this side's link ready; nothing without its number, and nothing of a company of here
    that did not itself accept the invitation."""
    partner, guest = commitment.exhibitor.partner, commitment.guest
    phone = partner.phone if side == SELLER else event_mails.contact_of(guest)[1]
    if not phone or (side != SELLER and event_queries.hides_contact(guest)):
        return ""
    language = (get_language() or "id") if side == SELLER else guest.language
    with override(language):
        text = _("%(other)s and you promised %(what)s at %(event)s. Please confirm: %(link)s") % {
            "other": guest.name if side == SELLER else partner.name,
            "what": commitment.what,
            "event": commitment.event.name,
            "link": mails.link_of(commitment, side, language),
        }
    return wa.link(phone, text)


def latest(event: Event, exhibitors: Sequence[Exhibitor]) -> Any:
    found = Commitment.objects.filter(event=event, exhibitor__in=exhibitors)
    return found.select_related("exhibitor__partner", "guest")[:10]


def send(request: HttpRequest, event: Event, exhibitors: Sequence[Exhibitor], room: str) -> JsonResponse:
    """For the phone. GET: who is signed in, and a fresh token for the form (the kept page's may be old). POST: record;
    422 with the reasons where it is refused. The same key again gives the same answer."""
    if request.method != "POST":
        return _private({"csrf": get_token(request), "person": request.user.pk})
    form = form_of(request, event, exhibitors)
    made = take(request, event, exhibitors, form, room)
    if made is None:
        reasons = [str(text) for found in form.errors.values() for text in found]
        return _private({"errors": reasons}, status=422)
    return _private({"number": made.number, "state": made.get_state_display()})


def _private(data: dict[str, Any], status: int = 200) -> JsonResponse:
    response = JsonResponse(data, status=status)
    response["Cache-Control"] = "private, no-store"
    return response


def worker(request: HttpRequest) -> HttpResponse:
    """The worker from the folder whose pages it keeps: so its scope is that folder and nothing else."""
    found = finders.find("js/floor-worker.js") or settings.STATIC_ROOT / "js" / "floor-worker.js"
    response = HttpResponse(Path(str(found)).read_bytes(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response
