"""Complaints: how it works, a new one, and the complainant's own page by its signed link."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.account.access import by_token, secret
from marketplace.common import dates
from marketplace.common.actor import GUEST, Actor
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.complaints import history, queries, services, states
from marketplace.complaints.forms import ComplaintForm, TextForm
from marketplace.complaints.models import ANSWER_WORKING_DAYS, REOPEN_DAYS, SOLVE_DAYS, Complaint
from marketplace.fulfilment.models import Fulfilment
from marketplace.orders.models import Order
from marketplace.pesantren import queries as pesantren
from marketplace.pesantren.models import Partner

PER_PAGE = 20
DAYS = {"answer_days": ANSWER_WORKING_DAYS, "solve_days": SOLVE_DAYS, "reopen_days": REOPEN_DAYS}
form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def complaints(request: HttpRequest) -> HttpResponse:
    """How complaints work here, and where else one may go."""
    return render(request, "complaints/about.html", {"operator": settings.OPERATOR, **DAYS})


@form_page
@never_cache
@limited("complain", most=10, minutes=60)
def complain(request: HttpRequest) -> HttpResponse:
    """About the marketplace, or (?pesantren=) about one pesantren that sells here. No account is needed."""
    partner = None
    if code := request.GET.get("pesantren", ""):
        partner = pesantren.public(request.user, code.replace("\0", ""))
        if partner is None or not partner.sells:
            raise Http404
    known = {}
    if request.user.is_authenticated:
        known = {"name": request.user.name, "email": request.user.email or ""}
    return _new(request, known, partner=partner)


@form_page
@by_token
@limited("complain", most=10, minutes=60)
def complain_part(request: HttpRequest, *, order: Order, token: str, number: str) -> HttpResponse:
    """About one part of an order, by the order's link."""
    part = get_object_or_404(order.fulfilments.select_related("partner", "order__sold_by"), number=number)
    return _new(request, {"name": order.buyer_name, "email": order.email}, part=part, token=token)


def _new(
    request: HttpRequest,
    known: dict[str, str],
    *,
    part: Fulfilment | None = None,
    partner: Partner | None = None,
    token: str = "",
) -> HttpResponse:
    person = request.user if request.user.is_authenticated else None
    form = ComplaintForm(request.POST or None, person=person, initial=known)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        by = services.Complainant(
            data["name"], data["email"], get_language() or settings.LANGUAGE_CODE, person
        )
        complaint = services.complain(
            by=by,
            subject=data["subject"],
            text=data["text"],
            key=data["key"],
            fulfilment=part,
            partner=partner,
            actor=Actor.of(person) if person else GUEST,
        )
        messages.success(
            request, _("We have your complaint. Keep the address of this page, or use our mail.")
        )
        return redirect("account:complaint", queries.link_token(complaint))
    concerns = part.seller if part else partner
    more = {"form": form, "part": part, "concerns": concerns, "token": token, **DAYS}
    return render(request, "complaints/new.html", more)


def by_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a page with the link from a mail. `view` gets the complaint; a wrong link is a 404."""

    @wraps(view)
    def inner(request: HttpRequest, token: str) -> HttpResponse:
        complaint = queries.by_token(token)
        if complaint is None:
            raise Http404
        return secret(view(request, complaint=complaint, token=token))

    return inner


def _actor(request: HttpRequest, complaint: Complaint) -> Actor:
    """Whoever holds the link acts; named only if it is the person who complained."""
    mine = request.user.is_authenticated and request.user.pk == complaint.user_id
    return Actor.of(request.user) if mine else GUEST


@form_page
@by_link
@limited("complaint", most=20, minutes=60)
def complaint(request: HttpRequest, *, complaint: Complaint, token: str) -> HttpResponse:
    """Everything written, and for some days after the answer a form to ask again."""
    form = TextForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.reopen(
                complaint=complaint, text=form.cleaned_data["text"], actor=_actor(request, complaint)
            )
            messages.success(request, _("We look at it again, and answer by the day below."))
        except IllegalMove:
            messages.info(request, _("This complaint cannot be opened again now."))
        return redirect("account:complaint", token)
    more: dict[str, Any] = {
        "complaint": complaint,
        "token": token,
        "form": form,
        "entries": history.entries(complaint),
        "steps": history.steps(complaint),
        "answer_by": dates.day(complaint.answer_by) if complaint.state in states.WAITING else "",
        "solve_by": dates.day(complaint.solve_by),
        "tone": history.TONES.get(complaint.state, ""),
        **DAYS,
    }
    return render(request, "complaints/complaint.html", more)


@form_page
@by_link
def withdraw(request: HttpRequest, *, complaint: Complaint, token: str) -> HttpResponse:
    """Take it back; the page asks first."""
    if request.method == "POST":
        try:
            services.withdraw(complaint=complaint, actor=_actor(request, complaint))
            messages.success(request, _("Your complaint is withdrawn."))
        except IllegalMove:
            messages.info(request, _("This complaint has ended already."))
        return redirect("account:complaint", token)
    if not complaint.is_open:
        messages.info(request, _("This complaint has ended already."))
        return redirect("account:complaint", token)
    return render(request, "complaints/withdraw.html", {"complaint": complaint, "token": token})


@require_safe
@never_cache
@login_required
def my_complaints(request: HttpRequest) -> HttpResponse:
    """What I complained about while signed in."""
    page = Paginator(queries.of_person(request.user), PER_PAGE).get_page(request.GET.get("page"))
    rows = [(one, queries.link_token(one), history.TONES.get(one.state, "")) for one in page]
    return render(request, "complaints/mine.html", {"rows": rows, "page_obj": page, "page_base": "?page="})
