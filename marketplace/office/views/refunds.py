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
from marketplace.office.views.steps import moves_of
from marketplace.payments import queries, services, states
from marketplace.payments.models import Receipt, Refund


@staff_only(OFFICE)
@require_safe
def refunds(request: HttpRequest) -> HttpResponse:
    state = states.PAID if request.GET.get("state") == states.PAID else states.OWED
    rows = queries.refunds(request.user).filter(state=state)
    if state == states.PAID:
        rows = rows.order_by("-created")
    more = {"state": state, "labels": states.REFUND_CHOICES, **page.paged(request, rows, state=state)}
    return render(request, "office/refunds.html", page.context(request, "refunds", **more))


@staff_only(OFFICE)
def pay_refund(request: HttpRequest, pk: int) -> HttpResponse:
    refund = get_object_or_404(queries.refunds(request.user), pk=pk)
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
        "steps": moves_of(refund, dict(states.REFUND_CHOICES), dict(states.REFUND_REASONS)),
    }
    return render(request, "office/pay_refund.html", page.context(request, "refunds", **more))


def _pay(request: HttpRequest, refund: Refund, form: PayRefundForm) -> HttpResponse | None:
    """Write down that it was paid, once. Nothing: the reference is refused, the form comes back."""
    reference = form.cleaned_data["bank_reference"]
    try:
        services.pay_refund(refund=refund, bank_reference=reference, actor=Actor.of(request.user))
    except IllegalMove:
        messages.warning(request, _("Nothing was changed: this refund was paid already."))
    except services.PaymentError:
        form.add_error("bank_reference", _("This bank reference was used for another refund."))
        return None
    except NotEnough:
        messages.error(request, _("Nothing was changed: the books do not hold this amount for the buyer."))
    else:
        messages.success(request, _("Paid back: %(amount)s.") % {"amount": refund.total})
    return redirect("office:refunds")
