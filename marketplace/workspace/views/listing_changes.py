"""Changing one thing of a listing: its stock, what was sold elsewhere, how much is made a week, price, terms, texts.
All take effect at once but a text with a new claim, which waits for the office."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue import states
from catalogue.claims.models import ProposedChange
from catalogue.claims.queries import waiting_for
from catalogue.listing_forms import (
    CapacityForm,
    ListingForm,
    PriceForm,
    SoldForm,
    StockForm,
    TermsForm,
    answers_of,
    promised_text,
    step_fault,
)
from catalogue.models import Product
from catalogue.permits.queries import missing
from catalogue.services import listings
from catalogue.services.showing import still_missing
from marketplace.common.actor import Actor
from marketplace.pesantren import services
from marketplace.pesantren.access import actor_at, keepers_only
from marketplace.pesantren.exceptions import ChangedMeanwhile, Promised, Reserved, WrongSteps
from marketplace.pesantren.models import StockRecord
from marketplace.workspace.page import context
from marketplace.workspace.views.listings import kept_listing_of


@dataclass(frozen=True)
class Change:
    """One page: its heading, how its form is made, and what it does; `save` may put errors into the form."""

    title: Any
    form: Callable[[Any, Product, StockRecord], Any]
    save: Callable[[Any, Product, StockRecord, Actor], Any]  # returns what waits for the office, if anything
    counts: bool = False  # the page shows the stock it was made from, and is refused if that moved on


@keepers_only
def change_listing(request: HttpRequest, pk: int, what: str) -> HttpResponse:
    product = kept_listing_of(request, pk)
    record = product.stockrecords.first()
    change = CHANGES.get(what)
    if change is None or record is None or product.state == states.DRAFT:
        raise Http404
    if change.counts and record.is_made_to_order:  # an old page: nothing is counted any more
        return redirect("workspace:weeks", product.pk)
    form = change.form(request.POST or None, product, record)
    if request.method == "POST" and form.is_valid():
        waits = _save(request, change, form, product, record)
        if not form.errors:
            _say(request, product, waits)
            return redirect("workspace:listing", product.pk)
    record.refresh_from_db()
    more = {"product": product, "record": record, "form": form, "change": change, "what": what}
    more["for_export"] = "export" in request.GET  # a link that leads to these questions
    return render(request, "workspace/listing_change.html", context(request, "products", **more))


def _say(request: HttpRequest, product: Product, waits: ProposedChange | None) -> None:
    if waits is None and product.state == states.STOPPED:
        text = _("Kept. Buyers do not see it yet. What is missing: %(what)s")
        messages.warning(request, text % {"what": still_missing(product, missing(product))})
        return
    if waits is None:
        messages.success(request, _("Changed. Buyers see it now."))
        return
    claimed = ", ".join(dict.fromkeys(claim["text"] for claim in waits.claims))
    text = _("Kept. The office looks at these words first: %(claims)s. Everything else holds now.")
    messages.warning(request, text % {"claims": claimed})


def _save(request: HttpRequest, change: Change, form: Any, product: Product, record: StockRecord) -> Any:
    """Do it, or say beside the field why not. Returns what waits for the office."""
    if change.counts:
        seen = request.POST.get("seen", "")
        record.num_in_stock = int(seen) if seen.isascii() and seen.isdigit() and len(seen) < 10 else None
    try:
        return change.save(form, product, record, actor_at(request.user, product.partner))
    except ChangedMeanwhile as moved:
        said = _("Meanwhile the stock has changed to %(n)s. Please look once more.")
        form.add_error("stock", said % {"n": moved.now})
    except Reserved as reserved:
        form.add_error("stock", _reserved_text(form, reserved.number))
    except Promised as promised:
        form.add_error("weekly_capacity", promised_text(promised))
    except WrongSteps as wrong:
        form.add_error("minimum" if "minimum" in form.fields else None, step_fault(wrong))
    return None


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
    names = ("minimum", "multiple", "lead_days", "export_minimum", "export_multiple")
    initial = {name: getattr(record, name) for name in names}
    form = TermsForm(data, initial=initial | {"carton_quantity": product.carton_quantity})
    if product.product_class and not product.product_class.requires_shipping:
        for name in ("carton_quantity", "export_minimum", "export_multiple"):  # a service is not packed
            del form.fields[name]
    return form


def _terms(form: TermsForm, product: Product, record: StockRecord, actor: Actor) -> None:
    said = form.cleaned_data
    terms = {name: said[name] for name in ("minimum", "multiple", "lead_days")}
    with transaction.atomic():
        services.set_terms(record=record, actor=actor, **terms)
        if "export_minimum" in form.fields:
            least, steps = said["export_minimum"], said["export_multiple"] or 1
            services.set_export_terms(record=record, minimum=least, multiple=steps, actor=actor)
            listings.set_pack(product=product, carton_quantity=said["carton_quantity"], actor=actor)


def _capacity_form(data: Any, product: Product, record: StockRecord) -> CapacityForm:
    initial = {
        "way": CapacityForm.MADE if record.is_made_to_order else CapacityForm.COUNT,
        "weekly_capacity": record.weekly_capacity,
        "off_season_capacity": record.off_season_capacity or None,
    }
    return CapacityForm(data, harvest=bool(product.harvest_months), initial=initial)


def _capacity(form: CapacityForm, product: Product, record: StockRecord, actor: Actor) -> None:
    off_season = form.cleaned_data.get("off_season_capacity") or 0
    services.set_capacity(record=record, weekly=form.weekly, off_season=off_season, actor=actor)


def _texts_form(data: Any, product: Product, record: StockRecord) -> ListingForm:
    """With what waits for the office, where something does: nothing that was typed is typed again."""
    waits = waiting_for([product]).first()
    initial = answers_of(product) | (waits.after if waits else {})
    form = ListingForm(data, kind=product.product_class, initial=initial)
    if product.commodity is None and (found := form.options.good_named(str(initial["name"]))):
        field, said = form.fields["commodity"], _("By its name it is: %(good)s. Choose that if it is right.")
        field.help_text = f"{field.help_text} {said % {'good': found}}"
    return form


def _texts(form: ListingForm, product: Product, record: StockRecord, actor: Actor) -> ProposedChange | None:
    waits = listings.change(product=product, facts=form.facts(), actor=actor)
    product.refresh_from_db()
    return waits


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
    "capacity": Change(gettext_lazy("From stock or made to order"), _capacity_form, _capacity),
    "price": Change(gettext_lazy("Price"), _price_form, _price),
    "terms": Change(gettext_lazy("Smallest order and time"), _terms_form, _terms),
    "texts": Change(gettext_lazy("Name and description"), _texts_form, _texts),
}
