"""Numbered changes of a company's contract: proposed by the buyer, read, signed by name or stamped copy, ended."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.account.company_page import page, show
from marketplace.account.demand_page import places, why
from marketplace.account.quote_forms import SignForm
from marketplace.account.views.contracts import again, contract_of, signing
from marketplace.common.actor import Actor
from marketplace.common.files import private_file
from marketplace.common.proofs import private_proof
from marketplace.common.ratelimit import limited
from marketplace.sourcing import states
from marketplace.sourcing.forms import AmendForm, EndAmendmentForm
from marketplace.sourcing.models import Amendment, Signature
from marketplace.sourcing.services import awarding
from marketplace.sourcing.services import contracts as services
from marketplace.sourcing.services.contracts import ContractError
from offtakers import approvals


def _amendment(request: HttpRequest, number: str, at: int) -> Amendment:
    return get_object_or_404(contract_of(request, number).amendments, number=min(at, 32_767))


@page
@never_cache
@login_required
@limited("amend", most=30, minutes=60)
def propose(request: HttpRequest, number: str) -> HttpResponse:
    """Another last day or other quantities, by who may sign for the company."""
    places_ = places(request, acting=True)
    found = contract_of(request, number)
    if found.state != states.ACTIVE:
        messages.info(request, _("Only a contract that runs can be changed."))
        return redirect("account:contract", number)
    form = AmendForm(request.POST or None, contract=found)
    if form.is_valid():
        try:
            services.propose_amendment(
                contract=found,
                side=Signature.BUYER,
                text=form.cleaned_data["text"],
                changes=form.changes(),
                person=request.user,
                actor=Actor.of(request.user),
            )
        except ContractError as refused:
            form.add_error(None, why(refused))
        else:
            messages.success(request, _("Proposed. It holds once both have signed it."))
            return redirect("account:contract", number)
    return show(request, "account/contract_amend.html", places_, contract=found, form=form)


@require_safe
@never_cache
@login_required
def paper(request: HttpRequest, number: str, at: int) -> FileResponse:
    places(request)
    return private_file(_amendment(request, number, at).file, f"{number}-{at}.pdf")


@require_safe
@never_cache
@login_required
def stamped(request: HttpRequest, number: str, at: int, side: str) -> FileResponse:
    """The stamped copy of an amendment that one side sent."""
    places(request)
    rows = _amendment(request, number, at).signatures.exclude(stamped="")
    return private_proof(get_object_or_404(rows, side=side).stamped)


@page
@never_cache
@login_required
@limited("sign", most=30, minutes=10)
def sign(request: HttpRequest, number: str, at: int) -> HttpResponse:
    """As the contract itself: typed name, position, a tick, and a stamped copy if there is one."""
    places_ = places(request, acting=True)
    found = _amendment(request, number, at)
    if not found.is_open or found.contract.state != states.ACTIVE:
        return _ended(request, number)
    form = SignForm(request.POST or None, request.FILES or None, initial={"seen": found.sha256})
    if form.is_valid():
        try:
            done = awarding.sign_amendment(
                amendment=found, user=request.user, **signing(request, form, f"{number}-{at}")
            )
        except ContractError as refused:
            form = again(form, refused, found.sha256)
        except approvals.ApprovalError:
            text = _("This is above your company's approval limit, and there is no other approver to agree.")
            messages.error(request, text)
            return redirect("account:contract", number)
        else:
            if not isinstance(done, Signature):
                text = _("This is above your company's limit: an approver was asked and must agree first.")
                messages.info(request, text)
                return redirect("account:contract", number)
            messages.success(request, _("Signed. It holds once both sides have signed it."))
            return redirect("account:contract", number)
    url = reverse("account:contract-amendment", args=[number, at])
    more = {"contract": found.contract, "amendment": found, "form": form, "paper_url": url}
    return show(request, "account/contract_sign.html", places_, **more)


@page
@never_cache
@login_required
@limited("amend", most=30, minutes=60)
def end(request: HttpRequest, number: str, at: int) -> HttpResponse:
    """Withdraw what the company proposed, or decline what the seller did; then another one can be proposed."""
    places_ = places(request, acting=True)
    found = _amendment(request, number, at)
    if not found.is_open:
        return _ended(request, number)
    withdraws = found.side == Signature.BUYER
    form = EndAmendmentForm(request.POST if request.method == "POST" else None, withdraws=withdraws)
    if form.is_valid():
        reason, actor = form.cleaned_data["why"], Actor.of(request.user)
        try:
            awarding.end_amendment(amendment=found, side=Signature.BUYER, why=reason, actor=actor)
        except ContractError:
            return _ended(request, number)
        messages.success(request, _("It does not hold. The other side has a mail."))
        return redirect("account:contract", number)
    more = {"contract": found.contract, "amendment": found, "form": form, "withdraws": withdraws}
    return show(request, "account/amendment_end.html", places_, **more)


def _ended(request: HttpRequest, number: str) -> HttpResponse:
    messages.info(request, why(ContractError("ended")))
    return redirect("account:contract", number)
