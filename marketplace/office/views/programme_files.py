"""Workbooks of registrations: the template, sending one, what each row would do, and yes or no to it."""

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from catalogue.imports.faults import FileError
from catalogue.imports.guard import guarded
from marketplace.common.actor import Actor
from marketplace.common.csv_lines import Echo
from marketplace.common.files import csv_to_save, workbook_to_save
from marketplace.common.ratelimit import limited
from marketplace.common.refused import Refused
from marketplace.common.states import IllegalMove
from marketplace.office import page
from marketplace.office.programme_forms import RegistrationsForm
from marketplace.office.views.programme_years import found_year
from marketplace.programme import states
from marketplace.programme.access import officers_only
from marketplace.programme.models import ProgrammeYear, RegistrationFile
from marketplace.programme.registrations import sheet as registration_sheet
from marketplace.programme.services import registration_files as services
from marketplace.reference.models import Province

SHOWS = ("faulty", "likely", "good")


def _file(province: Province, pk: int) -> RegistrationFile:
    rows = RegistrationFile.objects.select_related("year__province")
    return get_object_or_404(rows, year__province=province, pk=pk)


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
@limited("registrations", most=30, minutes=60)
def files(request: HttpRequest, province: Province, number: int) -> HttpResponse:
    """The template, the form to send a workbook, and what was sent before."""
    year = found_year(province, number)
    form = RegistrationsForm(request.POST, request.FILES) if request.method == "POST" else RegistrationsForm()
    if request.method == "POST" and form.is_valid() and (made := _sent(request, year, form)):
        return redirect("office:programme-file", made.pk)
    rows = year.files.defer("rows").order_by("-pk")
    more = {
        "province": province,
        "year": year,
        "form": form,
        "is_open": year.state == states.OPEN and not year.is_historic,
        "most": registration_sheet.MOST_ROWS,
        **page.paged(request, rows),
    }
    return render(request, "office/programme/files.html", page.context(request, "programme", **more))


def _sent(request: HttpRequest, year: ProgrammeYear, form: RegistrationsForm) -> RegistrationFile | None:
    """The file kept; nothing where it is refused, and then the form says why."""
    try:
        return services.upload(
            year=year, file=form.cleaned_data["file"], person=request.user, language=get_language() or "id"
        )
    except FileError as error:
        form.add_error("file", list(error.texts))
    except Refused as error:
        form.add_error(None, error.message)
    return None


@officers_only
@require_safe
def template(request: HttpRequest, province: Province) -> HttpResponseBase:
    """An empty workbook with the places of the own province."""
    return workbook_to_save(registration_sheet.template(province), f"opop-{province.code}")


@officers_only
@require_safe
def registration_file(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    """How far it is; what each row would do; what became of it."""
    run = _file(province, pk)
    groups: dict[str, list[dict[str, Any]]] = {one: [] for one in SHOWS}
    for row in run.rows:
        groups["faulty" if row["faults"] else "likely" if row["likely"] else "good"].append(row)
    show = request.GET.get("show", "")
    show = show if groups.get(show) else next((one for one in SHOWS if groups[one]), "good")
    labels = {"faulty": _("Faulty"), "likely": _("Likely duplicates"), "good": _("In order")}
    more = {
        "province": province,
        "run": run,
        "is_running": run.state in (states.WAITING, states.WORKING),
        "show": show,
        "figures": [(one, labels[one], len(groups[one])) for one in SHOWS],
        "n_faulty": len(groups["faulty"]),
        "n_likely": len(groups["likely"]),
        "n_good": len(groups["good"]),
        "n_all": len(groups["good"]) + len(groups["likely"]),
        "columns": [str(label).rstrip(" *") for label, _help in registration_sheet.COLUMNS.values()],
        "page_obj": Paginator(groups[show], page.PER_PAGE).get_page(request.GET.get("page")),
        "page_base": f"?show={show}&page=",
    }
    return render(request, "office/programme/file.html", page.context(request, "programme", **more))


@officers_only
@require_safe
def errors(request: HttpRequest, province: Province, pk: int) -> HttpResponseBase:
    """Every fault and every likely duplicate, to mend the workbook by."""
    run = _file(province, pk)
    return csv_to_save(_lines(run.rows), f"opop-errors-{run.pk}")


def _lines(rows: list[dict[str, Any]]) -> Iterator[str]:
    writer = csv.writer(Echo(), delimiter="," if get_language() == "en" else ";")
    yield "\ufeff"
    yield writer.writerow([_("Row"), _("Pesantren"), _("Column"), _("What stands there"), _("What is wrong")])
    for row in rows:
        for one in row["faults"]:
            cells = [row["line"], row["cells"]["name"], one["column"], one["given"], one["said"]]
            yield writer.writerow([guarded(cell) for cell in cells])
        for said in row["likely"]:
            cells = [row["line"], row["cells"]["name"], "", "", _("May be: %(name)s") % {"name": said}]
            yield writer.writerow([guarded(cell) for cell in cells])


@officers_only
@require_POST
def confirm(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    run = _file(province, pk)
    try:
        services.confirm(
            run=run, without_likely="without_likely" in request.POST, actor=Actor.of(request.user)
        )
    except Refused as error:
        messages.warning(request, error.message)
    except IllegalMove:
        messages.info(request, _("Nothing was changed: somebody was first. Look once more."))
    return redirect("office:programme-file", run.pk)


@officers_only
@require_POST
def drop(request: HttpRequest, province: Province, pk: int) -> HttpResponse:
    run = _file(province, pk)
    if not services.drop(run=run, actor=Actor.of(request.user)):
        messages.info(request, _("Nothing was changed: it is being registered already."))
        return redirect("office:programme-file", run.pk)
    failed = run.state == states.FAILED  # some rows may have been registered before
    messages.success(
        request, _("Taken out of the list.") if failed else _("Nothing of this file was registered.")
    )
    return redirect("office:programme-files", run.year.year)
