"""Reports of a province's programme: ask for one, see how far it is, take it."""

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.common.files import XLSX, private_file
from marketplace.common.ratelimit import limited
from marketplace.office import page
from marketplace.office.report_forms import ReportForm
from marketplace.programme import states
from marketplace.programme.access import officers_only
from marketplace.programme.models import Report
from marketplace.programme.services import reports as services
from marketplace.reference.models import Province

TONES = {states.DONE: "good", states.FAILED: "bad"}


def _found(province: Province, token: str) -> Report:
    return get_object_or_404(Report.objects.select_related("province"), province=province, token=token)


@officers_only
@require_http_methods(["GET", "HEAD", "POST"])
@limited("reports", most=60, minutes=60)
def reports(request: HttpRequest, province: Province) -> HttpResponse:
    """The form, and what was made before."""
    sent = request.POST if request.method == "POST" else None
    form = ReportForm(sent, province=province, initial={"language": get_language()})
    if request.method == "POST" and form.is_valid():
        first, last = form.span()
        made = services.ask(
            province=province,
            period=form.period(),
            first=first,
            last=last,
            language=form.cleaned_data["language"],
            person=request.user,
        )
        return redirect("office:report", made.token)
    rows = Report.objects.filter(province=province).select_related("province")
    more = {"province": province, "form": form, **page.paged(request, rows)}
    for one in more["page_obj"]:
        one.tone = TONES.get(one.state, "")
    return render(request, "office/reports/list.html", page.context(request, "reports", **more))


@officers_only
@require_safe
def report(request: HttpRequest, province: Province, token: str) -> HttpResponse:
    """How far it is, and once it is there, its two files."""
    found = _found(province, token)
    more = {"report": found, "tone": TONES.get(found.state, "")}
    return render(request, "office/reports/report.html", page.context(request, "reports", **more))


@officers_only
@require_safe
def pdf(request: HttpRequest, province: Province, token: str) -> FileResponse:
    found = _found(province, token)
    if found.state != states.DONE:
        raise Http404
    return private_file(found.pdf, f"{found.file_name}.pdf")


@officers_only
@require_safe
def xlsx(request: HttpRequest, province: Province, token: str) -> FileResponse:
    found = _found(province, token)
    if found.state != states.DONE:
        raise Http404
    return private_file(found.xlsx, f"{found.file_name}.xlsx", XLSX, to_save=True)
