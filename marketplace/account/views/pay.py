"""Paying by card: off to the provider's page, and back."""

from contextlib import suppress

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.account.access import actor_of, by_token
from marketplace.common.ratelimit import limited
from marketplace.orders.models import Order
from marketplace.payments import states
from marketplace.payments.gateway import client
from marketplace.payments.models import Attempt, Due
from marketplace.payments.services import PaymentError, online

WAITING = {states.PREPARED, states.OPEN}


@require_POST
@by_token
@limited("pay", most=30, minutes=60)
def pay(request: HttpRequest, *, order: Order, token: str) -> HttpResponse:
    """303 to the provider's page for what this order asks for now; back to the order where that does not work."""
    due = order.dues.filter(state=states.OPEN).order_by("number", "pk").first()
    try:
        if due:
            language = get_language() or order.language
            return _away(online.start(due=due, actor=actor_of(request, order), language=language))
        messages.info(request, _("There is nothing to pay for this order now."))
    except PaymentError:
        messages.info(
            request, _("This cannot be paid by card now. Please look at the state of your order below.")
        )
    except client.Refused:
        messages.warning(request, _("This amount cannot be paid by card. Please pay by bank transfer."))
    except client.Unavailable:
        messages.warning(
            request,
            _("The card service does not answer just now. Please try again, or pay by bank transfer."),
        )
    return redirect("account:guest-order", token=token)


def _away(attempt: Attempt) -> HttpResponse:
    response = HttpResponse(status=303)
    response["Location"] = attempt.url
    return response


@require_safe
@by_token
@limited("paid", most=120, minutes=60)
def paid(request: HttpRequest, *, order: Order, token: str, number: int) -> HttpResponse:
    """Where the provider sends the buyer back to. What happened is asked, never read from the address."""
    attempt = get_object_or_404(Attempt, pk=number, due__order=order)
    with suppress(client.Unavailable, client.Refused):  # the page says what we know; the sweep asks again
        attempt = online.sync(attempt.pk)
    return render(request, "account/paid.html", {"order": order, "token": token, **_outcome(attempt)})


def _outcome(attempt: Attempt) -> dict[str, object]:
    due = Due.objects.get(pk=attempt.due_id)
    is_paid = attempt.state == states.PAID
    return {
        "amount": attempt.total,
        "is_paid": is_paid and due.state == states.SETTLED,
        "goes_back": is_paid and attempt.refunds.exists(),
        "is_working": attempt.state == states.PROCESSING or (is_paid and due.state == states.OPEN),
        "is_stopped": attempt.state == states.STOPPED,
        "is_waiting": attempt.state in WAITING,
        "may_pay": online.is_offered(due),
    }
