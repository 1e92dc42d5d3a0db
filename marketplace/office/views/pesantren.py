"""Pesantren that sell here: who works for them, what they list; a sign-in link for whoever has no mail; suspended
and let go again."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalogue.models import Product
from catalogue.services import standing
from marketplace.common import whatsapp
from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.links import absolute
from marketplace.common.ratelimit import limited
from marketplace.fulfilment import queries as fulfilment
from marketplace.fulfilment.timeline import Step
from marketplace.office import page, queries
from marketplace.office.views.mentors import of_pesantren
from marketplace.office.views.steps import moves_of
from marketplace.people import services as people
from marketplace.people.phones import for_people
from marketplace.people.second_factor.access import asks_code
from marketplace.pesantren.joining import queries as joining
from marketplace.pesantren.models import Member, Partner
from marketplace.pesantren.services import ppn

# In Indonesian, whatever language the office reads.
MESSAGE = "Assalamu'alaikum {name}. Ini tautan masuk Anda ke Pasar Pesantren, berlaku 24 jam dan sekali pakai: {link}"

HISTORY = {
    **dict(Member.ROLES),
    "joined": gettext_lazy("Joined"),
    "invited": gettext_lazy("Invitation made"),
    "taken back": gettext_lazy("Invitation taken back"),
    "removed": gettext_lazy("Removed"),
    standing.SUSPENDED: gettext_lazy("Suspended"),
    standing.SELLS: gettext_lazy("Sells again"),
    ppn.REGISTERED: gettext_lazy("Registered for PPN"),
    ppn.NOT_REGISTERED: gettext_lazy("Not registered for PPN"),
}
SHOWN = 10
REFUSED = {
    "already": gettext_lazy("Nothing was changed: somebody was first. Look once more."),
    "own": gettext_lazy("You work for this pesantren. Somebody else has to decide."),
}


@staff_only(OFFICE)
@require_safe
def pesantren_list(request: HttpRequest) -> HttpResponse:
    text = request.GET.get("q", "").strip()[:100]
    found = page.paged(request, queries.pesantren(request.user, text), q=text)
    more = {"q": text, **found}
    return render(request, "office/pesantren_list.html", page.context(request, "pesantren-list", **more))


@staff_only(OFFICE)
@require_safe
def pesantren(request: HttpRequest, code: str) -> HttpResponse:
    return _show(request, get_object_or_404(Partner.objects.select_related("regency"), code=code))


def _show(request: HttpRequest, found: Partner, **made: Any) -> HttpResponse:
    more = {
        "partner": found,
        "phone": for_people(found.phone),
        "members": found.members.select_related("user__second_factor").order_by("role", "pk"),
        "goods": queries.goods_of(found),
        "payout_needs": joining.before_payout([found])[found.pk],
        "permits": found.permits.order_by("expires_on", "pk")[: page.PER_PAGE],
        "waits": queries.unanswered(request.user).filter(partner=found).count(),
        "steps": [_in_words(step) for step in moves_of(found, HISTORY)[-SHOWN:]],
        **of_pesantren(found),
        **made,
    }
    return render(request, "office/pesantren.html", page.context(request, "pesantren-list", **more))


def _in_words(step: Step) -> Step:
    """An invitation says for which role it is, by its code."""
    role, colon, note = step.detail.partition(": ")
    label = dict(Member.ROLES).get(role)
    return replace(step, detail=f"{label}: {note}" if note else str(label)) if label and colon else step


@staff_only(OFFICE)
@require_POST
@never_cache
@limited("sign-in-link", most=30, minutes=60)
@asks_code()
def sign_in_link(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Shown once, on this answer alone; whoever opens it chooses a new password."""
    found = get_object_or_404(Partner.objects.select_related("regency"), code=code)
    member = get_object_or_404(Member.objects.select_related("user"), partner=found, pk=pk)
    try:
        uid, token = people.link_by_office(person=member.user, actor=Actor.of(request.user))
    except people.RefusedError:
        return _show(request, found, refused=True)
    link = absolute("customer:password-reset-confirm", uid, token, language=member.user.language)
    text = MESSAGE.format(name=member.user, link=link)
    write = whatsapp.link(member.user.phone or "", text) or whatsapp.share(text)
    return _show(request, found, link=link, link_for=member.user, whatsapp=write)


@staff_only(OFFICE)
def suspend_pesantren(request: HttpRequest, code: str) -> HttpResponse:
    """With the reason, which its people read."""
    found = get_object_or_404(Partner.objects.select_related("regency"), code=code)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            why = form.cleaned_data["why"]
            hidden = standing.suspend(partner=found, actor=Actor.of(request.user), why=why)
        except standing.StandingError as refused:
            messages.warning(request, REFUSED[refused.code])
        else:
            text = ngettext(
                "Suspended. %(n)s product is hidden.", "Suspended. %(n)s products are hidden.", hidden
            )
            messages.success(request, text % {"n": hidden})
        return redirect("office:pesantren", found.code)
    more = {
        "partner": found,
        "form": form,
        "on_sale": Product.objects.filter(partner=found, is_public=True).count(),
        "open_parts": fulfilment.open_for_staff(request.user).filter(partner=found).count(),
    }
    return render(request, "office/suspend_pesantren.html", page.context(request, "pesantren-list", **more))


@staff_only(OFFICE)
@require_POST
def lift_pesantren(request: HttpRequest, code: str) -> HttpResponse:
    found = get_object_or_404(Partner, code=code)
    try:
        back = standing.lift(partner=found, actor=Actor.of(request.user))
    except standing.StandingError as refused:
        messages.warning(request, REFUSED[refused.code])
    else:
        text = ngettext(
            "It sells again. %(n)s product is back.", "It sells again. %(n)s products are back.", back
        )
        messages.success(request, text % {"n": back} if back else _("It sells again."))
    return redirect("office:pesantren", found.code)
