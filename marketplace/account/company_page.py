"""What all pages of a company need: who asks, in which role, and the switcher for people with several companies."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from offtakers.access import is_owner, memberships
from offtakers.models import CompanyMember
from offtakers.states import DRAFT, EXPIRED, REFUSED, SUBMITTED, SUSPENDED, VERIFIED

TONES = {
    VERIFIED: "good",
    SUBMITTED: "warn",
    REFUSED: "bad",
    SUSPENDED: "bad",
    EXPIRED: "bad",
    DRAFT: "plain",
}
page = require_http_methods(["GET", "HEAD", "POST"])


def mine(request: HttpRequest) -> list[CompanyMember]:
    """All places of this person, the company of now first; one query."""
    return list(memberships(request.user))


def mine_or_404(request: HttpRequest, *roles: str) -> list[CompanyMember]:
    """As mine(), for who holds one of these roles in the company of now (any, if none is named)."""
    places = mine(request)
    if not places or (roles and not places[0].has(*roles)):
        raise Http404
    return places


def member_or_404(request: HttpRequest, *roles: str) -> CompanyMember:
    """This person's place in the company of now, if it holds one of these roles (any, if none is named)."""
    return mine_or_404(request, *roles)[0]


def show(request: HttpRequest, template: str, places: list[CompanyMember], **more: Any) -> HttpResponse:
    """A page of the company of now, with the switcher."""
    member = places[0]
    context = {
        "company": member.company,
        "member": member,
        "is_owner": is_owner(member),
        "memberships": places,
        **more,
    }
    return render(request, template, context)
