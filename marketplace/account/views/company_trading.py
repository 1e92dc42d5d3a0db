"""How a company trades: its branches, consignees and notify parties, what it prefers, and its approval limit."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.account.company_page import member_or_404, mine_or_404, page, show
from marketplace.account.trading_forms import LimitForm, PlaceForm, TradingForm
from marketplace.common.actor import Actor
from marketplace.common.ratelimit import limited
from marketplace.ledger.money import Money
from marketplace.people.phones import for_people
from offtakers import services
from offtakers.approvals import ApprovalError
from offtakers.models import Approval, CompanyMember, CompanyPlace, Role
from offtakers.services.trading import MOST_PLACES, PLACE

SHIPS = (Role.OWNER, Role.BUYER)


@require_safe
@never_cache
@login_required
def places(request: HttpRequest) -> HttpResponse:
    """At most MOST_PLACES rows, so no pages."""
    all_mine = mine_or_404(request, *SHIPS)
    rows = list(all_mine[0].company.places.all())
    for row in rows:
        row.shown_phone = for_people(row.phone) if row.phone else ""  # type: ignore[attr-defined]
    full = len(rows) >= MOST_PLACES
    return show(request, "account/company_places.html", all_mine, rows=rows, is_full=full, most=MOST_PLACES)


@page
@never_cache
@login_required
@limited("company-place", most=60, minutes=60)
def place_new(request: HttpRequest) -> HttpResponse:
    member = member_or_404(request, *SHIPS)
    return _place(request, member, None)


@page
@never_cache
@login_required
@limited("company-place", most=60, minutes=60)
def place_edit(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_or_404(request, *SHIPS)
    return _place(request, member, get_object_or_404(member.company.places, pk=pk))


def _place(request: HttpRequest, member: CompanyMember, place: CompanyPlace | None) -> HttpResponse:
    initial: dict[str, Any] = {"country": member.company.country}
    if place:
        initial = {name: getattr(place, name) for name in PLACE}
        initial["phone"] = for_people(place.phone) if place.phone else ""
    form = PlaceForm(request.POST or None, initial=initial)
    if form.is_valid():
        actor = Actor.of(request.user)
        try:
            services.keep_place(company=member.company, facts=form.cleaned_data, place=place, actor=actor)
        except services.CompanyError:
            text = _("You keep %(most)s places already. Delete one that you do not need any more.")
            form.add_error(None, text % {"most": MOST_PLACES})
        else:
            messages.success(request, _("The place is kept."))
            return redirect("account:company-places")
    context = {"form": form, "company": member.company, "place": place}
    return render(request, "account/company_place.html", context)


@require_POST
@login_required
def place_remove(request: HttpRequest, pk: int) -> HttpResponse:
    member = member_or_404(request, *SHIPS)
    found = get_object_or_404(member.company.places.select_related("company"), pk=pk)
    services.remove_place(place=found, actor=Actor.of(request.user))
    messages.success(request, _("The place is deleted. Orders and papers keep what they copied."))
    return redirect("account:company-places")


@page
@never_cache
@login_required
def trading(request: HttpRequest) -> HttpResponse:
    """Currency, Incoterms, ports: an owner says what the company prefers."""
    company = member_or_404(request, Role.OWNER).company
    initial = {
        "currency": company.currency,
        "incoterms": [term.code for term in company.incoterms.all()],
        "ports": [port.code for port in company.ports.all()],
    }
    form = TradingForm(request.POST or None, initial=initial)
    if form.is_valid():
        try:
            services.set_trading(company=company, actor=Actor.of(request.user), **form.cleaned_data)
        except services.CompanyError:
            form.add_error(
                "currency",
                _(
                    "The approval limit stands in %(currency)s. Take it away first, then choose another currency."
                )
                % {"currency": company.currency},
            )
        else:
            messages.success(request, _("Saved."))
            return redirect("account:company")
    return render(request, "account/company_trading.html", {"form": form, "company": company})


@page
@never_cache
@login_required
def limit(request: HttpRequest) -> HttpResponse:
    """An owner sets above which amount somebody else must agree. To raise it somebody else must agree, too."""
    company = member_or_404(request, Role.OWNER).company
    form = LimitForm(request.POST or None, currency=company.currency, initial=_limit_text(company.threshold))
    if form.is_valid() and (done := _limit_set(request, form, company)):
        return done
    return render(request, "account/company_limit.html", {"form": form, "company": company})


def _limit_text(limit: Money | None) -> dict[str, str]:
    return {} if limit is None else {"above": f"{limit.to_decimal():f}"}


def _limit_set(request: HttpRequest, form: LimitForm, company: Any) -> HttpResponse | None:
    """Nothing: it was refused, and the form says why."""
    try:
        waits = services.set_threshold(company=company, above=form.cleaned_data["above"], user=request.user)
    except ApprovalError:
        form.add_error(
            "above", _("Only another approver can agree to this, and there is none. Invite one first.")
        )
        return None
    except services.CompanyError as refused:
        texts = {
            "last_approver": _("Nobody of your company is an approver yet. Give somebody this role first."),
            "currency": _("The currency of the company was changed meanwhile. Write the amount once more."),
        }
        form.add_error("above", texts.get(refused.code, _("Only who is responsible can change this.")))
        return None
    _say(request, waits)
    return redirect("account:company-approvals" if waits else "account:company")


def _say(request: HttpRequest, waits: Approval | None) -> None:
    if waits:
        messages.success(request, _("An approver must agree first. Until then the present limit holds."))
    else:
        messages.success(request, _("Saved."))
