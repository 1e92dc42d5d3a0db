"""Refunds: owed oldest first, paid by the office with the bank's reference."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.ledger.posting import NotEnough
from marketplace.office import page
from marketplace.office.forms import PayRefundForm
from marketplace.office.views.approvals import claimed, proposed
from marketplace.office.views.steps import moves_of
from marketplace.payments import queries, second_person, services, states
from marketplace.payments.models import Receipt, Refund
from marketplace.people.second_factor.access import asks_code


@staff_only(OFFICE)
@require_safe
def refunds(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in dict(states.REFUND_CHOICES) else states.OWED
    rows = queries.refunds(request.user).filter(state=state)
    if state != states.OWED:
        rows = rows.order_by("-created")
    more = {"state": state, "labels": states.REFUND_CHOICES, **page.paged(request, rows, state=state)}
    return render(request, "office/refunds.html", page.context(request, "refunds", **more))


@staff_only(OFFICE)
@asks_code(on_get=True)
def pay_refund(request: HttpRequest, pk: int) -> HttpResponse:
    refund = get_object_or_404(queries.refunds(request.user), pk=pk)
    to_card = bool(refund.attempt_id and not refund.failure)
    if request.method == "POST" and "card" in request.POST:
        return _to_card(request, refund)
    form = PayRefundForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (done := _pay(request, refund, form)):
        return done
    payers = Receipt.objects.filter(due__order=refund.order) if refund.order else Receipt.objects.none()
    if refund.receipt:
        payers = Receipt.objects.filter(pk=refund.receipt.pk)
    more = {
        "refund": refund,
        "form": form,
        "payers": payers.order_by("pk"),
        "is_open": refund.state == states.OWED,
        "to_card": to_card,
        "is_agreed": refund.approvals.filter(state=states.CONFIRMED, data__rail="card").exists(),
        "needs_two": second_person.is_needed(refund.total),
        "limit": second_person.limit(refund.currency),
        "proposal": queries.proposal_for(request.user, refund=refund),
        "bank_lines": refund.lines.all(),
        "steps": moves_of(refund, dict(states.REFUND_CHOICES), dict(states.REFUND_REASONS)),
    }
    return render(request, "office/pay_refund.html", page.context(request, "refunds", **more))


def _to_card(request: HttpRequest, refund: Refund) -> HttpResponse:
    """Let a failed refund go to the card again; else, above the limit, ask a second person whether it may go."""
    actor = Actor.of(request.user)
    try:
        if not refund.failure and second_person.is_needed(refund.total):
            return proposed(request, lambda: services.propose_card_refund(refund=refund, actor=actor))
        services.try_again(refund=refund, actor=actor)
    except services.Claimed:
        return claimed(request, refund)
    except (IllegalMove, services.PaymentError):
        messages.warning(request, _("Nothing was changed: this refund is no longer waiting for this step."))
    else:
        messages.success(request, _("It goes to the card again."))
    return redirect("office:refunds")


def _pay(request: HttpRequest, refund: Refund, form: PayRefundForm) -> HttpResponse | None:
    """Write down that it was paid, once. Nothing: the reference is refused, the form comes back."""
    reference, actor = form.cleaned_data["bank_reference"], Actor.of(request.user)
    try:
        if second_person.is_needed(refund.total):
            return proposed(
                request,
                lambda: services.propose_refund(refund=refund, bank_reference=reference, actor=actor),
            )
        services.pay_refund(refund=refund, bank_reference=reference, actor=actor)
    except IllegalMove:
        messages.warning(request, _("Nothing was changed: this refund was paid already."))
    except services.Claimed:
        return claimed(request, refund)
    except services.KnownReference:
        form.add_error("bank_reference", _("This bank reference was used for another refund."))
        return None
    except services.PaymentError:
        messages.warning(request, _("Nothing was changed: this refund goes back to the card."))
    except NotEnough:
        messages.error(request, _("Nothing was changed: the books do not hold this amount for the buyer."))
    else:
        messages.success(request, _("Paid back: %(amount)s.") % {"amount": refund.total})
    return redirect("office:refunds")
