"""Asking for volume: a new request from a product's page or an earlier order, the list, one of them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid5

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalogue.models import Product
from marketplace.account.access import by_token
from marketplace.account.company_page import mine, page, show
from marketplace.account.demand_forms import (
    ABROAD,
    ANSWER_DAYS,
    HOME,
    DemandForm,
    FileForm,
    end_of,
)
from marketplace.account.demand_page import (
    ACTS,
    demand_or_404,
    facts_of,
    goods_of_order,
    places,
    product_of,
    tone,
    why,
)
from marketplace.common.actor import Actor
from marketplace.common.proofs import private_proof
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.orders.models import Order
from marketplace.reference.working_days import today
from marketplace.sourcing import buyer_queries, states
from marketplace.sourcing.models import Demand
from marketplace.sourcing.services import demand as services
from marketplace.sourcing.services.awarding import KIND
from marketplace.sourcing.services.demand import DemandError, Good
from offtakers import approvals
from offtakers.models import CompanyMember

PER_PAGE = 20
AGAIN = UUID("7f0a1c52-6a3e-4f0e-9c1d-0d7f5b1e6a10")  # the name space of drafts made from orders
KEPT = "demand_kept"  # in the session: what a guest, or somebody without a company, has filled in
MOST_KEPT = 3000  # characters of one field


@page
@never_cache
@limited("demand", most=40, minutes=60)
def new(request: HttpRequest) -> HttpResponse:
    """Anybody may fill it in; whoever has no company yet is led to one, and finds the form filled again."""
    product = product_of(request.GET.get("product", ""))
    places_ = mine(request)
    form = _form(request, product, places_)
    sent = request.method == "POST" and "switch" not in request.POST
    if sent and form.is_valid():
        if not places_:
            return _keep(request)
        if not places_[0].has(*ACTS):
            form.add_error(None, _("Only owners and buyers of your company ask for goods."))
        elif made := _made(request, form, places_[0]):
            return redirect("account:demand", made.number)
    _ask_for_file(request, form)
    context = {"form": form, "product": product, "is_kept": not sent and KEPT in request.session}
    return render(request, "account/demand_new.html", context)


def _form(request: HttpRequest, product: Product | None, places_: Sequence[CompanyMember]) -> DemandForm:
    """Bound where it was sent; else filled with what was kept, or with what the company's facts say."""
    company = places_[0].company if places_ else None
    where = ABROAD if company and company.is_overseas else HOME
    first: dict[str, Any] = facts_of(company) if company else {}
    if request.method == "POST":
        where = request.POST.get("where", where)
        typed = _typed(request)
        if "switch" in request.POST:
            where = ABROAD if request.POST["switch"] == ABROAD else HOME
            first |= {name: text for name, text in typed.items() if name not in ("where", "currency")}
    elif (kept := request.session.get(KEPT)) and kept["query"] == request.GET.urlencode():
        first |= kept["typed"]
        where = first.get("where", where)
    where = where if where in (HOME, ABROAD) else HOME
    currency = "IDR" if where == HOME else company.currency if company else "USD"
    data: dict[str, Any] = {}
    if request.method == "POST" and "switch" not in request.POST:
        currency = request.POST.get("currency", currency)
        data = {"data": request.POST, "files": request.FILES}
    elif "currency" in first:
        currency = first["currency"]
    return DemandForm(**data, product=product, where=where, currency=currency, initial=first)


def _ask_for_file(request: HttpRequest, form: DemandForm) -> None:
    """The page is shown once more, or after the sign-in: what was typed stands in it, a file cannot."""
    file = request.FILES.get("attachment")
    kept = request.session.get(KEPT) if request.method != "POST" else None
    name = str(file.name) if file else kept.get("file", "") if kept else ""
    if name and not form.errors.get("attachment"):
        form.ask_again(name)


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed, as a form takes it for a start."""
    many = {"papers": request.POST.getlist("papers")[:20]}
    names = [name for name in DemandForm.base_fields if name not in ("attachment", "papers")]
    return {name: request.POST.get(name, "")[:MOST_KEPT] for name in names if name in request.POST} | many


def _keep(request: HttpRequest) -> HttpResponse:
    """Nothing typed is lost on the way through the sign-in and the registration of a company."""
    query = request.GET.urlencode()
    file = request.FILES.get("attachment")
    name = str(file.name)[:100] if file else ""
    request.session[KEPT] = {"query": query, "typed": _typed(request), "file": name}
    if file:
        messages.warning(request, _("Your file is not kept: choose it again when you send your request."))
    back = f"{reverse('account:demand-new')}?{query}"
    if not request.user.is_authenticated:
        messages.info(request, _("Sign in to send your request. What you wrote is kept."))
        return redirect(f"{reverse('customer:login')}?{urlencode({'next': back})}")
    messages.info(request, _("Register your company to send your request. What you wrote is kept."))
    return redirect("account:company")


def _made(request: HttpRequest, form: DemandForm, member: CompanyMember) -> Demand | None:
    """Drafted, and opened where the company is verified; nothing and the reason in the form otherwise."""
    try:
        made = _written(request, form.typed_key, member, form.terms(), form.goods(), form)
    except (DemandError, Demand.DoesNotExist) as refused:
        form.add_error(None, why(refused))
        return None
    request.session.pop(KEPT, None)
    if made.state == states.DRAFT:
        if request.POST.get("do") == "draft":
            messages.success(request, _("Kept as a draft. Nobody but your company sees it."))
        else:
            _open(request, made)
    return made


@transaction.atomic
def _written(
    request: HttpRequest,
    key: UUID,
    member: CompanyMember,
    terms: dict[str, Any],
    goods: Sequence[Good],
    form: DemandForm | None = None,
) -> Demand:
    made = services.draft(
        company=member.company,
        person=request.user,
        key=key,
        terms=terms,
        goods=goods,
        actor=Actor.of(request.user),
    )
    file = form.cleaned_data.get("attachment") if form else None
    if file and made.state == states.DRAFT and not made.attachments.exists():
        name = file.name
        file.name = f"{made.key}.{file.kind}"
        services.attach(demand=made, file=file, name=name)
    return made


def _open(request: HttpRequest, demand: Demand) -> None:
    try:
        services.open_(demand=demand, actor=Actor.of(request.user))
    except (DemandError, IllegalMove) as refused:
        messages.warning(request, why(refused))
    else:
        messages.success(request, _("Sent. The pesantren and exporters that fit are told now."))


@require_safe
@never_cache
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The company's requests, newest first."""
    places_ = places(request)
    found = Paginator(buyer_queries.listed(request.user), PER_PAGE).get_page(request.GET.get("page"))
    for one in found:
        one.tone = tone(one.state)  # type: ignore[attr-defined]
    more = {"page_obj": found, "page_base": f"{reverse('account:demands')}?page="}
    return show(request, "account/demands.html", places_, **more)


@require_safe
@never_cache
@login_required
def demand(request: HttpRequest, number: str) -> HttpResponse:
    """One request: what was asked for, who answers by when, and the quotes that came."""
    return demand_shown(request, places(request), demand_or_404(request, number))


def demand_shown(
    request: HttpRequest, places_: list[CompanyMember], found: Demand, form: FileForm | None = None
) -> HttpResponse:
    """The page; with a form for one more file, as it was typed, while it is a draft."""
    quotes = buyer_queries.latest_quotes(request.user, found)
    for one in quotes:
        one.tone = tone(one.state)  # type: ignore[attr-defined]
    may_act = places_[0].has(*ACTS)
    contract = buyer_queries.contracts_of(request.user).filter(quote__negotiation__demand=found).first()
    files = list(found.attachments.order_by("pk"))
    return show(
        request,
        "account/demand.html",
        places_,
        demand=found,
        tone=tone(found.state),
        quotes=quotes,
        contract=contract,
        told=found.invited.values("partner").distinct().count(),
        is_verified=services.is_verified(found.company),
        may_open=may_act and found.state == states.DRAFT,
        may_cancel=may_act and states.DEMAND.allows(found.state, states.CANCELLED),
        files=files,
        most_files=services.MOST_FILES,
        form=form or (FileForm() if len(files) < services.MOST_FILES else None),
    )


@require_POST
@login_required
def open_(request: HttpRequest, number: str) -> HttpResponse:
    places(request, acting=True)
    _open(request, demand_or_404(request, number))
    return redirect("account:demand", number)


@require_POST
@login_required
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    places(request, acting=True)
    found = demand_or_404(request, number)
    for quote in buyer_queries.quotes_of(request.user).filter(negotiation__demand=found, state=states.SENT):
        approvals.withdraw(kind=KIND, reference=quote.number, actor=Actor.of(request.user))
    try:
        services.cancel(demand=found, actor=Actor.of(request.user))
    except IllegalMove as refused:
        messages.warning(request, why(refused))
    else:
        messages.success(request, _("Your request is cancelled."))
    return redirect("account:demand", number)


@require_safe
@never_cache
@login_required
def file(request: HttpRequest, number: str, token: UUID) -> FileResponse:
    places(request)
    found = get_object_or_404(demand_or_404(request, number).attachments, token=token)
    return private_proof(found.file)


@require_POST
@by_token
@limited("demand", most=40, minutes=60)
def from_order(request: HttpRequest, *, order: Order, token: str) -> HttpResponse:
    """The goods of an earlier order as a draft, for next month; the company looks at it and sends it."""
    places_ = mine(request)
    if not places_:
        messages.info(request, _("Asking for volume is for companies. Register yours, then press again."))
        return redirect("account:company")
    if not places_[0].has(*ACTS):
        raise Http404
    member = places_[0]
    earlier = Demand.objects.filter(of_order=order, company=member.company).exclude(state=states.DRAFT)
    key = uuid5(AGAIN, f"{order.number}/{member.company_id}/{earlier.count()}")  # pressed twice: one draft
    terms = {
        "country": member.company.country,
        "regency": member.company.regency,
        "currency": member.company.currency if member.company.is_overseas else "IDR",
        "answers_until": end_of(today() + timedelta(days=ANSWER_DAYS)),
        "of_order": order,
    }
    goods = goods_of_order(order)
    try:
        made = _written(request, key, member, terms, goods)
    except DemandError as refused:
        messages.warning(request, why(refused))
        return redirect("account:guest-order", token)
    messages.success(request, _("A draft with the goods of your order. Look at it, then send it."))
    return redirect("account:demand", made.number)
