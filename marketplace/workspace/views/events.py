"""Business meetings and exhibitions a pesantren is invited to: answer, products, wishes, agenda, badge."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.refused import Refused
from marketplace.pesantren.access import actor_at, members_only
from marketplace.programme.events import badges, goods_form
from marketplace.programme.events import pages as event_pages
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events import words as event_words
from marketplace.programme.events.views import catalogue_file, choose, newest_catalogue
from marketplace.programme.models import Exhibitor
from marketplace.programme.services import appointments, exhibitors
from marketplace.workspace.page import context, page_of

HERE = "events"


def _found(request: HttpRequest, pk: int) -> Exhibitor:
    return get_object_or_404(event_queries.invited(request.user), pk=pk)


def _shown(request: HttpRequest, template: str, found: Exhibitor, **more: Any) -> HttpResponse:
    common = {
        "exhibitor": found,
        "event": found.event,
        "place": event_words.place(found.event),
        "tone": event_words.TONES[found.event.state],
        "may_change": event_queries.may_change(found.event),
        "takes_wishes": found.event.state in event_queries.WISHES and found.declined_at is None,
    }
    with event_queries.at_home(found.event):
        return render(request, f"workspace/{template}.html", context(request, HERE, **common, **more))


@members_only
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    page = page_of(request, event_queries.invited(request.user))
    for one in page:
        one.answer = event_words.answer_of(one)
        one.answer_label = event_words.ANSWERS[one.answer]
        one.answer_tone = event_words.ANSWER_TONES[one.answer]
    more = {"page_obj": page, "page_base": "?page="}
    return render(request, "workspace/events.html", context(request, HERE, **more))


@members_only
@require_safe
def event(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    answer = event_words.answer_of(found)
    more = {
        "answer": answer,
        "answer_label": event_words.ANSWERS[answer],
        "answer_tone": event_words.ANSWER_TONES[answer],
        "meetings": event_pages.agenda(found, timezone.now()),
        "exhibits": list(found.exhibits.select_related("product").order_by("product__title", "pk")),
        "chosen": found.wishes.filter(by="exhibitor").count(),
        "calendar_key": badges.key_of(found),
        "catalogue": newest_catalogue(found.event) is not None,
    }
    return _shown(request, "event", found, **more)


@members_only
@require_POST
def answer_event(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    comes = request.POST.get("comes") == "yes"
    try:
        exhibitors.answer(side=found, comes=comes, actor=actor_at(request.user, found.partner))
    except Refused as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Thank you. We expect you.") if comes else _("Noted: you do not come."))
    return redirect("workspace:event", pk)


@members_only
def event_goods(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    form = goods_form.form_of(found, request.POST if request.method == "POST" else None)
    if request.method == "POST" and goods_form.keep(form, found, actor_at(request.user, found.partner)):
        messages.success(request, _("Saved."))
        return redirect("workspace:event", pk)
    return _shown(request, "event_goods", found, form=form)


@members_only
def event_wishes(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    if request.method == "POST" and choose(request, found):
        return redirect(request.get_full_path())
    return _shown(request, "event_wishes", found, **event_pages.choices(found, request))


@members_only
@require_POST
def mark_meeting(request: HttpRequest, pk: int, appointment: int) -> HttpResponse:
    """We met, or we did not."""
    found = _found(request, pk)
    row = get_object_or_404(found.appointments.select_related("event"), pk=appointment)
    try:
        with event_queries.at_home(found.event):
            appointments.mark(
                appointment=row,
                met=request.POST.get("met") == "yes",
                actor=actor_at(request.user, found.partner),
            )
    except Refused as error:
        messages.error(request, error.message)
    else:
        messages.success(request, _("Saved."))
    return redirect("workspace:event", pk)


@members_only
@require_safe
def event_badge(request: HttpRequest, pk: int) -> HttpResponse:
    found = _found(request, pk)
    more = {
        "qr": badges.qr(badges.badge_link(found)),
        "bearer": found.partner.name,
        "role": _("Pesantren"),
        "booth": found.booth,
    }
    return _shown(request, "event_badge", found, **more)


@members_only
@require_safe
def event_catalogue(request: HttpRequest, pk: int) -> HttpResponse:
    return catalogue_file(_found(request, pk).event)  # type: ignore[no-any-return]
