"""A company's contracts: the paper, the signature, and what is called off under them."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.account import calling_off
from marketplace.account.company_page import page, show
from marketplace.account.demand_page import ACTS, places, tone, why
from marketplace.account.quote_forms import CallOffForm, SignForm
from marketplace.common.actor import Actor
from marketplace.common.files import private_file
from marketplace.common.proofs import private_proof
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.orders.numbers import random_code
from marketplace.orders.queries import link_token
from marketplace.reference.working_days import today
from marketplace.sourcing import agreed, buyer_queries, calendar, ppn, states
from marketplace.sourcing.models import Contract, Signature
from marketplace.sourcing.services import call_offs, samples
from marketplace.sourcing.services import contracts as services
from marketplace.sourcing.services.call_offs import CallOffError
from marketplace.sourcing.services.contracts import ContractError

PER_PAGE = 20


@require_safe
@never_cache
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """The company's contracts, newest first."""
    places_ = places(request)
    found = Paginator(buyer_queries.contracts_of(request.user), PER_PAGE)
    shown = found.get_page(request.GET.get("page"))
    for one in shown:
        one.tone = tone(one.state)  # type: ignore[attr-defined]
    more = {"page_obj": shown, "page_base": f"{reverse('account:contracts')}?page="}
    return show(request, "account/contracts.html", places_, **more)


def contract_of(request: HttpRequest, number: str) -> Contract:
    found: Contract = get_object_or_404(buyer_queries.contracts_of(request.user), number=number)
    return found


@require_safe
@never_cache
@login_required
def contract(request: HttpRequest, number: str) -> HttpResponse:
    """Terms and lines, who has signed, amendments, and all call-offs with their orders."""
    places_ = places(request)
    found = contract_of(request, number)
    lines = list(found.lines.select_related("unit", "contract"))
    signatures = list(found.signatures.filter(amendment=None))
    may_act = places_[0].has(*ACTS)
    runs, amendments = found.state == states.ACTIVE, list(buyer_queries.amendments_of(found))
    for one in amendments:
        sides = {signature.side for signature in one.signatures.all()}
        one.may_end = may_act and one.is_open  # type: ignore[attr-defined]
        one.may_sign = one.may_end and runs and Signature.BUYER not in sides  # type: ignore[attr-defined]
        one.is_ours = one.side == Signature.BUYER  # type: ignore[attr-defined]
    return show(
        request,
        "account/contract.html",
        places_,
        contract=found,
        tone=tone(found.state),
        lines=lines,
        agreed=agreed.lines_of(found),
        left=calling_off.left(lines),
        steps=found.steps.all(),
        counted=samples.counted(found),
        signatures=signatures,
        may_sign=may_act
        and found.state == states.DRAFTED
        and not any(one.side == Signature.BUYER for one in signatures),
        may_call=may_act and runs,
        months=calling_off.months(found, lines),
        short=calendar.short_weeks(found),
        is_settled=calendar.is_settled(found),
        weeks=calendar.AHEAD,
        ppn=ppn.of_contract(found),
        total=services.total(found),
        call_offs=_call_offs(found),
        amendments=amendments,
        may_amend=may_act and runs and not any(one.is_open for one in amendments),
    )


def _call_offs(contract: Contract) -> list[Any]:
    rows = contract.call_offs.select_related("order").prefetch_related("lines__contract_line__unit")
    found = list(rows)
    for one in found:
        one.tone = tone(one.state)  # type: ignore[attr-defined]
        one.is_short = any(line.fell for line in one.lines.all())  # type: ignore[attr-defined]
        one.token = link_token(one.order) if one.order else ""  # type: ignore[attr-defined]
    return found


@require_safe
@never_cache
@login_required
def paper(request: HttpRequest, number: str) -> FileResponse:
    """The exact file that is signed."""
    places(request)
    return private_file(services.paper(contract=contract_of(request, number)).file, f"{number}.pdf")


@page
@never_cache
@login_required
@limited("sign", most=30, minutes=10)
def sign(request: HttpRequest, number: str) -> HttpResponse:
    """Typed name, position and a tick under the paper as it stands now."""
    places_ = places(request, acting=True)
    found = services.paper(contract=contract_of(request, number))
    form = SignForm(request.POST or None, request.FILES or None, initial={"seen": found.sha256})
    if form.is_valid():
        try:
            services.sign(contract=found, **signing(request, form, found.number))
        except (ContractError, IllegalMove) as refused:
            form = again(form, refused, found.sha256)
        else:
            messages.success(request, _("Signed. You and the seller can read who signed when."))
            return redirect("account:contract", number)
    paper_url = reverse("account:contract-paper", args=[number])
    return show(
        request, "account/contract_sign.html", places_, contract=found, form=form, paper_url=paper_url
    )


def signing(request: HttpRequest, form: SignForm, paper: str) -> dict[str, Any]:
    """What the services take of a filled-in form; a stamped copy gets a name that nobody guesses."""
    data, stamped = form.cleaned_data, form.cleaned_data.get("stamped")
    if stamped:
        stamped.name = f"{paper}-stamped-{random_code(12)}.{stamped.kind}"
    return {
        "side": Signature.BUYER,
        "name": data["name"],
        "position": data["position"],
        "person": request.user,
        "seen": data["seen"],
        "actor": Actor.of(request.user),
        "stamped": stamped,
    }


def again(form: SignForm, refused: Exception, sha256: str) -> SignForm:
    """The form once more, with the reason and the hash of the paper as it is now; nothing typed is lost."""
    data: Any = form.data.copy()  # type: ignore[attr-defined]
    data["seen"] = sha256
    data.pop("agree", None)  # a tick was for the paper that was read
    fresh = SignForm(data, form.files)
    fresh.full_clean()
    fresh.errors.pop("agree", None)
    fresh.add_error(None, why(refused))
    return fresh


@require_safe
@never_cache
@login_required
def stamped(request: HttpRequest, number: str, side: str) -> FileResponse:
    """The stamped copy that one side sent."""
    places(request)
    rows = contract_of(request, number).signatures.exclude(stamped="").filter(amendment=None)
    return private_proof(get_object_or_404(rows, side=side).stamped)


@page
@never_cache
@login_required
@limited("call-off", most=60, minutes=60)
def call_off(request: HttpRequest, number: str) -> HttpResponse:
    """Ask for a delivery within what is left, in days within the contract."""
    places_ = places(request, acting=True)
    found = contract_of(request, number)
    if found.state != states.ACTIVE:
        messages.info(request, _("Deliveries are called off once both sides have signed."))
        return redirect("account:contract", number)
    lines = list(found.lines.select_related("unit", "contract"))
    first = calling_off.again(found, request.GET.get("again", ""), lines)
    soonest = today() + timedelta(days=1)
    form = CallOffForm(request.POST or None, contract=found, rows=lines, soonest=soonest, initial=first)
    if form.is_valid() and _asked(request, found, form):
        messages.success(
            request, _("Asked for. The pesantren confirm their parts; then it becomes an order.")
        )
        return redirect("account:contract", number)
    months = calling_off.months(found, lines)
    more = {"contract": found, "form": form, "months": months, "left": calling_off.left(lines)}
    more |= {"short": calendar.short_weeks(found), "is_settled": calendar.is_settled(found)}
    more["weeks"] = calendar.AHEAD
    return show(request, "account/call_off.html", places_, **more)


def _asked(request: HttpRequest, contract: Contract, form: CallOffForm) -> bool:
    """True if it was asked for; else the reason stands in the form."""
    data = form.cleaned_data
    try:
        call_offs.ask(
            contract=contract,
            key=data["key"] or form.initial["key"],
            quantities=form.quantities(),
            first=data["first"],
            last=data["last"],
            note=data["note"],
            actor=Actor.of(request.user),
        )
    except CallOffError as refused:
        if refused.code == "much" and refused.line is not None:
            text = _("Only %(most)s is left: somebody was faster.") % {"most": refused.most}
            form.add_error(f"line-{refused.line.pk}", text)
        elif refused.code == "company":
            form.add_error(None, why(ContractError("company")))
        else:
            form.add_error(None, _("This cannot be called off now. Look at the contract."))
        return False
    return True
