"""Exchange rates: the newest of each pair, all that were loaded, and the form to upload a file."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.ratelimit import limited
from marketplace.office import page
from marketplace.office.overseas_forms import RatesForm
from marketplace.payments import rate_files, services
from marketplace.payments import rates as found_rates


@staff_only(OFFICE)
@limited("rates", most=60, minutes=10)
def rates(request: HttpRequest) -> HttpResponse:
    form = RatesForm(request.POST, request.FILES) if request.method == "POST" else RatesForm()
    if request.method == "POST" and form.is_valid() and (done := _upload(request, form)):
        return done
    newest = [(rate, found_rates.is_old(rate)) for rate in found_rates.newest(request.user)]
    more = {
        "form": form,
        "newest": newest,
        "columns": ",".join(rate_files.COLUMNS),
        **page.paged(request, found_rates.history(request.user)),
    }
    return render(request, "office/rates.html", page.context(request, "overseas", **more))


def _upload(request: HttpRequest, form: RatesForm) -> HttpResponse | None:
    """Take the file whole. Nothing: it is refused, the form says every fault."""
    try:
        new, known = services.load_rates(
            content=form.cleaned_data["file"].read(), actor=Actor.of(request.user)
        )
    except rate_files.BadRates as error:
        for fault in error.faults[:20]:
            form.add_error("file", fault)
        return None
    text = ngettext("%(new)s rate is new.", "%(new)s rates are new.", new) % {"new": new}
    if known:
        more = ngettext("%(known)s was known.", "%(known)s were known.", known) % {"known": known}
        text = f"{text} {more}"
    messages.success(request, text)
    return redirect("office:rates")
