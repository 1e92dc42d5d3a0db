"""Numbered changes of a contract for whoever sells: proposed, read, signed, withdrawn or declined."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.common.actor import Actor
from marketplace.common.files import pdf_to_read
from marketplace.pesantren.access import members_only
from marketplace.sourcing import states
from marketplace.sourcing.forms import AmendForm, EndAmendmentForm
from marketplace.sourcing.models import Amendment, Contract, Signature
from marketplace.sourcing.services import awarding, contracts
from marketplace.workspace.page import context
from marketplace.workspace.views.contracts import (
    GET_AND_POST,
    REFUSED,
    contract_of,
    sign_form,
    sign_page,
    signed,
    signing,
)


@GET_AND_POST
@members_only
def amend_contract(request: HttpRequest, number: str) -> HttpResponse:
    found = contract_of(request, number)
    form = AmendForm(request.POST or None, contract=found)
    if form.is_bound and form.is_valid():
        try:
            contracts.propose_amendment(
                contract=found,
                side=Signature.SELLER,
                text=form.cleaned_data["text"],
                changes=form.changes(),
                person=request.user,
                actor=Actor.of(request.user),
            )
        except contracts.ContractError as refused:
            form.add_error(None, REFUSED[refused.code])
        else:
            messages.success(request, _("Proposed. It holds once both have signed it."))
            return redirect("workspace:contract", found.number)
    more = {"contract": found, "form": form}
    return render(request, "workspace/contract_amend.html", context(request, "contracts", **more))


def _amendment(found: Contract, number: int) -> Amendment:
    return get_object_or_404(found.amendments.select_related("contract"), number=number)


@members_only
@require_safe
def amendment_paper(request: HttpRequest, number: str, amendment: int) -> HttpResponse:
    found = contract_of(request, number)
    paper = _amendment(found, amendment)
    with paper.file.open("rb") as file:
        return pdf_to_read(file.read(), f"{found.number}-{paper.number}")


@GET_AND_POST
@members_only
def sign_amendment(request: HttpRequest, number: str, amendment: int) -> HttpResponse:
    found = contract_of(request, number)
    paper = _amendment(found, amendment)
    if not paper.is_open or found.state != states.ACTIVE:
        return _ended(request, found)
    form = sign_form(request, paper.sha256)
    if form.is_bound and form.is_valid():
        try:
            contracts.sign_amendment(amendment=paper, **signing(request, form, f"{number}-{amendment}"))
        except contracts.ContractError as refused:
            form.add_error(None, REFUSED[refused.code])
        else:
            return signed(request, found)
    return sign_page(request, found, form, paper, paper.sha256)


@GET_AND_POST
@members_only
def end_amendment(request: HttpRequest, number: str, amendment: int) -> HttpResponse:
    """Withdraw what we proposed, or decline what the buyer did; then another one can be proposed."""
    found = contract_of(request, number)
    paper = _amendment(found, amendment)
    if not paper.is_open:
        return _ended(request, found)
    withdraws = paper.side == Signature.SELLER
    form = EndAmendmentForm(request.POST if request.method == "POST" else None, withdraws=withdraws)
    if form.is_bound and form.is_valid():
        why, actor = form.cleaned_data["why"], Actor.of(request.user)
        try:
            awarding.end_amendment(amendment=paper, side=Signature.SELLER, why=why, actor=actor)
        except contracts.ContractError:
            return _ended(request, found)
        messages.success(request, _("It does not hold. The other side has a mail."))
        return redirect("workspace:contract", found.number)
    more = {"contract": found, "amendment": paper, "form": form, "withdraws": withdraws}
    return render(request, "workspace/amendment_end.html", context(request, "contracts", **more))


def _ended(request: HttpRequest, found: Contract) -> HttpResponse:
    messages.info(request, str(REFUSED["ended"]))
    return redirect("workspace:contract", found.number)
