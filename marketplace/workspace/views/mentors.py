"""The mentor's own page, and the pesantren's answer to an offered mentor."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.access import MENTOR, staff_only
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.pesantren import states
from marketplace.pesantren.access import MARK, members_only, pesantren_of
from marketplace.pesantren.models import Mentorship
from marketplace.pesantren.services import mentors as services
from marketplace.programme.years import queries as year_queries
from marketplace.workspace.page import PER_PAGE, context, page_of

TONES = {states.OFFERED: "warn", states.RUNNING: "good"}
SAID = {
    "agree": gettext_lazy("Agreed. You may end it here any day."),
    "decline": gettext_lazy("You said no. Nothing is open to the mentor."),
    "withdraw": gettext_lazy("Ended. From now on the mentor sees nothing of yours."),
}


@staff_only(MENTOR)
@require_safe
def mentoring(request: HttpRequest) -> HttpResponse:
    """Whom this mentor helps, what waits for an answer, and what ended."""
    rows = Mentorship.objects.filter(mentor=request.user.pk).select_related("partner__regency")
    page = page_of(request, rows.order_by("-offered_at", "-pk"))
    for one in page:
        one.tone = TONES.get(one.state, "plain")
        one.may_stop = one.state in states.OPEN
    accompanied = Paginator(year_queries.accompanied_by(request.user), PER_PAGE)
    more = {
        "page_obj": page,
        "page_base": "?page=",
        "shown_as": f"{request.user}{MARK}",
        "accompanied": accompanied.get_page(request.GET.get("of")),
    }
    return render(request, "workspace/mentoring.html", context(request, "mentoring", **more))


@staff_only(MENTOR)
@require_POST
def stop_mentoring(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Mentorship, mentor=request.user.pk, pk=pk)
    try:
        services.stop(mentorship=found, actor=Actor.of(request.user))
        messages.success(request, _("Ended. Thank you for your help."))
    except IllegalMove:
        messages.info(request, _("Nothing was changed: it has ended already."))
    return redirect("workspace:mentoring")


@members_only
@require_POST
def answer_mentor(request: HttpRequest, code: str, pk: int, step: str) -> HttpResponse:
    """agree (with a number of days), decline, or withdraw: one tap each."""
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    found = get_object_or_404(Mentorship.objects.select_related("partner", "mentor"), partner=partner, pk=pk)
    if step not in SAID:
        raise Http404
    try:
        _answer(request, found, step)
        messages.success(request, SAID[step])
    except services.MentorError:
        messages.warning(request, _("Only who is responsible for the pesantren may do this."))
    except IllegalMove:
        messages.info(request, _("Nothing was changed: this was answered or ended meanwhile."))
    return redirect("workspace:team", partner.code)


def _answer(request: HttpRequest, found: Mentorship, step: str) -> None:
    if step == "agree":
        typed = request.POST.get("days", "")
        days = int(typed) if typed in {str(one) for one in services.DAYS} else services.DAYS[0]
        services.agree(mentorship=found, days=days, person=request.user)
    elif step == "decline":
        services.decline(mentorship=found, person=request.user)
    else:
        services.withdraw(mentorship=found, person=request.user)


def shown(partner: Any, now: datetime) -> list[Mentorship]:
    """Offers and running help of one pesantren, for its own people."""
    rows = Mentorship.objects.filter(partner=partner, state__in=states.OPEN).exclude(
        state=states.RUNNING, ends_at__lte=now
    )
    return list(rows.select_related("mentor").order_by("offered_at", "pk")[:20])
