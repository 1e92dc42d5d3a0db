"""Contracts for whoever sells: terms, paper, signature, what is bought from each pesantren, the end."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.common.files import pdf_to_read
from marketplace.common.proofs import private_proof
from marketplace.common.states import IllegalMove
from marketplace.orders.numbers import random_code
from marketplace.pesantren.access import members_only
from marketplace.pooling.exceptions import PoolError
from marketplace.sourcing import agreed, calendar, ppn, queries, states
from marketplace.sourcing.models import Amendment, Contract, Signature
from marketplace.sourcing.services import composing, contracts, quotes, samples, sharing
from marketplace.workspace.contract_forms import EndForm, SignForm, TermsForm
from marketplace.workspace.page import context, page_of

TONES = {states.DRAFTED: "warn", states.ACTIVE: "good", states.TERMINATED: "bad"}
REFUSED = {
    "signed": gettext_lazy("A side has signed already: the terms stand."),
    "paper": gettext_lazy("The paper has changed meanwhile. Please read it once more."),
    "steps": gettext_lazy("The payment steps do not fit together."),
    "days": gettext_lazy("The last day comes before the first."),
    "side": gettext_lazy("You have signed already."),
    "changes": gettext_lazy(
        "This cannot be: nothing differs, another amendment is open, or less would be left than is called off."
    ),
    "ended": gettext_lazy("This amendment is not open any more: it has ended, or the contract has."),
}
NO_ANSWER = gettext_lazy("This cannot be shared out: quantities, packs or prices do not go together.")
FIXED = gettext_lazy("This contract can no longer be changed so.")
GET_AND_POST = require_http_methods(["GET", "HEAD", "POST"])


def contract_of(request: HttpRequest, number: str) -> Contract:
    return get_object_or_404(queries.contracts_of_sellers(request.user), number=number)


@members_only
@require_safe
def contract_list(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.contracts_of_sellers(request.user))
    for one in page:
        one.tone = TONES.get(one.state, "plain")
    more = {"page_obj": page, "page_base": "?page="}
    return render(request, "workspace/contracts.html", context(request, "contracts", **more))


@members_only
@require_safe
def contract(request: HttpRequest, number: str) -> HttpResponse:
    found = contract_of(request, number)
    lines = list(
        found.lines.select_related("unit", "contract").prefetch_related("purchases__partner__regency")
    )
    signatures = found.signatures.filter(amendment=None).order_by("pk")
    amendments = list(found.amendments.prefetch_related("signatures").order_by("-number"))
    runs = found.state == states.ACTIVE
    for one in amendments:
        one.waits_here = runs and _waits(one)  # type: ignore[attr-defined]
        one.may_end = one.is_open  # type: ignore[attr-defined]
        one.is_ours = one.side == Signature.SELLER  # type: ignore[attr-defined]
    more = {
        "contract": found,
        "tone": TONES.get(found.state, "plain"),
        "lines": lines,
        "fallen": queries.fallen_of(found),
        "agreed": agreed.lines_of(found),
        "steps": [(step, f"{step.share / 100:g} %") for step in found.steps.all()],
        "signatures": signatures,
        "may_set": found.state == states.DRAFTED and not signatures,
        "may_sign": found.state == states.DRAFTED and all(one.side != Signature.SELLER for one in signatures),
        "to_buy": runs and any(not line.product_id and not line.purchases.all() for line in lines),
        "runs": runs,
        "may_end": states.CONTRACT.allows(found.state, states.TERMINATED),
        "amendments": amendments,
        "may_amend": runs and not any(one.is_open for one in amendments),
        "to_sign": next((one for one in amendments if runs and _waits(one)), None),
        "is_composed": any(not line.product_id for line in lines),
        "offer": found.quote,
        "counted": samples.counted(found),
        "ppn": ppn.of_contract(found),
        "total": contracts.total(found),
    }
    return render(request, "workspace/contract.html", context(request, "contracts", **more))


def _waits(amendment: Amendment) -> bool:
    """For the seller's signature."""
    sides = {row.side for row in amendment.signatures.all()}
    return amendment.is_open and Signature.SELLER not in sides


@GET_AND_POST
@members_only
def contract_terms(request: HttpRequest, number: str) -> HttpResponse:
    found = contract_of(request, number)
    form = TermsForm(request.POST or None, initial=TermsForm.initial_of(found))
    if form.is_bound and form.is_valid():
        try:
            contracts.set_terms(
                contract=found, terms=form.cleaned_data, steps=form.steps(), actor=Actor.of(request.user)
            )
        except contracts.ContractError as refused:
            form.add_error(None, REFUSED[refused.code])
        else:
            messages.success(request, _("Saved. Read the paper, then sign it."))
            return redirect("workspace:contract", found.number)
    more = {"contract": found, "form": form}
    return render(request, "workspace/contract_terms.html", context(request, "contracts", **more))


@members_only
@require_safe
def contract_paper(request: HttpRequest, number: str) -> HttpResponse:
    """The exact file that both sign."""
    found = contracts.paper(contract=contract_of(request, number))
    with found.file.open("rb") as file:
        return pdf_to_read(file.read(), found.number)


@GET_AND_POST
@members_only
def sign_contract(request: HttpRequest, number: str) -> HttpResponse:
    found = contracts.paper(contract=contract_of(request, number))
    form = sign_form(request, found.sha256)
    if form.is_bound and form.is_valid():
        try:
            contracts.sign(contract=found, **signing(request, form, found.number))
        except contracts.ContractError as refused:
            form.add_error(None, REFUSED[refused.code])
        except IllegalMove:
            form.add_error(None, FIXED)
        else:
            return signed(request, found)
    return sign_page(request, found, form, None, found.sha256)


def sign_form(request: HttpRequest, seen: str) -> SignForm:
    first = {"seen": seen, "name": str(request.user)}
    return SignForm(request.POST or None, request.FILES or None, initial=first)


def signing(request: HttpRequest, form: SignForm, paper: str) -> dict[str, Any]:
    """What the services take; a stamped copy gets a name that nobody guesses."""
    data, stamped = form.cleaned_data, form.cleaned_data["stamped"]
    if stamped:
        stamped.name = f"{paper}-stamped-{random_code(12)}.{stamped.kind}"
    return {
        "side": Signature.SELLER,
        "name": data["name"],
        "position": data["position"],
        "seen": data["seen"],
        "person": request.user,
        "actor": Actor.of(request.user),
        "stamped": stamped,
    }


def signed(request: HttpRequest, found: Contract) -> HttpResponse:
    messages.success(request, _("Signed."))
    return redirect("workspace:contract", found.number)


def sign_page(
    request: HttpRequest, found: Contract, form: SignForm, amendment: Amendment | None, seen: str
) -> HttpResponse:
    more = {"contract": found, "form": form, "amendment": amendment, "seen": seen}
    return render(request, "workspace/contract_sign.html", context(request, "contracts", **more))


@members_only
@require_POST
def buy_supply(request: HttpRequest, number: str) -> HttpResponse:
    """The seller of record buys from each pesantren what the plan gives it."""
    found = contract_of(request, number)
    if found.state != states.ACTIVE:
        messages.error(request, str(FIXED))
        return redirect("workspace:contract", found.number)
    try:
        made = composing.agree(contract=found, actor=Actor.of(request.user))
    except quotes.QuoteError:
        messages.error(request, _("A quote ended just now. Please press once more."))
    except composing.NO_ANSWER:
        messages.error(request, str(NO_ANSWER))
    else:
        _tell_bought(request, len(made))
    return redirect("workspace:contract", found.number)


def _tell_bought(request: HttpRequest, count: int) -> None:
    if count:
        text = _("Bought from %(n)s pesantren. Their people have a mail.")
        messages.success(request, text % {"n": count})
    else:
        messages.error(request, _("No pesantren has a quote that stands. Ask them for new ones first."))


@members_only
@require_safe
def stamped_copy(request: HttpRequest, number: str, signature: int) -> FileResponse:
    """The stamped copy that came with a signature under the contract or an amendment."""
    signed = contract_of(request, number).signatures.exclude(stamped="")
    return private_proof(get_object_or_404(signed, pk=signature).stamped)


@GET_AND_POST
@members_only
def end_contract(request: HttpRequest, number: str) -> HttpResponse:
    found = contract_of(request, number)
    form = EndForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            sharing.end(contract=found, actor=Actor.of(request.user), why=form.cleaned_data["why"])
        except IllegalMove:
            form.add_error(None, FIXED)
        except PoolError:
            form.add_error(None, _("The shares changed just now. Please press once more."))
        else:
            messages.success(request, _("Terminated. Orders that were placed go on."))
            return redirect("workspace:contract", found.number)
    more = {"contract": found, "form": form}
    return render(request, "workspace/contract_end.html", context(request, "contracts", **more))


@members_only
@require_safe
def contract_calendar(request: HttpRequest, number: str) -> HttpResponse:
    found = contract_of(request, number)
    rows, ahead = calendar.of_contract(request.user, found), calendar.weeks_of(found)
    more = {"contract": found, "rows": rows, "ahead": ahead, "weeks": calendar.AHEAD}
    return render(request, "workspace/contract_calendar.html", context(request, "contracts", **more))


@members_only
@require_POST
def make_up(request: HttpRequest, number: str, line: int) -> HttpResponse:
    """Buy what will be missing of a line from those whose quotes still stand."""
    found = contract_of(request, number)
    row = get_object_or_404(found.lines.select_related("demand_line__demand", "unit"), pk=line)
    if found.state != states.ACTIVE or row.product_id:
        raise Http404
    try:
        made = composing.make_up(line=row, viewer=request.user, actor=Actor.of(request.user))
    except quotes.QuoteError:
        messages.error(request, _("A quote ended just now. Please press once more."))
    except composing.NO_ANSWER:
        messages.error(request, str(NO_ANSWER))
    else:
        _tell_bought(request, len(made))
    return redirect("workspace:contract-calendar", found.number)
