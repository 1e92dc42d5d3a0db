"""Foreign money sold to the bank, and the difference to the locked rates."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.ledger.money import Money
from marketplace.ledger.posting import NotEnough
from marketplace.office import page
from marketplace.office.overseas_forms import ExchangeForm
from marketplace.payments import exchange_queries, services
from marketplace.payments.models import RateLock
from marketplace.payments.rates import convert
from marketplace.people.second_factor.access import asks_code


@staff_only(OFFICE)
@require_safe
def exchanges(request: HttpRequest) -> HttpResponse:
    """What stands in fx by currency, and each exchange with its difference."""
    found = page.paged(request, exchange_queries.exchanges(request.user))
    more = {
        "balances": exchange_queries.balances(request.user),
        "rows": [exchange_queries.difference(one) for one in found["page_obj"]],
        "locks": exchange_queries.locks(request.user)[: page.PER_PAGE],
        **found,
    }
    return render(request, "office/exchanges.html", page.context(request, "overseas", **more))


@staff_only(OFFICE)
@asks_code()
def exchange(request: HttpRequest, pk: int) -> HttpResponse:
    """What of one order may be sold now, at which promise; the form says what the bank gave."""
    lock = get_object_or_404(exchange_queries.locks(request.user), pk=pk)
    form = ExchangeForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (done := _record(request, lock, form)):
        return done
    sold = sum(exchange_queries.sellable(lock).values(), Money(0, lock.base))
    more: dict[str, Any] = {"lock": lock, "form": form, "sold": sold}
    more |= {"is_over": exchange_queries.is_over(lock), "promised": convert(sold, lock.rate, lock.quote)}
    more["past"] = [exchange_queries.difference(one) for one in lock.exchanges.select_related("lock__order")]
    return render(request, "office/exchange.html", page.context(request, "overseas", **more))


def _record(request: HttpRequest, lock: RateLock, form: ExchangeForm) -> HttpResponse | None:
    data = form.cleaned_data
    try:
        row = services.exchange(
            lock=lock,
            received=Money(data["received"], lock.quote),
            bank_reference=data["bank_reference"],
            actor=Actor.of(request.user),
        )
    except services.KnownReference:
        form.add_error("bank_reference", _("This bank reference was used before."))
        return None
    except (services.PaymentError, NotEnough):
        form.add_error(None, _("Nothing of this order can be sold now."))
        return None
    amount = Money(row.sold, lock.base)
    messages.success(request, _("Recorded: %(amount)s was sold to the bank.") % {"amount": amount})
    return redirect("office:exchanges")
