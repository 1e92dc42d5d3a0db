"""The way from the basket to the order: address, delivery, review, thanks. One column, plain forms."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from checkout import services
from checkout.basket import queries as baskets
from checkout.forms import AddressForm, DeliveryForm, KeptForm, PlaceForm, field_name
from checkout.offers import offers
from checkout.prefill import contact_of, kept_contact, person_of
from checkout.progress import Progress
from checkout.queries import Part, Plan, orders_of_visitor, plan
from checkout.shown import sign
from checkout.tempo import NOW, TEMPO, offer
from marketplace.common.actor import GUEST, Actor
from marketplace.common.ratelimit import limited
from marketplace.orders.queries import link_token
from marketplace.payments.credit import WORDS, NoCredit
from marketplace.payments.services import online
from marketplace.people.phones import for_people
from marketplace.pesantren.exceptions import NotSelling, OutOfStock
from marketplace.reference import services as book_services
from marketplace.reference.queries import addresses

page = require_http_methods(["GET", "HEAD", "POST"])


@never_cache
@page
@sensitive_post_parameters()
def address(request: HttpRequest) -> HttpResponse:
    view = _basket(request)
    if not view.is_ready:
        return _to_basket(request, view)
    progress = Progress(request)
    asked = {"ask_email": not request.user.is_authenticated, "ask_place": view.needs_address}
    asked["ask_keep"] = request.user.is_authenticated
    book = addresses(request.user)
    if request.method != "POST":
        is_from_book = not progress.contact or (progress.has_place and "kept" in progress.contact)
        if view.needs_address and is_from_book and "new" not in request.GET and book.exists():
            return redirect("checkout:kept")
        form = AddressForm(initial=_contact_to_write(request, progress), **asked)
    elif (
        "show" in request.POST and view.needs_address
    ):  # the kecamatan of the chosen kabupaten, where no script runs
        form = AddressForm(initial=request.POST.dict(), **asked)
        form["district"].field.widget.attrs["autofocus"] = True
    else:
        form = AddressForm(request.POST, **asked)
        if form.is_valid():
            progress.keep_contact(form.contact() | _remembered(request, form))
            return redirect("checkout:delivery" if view.needs_address else "checkout:review")
    context = {"form": form, "view": view, "has_book": view.needs_address and book.exists()}
    return render(request, "checkout/address.html", {**context, "steps": _steps("address", view)})


def _contact_to_write(request: HttpRequest, progress: Progress) -> dict[str, str]:
    """What the address form shows first: what was typed, else the last order's; nothing of it for a new one."""
    if "new" in request.GET:
        return person_of(request.user)
    contact = progress.contact
    return contact | {"phone": for_people(contact["phone"])} if contact else contact_of(request.user)


def _remembered(request: HttpRequest, form: AddressForm) -> dict[str, str]:
    """Keep the address if the buyer ticked so; the order goes on where that is not possible."""
    if not form.cleaned_data.get("keep"):
        return {}
    try:
        kept = book_services.keep(user=request.user, contact=form.contact())
    except book_services.BookFull:
        messages.warning(request, _("Your address book is full. This address is used for this order only."))
        return {}
    return {"kept": str(kept.pk)}


@never_cache
@page
def kept(request: HttpRequest) -> HttpResponse:
    """Choose from the addresses a signed-in buyer keeps."""
    view = _basket(request)
    if not view.is_ready:
        return _to_basket(request, view)
    book = list(addresses(request.user))
    if not book or not view.needs_address:
        return redirect("checkout:address")
    progress = Progress(request)
    initial = {"kept": progress.contact.get("kept", book[0].pk)}
    form = KeptForm(request.POST if request.method == "POST" else None, book=book, initial=initial)
    if form.is_valid():
        progress.keep_contact(kept_contact(form.chosen))
        return redirect("checkout:delivery")
    context = {"form": form, "view": view, "steps": _steps("address", view)}
    return render(request, "checkout/kept.html", context)


@never_cache
@page
def delivery(request: HttpRequest) -> HttpResponse:
    view = _basket(request)
    if not view.is_ready:
        return _to_basket(request, view)
    progress = Progress(request)
    if not _has_contact(progress, view):
        return _to_address(request)
    now = plan(view, services.destination(progress.contact), progress.ways)
    stuck = [part for part in now.shipping if part.is_stuck]
    parts = [part for part in now.shipping if not part.is_stuck]
    form = DeliveryForm(request.POST if request.method == "POST" else None, parts=parts)
    if request.method == "POST" and form.is_valid() and not stuck:
        progress.keep_ways(form.ways(parts))
        return redirect("checkout:review")
    context = {
        "form": form,
        "view": view,
        "parts": [_part_card(part, form) for part in now.shipping],
        "is_stuck": bool(stuck),
        "destination": services.destination(progress.contact),
        "steps": _steps("delivery", view),
    }
    return render(request, "checkout/delivery.html", context)


def _part_card(part: Part, form: DeliveryForm) -> dict[str, Any]:
    """What the delivery page shows of one pesantren's part."""
    picked = form[field_name(part)].value() if not part.is_stuck else ""
    ways = [(offer, offer.way.code == picked) for offer in offers(part, timezone.now())]
    errors = list(form.errors.get(field_name(part), ()))
    return {"part": part, "name": field_name(part), "ways": ways, "errors": errors}


@never_cache
@limited("place", most=30, minutes=10)
@page
def review(request: HttpRequest) -> HttpResponse:
    progress = Progress(request)
    if request.method == "POST":
        return _place(request, progress)
    return _review_page(request, progress, [])


def _review_page(
    request: HttpRequest, progress: Progress, changes: list[str], picked: str = NOW
) -> HttpResponse:
    """Everything once more, with the button; or the step that is still missing."""
    view = _basket(request)
    if not view.is_ready:
        return _to_basket(request, view)
    if not _has_contact(progress, view):
        return _to_address(request)
    now = plan(view, services.destination(progress.contact), progress.ways)
    if not now.is_complete:
        if progress.ways:
            changes = [*changes, _("The way of delivery has to be chosen again.")]
        for text in changes:
            messages.warning(request, text)
        return redirect("checkout:delivery")
    contact = progress.contact
    tempo = offer(request.user, now, timezone.now())
    terms = (tempo.days, tempo.company.pk) if tempo else (0, 0)
    shown = sign(now, contact, *terms)
    form = PlaceForm(initial={"place_key": progress.place_key(), "shown": shown})
    context = {
        "form": form,
        "view": view,
        "plan": now,
        "parts": [(part, part.dates(timezone.now())) for part in now.parts],
        "rows": _sum_rows(now),
        "contact": contact | {"phone": for_people(contact["phone"])},
        "email": contact.get("email") or getattr(request.user, "email", ""),
        "destination": services.destination(contact),
        "changes": changes,
        "tempo": tempo,
        "picked": NOW if tempo and tempo.why_not else picked,
        "steps": _steps("review", view),
        "hours": settings.PAYMENT_HOURS,
        "takes_cards": online.takes_cards("IDR"),
    }
    return render(request, "checkout/review.html", context)


def _sum_rows(now: Plan) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = [{"label": _("Goods"), "amount": now.goods}]
    if now.shipping:
        rows.append({"label": _("Delivery"), "amount": now.delivery})
    return [*rows, {"label": _("Total"), "amount": now.total, "is_total": True}]


def _place(request: HttpRequest, progress: Progress) -> HttpResponse:
    """The pressed button. What the basket and the key have become is decided under lock, in submit()."""
    form = PlaceForm(request.POST)
    if not form.is_valid() or not progress.owns(form.cleaned_data["place_key"]):
        return _to_address(request)
    if not progress.contact:
        return _to_address(request)
    key = form.cleaned_data["place_key"]
    signed_in = request.user.is_authenticated
    wish = services.Wish(
        contact=progress.contact,
        ways=progress.ways,
        language=get_language() or settings.LANGUAGE_CODE,
        user=request.user if signed_in else None,
        on_tempo=form.cleaned_data["pay"] == TEMPO,
    )
    try:
        order = services.submit(
            basket=request.basket,  # type: ignore[attr-defined]
            place_key=key,
            shown=form.cleaned_data["shown"],
            wish=wish,
            actor=Actor.of(request.user) if signed_in else GUEST,
        )
    except services.Changed as changed:
        _forget_lines(request)
        return _review_page(request, progress, changed.reasons, form.cleaned_data["pay"] or NOW)
    except NoCredit as refused:
        _forget_lines(request)
        return _review_page(request, progress, [str(WORDS[refused.code])])
    except (services.NotReady, OutOfStock, NotSelling, services.BasketGone):
        _forget_lines(request)
        return _to_basket(request, _basket(request))
    progress.finish(key)
    return redirect(f"{reverse('checkout:thanks')}?order={order.number}")


@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    """How to pay. Found by the session's keys or the signed-in person, so it may be opened again."""
    orders = orders_of_visitor(request.user, Progress(request).keys)
    number = request.GET.get("order", "").replace("\0", "")
    order = orders.filter(number=number).first() if number else orders.first()
    if order is None:
        messages.info(request, _("We do not know your order here any more. The link in our e-mail opens it."))
        return redirect("account:orders" if request.user.is_authenticated else "basket:summary")
    due, token = order.dues.order_by("number", "pk").first(), link_token(order)
    context = {
        "order": order,
        "due": due,
        "by_card": bool(due) and online.is_offered(due),
        "token": token,
        "link": reverse("account:guest-order", args=[token]),
        "operator": settings.OPERATOR,
        "fulfilments": order.fulfilments.select_related("partner"),
    }
    return render(request, "checkout/thanks.html", context)


def _basket(request: HttpRequest) -> baskets.BasketView:
    return baskets.read(request.basket)  # type: ignore[attr-defined]


def _forget_lines(request: HttpRequest) -> None:
    """What was read before the locks is old now."""
    request.basket.reset_offer_applications()  # type: ignore[attr-defined]


def _has_contact(progress: Progress, view: baskets.BasketView) -> bool:
    return bool(progress.contact) and (not view.needs_address or progress.has_place)


def _to_basket(request: HttpRequest, view: baskets.BasketView) -> HttpResponse:
    if view.is_empty:
        text = _(
            "Your basket is empty: nothing was ordered now. It may have become an order on another page."
        )
        messages.info(request, text)
    else:
        names = ", ".join(
            f"“{line.record.product.title}”: {line.problem.text}" for line in view.problems if line.problem
        )
        messages.warning(request, _("Nothing was ordered yet.") + f" {names}")
    return redirect("basket:summary")


def _to_address(request: HttpRequest) -> HttpResponse:
    messages.warning(
        request,
        _("Your visit was interrupted, so please check your address again. Your basket is as it was."),
    )
    return redirect("checkout:address")


def _steps(current: str, view: baskets.BasketView) -> list[dict[str, str]]:
    """The steps for components/_steps.html; without goods to ship there is no delivery step."""
    names = [
        ("basket", _("Basket"), reverse("basket:summary")),
        ("address", _("Address"), reverse("checkout:address")),
    ]
    if view.needs_address:
        names.append(("delivery", _("Delivery"), reverse("checkout:delivery")))
    names.append(("review", _("Review"), reverse("checkout:review")))
    at = [name for name, _label, _url in names].index(current)
    return [
        {"label": label, "url": url, "state": "done" if index < at else "current" if index == at else ""}
        for index, (_name, label, url) in enumerate(names)
    ]
