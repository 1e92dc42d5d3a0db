"""Lots of a listing: the list, a new one in four answers or the last one again in two taps, recall, labels."""

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue import states as listing_states
from catalogue.lots import queries, states
from catalogue.lots import services as of_lots
from catalogue.lots.models import Lot, usual_days
from catalogue.models import Product
from marketplace.common.actor import Actor
from marketplace.common.files import pdf_to_read
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import services
from marketplace.fulfilment.documents import labels as paper
from marketplace.fulfilment.queries import from_lot
from marketplace.pesantren.access import members_only
from marketplace.reference.working_days import today
from marketplace.workspace.lot_forms import CorrectForm, LabelsForm, LotForm, ReasonForm
from marketplace.workspace.page import context, page_of
from marketplace.workspace.queries import listings

TONES = {states.OPEN: "good", states.RECALLED: "bad"}


def listing_with_lots(request: HttpRequest, pk: int) -> Product:
    """A listing of this person's pesantren that is no draft and ships; anything else is a 404."""
    found = listings(request.user).exclude(state=listing_states.DRAFT).select_related("commodity")
    return get_object_or_404(found, pk=pk, product_class__requires_shipping=True)


def _lot(request: HttpRequest, code: str) -> Lot:
    return get_object_or_404(queries.of_members(request.user), code=code)


def _key(request: HttpRequest) -> UUID:
    """The key of the page, so that pressing twice makes one; a bent one is as good as none."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return uuid4()


@require_safe
@members_only
def lots(request: HttpRequest, pk: int) -> HttpResponse:
    product = listing_with_lots(request, pk)
    page = page_of(request, queries.of_members(request.user).filter(product=product))
    for lot in page:
        lot.tone = TONES.get(lot.state, "plain")
    more = {"product": product, "page_obj": page, "page_base": "?page=", "key": uuid4()}
    more |= {"last": queries.last_of(product)}
    return render(request, "workspace/lots.html", context(request, "products", **more))


@members_only
def new_lot(request: HttpRequest, pk: int) -> HttpResponse:
    product = listing_with_lots(request, pk)
    form = _form(request, LotForm.initial_of(queries.last_of(product)), LotForm, product=product)
    if form.is_bound and form.is_valid():
        try:
            made = of_lots.make(
                product=product, facts=form.facts(), key=_key(request), actor=Actor.of(request.user)
            )
        except Lot.DoesNotExist:  # the key of another listing's page
            form.add_error(None, _("Please press once more."))
        else:
            return _made(request, made)
    more = {"product": product, "form": form, "key": request.POST.get("key") or uuid4()}
    more |= {"days": usual_days(product)}
    return render(request, "workspace/lot_form.html", context(request, "products", **more))


def _form(request: HttpRequest, initial: dict[str, Any], kind: Any, **more: Any) -> Any:
    """The form as it is sent or opened; with the button "show", what was typed and the kecamatan for it."""
    if request.method != "POST":
        return kind(initial=initial, **more)
    if "show" in request.POST:
        return kind(initial=request.POST.dict(), **more)
    return kind(request.POST, **more)


def _made(request: HttpRequest, made: Lot) -> HttpResponse:
    messages.success(
        request, _("Lot %(number)s is recorded. Its labels are below.") % {"number": made.number}
    )
    return redirect("workspace:lot", made.code)


@members_only
@require_POST
def lot_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The same as the last lot, today."""
    product = listing_with_lots(request, pk)
    try:
        made = of_lots.again(product=product, on=today(), key=_key(request), actor=Actor.of(request.user))
    except Lot.DoesNotExist:
        made = None
    return _made(request, made) if made else redirect("workspace:new-lot", product.pk)


@require_safe
@members_only
def lot(request: HttpRequest, code: str) -> HttpResponse:
    found = _lot(request, code)
    page = page_of(request, from_lot(request.user, found))
    full = found.product.carton_quantity
    initial = {"count": 8 if not full else min(-(-found.quantity // full), paper.MOST), "size": paper.SHEET}
    more = {
        "lot": found,
        "product": found.product,
        "tone": TONES.get(found.state, "plain"),
        "link": found.link(get_language() or "id"),
        "page_obj": page,
        "page_base": "?page=",
        "corrections": found.corrections.all()[:8],
        "form": LabelsForm(initial=initial | {"pack": full}),
    }
    return render(request, "workspace/lot.html", context(request, "products", **more))


@members_only
def correct_lot(request: HttpRequest, code: str) -> HttpResponse:
    found = _lot(request, code)
    form = _form(request, {}, CorrectForm, lot=found)
    if form.is_bound and form.is_valid() and _corrected(request, found, form):
        return redirect("workspace:lot", found.code)
    more = {"lot": found, "product": found.product, "form": form, "days": usual_days(found.product)}
    return render(request, "workspace/lot_form.html", context(request, "products", **more))


def _corrected(request: HttpRequest, found: Lot, form: CorrectForm) -> bool:
    try:
        why = form.cleaned_data.get("why", "")
        changed = of_lots.correct(lot=found, facts=form.facts(), why=why, actor=Actor.of(request.user))
    except of_lots.Packed as packed:
        form.add_error("quantity", _("%(n)s of it are packed already.") % {"n": packed.used})
        return False
    except of_lots.NoReason:  # goods left while the page was open
        form.add_error(None, _("Goods of it have just left. Open the page once more and write why."))
        return False
    messages.success(request, _("Corrected.") if changed else _("Nothing was different."))
    return True


@members_only
def recall_lot(request: HttpRequest, code: str) -> HttpResponse:
    """Asks why and does it; a recalled lot: asks why that is lifted."""
    found, actor = _lot(request, code), Actor.of(request.user)
    lifts = found.state == states.RECALLED
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]

        def lift() -> str:
            of_lots.open_again(lot=found, actor=actor, why=why)
            return _("The recall is lifted. The page of the lot says so and why.")

        def recall() -> str:
            told = services.recall_lot(lot=found, actor=actor, why=why)
            return _("Recalled. Orders whose buyers are told by mail: %(n)s.") % {"n": told}

        return _move(request, found, lift if lifts else recall)
    went = from_lot(request.user, found).count()
    more = {"lot": found, "product": found.product, "form": form, "lifts": lifts, "went": went}
    return render(request, "workspace/lot_recall.html", context(request, "products", **more))


def _move(request: HttpRequest, found: Lot, work: Callable[[], str]) -> HttpResponse:
    try:
        messages.success(request, work())
    except IllegalMove:
        messages.info(request, _("Nothing was changed: this was done already."))
    return redirect("workspace:lot", found.code)


@members_only
@require_POST
def move_lot(request: HttpRequest, code: str, step: str) -> HttpResponse:
    """Used up, or open again; a recall is lifted elsewhere, with a reason."""
    found, actor = _lot(request, code), Actor.of(request.user)

    def work() -> str:
        if step == "end":
            of_lots.end(lot=found, actor=actor)
            return _("Used up: nothing is packed from it any more.")
        if step != "open" or found.state == states.RECALLED:
            raise IllegalMove(found, found.state, states.OPEN)
        of_lots.open_again(lot=found, actor=actor)
        return _("Open again.")

    return _move(request, found, work)


@require_safe
@members_only
def lot_labels(request: HttpRequest, code: str) -> HttpResponse:
    found = _lot(request, code)
    form = LabelsForm(request.GET)
    if not form.is_valid():
        said = str(next(iter(form.errors.values()))[0])
        messages.error(request, said)
        return redirect("workspace:lot", found.code)
    data = form.cleaned_data
    made = paper.of_lot(
        found, get_language() or "id", data["size"], count=data["count"], quantity=data["pack"]
    )
    return pdf_to_read(made, f"label-{found.number}")
