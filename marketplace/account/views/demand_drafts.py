"""What still changes of a request: its lines one by one or from a spreadsheet, months, terms, files."""

from collections.abc import Sequence
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from catalogue.imports.faults import FileError
from marketplace.account import demand_sheet
from marketplace.account.company_page import page, show
from marketplace.account.demand_forms import ABROAD, HOME, FileForm, SheetForm, TermsForm
from marketplace.account.demand_page import demand_or_404, goods_of, places, why
from marketplace.account.line_forms import LineForm, MonthsForm
from marketplace.account.views.demands import demand_shown
from marketplace.common.actor import Actor
from marketplace.common.files import workbook_to_save
from marketplace.common.ratelimit import limited
from marketplace.sourcing import states
from marketplace.sourcing.models import Demand
from marketplace.sourcing.services import demand as services
from marketplace.sourcing.services.demand import DemandError, Good


@require_safe
@never_cache
@login_required
def sheet_template(request: HttpRequest) -> FileResponse:
    """An empty file for many lines, with headings and an example in the language of the page."""
    places(request)
    return workbook_to_save(demand_sheet.template(), _("lines"))


@page
@never_cache
@login_required
@limited("demand", most=40, minutes=60)
def lines(request: HttpRequest, number: str) -> HttpResponse:
    """Lines of a draft: one more, many from a spreadsheet, or one less."""
    places_ = places(request, acting=True)
    found = demand_or_404(request, number)
    if found.state != states.DRAFT:
        return redirect("account:demand", number)
    do = request.POST.get("do", "")
    form = LineForm(request.POST if do == "add" else None, currency=found.currency)
    sheet = SheetForm(request.POST if do == "sheet" else None, request.FILES if do == "sheet" else None)
    faults: Sequence[str] = []
    goods = goods_of(found)
    wanted = None
    if do == "add" and form.is_valid():
        wanted = [*goods, form.line()]
    elif do == "sheet" and sheet.is_valid():
        try:
            wanted = [*goods, *demand_sheet.read(sheet.cleaned_data["sheet"], found.currency)]
        except FileError as error:
            faults = error.texts
    elif do.startswith("remove-"):
        wanted = [good for at, good in enumerate(goods, start=1) if do != f"remove-{at}"]
    if wanted is not None:
        refused = _kept(request, found, wanted)
        if not refused:
            return redirect("account:demand-lines", number)
        faults = [refused]
    said = [*sheet.errors.get("sheet", []), *faults]
    errors = [("#id_sheet" if do == "sheet" else "", str(text)) for text in said]
    context = {"demand": found, "form": form, "sheet": sheet, "faults": errors}
    return show(request, "account/demand_lines.html", places_, **context)


def _kept(request: HttpRequest, found: Demand, goods: Sequence[Good]) -> str:
    """Why these lines are refused; nothing once they are kept."""
    try:
        services.correct(demand=found, terms={}, goods=goods, actor=Actor.of(request.user))
    except DemandError as refused:
        return why(refused)
    messages.success(request, _("The lines are kept."))
    return ""


@page
@never_cache
@login_required
@limited("demand", most=40, minutes=60)
def line(request: HttpRequest, number: str, at: int) -> HttpResponse:
    """One line of a draft: what it is and what is wished of it, and how much in which month."""
    places_ = places(request, acting=True)
    found = demand_or_404(request, number)
    if found.state != states.DRAFT:
        return redirect("account:demand", number)
    goods = goods_of(found)
    if not 0 < at <= len(goods):
        raise Http404
    good, do = goods[at - 1], request.POST.get("do", "")
    product = good.product if good.product and good.product.unit_id == good.unit.pk else None
    form = LineForm(
        request.POST if do == "line" else None,
        product=product,
        currency=found.currency,
        initial=LineForm.line_facts(good, found.currency),
    )
    months = MonthsForm(request.POST if do == "months" else None, good=good)
    wanted = None
    if do == "line" and form.is_valid():
        wanted = form.changed(good)
    elif do == "months" and months.is_valid():
        wanted = months.good()
    faults: Sequence[tuple[str, str]] = []
    if wanted is not None:
        refused = _kept(request, found, [*goods[: at - 1], wanted, *goods[at:]])
        if not refused:
            return redirect("account:demand-line", number, at)
        faults = [("", refused)]
    context = {"demand": found, "good": good, "at": at, "form": form, "months": months, "faults": faults}
    return show(request, "account/demand_line.html", places_, **context)


@page
@never_cache
@login_required
@limited("demand", most=40, minutes=60)
def terms(request: HttpRequest, number: str) -> HttpResponse:
    """Where a draft goes to, and its other terms."""
    places_ = places(request, acting=True)
    found = demand_or_404(request, number)
    if found.state != states.DRAFT:
        return redirect("account:demand", number)
    where = ABROAD if found.is_abroad else HOME
    form = TermsForm(
        request.POST or None, where=where, currency=found.currency, initial=TermsForm.facts(found)
    )
    if form.is_valid():
        said = form.terms() | {"currency": found.currency, "of_order": found.of_order}
        services.correct(demand=found, terms=said, goods=goods_of(found), actor=Actor.of(request.user))
        return redirect("account:demand", number)
    return show(request, "account/demand_terms.html", places_, demand=found, form=form)


@require_POST
@never_cache
@login_required
@limited("demand", most=40, minutes=60)
def add_file(request: HttpRequest, number: str) -> HttpResponse:
    """One more drawing or specification, up to the limit; a wrong one comes back beside its field."""
    places_ = places(request, acting=True)
    found = demand_or_404(request, number)
    form = FileForm(request.POST, request.FILES)
    if found.state == states.DRAFT and form.is_valid():
        file = form.cleaned_data["attachment"]
        name = file.name
        file.name = f"{uuid4()}.{file.kind}"
        try:
            services.attach(demand=found, file=file, name=name)
        except DemandError as refused:
            form.add_error("attachment", why(refused))
        else:
            messages.success(request, _("The file is kept."))
    if found.state == states.DRAFT and form.errors:
        return demand_shown(request, places_, found, form)
    return redirect("account:demand", number)


@require_POST
@never_cache
@login_required
def remove_file(request: HttpRequest, number: str, token: UUID) -> HttpResponse:
    """One file less; twice is once."""
    places(request, acting=True)
    found = demand_or_404(request, number)
    try:
        services.detach(demand=found, token=token)
    except DemandError as refused:
        messages.warning(request, why(refused))
    else:
        messages.success(request, _("The file is taken out."))
    return redirect("account:demand", number)
