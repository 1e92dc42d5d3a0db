"""The buyer's pages: the list of orders, one order, its invoice, cancelling, signing for goods."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.account import order_page
from marketplace.account import services as account
from marketplace.account.access import actor_of, by_token, secret
from marketplace.account.forms import SignForm
from marketplace.common.access import EXPORT, MENTOR, OFFICE, PROGRAMME, is_staff
from marketplace.common.files import pdf_to_read, private_picture
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import queries, services, states
from marketplace.fulfilment.documents.credit_note import credit_note as write_credit_note
from marketplace.fulfilment.documents.invoice import invoice as write_invoice
from marketplace.fulfilment.documents.proforma import is_offered
from marketplace.fulfilment.documents.proforma import proforma as write_proforma
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services.acceptance import BadAcceptance
from marketplace.orders import states as order_states
from marketplace.orders.models import Order
from marketplace.orders.queries import link_token, orders_for_buyer
from marketplace.payments.models import CreditNote
from marketplace.pesantren.access import is_member

PER_PAGE = 20


@require_safe
@login_required
def home(request: HttpRequest) -> HttpResponse:
    """Where a person goes after signing in: staff, then members of a pesantren, mentors, everybody."""
    if is_staff(request.user, OFFICE, EXPORT, PROGRAMME):
        return redirect("office:home")
    if is_member(request.user):
        return redirect("workspace:home")
    return redirect("workspace:mentoring" if is_staff(request.user, MENTOR) else "account:orders")


@require_safe
@never_cache
@login_required
def orders(request: HttpRequest) -> HttpResponse:
    """My own orders, newest first; three queries however many there are."""
    found = orders_for_buyer(request.user).prefetch_related("fulfilments__partner")
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    rows = [(order, order_page.status(order), link_token(order)) for order in page.object_list]
    return render(
        request,
        "account/orders.html",
        {"rows": rows, "page_obj": page, "page_base": f"{reverse('account:orders')}?page="},
    )


@require_safe
@login_required
def order(request: HttpRequest, number: str) -> HttpResponse:
    found = get_object_or_404(orders_for_buyer(request.user), number=number)
    return secret(render(request, "account/order.html", {**order_page.context(found), "is_mine": True}))


@require_safe
@by_token
def guest_order(request: HttpRequest, *, order: Order, token: str) -> HttpResponse:
    return render(request, "account/order.html", order_page.context(order, token))


@require_safe
@by_token
def invoice(request: HttpRequest, *, order: Order, token: str) -> HttpResponse:
    """In the language the order was made in."""
    return pdf_to_read(write_invoice(order, order.language), f"invoice-{order.number}")


@require_safe
@by_token
def credit_note(request: HttpRequest, *, order: Order, token: str, number: str) -> HttpResponse:
    notes = CreditNote.objects.select_related("order", "refund").filter(order=order, for_part="")
    note = get_object_or_404(notes, number=number)
    return pdf_to_read(write_credit_note(note, order.language, to_buyer=True), note.number)


@require_safe
@by_token
def proforma(request: HttpRequest, *, order: Order, token: str) -> HttpResponse:
    """What a buyer abroad pays against; a buyer at home has the invoice."""
    if not is_offered(order):
        raise Http404
    return pdf_to_read(write_proforma(order, order.language), f"proforma-{order.number}")


@require_http_methods(["GET", "HEAD", "POST"])
@by_token
@limited("cancel", most=30, minutes=60)
def cancel(request: HttpRequest, *, order: Order, token: str) -> HttpResponse:
    """Give up an order that is not paid; the page asks first."""
    if request.method == "POST":
        try:
            services.cancel_unpaid(order=order, actor=actor_of(request, order), why=states.BY_BUYER)
            messages.success(request, _("Your order is cancelled."))
        except IllegalMove:
            messages.info(request, _("This order cannot be cancelled here any more."))
        return redirect("account:guest-order", token=token)
    if order.status != order_states.PLACED:
        messages.info(request, _("This order cannot be cancelled here any more."))
        return redirect("account:guest-order", token=token)
    return render(request, "account/cancel.html", {"order": order, "token": token})


@require_http_methods(["GET", "HEAD", "POST"])
@by_token
@limited("sign", most=40, minutes=60)
def sign(request: HttpRequest, *, order: Order, token: str, number: str) -> HttpResponse:
    """Sign for one part. A part that is signed already shows its receipt on the page of the order."""
    part = get_object_or_404(order.fulfilments.select_related("partner"), number=number)
    back = f"{reverse('account:guest-order', args=[token])}#part-{part.number}"
    if part.state not in account.OPEN:
        messages.info(request, _not_now(part))
        return redirect(back)
    lines = list(part.lines.filter(quantity__gt=0).select_related("line"))
    form = SignForm(request.POST or None, request.FILES or None, lines=lines, kept=list(part.photos.all()))
    if form.is_valid() and _signed(request, form, part, order):
        return redirect(back)
    if form.is_bound:
        form = _with_kept_photos(request, form, part, order)
    more = {"part": part, "order": order, "token": token, "form": form}
    return render(request, "account/sign.html", more)


def _not_now(part: Fulfilment) -> str:
    if hasattr(part, "acceptance"):
        return _("This part is signed. Your receipt stands below.")
    return _("There is nothing to sign for this part now.")


def _signed(request: HttpRequest, form: SignForm, part: Fulfilment, order: Order) -> bool:
    """True if the part is signed, now or by an earlier press of the same button."""
    data = form.cleaned_data
    try:
        account.sign_receipt(
            fulfilment=part,
            actor=actor_of(request, order),
            signed_name=data["signed_name"],
            accepted=form.accepted(),
            reasons=form.reasons(),
            note=data["note"],
            photos=data["photos"],
            drop=data.get("drop", []),
        )
    except IllegalMove:
        messages.info(request, _("This part is signed. Your receipt stands below."))
    except services.NotPaid:
        form.add_error(None, _("The balance of this order is not paid yet. You can sign once it is."))
        return False
    except BadAcceptance:
        form.add_error(None, _("These quantities do not fit what was sent. Please check them."))
        return False
    else:
        messages.success(request, _("Thank you. Your receipt is signed."))
    return True


def _with_kept_photos(request: HttpRequest, form: SignForm, part: Fulfilment, order: Order) -> SignForm:
    """A browser forgets chosen files when a form comes back, so good photos are kept on our side."""
    photos, drop = form.cleaned_data.get("photos") or [], form.cleaned_data.get("drop") or []
    if not photos and not drop:
        return form
    account.keep_photos(fulfilment=part, photos=photos, drop=drop, actor=actor_of(request, order))
    typed = request.POST.copy()
    typed.pop("drop", None)
    fresh = SignForm(typed, {}, lines=form.lines, kept=list(part.photos.all()))
    fresh.is_valid()
    return fresh


@require_safe
@by_token
def photo(request: HttpRequest, *, order: Order, token: str, photo: UUID) -> Any:
    """A private picture, to whoever may see the order."""
    found = queries.photo_of(order.fulfilments.all(), photo)
    if found is None:
        raise Http404
    return private_picture(found)
