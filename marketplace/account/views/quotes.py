"""The quotes of a demand: side by side, and each with its questions, counter-offer, refusal and acceptance."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.account.company_page import page, show
from marketplace.account.comparing import InOne, all_rules, compare
from marketplace.account.demand_page import ACTS, demand_or_404, places, quote_or_404, tone, why
from marketplace.account.levelling import LevelForm, level
from marketplace.account.quote_forms import CounterForm
from marketplace.account.trading_forms import DeclineForm
from marketplace.account.views.samples import of_quote
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.sourcing import buyer_queries, ppn, states
from marketplace.sourcing.forms import RemarkForm
from marketplace.sourcing.models import Contract, Quote, Remark
from marketplace.sourcing.services import awarding
from marketplace.sourcing.services import quotes as services
from marketplace.sourcing.services.contracts import ContractError
from marketplace.sourcing.services.quotes import QuoteError
from offtakers import approvals
from offtakers import states as companies
from offtakers.models import Approval

SHOWN = (states.SENT, states.ACCEPTED)
REFUSED = (QuoteError, ContractError, IllegalMove)


@require_safe
@never_cache
@login_required
def comparison(request: HttpRequest, number: str) -> HttpResponse:
    """All that stand, in one unit and one currency; by one Incoterm, if the buyer says what it assumes."""
    places_ = places(request)
    found = demand_or_404(request, number)
    standing = [one for one in buyer_queries.latest_quotes(request.user, found) if one.state in SHOWN]
    one = InOne(places_[0].company.currency)
    rows, terms = compare(found, standing, one), all_rules()
    form = LevelForm(request.GET, rules=terms, rows=rows, currency=one.currency, mode=found.mode)
    form.full_clean()
    rows = level(rows, terms, form)
    for quote in standing:
        quote.about = one.about(quote.amount)  # type: ignore[attr-defined]
        quote.tone = tone(quote.state)  # type: ignore[attr-defined]
    stated = ppn.of_quotes(standing)
    for quote in standing:
        quote.ppn = stated.get(quote.pk)  # type: ignore[attr-defined]
        quote.rule = terms.get(quote.incoterm)  # type: ignore[attr-defined]
    more = {"demand": found, "rows": rows, "quotes": standing, "used": one.used, "in_one": one.currency}
    more |= {"form": form, "by": form.rule}
    return show(request, "account/demand_compare.html", places_, **more)


@page
@never_cache
@login_required
@limited("quote", most=60, minutes=10)
def quote(request: HttpRequest, number: str) -> HttpResponse:
    """One version: lines, terms, all questions; accept, decline, ask."""
    places_ = places(request)
    found = quote_or_404(request, number)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    if do and not places_[0].has(*ACTS):
        raise Http404
    if do == "accept":
        return _accept(request, found)
    remark = RemarkForm(request.POST if do == "remark" else None)
    decline = DeclineForm(request.POST if do == "decline" else None)
    if do == "decline" and decline.is_valid():
        text = decline.cleaned_data["why"]
        work = lambda: awarding.decline(quote=found, user=request.user, why=text)  # noqa: E731 - read once
        return _done(request, found, work, _("Declined. The seller reads why."))
    if do == "remark" and remark.is_valid():
        data = remark.cleaned_data
        ask: Any = lambda: services.remark(  # noqa: E731
            negotiation=found.negotiation,
            key=data["key"],
            side=Remark.BUYER,
            text=data["text"],
            person=request.user,
        )
        return _done(request, found, ask, _("Sent."))
    may_act, stands = places_[0].has(*ACTS), _stands(found)
    return show(
        request,
        "account/quote.html",
        places_,
        quote=found,
        tone=tone(found.state),
        demand=found.negotiation.demand,
        versions=buyer_queries.versions(found),
        form=remark,
        remarks=found.negotiation.remarks.select_related("composer"),
        decline=decline,
        may_act=may_act,
        rule=all_rules().get(found.incoterm),
        ppn=ppn.of_quote(found),
        closed_text="" if may_act else _("Owners and buyers of your company write here."),
        stands=stands,
        waiting=_waiting(found),
        **of_quote(found, may_act, stands),
    )


def _stands(quote: Quote) -> bool:
    """Whether it can be accepted, countered or declined now."""
    until = quote.valid_until
    return quote.state == states.SENT and until is not None and until > timezone.now()


def _waiting(quote: Quote) -> Approval | None:
    """The agreement of another member that it waits for."""
    found = Approval.objects.filter(
        kind=awarding.KIND, reference=quote.number, company=quote.negotiation.demand.company
    )
    return found.filter(state=companies.WAITING).first()


def _accept(request: HttpRequest, quote: Quote) -> HttpResponse:
    try:
        made = awarding.take(quote=quote, user=request.user)
    except approvals.ApprovalError:
        text = _("This is above your company's approval limit, and there is no other approver to agree.")
        messages.error(request, text)
    except REFUSED as refused:
        messages.warning(request, why(refused))
    else:
        if isinstance(made, Contract):
            messages.success(request, _("Accepted. The contract is drafted: read it and sign."))
            return redirect("account:contract", made.number)
        messages.info(
            request, _("This is above your company's limit: an approver was asked and must agree first.")
        )
    return redirect("account:quote", quote.number)


def _done(request: HttpRequest, quote: Quote, work: Callable[[], Any], said: str) -> HttpResponse:
    try:
        work()
    except REFUSED as refused:
        messages.warning(request, why(refused))
    else:
        messages.success(request, said)
    return redirect("account:quote", quote.number)


@page
@never_cache
@login_required
@limited("quote", most=60, minutes=10)
def counter(request: HttpRequest, number: str) -> HttpResponse:
    """Other quantities and prices; the seller answers by a new version."""
    places_ = places(request, acting=True)
    found = quote_or_404(request, number)
    if not _stands(found):
        messages.warning(request, _("This quote does not stand any more."))
        return redirect("account:quote", found.number)
    form = CounterForm(request.POST or None, quote=found)
    if form.is_valid():
        data = form.cleaned_data
        work = lambda: services.counter(  # noqa: E731 - read once
            quote=found,
            key=data["key"] or form.initial["key"],
            lines=form.lines(),
            note=data["note"],
            person=request.user,
        )
        return _done(request, found, work, _("Sent. The seller answers with a new version, or by a word."))
    return show(request, "account/quote_counter.html", places_, quote=found, form=form)
