"""Mentors (pendamping): who is one, whom they help, and offering one to a pesantren."""

from typing import Any, cast

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.common.access import MENTOR, OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.office import page
from marketplace.office.mentor_forms import NamePersonForm, OfferMentorForm
from marketplace.people.models import User
from marketplace.pesantren import states
from marketplace.pesantren.models import Mentorship, Partner
from marketplace.pesantren.services import mentors as services

REFUSED = {
    "staff": gettext_lazy("This person has another role in the office. A mentor has none."),
    "mentor": gettext_lazy("This person is no mentor any more."),
    "member": gettext_lazy("This person works for the pesantren itself."),
    "open": gettext_lazy("This mentor is offered or helping there already."),
}


@staff_only(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@limited("name-mentor", most=60, minutes=60)
def mentors(request: HttpRequest) -> HttpResponse:
    """All mentors with how many they help; a POST names one more."""
    form = NamePersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.name_mentor(person=form.cleaned_data["name"], actor=Actor.of(request.user))
        except services.MentorError as refused:
            form.add_error("name", REFUSED[refused.code])
        else:
            messages.success(request, _("Named. Now offer this mentor on the page of a pesantren."))
            return redirect("office:mentors")
    running = Count("mentorships", filter=Q(mentorships__state=states.RUNNING))
    offered = Count("mentorships", filter=Q(mentorships__state=states.OFFERED))
    rows = User.objects.filter(staff_role=MENTOR, is_active=True).annotate(running=running, offered=offered)
    more = {"form": form, **page.paged(request, rows.order_by("name", "pk"))}
    return render(request, "office/mentors.html", page.context(request, "mentors", **more))


@staff_only(OFFICE)
@require_POST
def end_mentor(request: HttpRequest, pk: int) -> HttpResponse:
    person = get_object_or_404(User, staff_role=MENTOR, pk=pk)
    services.end_mentor(person=person, actor=Actor.of(request.user))
    messages.success(request, _("No mentor any more. The help at each pesantren has ended."))
    return redirect("office:mentors")


@staff_only(OFFICE)
@require_POST
def offer_mentor(request: HttpRequest, code: str) -> HttpResponse:
    partner = get_object_or_404(Partner, code=code)
    form = OfferMentorForm(request.POST)
    if not form.is_valid():
        messages.warning(request, " ".join(str(text) for found in form.errors.values() for text in found))
        return redirect("office:pesantren", partner.code)
    try:
        services.offer(
            partner=partner, mentor=cast(User, form.cleaned_data["mentor"]), actor=Actor.of(request.user)
        )
        messages.success(request, _("Offered. Whoever is responsible there gets a mail and decides."))
    except services.MentorError as refused:
        messages.warning(request, REFUSED[refused.code])
    return redirect("office:pesantren", partner.code)


@staff_only(OFFICE)
@require_POST
def stop_mentor(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    found = get_object_or_404(Mentorship, partner__code=code, pk=pk)
    try:
        services.stop(mentorship=found, actor=Actor.of(request.user))
        messages.success(request, _("Ended."))
    except IllegalMove:
        messages.info(request, _("Nothing was changed: it has ended already."))
    return redirect("office:pesantren", code)


def of_pesantren(partner: Partner) -> dict[str, Any]:
    """Offers and help of one pesantren, the newest first, and the form to offer another."""
    rows = Mentorship.objects.filter(partner=partner).select_related("mentor").order_by("-offered_at", "-pk")
    return {"mentorships": rows[:10], "open_states": states.OPEN, "offer_form": OfferMentorForm()}
