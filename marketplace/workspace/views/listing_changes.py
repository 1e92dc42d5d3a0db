"""Changing one thing of a listing: its stock, what was sold elsewhere, price, terms, texts. All take effect at once."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import states
from catalogue.models import Product
from catalogue.services import listings
from marketplace.common.actor import Actor
from marketplace.pesantren import services
from marketplace.pesantren.access import members_only
from marketplace.pesantren.exceptions import ChangedMeanwhile, Reserved, WrongSteps
from marketplace.pesantren.models import StockRecord
from marketplace.workspace.listing_forms import (
    ListingForm,
    PriceForm,
    SoldForm,
    StockForm,
    TermsForm,
    answers_of,
    step_fault,
)
from marketplace.workspace.page import context
from marketplace.workspace.views.listings import listing_of


@dataclass(frozen=True)
class Change:
    """One page: its heading, how its form is made, and what it does; `save` may put errors into the form."""

    title: Any
    form: Callable[[Any, Product, StockRecord], Any]
    save: Callable[[Any, Product, StockRecord, Actor], None]
    counts: bool = False  # the page shows the stock it was made from, and is refused if that moved on


@members_only
def change_listing(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    product = listing_of(request, pk)
    record = product.stockrecords.first()
    change = CHANGES.get(what)
    if change is None or record is None or product.state == states.DRAFT:
        raise Http404
    form = change.form(request.POST or None, product, record)
    if request.method == "POST" and form.is_valid():
        _save(request, change, form, product, record)
        if not form.errors:
            messages.success(request, _("Changed. Buyers see it now."))
            return redirect("workspace:listing", product.pk)
    record.refresh_from_db()
    more = {"product": product, "record": record, "form": form, "change": change, "what": what}
    return render(request, "workspace/listing_change.html", context(request, "products", **more))


def _save(request: HttpRequest, change: Change, form: Any, product: Product, record: StockRecord) -> None:
    """Do it, or say beside the field why not."""
    if change.counts:
        seen = request.POST.get("seen", "")
        record.num_in_stock = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
    try:
        change.save(form, product, record, Actor.of(request.user))
    except ChangedMeanwhile as moved:
        said = _("Meanwhile the stock has changed to %(n)s. Please look once more.")
        form.add_error("stock", said % {"n": moved.now})
    except Reserved as reserved:
        form.add_error("stock", _reserved_text(form, reserved.number))
    except WrongSteps as wrong:
        form.add_error("minimum" if "minimum" in form.fields else None, step_fault(wrong))


def _reserved_text(form: Any, number: int) -> str:
    if isinstance(form, SoldForm):
        return _("Only %(n)s are free; open orders need the others.") % {"n": number}
    return _("Open orders need %(n)s. Decline one of them first if they are not there.") % {"n": number}


def _stock(form: StockForm, product: Product, record: StockRecord, actor: Actor) -> None:
    counted = form.cleaned_data["stock"]
    services.count_stock(record=record, counted=counted, seen=record.num_in_stock, actor=actor)


def _sold(form: SoldForm, product: Product, record: StockRecord, actor: Actor) -> None:
    quantity = form.cleaned_data["stock"]
    services.sell_elsewhere(record=record, quantity=quantity, seen=record.num_in_stock, actor=actor)


def _price_form(data: Any, product: Product, record: StockRecord) -> PriceForm:
    tiers = [(tier.quantity, tier.price) for tier in record.tiers.all()]
    initial = PriceForm.initial_of(int(record.price), tiers)
    return PriceForm(data, minimum=record.minimum, multiple=record.multiple, initial=initial)


def _price(form: PriceForm, product: Product, record: StockRecord, actor: Actor) -> None:
    services.set_price(record=record, price=form.cleaned_data["price"], steps=form.steps, actor=actor)


def _terms_form(data: Any, product: Product, record: StockRecord) -> TermsForm:
    names = ("minimum", "multiple", "lead_days")
    return TermsForm(data, initial={name: getattr(record, name) for name in names})


def _terms(form: TermsForm, product: Product, record: StockRecord, actor: Actor) -> None:
    services.set_terms(record=record, actor=actor, **form.cleaned_data)


def _texts_form(data: Any, product: Product, record: StockRecord) -> ListingForm:
    return ListingForm(data, kind=product.product_class, initial=answers_of(product))


def _texts(form: ListingForm, product: Product, record: StockRecord, actor: Actor) -> None:
    listings.change(product=product, facts=form.facts(), actor=actor)


CHANGES = {
    "stock": Change(
        gettext_lazy("Count the stock"),
        lambda data, product, record: StockForm(data, initial={"stock": record.num_in_stock}),
        _stock,
        counts=True,
    ),
    "sold": Change(
        gettext_lazy("Sold elsewhere"),
        lambda data, product, record: SoldForm(data, initial={"stock": record.minimum}),
        _sold,
        counts=True,
    ),
    "price": Change(gettext_lazy("Price"), _price_form, _price),
    "terms": Change(gettext_lazy("Smallest order and time"), _terms_form, _terms),
    "texts": Change(gettext_lazy("Name and description"), _texts_form, _texts),
}
