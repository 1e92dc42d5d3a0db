"""Saved lists of a signed-in buyer. Somebody else's list is not found."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from checkout.basket import queries as baskets
from checkout.basket.forms import QuantityForm
from checkout.basket.terms import least
from checkout.lists import queries, services
from checkout.lists.forms import NameForm, SaveForm
from checkout.lists.models import SavedLine, SavedList
from marketplace.account.views.again import into_basket

PER_PAGE = 20
page = require_http_methods(["GET", "HEAD", "POST"])


@page
@never_cache
@login_required
def index(request: HttpRequest) -> HttpResponse:
    """My lists, and a form for a new one."""
    form = NameForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        try:
            made = services.make(owner=request.user, name=form.cleaned_data["name"])
        except (services.ListsFull, services.SameName) as refused:
            form.add_error("name", _why(refused))
        else:
            return redirect("account:list", made.pk)
    found = Paginator(queries.lists(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {"form": form, "page_obj": found, "page_base": f"{reverse('account:lists')}?page="}
    return render(request, "account/lists.html", context)


def _why(refused: Exception) -> str:
    """In words, why a list could not be kept."""
    if isinstance(refused, services.SameName):
        return _("You have a list of this name already.")
    if isinstance(refused, services.LinesFull):
        return _("A list has room for %(most)s goods.") % {"most": services.MOST_LINES}
    if isinstance(refused, SavedList.DoesNotExist):
        return _("This list is gone. Choose another one.")
    return _("You have %(most)s lists, as many as there is room for.") % {"most": services.MOST_LISTS}


@page
@never_cache
@login_required
def show(request: HttpRequest, list_id: int) -> HttpResponse:
    """The goods with today's prices. Sent: the quantity of one of them, refused beside its field."""
    found = _own(request, list_id)
    refused: dict[str, Any] = {}
    if request.method == "POST":
        line = _own_line(request, found)
        form = QuantityForm(request.POST)
        if form.is_valid():
            services.change(line=line, quantity=form.cleaned_data["quantity"])
            return redirect(f"{reverse('account:list', args=[found.pk])}?page={_page_number(request)}")
        text = " ".join(map(str, form.errors["quantity"]))
        refused = {"pk": line.pk, "text": text, "typed": request.POST.get("quantity", "")}
    shown = Paginator(queries.lines(found), PER_PAGE).get_page(_page_number(request))
    context = {
        "list": found,
        "rows": queries.today(list(shown.object_list)),
        "refused": refused,
        "errors": [(f"#quantity-{refused['pk']}", refused["text"])] if refused else [],
        "page_obj": shown,
        "page_base": f"{reverse('account:list', args=[found.pk])}?page=",
    }
    return render(request, "account/list.html", context)


def _page_number(request: HttpRequest) -> str:
    typed = request.POST.get("page") or request.GET.get("page") or "1"
    return typed if typed.isdecimal() else "1"


@page
@never_cache
@login_required
def rename(request: HttpRequest, list_id: int) -> HttpResponse:
    found = _own(request, list_id)
    form = NameForm(request.POST if request.method == "POST" else None, initial={"name": found.name})
    if form.is_valid():
        try:
            services.rename(saved_list=found, name=form.cleaned_data["name"])
        except services.SameName as refused:
            form.add_error("name", _why(refused))
        else:
            return redirect("account:list", found.pk)
    return render(request, "account/list_rename.html", {"list": found, "form": form})


@page
@never_cache
@login_required
def delete(request: HttpRequest, list_id: int) -> HttpResponse:
    """The page asks first."""
    found = _own(request, list_id)
    if request.method == "POST":
        services.delete(saved_list=found)
        messages.success(request, _("The list “%(name)s” is deleted.") % {"name": found.name})
        return redirect("account:lists")
    return render(request, "account/list_delete.html", {"list": found})


@require_POST
@login_required
def to_basket(request: HttpRequest, list_id: int) -> HttpResponse:
    return into_basket(request, queries.wanted(_own(request, list_id)))


@page
@never_cache
def add(request: HttpRequest, product_id: int) -> HttpResponse:
    """From the product's page comes only a quantity: it stays in the address, also through the sign-in."""
    if request.method == "POST" and "name" not in request.POST:
        typed = urlencode({"quantity": request.POST.get("quantity", "")[:20]})
        return redirect(f"{reverse('account:list-add', args=[product_id])}?{typed}")
    return _add(request, product_id)


@login_required
def _add(request: HttpRequest, product_id: int) -> HttpResponse:
    record = get_object_or_404(baskets.listed(), product_id=product_id)
    quantity = request.GET.get("quantity") or least(record)
    form = _save_form(request, initial={"quantity": quantity}, ask_quantity=True)
    if form.is_valid() and (kept := _saved(request, form, {product_id: form.cleaned_data["quantity"]})):
        text = _("“%(product)s” is in your list “%(name)s”.")
        messages.success(request, text % {"product": record.product.title, "name": kept.name})
        return redirect("account:list", kept.pk)
    return render(request, "account/list_save.html", {"form": form, "product": record.product})


@page
@never_cache
@login_required
def from_basket(request: HttpRequest) -> HttpResponse:
    view = baskets.read(request.basket)  # type: ignore[attr-defined]
    if view.is_empty:
        messages.info(request, _("Your basket is empty."))
        return redirect("basket:summary")
    quantities = {line.record.product_id: line.quantity for line in view.lines}
    form = _save_form(request)
    if form.is_valid() and (kept := _saved(request, form, quantities)):
        messages.success(request, _("Your basket is in your list “%(name)s”.") % {"name": kept.name})
        return redirect("account:list", kept.pk)
    return render(request, "account/list_save.html", {"form": form, "lines": view.lines})


def _save_form(request: HttpRequest, **more: Any) -> SaveForm:
    mine = list(queries.lists(request.user))
    return SaveForm(request.POST if request.method == "POST" else None, mine=mine, **more)


def _saved(request: HttpRequest, form: SaveForm, quantities: Mapping[int, int]) -> SavedList | None:
    """The list that holds these goods now, or nothing and the reason beside its field."""
    name = form.cleaned_data["name"]
    chosen = form.chosen
    try:
        if chosen is None:
            return services.save_new(owner=request.user, name=name, quantities=quantities)
        services.save(saved_list=chosen, quantities=quantities)
    except (services.ListsFull, services.SameName) as refused:
        form.add_error("name", _why(refused))
    except (services.LinesFull, SavedList.DoesNotExist) as refused:
        form.add_error("saved_list" if chosen else None, _why(refused))
    else:
        return chosen
    return None


def _own(request: HttpRequest, list_id: int) -> SavedList:
    return get_object_or_404(queries.lists(request.user), pk=list_id)


def _own_line(request: HttpRequest, found: SavedList) -> SavedLine:
    number = request.POST.get("line", "")
    return get_object_or_404(found.lines, pk=int(number) if number.isdecimal() and len(number) < 19 else 0)
