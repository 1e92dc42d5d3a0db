"""Accounts that pesantren named for their money: the office calls, then confirms or refuses."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.states import IllegalMove
from marketplace.office import page
from marketplace.office.payout_forms import SpokenForm
from marketplace.office.views.steps import moves_of
from marketplace.payments import states
from marketplace.payments.models import PayoutAccount
from marketplace.payments.services import PaymentError, SamePerson, payout_accounts
from marketplace.people.second_factor.access import asks_code


@staff_only(OFFICE)
@require_safe
def payout_accounts_list(request: HttpRequest) -> HttpResponse:
    """Who waits, the longest first; or those in use, or all that ended."""
    state = request.GET.get("state", "")
    state = state if state in dict(states.PAYOUT_ACCOUNT_CHOICES) else states.ACCOUNT_PROPOSED
    rows = (
        PayoutAccount.objects.filter(state=state)
        .select_related("partner__regency")
        .order_by("proposed_at", "pk")
    )
    labels = states.PAYOUT_ACCOUNT_CHOICES
    more = {"state": state, "labels": labels, **page.paged(request, rows, state=state)}
    return render(request, "office/payout_accounts.html", page.context(request, "payouts", **more))


@staff_only(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@asks_code()
def payout_account(request: HttpRequest, pk: int) -> HttpResponse:
    account = get_object_or_404(
        PayoutAccount.objects.select_related("partner__regency", "confirmed_by"), pk=pk
    )
    refuses = "refuse" in request.POST
    refusal = WhyForm(request.POST if refuses else None)
    form = SpokenForm(request.POST if request.method == "POST" and not refuses else None)
    asked = refusal if refuses else form
    if request.method == "POST" and asked.is_valid():
        return _decide(request, account, refusal if refuses else None)
    before = PayoutAccount.objects.filter(partner=account.partner, state=states.ACCOUNT_ACTIVE)
    more = {
        "account": account,
        "before": before.exclude(pk=account.pk).first(),
        "form": asked,
        "spoken": form,
        "refusal": refusal,
        "is_open": account.state == states.ACCOUNT_PROPOSED,
        "steps": moves_of(account, dict(states.PAYOUT_ACCOUNT_CHOICES)),
    }
    return render(request, "office/payout_account.html", page.context(request, "payouts", **more))


def _decide(request: HttpRequest, account: PayoutAccount, refusal: WhyForm | None) -> HttpResponse:
    try:
        if refusal:
            why = refusal.cleaned_data["why"]
            payout_accounts.refuse(account=account, actor=Actor.of(request.user), why=why)
            messages.success(request, _("Refused. The pesantren gets a mail."))
        else:
            payout_accounts.confirm(account=account, person=request.user)  # type: ignore[arg-type]
            messages.success(request, _("Confirmed. It is used after the wait; the pesantren gets a mail."))
    except SamePerson:
        messages.warning(request, _("Nothing was changed: somebody else must confirm it."))
    except (IllegalMove, PaymentError):
        messages.warning(request, _("Nothing was changed: somebody has decided on it already."))
    return redirect("office:payout-account", account.pk)
