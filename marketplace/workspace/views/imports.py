"""Many products at once: taken out as a file, sent back, looked at before anything is written, and followed."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue.imports import queries, services, states, writing
from catalogue.imports.columns import Layout
from catalogue.imports.faults import AnotherRuns, FileError, PhotosError
from catalogue.imports.limits import KEPT_DAYS, MOST_ROWS
from catalogue.imports.models import ListingImport
from catalogue.models import ProductClass
from marketplace.common.actor import Actor
from marketplace.common.files import csv_to_save, workbook_to_save
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.pesantren.models import Partner
from marketplace.reference.working_days import today
from marketplace.workspace.import_forms import ImportForm, TemplateForm
from marketplace.workspace.page import context, page_of


def _partner(request: HttpRequest, code: str) -> Partner:
    return get_object_or_404(pesantren_of(request.user), code=code)


@members_only
@limited("listing-file", most=30, minutes=60)
def listing_files(request: HttpRequest, code: str) -> HttpResponse:
    """What can be taken out, the templates, the form to send a file, and what was sent before."""
    partner = _partner(request, code)
    form = ImportForm(request.POST, request.FILES) if request.method == "POST" else ImportForm()
    if request.method == "POST" and form.is_valid() and (run := _sent(request, partner, form)):
        return redirect("workspace:listing-import", run.pk)
    more = {
        "partner": partner,
        "form": form,
        "template_form": TemplateForm(auto_id="template_%s"),
        "kinds": queries.kinds_listed(partner),
        "page_obj": page_of(request, queries.of_members(request.user).filter(partner=partner)),
        "page_base": "?page=",
        "most": MOST_ROWS,
        "days": KEPT_DAYS,
    }
    return render(request, "workspace/listing_files.html", context(request, "products", **more))


def _sent(request: HttpRequest, partner: Partner, form: ImportForm) -> ListingImport | None:
    """The import; nothing where the file is refused, and then the form says why."""
    try:
        return services.upload(
            partner=partner, person=request.user, language=get_language() or "id", **form.cleaned_data
        )
    except PhotosError as error:
        form.add_error("photos", list(error.texts))
    except FileError as error:
        form.add_error("file", list(error.texts))
    except ListingImport.DoesNotExist:  # a key of another pesantren: a bent form
        form.add_error("file", _("Choose the file that you filled in."))
    return None


@require_safe
@members_only
def listings_xlsx(request: HttpRequest, code: str) -> HttpResponseBase:
    """Everything this pesantren lists, a sheet for each kind of goods."""
    partner = _partner(request, code)
    kinds = list(queries.kinds_listed(partner))
    if not kinds:
        messages.info(request, _("There is no product yet. Take a template instead."))
        return redirect("workspace:listing-files", partner.code)
    return workbook_to_save(writing.xlsx_listings(partner, kinds), f"{partner.code}-{today()}")


@require_safe
@members_only
def listings_csv(request: HttpRequest, code: str, kind: str) -> HttpResponseBase:
    """What this pesantren lists of one kind of goods."""
    partner = _partner(request, code)
    found = get_object_or_404(ProductClass, slug=kind)
    return csv_to_save(
        writing.csv_listings(partner, Layout(found)), f"{partner.code}-{slugify(kind)}-{today()}"
    )


@require_safe
@members_only
def listing_template(request: HttpRequest, code: str) -> HttpResponseBase:
    """An empty file for one kind of goods, chosen in the form before."""
    partner = _partner(request, code)
    form = TemplateForm(request.GET)
    if not form.is_valid():
        return redirect("workspace:listing-files", partner.code)
    layout, name = Layout(form.cleaned_data["kind"]), f"template-{slugify(form.cleaned_data['kind'].slug)}"
    if form.cleaned_data["layout"] == "csv":
        return csv_to_save(writing.csv_template(layout), name)
    return workbook_to_save(writing.xlsx_template(layout), name)


def _run(request: HttpRequest, pk: int) -> ListingImport:
    return get_object_or_404(queries.of_members(request.user), pk=pk)


@require_safe
@members_only
def listing_import(request: HttpRequest, pk: int) -> HttpResponse:
    """How far it is; what it would do, fault by fault; what it did."""
    run = _run(request, pk)
    outcomes, results = queries.counts(run)
    is_taken = run.state in {states.TAKING, states.TAKEN}
    figures = results if is_taken else outcomes
    labels: dict[str, Any] = dict(states.RESULTS if is_taken else states.OUTCOMES)
    if is_taken:
        figures, labels = (
            {**figures, states.FAULTY: outcomes[states.FAULTY]},
            {**labels, states.FAULTY: _("Faulty")},
        )
    show = request.GET.get("show", "")
    show = show if figures.get(show) else next((one for one in labels if figures[one]), "")
    more: dict[str, Any] = {"run": run, "show": show, "outcomes": outcomes}
    more["figures"] = [(one, str(label), figures[one], f"?show={one}") for one, label in labels.items()]
    more["good"] = outcomes[states.NEW] + outcomes[states.CHANGED]
    if run.state in {states.CHECKED, states.TAKEN}:
        by = {"result": show} if is_taken and show != states.FAULTY else {"outcome": show}
        more["page_obj"] = page_of(request, queries.lines(request.user, run, **by))
        more["page_base"] = f"?show={show}&page="
    return render(request, "workspace/listing_import.html", context(request, "products", **more))


@members_only
@require_POST
def confirm_import(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    try:
        services.confirm(run=run, actor=Actor.of(request.user))
    except IllegalMove as error:
        _already(request, error)
    except AnotherRuns:
        messages.warning(request, _("Another file is being taken over. Wait a little, then press once more."))
    return redirect("workspace:listing-import", run.pk)


@members_only
@require_POST
def drop_import(request: HttpRequest, pk: int) -> HttpResponse:
    run = _run(request, pk)
    try:
        services.drop(run=run, actor=Actor.of(request.user))
    except IllegalMove as error:
        _already(request, error)
        return redirect("workspace:listing-import", run.pk)
    messages.success(request, _("Nothing was changed."))
    return redirect(reverse("workspace:listing-files", args=[run.partner.code]))


def _already(request: HttpRequest, error: IllegalMove) -> None:
    state = dict(states.CHOICES).get(error.before, error.before)
    messages.info(request, _("Nothing was changed: the file is already: %(state)s.") % {"state": state})
