"""The basket's pages. Everything works by plain forms."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue import indicative
from checkout.basket import queries, services, terms
from checkout.basket.forms import AddForm, QuantityForm
from checkout.basket.models import Line
from checkout.basket.refill import REPORT
from marketplace.pesantren.models import StockRecord


@dataclass(frozen=True)
class Refusal:
    """A quantity that was refused: what was typed, why, and what can be taken instead."""

    typed: str
    text: str
    mends: tuple[tuple[int, str], ...] = ()


@never_cache
@require_safe
def summary(request: HttpRequest) -> HttpResponse:
    return _summary(request, {}, request.session.pop(REPORT, []))


def _summary(
    request: HttpRequest, refusals: dict[int, Refusal], report: Sequence[tuple[str, str]] = ()
) -> HttpResponse:
    guide = indicative.guide_for(request.user)
    view = queries.read(request.basket, guide)  # type: ignore[attr-defined]
    refused = [(f"#quantity-{pk}", refusal.text) for pk, refusal in refusals.items()]
    context = {"view": view, "refusals": refusals, "refused": refused, "report": report}
    return render(request, "basket/summary.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def add(request: HttpRequest, product_id: int) -> HttpResponse:
    """Put goods into the basket; a quantity that cannot be taken comes back here with what can."""
    record = get_object_or_404(queries.listed(), product_id=product_id)
    if request.method != "POST":
        return _add_page(request, record, AddForm(initial={"quantity": terms.least(record)}))
    form = AddForm(request.POST)
    if not form.is_valid():
        return _add_page(request, record, form)
    wanted = form.cleaned_data["quantity"]
    try:
        services.add(basket=request.basket, record=record, quantity=wanted)  # type: ignore[attr-defined]
    except services.Refused as refused:
        form.add_error("quantity", refused.problem.text)
        return _add_page(request, record, form, refused)
    except services.BasketClosed:
        form.add_error(
            "quantity", _("Your basket has just become an order. Press the button again for a new one.")
        )
        return _add_page(request, record, form)
    text = _("%(quantity)s of “%(product)s” is in your basket.")
    messages.success(
        request, text % {"quantity": terms.written(wanted, record), "product": record.product.title}
    )
    return redirect("basket:summary")


def _add_page(
    request: HttpRequest, record: StockRecord, form: AddForm, refused: services.Refused | None = None
) -> HttpResponse:
    already = refused.already if refused else 0
    mends = [mend - already for mend in refused.problem.mends] if refused else []
    context = {
        "record": record,
        "product": record.product,
        "form": form,
        "field": form["quantity"],
        "already": terms.written(already, record) if already else "",
        "mends": [(mend, terms.written(mend, record)) for mend in mends if mend > 0],
        "least": terms.least(record),
        "least_written": terms.written(terms.least(record), record),
        "can_sell": record.partner.sells_now,
    }
    return render(request, "basket/add.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def update(request: HttpRequest, line_id: int) -> HttpResponse:
    """Set the quantity of a line. Opened by a link (a refused page in another language), it is the basket."""
    if request.method != "POST":
        return redirect("basket:summary")
    line = _own_line(request, line_id)
    form = QuantityForm(request.POST)
    typed = request.POST.get("quantity", "")
    if not form.is_valid():
        refusal = Refusal(typed, " ".join(map(str, form.errors["quantity"])))
        return _summary(request, {line.pk: refusal})
    try:
        services.change(line=line, quantity=form.cleaned_data["quantity"])
    except services.Refused as refused:
        found = refused.problem
        mends = tuple((mend, terms.written(mend, line.stockrecord)) for mend in found.mends)
        return _summary(request, {line.pk: Refusal(typed, found.text, mends)})
    except services.BasketClosed:
        messages.warning(request, _("Your basket has just become an order."))
    return redirect("basket:summary")


@never_cache
@require_POST
def remove(request: HttpRequest, line_id: int) -> HttpResponse:
    line = _own_line(request, line_id)
    try:
        services.remove(line=line)
    except services.BasketClosed:
        messages.warning(request, _("Your basket has just become an order."))
    else:
        messages.success(request, _("“%(product)s” was taken out.") % {"product": line.product.title})
    return redirect("basket:summary")


def _own_line(request: HttpRequest, line_id: int) -> Line:
    """A line of the visitor's own basket; anybody else's is not found."""
    basket = request.basket  # type: ignore[attr-defined]
    lines = Line.objects.filter(basket_id=basket.pk or 0).select_related(
        "basket", "product__product_class", "product__unit", "stockrecord__partner"
    )
    line = get_object_or_404(lines, pk=line_id)
    line.stockrecord.product = line.product
    return line
