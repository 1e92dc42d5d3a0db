"""Disputes of card payments: open ones by the day until which evidence is taken, and each with its order."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment.services import lost_disputes
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.office.dispute_forms import BearerForm
from marketplace.office.views.approvals import proposed
from marketplace.office.views.steps import moves_of
from marketplace.payments import queries, second_person, states
from marketplace.payments.exceptions import Changed, Claimed, PaymentError, SecondPersonNeeded
from marketplace.payments.models import Dispute
from marketplace.people.second_factor.access import asks_code


@staff_only(OFFICE)
@require_safe
def disputes(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in dict(states.DISPUTE_CHOICES) else states.DISPUTED
    rows = Dispute.objects.filter(state=state).select_related("attempt__due__order")
    order = ("evidence_by", "pk") if state == states.DISPUTED else ("-pk",)
    more = {
        "state": state,
        "labels": states.DISPUTE_CHOICES,
        **page.paged(request, rows.order_by(*order), state=state),
    }
    return render(request, "office/disputes.html", page.context(request, "disputes", **more))


@staff_only(OFFICE)
@asks_code()
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Its facts; once it is lost and every part has ended, a form that asks who bears it."""
    found = get_object_or_404(Dispute.objects.select_related("attempt__due__order"), pk=pk)
    order = found.attempt.due.order
    now = lost_disputes.outlook(order)
    can_decide = found.state == states.DISPUTED and now.is_lost and not now.running
    form = BearerForm(request.POST or None, shares=now.shares) if can_decide else None
    if request.method == "POST":
        if form is None:
            messages.warning(request, _("Nothing was changed: this cannot be decided now."))
            return redirect("office:dispute", pk)
        if form.is_valid():
            return _decide(request, found, form)
    return _shown(request, found, now, form)


def _decide(request: HttpRequest, found: Dispute, form: BearerForm) -> HttpResponse:
    """Book it, or above the limit propose it to a second person."""
    order, actor = found.attempt.due.order, Actor.of(request.user)
    facts = {"bearers": form.bearers(), "why": form.cleaned_data["why"], "seen": request.POST.get("seen", "")}
    try:
        lost_disputes.decide(order=order, actor=actor, **facts)
    except SecondPersonNeeded:
        return proposed(request, lambda: lost_disputes.propose(order=order, actor=actor, **facts))
    except Claimed:
        messages.warning(
            request, _("Nothing was changed: a proposal for this order waits for a second person.")
        )
    except (IllegalMove, Changed, PaymentError):
        messages.warning(request, _("Nothing was changed: something else would happen now. Look once more."))
    else:
        messages.success(request, _("Decided and written into the books."))
    return redirect("office:dispute", found.pk)


def _shown(
    request: HttpRequest, found: Dispute, now: lost_disputes.Outlook, form: BearerForm | None
) -> HttpResponse:
    order = found.attempt.due.order
    more = {
        "dispute": found,
        "order": order,
        "parts": order.fulfilments.select_related("partner__regency").order_by("pk"),
        "is_open": found.state == states.DISPUTED,
        "is_lost": found.state == states.DISPUTED and now.is_lost,
        "now": now,
        "form": form,
        "needs_two": second_person.is_needed(now.amount),
        "limit": second_person.limit(order.currency),
        "proposal": queries.proposal_for(request.user, order=order),
        "notes": found.credit_notes.order_by("pk"),
        "loss": Money(found.loss, found.currency),
        "steps": moves_of(found, dict(states.DISPUTE_CHOICES), states.DISPUTE_REASONS),
    }
    return render(request, "office/dispute.html", page.context(request, "disputes", **more))
