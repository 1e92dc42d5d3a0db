"""Pesantren that sell here: who works for them, what they list; a sign-in link for whoever has no mail."""

from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.links import absolute
from marketplace.common.ratelimit import limited
from marketplace.office import page, queries
from marketplace.people import services as people
from marketplace.people.phones import for_people
from marketplace.pesantren.models import Member, Partner

# In Indonesian, whatever language the office reads.
MESSAGE = "Assalamu'alaikum {name}. Ini tautan masuk Anda ke Pasar Pesantren, berlaku 24 jam dan sekali pakai: {link}"


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
        "members": found.members.select_related("user").order_by("role", "pk"),
        "goods": queries.goods_of(found),
        "permits": found.permits.order_by("expires_on", "pk")[: page.PER_PAGE],
        "waits": queries.unanswered(request.user).filter(partner=found).count(),
        **made,
    }
    return render(request, "office/pesantren.html", page.context(request, "pesantren-list", **more))


@staff_only(OFFICE)
@require_POST
@never_cache
@limited("sign-in-link", most=30, minutes=60)
def sign_in_link(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Shown once, on this answer alone; whoever opens it chooses a new password."""
    found = get_object_or_404(Partner.objects.select_related("regency"), code=code)
    member = get_object_or_404(Member.objects.select_related("user"), partner=found, pk=pk)
    try:
        uid, token = people.link_by_office(person=member.user, actor=Actor.of(request.user))
    except people.RefusedError:
        return _show(request, found, refused=True)
    link = absolute("customer:password-reset-confirm", uid, token, language=member.user.language)
    digits = (member.user.phone or "").lstrip("+")
    text = quote(MESSAGE.format(name=member.user, link=link))
    return _show(
        request, found, link=link, link_for=member.user, whatsapp=f"https://wa.me/{digits}?text={text}"
    )
