"""A sample first: ordered from a quote, to an address of the company's choice."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from oscar.apps.address.models import Country

from marketplace.account.company_page import page, show
from marketplace.account.demand_page import places, quote_or_404
from marketplace.account.quote_forms import SampleForm
from marketplace.common.actor import Actor
from marketplace.common.ratelimit import limited
from marketplace.fulfilment.services import Buyer
from marketplace.orders.models import ShippingAddress
from marketplace.orders.queries import link_token
from marketplace.pesantren.exceptions import NotSelling, OutOfStock
from marketplace.reference.queries import country_name
from marketplace.sourcing.models import Quote
from marketplace.sourcing.services import samples
from offtakers.models import Company


@page
@never_cache
@login_required
@limited("sample", most=20, minutes=60)
def sample(request: HttpRequest, number: str) -> HttpResponse:
    """Fee and courier as the seller wrote them; the form asks where it goes."""
    company = places(request, acting=True)[0].company
    found = quote_or_404(request, number)
    if found.sample is None:
        messages.info(request, refusal("none"))
        return redirect("account:quote", found.number)
    form = SampleForm(request.POST or None, initial={"name": company.name, "address": _place(company)})
    if form.is_valid():
        try:
            made = samples.order(
                quote=found,
                key=form.cleaned_data["key"] or form.initial["key"],
                buyer=_buyer(request, company),
                address=_address(company, form.cleaned_data),
                actor=Actor.of(request.user),
            )
        except samples.SampleError as refused:
            messages.warning(request, refusal(refused.code))
            return redirect("account:quote", found.number)
        except (OutOfStock, NotSelling):
            form.add_error(
                None, _("The seller has none of it left just now. Ask the seller on the quote's page.")
            )
        else:
            messages.success(request, _("The sample is ordered. This is its page."))
            return redirect("account:guest-order", link_token(made.order))
    fee, courier = found.sample
    more = {"quote": found, "form": form, "fee": fee, "courier": courier, "total": fee + courier}
    return show(request, "account/sample.html", places(request), **more)


def refusal(code: str) -> str:
    """Why a sample was not ordered, in a plain sentence."""
    return {
        "none": _("This version of the quote offers no sample. Ask the seller for one."),
        "over": _("This quote does not stand any more."),
        "twice": _("A sample of this seller is ordered already."),
        "service": _("The seller cannot send a sample just now. The programme office helps."),
    }[code]


def _buyer(request: HttpRequest, company: Company) -> Buyer:
    person: Any = request.user
    return Buyer(company.name, company.email, company.phone, person.language, person)


def _place(company: Company) -> str:
    """The company's own address in one line, as the courier reads it: its country in English."""
    regency = company.regency.short if company.regency else ""
    with translation.override("en"):
        country = country_name(company.country) if company.is_overseas else ""
    lines = [line.strip() for line in company.address.splitlines()]
    return ", ".join(filter(None, [*lines, regency, country]))[:255]


def _address(company: Company, said: dict[str, Any]) -> ShippingAddress:
    with translation.override("en"):
        name = country_name(company.country)
    country, _made = Country.objects.get_or_create(
        iso_3166_1_a2=company.country, defaults={"printable_name": name[:128], "name": name[:128]}
    )
    return ShippingAddress(
        first_name=said["name"],
        line1=said["address"],
        phone_number=company.phone,
        regency=company.regency,
        country=country,
    )


def of_quote(quote: Quote, may_act: bool, stands: bool) -> dict[str, Any]:
    """What the page of a quote shows of its sample."""
    made = samples.live(quote.negotiation)
    return {
        "sample": made,
        "sample_token": link_token(made.order) if made else "",
        "may_try": may_act and stands and made is None and quote.sample is not None,
    }
