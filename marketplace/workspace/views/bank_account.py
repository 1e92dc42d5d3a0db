"""Where the pesantren is paid, a new account for it, and the transfers so far."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from marketplace.common.actor import Actor
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.payments import states
from marketplace.payments.models import Payout, PayoutAccount
from marketplace.payments.services import PaymentError, payout_accounts
from marketplace.people.second_factor.access import ACCOUNT, asks_code
from marketplace.people.second_factor.queries import is_on
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.pesantren.models import Partner
from marketplace.workspace.account_forms import BankAccountForm
from marketplace.workspace.page import context, page_of


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
@limited("bank-account", most=20, minutes=60)
@asks_code(ACCOUNT)
def bank_account(request: HttpRequest, code: str) -> HttpResponse:
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    form = BankAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (done := _name(request, partner, form)):
        return done
    found = PayoutAccount.objects.filter(
        partner=partner, state__in=[states.ACCOUNT_ACTIVE, states.ACCOUNT_PROPOSED]
    )
    by_state = {account.state: account for account in found}
    paid = Payout.objects.filter(partner=partner).select_related("account").order_by("-created", "-pk")
    more: dict[str, Any] = {
        "partner": partner,
        "form": form,
        "present": by_state.get(states.ACCOUNT_ACTIVE),
        "waiting": by_state.get(states.ACCOUNT_PROPOSED),
        "may_name": payout_accounts.may_name(request.user, partner),  # type: ignore[arg-type]
        "lacks_app": settings.SECOND_FACTOR_REQUIRED and not is_on(request.user),
        "page_obj": page_of(request, paid),
        "page_base": "?page=",
    }
    return render(request, "workspace/bank_account.html", context(request, "money", **more))


def _name(request: HttpRequest, partner: Partner, form: BankAccountForm) -> HttpResponse | None:
    try:
        payout_accounts.propose(partner=partner, person=request.user, **form.cleaned_data)  # type: ignore[arg-type]
    except PaymentError:
        form.add_error(None, _("Only who is responsible for the pesantren names its account."))
        return None
    messages.success(request, _("Noted. The office calls the pesantren before money goes there."))
    return redirect("workspace:bank-account", partner.code)


@members_only
@require_POST
def withdraw_account(request: HttpRequest, code: str) -> HttpResponse:
    """Take back an account that waits: whoever of the pesantren sees that it is wrong."""
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    waiting = PayoutAccount.objects.filter(partner=partner, state=states.ACCOUNT_PROPOSED).first()
    try:
        if waiting:
            why = _("Taken back by the pesantren.")
            payout_accounts.refuse(account=waiting, actor=Actor.of(request.user), why=why)
            messages.success(request, _("Taken back. Transfers go where they went before."))
    except IllegalMove:
        messages.info(request, _("Nothing was changed: it is in use already. Please call the office."))
    return redirect("workspace:bank-account", partner.code)
