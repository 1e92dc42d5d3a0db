"""Who works for the pesantren, and the links by which others may join them."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from marketplace.common import whatsapp
from marketplace.common.actor import Actor
from marketplace.common.links import absolute
from marketplace.common.ratelimit import limited
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.pesantren.models import Member, MemberInvitation, Partner
from marketplace.pesantren.services import team as services
from marketplace.pesantren.services.mentors import DAYS
from marketplace.programme.models import Commitment
from marketplace.programme.services import commitments, exhibitors
from marketplace.programme.states import SELLER
from marketplace.workspace.forms import InviteForm
from marketplace.workspace.page import context
from marketplace.workspace.views import mentors

REFUSED = {
    "role": gettext_lazy("Only who is responsible for the pesantren may do this."),
    "many": gettext_lazy("Ten invitations are open. Take one back first."),
    "gone": gettext_lazy("This invitation was used, taken back, or is older than a week."),
    "member": gettext_lazy("You work for this pesantren already."),
    "last": gettext_lazy("Somebody responsible has to stay."),
}
# WhatsApp messages go out in Indonesian, whatever the page's language is.
MESSAGE = (
    "Assalamu'alaikum. Mari bantu berjualan untuk {name} di Pasar Pesantren. "
    "Buka tautan ini, berlaku tujuh hari: {link}"
)


def _partner(request: HttpRequest, code: str) -> Partner:
    return get_object_or_404(pesantren_of(request.user), code=code)


def _back(request: HttpRequest, partner: Partner, work: Callable[[], object], said: str) -> HttpResponse:
    try:
        work()
    except services.TeamError as refused:
        messages.warning(request, REFUSED[refused.code])
    else:
        messages.success(request, said)
    return redirect("workspace:team", partner.code)


@members_only
@limited("team", most=20, minutes=60)
def team(request: HttpRequest, code: str) -> HttpResponse:
    found = _partner(request, code)
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        language = get_language() or "id"
        work = partial(
            services.invite, partner=found, person=request.user, language=language, **form.cleaned_data
        )
        email = form.cleaned_data["email"]
        mailed = _("The link goes to %(email)s. It works once, for seven days.") % {"email": email}
        said = mailed if email else _("Send the link below. It works once, for seven days.")
        return _back(request, found, work, said)
    links = [(one, *_links(one)) for one in services.open_invitations(found)]
    more: dict[str, Any] = {
        "partner": found,
        "form": form,
        "members": found.members.select_related("user").order_by("role", "pk"),
        "mentors": mentors.shown(found, timezone.now()),
        "mentor_days": DAYS,
        "may": services.is_owner(request.user, found),
        "links": links if services.is_owner(request.user, found) else [],
    }
    return render(request, "workspace/team.html", context(request, "team", **more))


def _links(invitation: MemberInvitation) -> tuple[str, str]:
    """(the address, the same inside a WhatsApp message that is ready to be sent)."""
    link = absolute("workspace:join-team", invitation.token, language=get_language() or "id")
    text = MESSAGE.format(name=invitation.partner.name, link=link)
    return link, whatsapp.share(text)


@members_only
@require_POST
def take_back_invitation(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    found = _partner(request, code)
    invitation = get_object_or_404(services.open_invitations(found), pk=pk)
    work = partial(services.take_back, invitation=invitation, person=request.user)
    return _back(request, found, work, _("Taken back."))


@members_only
@require_POST
def remove_member(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    found = _partner(request, code)
    member = get_object_or_404(Member, partner=found, pk=pk)
    work = partial(services.remove, member=member, person=request.user)
    answer = _back(request, found, work, _("This person works for the pesantren no longer."))
    if not Member.objects.filter(pk=pk).exists():
        _end_links(request, found)
    return answer if pesantren_of(request.user).filter(pk=found.pk).exists() else redirect("catalogue:home")


def _end_links(request: HttpRequest, partner: Partner) -> None:
    """Whoever is gone opens its promises by no old mail, and its meetings by no old calendar."""
    promised, actor = Commitment.objects.filter(exhibitor__partner=partner), Actor.of(request.user)
    commitments.end_links(found=promised, side=SELLER, why="member", actor=actor)
    if exhibitors.end_links(partner=partner, why="member", actor=actor):
        messages.info(
            request,
            _(
                "Badge and calendar of your coming events have a new link: print the badge and subscribe again."
            ),
        )


@never_cache
@login_required
@limited("join-team", most=30, minutes=60)
def join_team(request: HttpRequest, token: str) -> HttpResponse:
    """Whoever has the link says yes, signed in."""
    found = services.usable(token)
    if request.method == "POST":
        try:
            services.accept(token=token, person=request.user)
        except services.TeamError as refused:
            messages.warning(request, REFUSED[refused.code])
            return redirect("account:home")
        messages.success(request, _("Welcome. What waits stands here."))
        return redirect("workspace:home")
    return render(request, "workspace/join_team.html", {"invitation": found}, status=200 if found else 410)
