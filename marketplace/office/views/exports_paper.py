"""One paper of a consignment: its facts, versions and files, and every step with it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.access import EXPORT, OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.files import PDF, XLSX, pdf_to_read, private_file
from marketplace.common.forms import WhyForm
from marketplace.common.states import IllegalMove
from marketplace.exports import states
from marketplace.exports.forms import PaperFileForm, refuse
from marketplace.exports.models import Paper
from marketplace.exports.papers import rules
from marketplace.exports.papers.errors import PaperError
from marketplace.exports.papers.papering import Dossier
from marketplace.exports.papers.queries import Row, rows_of
from marketplace.exports.services import issuing, uploads
from marketplace.exports.services import papers as services
from marketplace.office import export_page
from marketplace.office.export_paper_forms import CheckForm
from marketplace.office.views.exports_papers import LABELS, say, shown
from marketplace.office.views.steps import moves_of


def paper_of(request: HttpRequest, number: str, kind: str) -> Paper:
    found = export_page.found(request, number)
    paper = get_object_or_404(found.papers, kind=kind)
    paper.consignment = found
    return paper


@staff_only(EXPORT, OFFICE)
@require_safe
def paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    return _one(request, paper_of(request, number, kind))


def _one(request: HttpRequest, found: Paper, **forms: Any) -> HttpResponse:
    """One paper with its forms; those that came back with errors are given."""
    dossier = Dossier(found.consignment)
    row = next(row for row in rows_of(dossier) if row.paper.pk == found.pk)
    currency = found.consignment.currency
    more = {
        "row": row,
        "uploading": PaperFileForm(prefix="upload"),
        "checking": CheckForm(prefix="check", paper=found, currency=currency),
        "rejecting": WhyForm(prefix="reject"),
        "waiving": WhyForm(prefix="waive"),
        "steps": moves_of(found, LABELS | {states.ISSUED: row.kind.label_of(states.ISSUED)}),
        "is_mine": bool(row.newest and row.newest.actor_id == request.user.pk),
        **_may(row),
        **forms,
    }
    return shown(request, "paper", found.consignment, **more)


def _may(row: Row) -> dict[str, bool]:
    """What can be done with it now."""
    state, here = row.paper.state, row.kind.made_here
    return {
        "can_issue": here and states.PAPER.allows(state, states.ISSUED),
        "can_draft": here and states.PAPER.allows(state, states.DRAFTED),
        "can_upload": not here and states.PAPER.allows(state, states.ISSUED),
        "can_check": not here and state == states.ISSUED,
        "can_confirm": row.kind.two_people and state == states.ISSUED,
        "can_reject": state in states.IN_HAND,
        "can_waive": states.PAPER.allows(state, states.NOT_NEEDED),
        "can_ask": state == states.NOT_NEEDED,
    }


@staff_only(EXPORT)
@require_safe
def paper_draft(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    """As it would be issued now, marked as a draft."""
    found = paper_of(request, number, kind)
    if not rules.kinds()[kind].made_here:
        raise Http404
    try:
        return pdf_to_read(issuing.preview(paper=found), f"draft-{kind}-{number}")
    except PaperError as error:
        say(request, error)
        return redirect("office:export-paper", number, kind)


def _step(
    request: HttpRequest, number: str, kind: str, act: Callable[[Paper], Any], done: str
) -> HttpResponse:
    """One press of a button, and back to the paper."""
    found = paper_of(request, number, kind)
    try:
        act(found)
    except (PaperError, IllegalMove) as error:
        say(request, error)
    else:
        messages.success(request, done)
    return redirect("office:export-paper", number, kind)


@staff_only(EXPORT)
@require_POST
def draft_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    actor = Actor.of(request.user)
    return _step(
        request, number, kind, lambda found: issuing.draft(paper=found, actor=actor), _("Noted as drafted.")
    )


@staff_only(EXPORT)
@require_POST
def issue_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    actor, why = Actor.of(request.user), request.POST.get("why", "").replace("\0", "").strip()[:300]
    return _step(
        request, number, kind, lambda found: issuing.issue(paper=found, actor=actor, why=why), _("Issued.")
    )


@staff_only(EXPORT)
@require_POST
def confirm_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    actor = Actor.of(request.user)
    return _step(
        request,
        number,
        kind,
        lambda found: issuing.confirm(paper=found, actor=actor, person=request.user),
        _("Confirmed."),
    )


@staff_only(EXPORT)
@require_POST
def ask_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    actor = Actor.of(request.user)
    return _step(
        request,
        number,
        kind,
        lambda found: services.ask_again(paper=found, actor=actor),
        _("Asked for again."),
    )


@staff_only(EXPORT)
@require_POST
def upload_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    found = paper_of(request, number, kind)
    form = PaperFileForm(request.POST, request.FILES, prefix="upload")
    actor = Actor.of(request.user)
    return _filled(
        request,
        found,
        ("uploading", form),
        lambda: uploads.upload(paper=found, file=form.cleaned_data["file"], stated=form.stated, actor=actor),
        _("Uploaded. Please check it now."),
    )


@staff_only(EXPORT)
@require_POST
def check_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    found = paper_of(request, number, kind)
    form = CheckForm(request.POST, prefix="check", paper=found, currency=found.consignment.currency)
    actor = Actor.of(request.user)
    return _filled(
        request,
        found,
        ("checking", form),
        lambda: uploads.accept(paper=found, seen=form.seen, actor=actor, person=request.user),
        _("Checked: it fits."),
    )


@staff_only(EXPORT)
@require_POST
def reject_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    found = paper_of(request, number, kind)
    form = WhyForm(request.POST, prefix="reject")
    actor = Actor.of(request.user)
    return _filled(
        request,
        found,
        ("rejecting", form),
        lambda: uploads.reject(paper=found, why=form.cleaned_data["why"], actor=actor, person=request.user),
        _("Noted: it does not fit."),
    )


@staff_only(EXPORT)
@require_POST
def waive_paper(request: HttpRequest, number: str, kind: str) -> HttpResponse:
    found = paper_of(request, number, kind)
    form = WhyForm(request.POST, prefix="waive")
    actor = Actor.of(request.user)
    return _filled(
        request,
        found,
        ("waiving", form),
        lambda: services.waive(paper=found, why=form.cleaned_data["why"], actor=actor, person=request.user),
        _("Noted: it is not needed."),
    )


def _filled(
    request: HttpRequest, found: Paper, named: tuple[str, Any], act: Callable[[], Any], done: str
) -> HttpResponse:
    """Do it with what was typed, or show the form again with the reason."""
    name, form = named
    if form.is_valid():
        try:
            act()
        except PaperError as error:
            refuse(form, error)
        except IllegalMove as error:
            say(request, error)
            return redirect("office:export-paper", found.consignment.number, found.kind)
        else:
            messages.success(request, done)
            return redirect("office:export-paper", found.consignment.number, found.kind)
    found.refresh_from_db(fields=["state"])
    return _one(request, found, **{name: form, "form": form})


@staff_only(EXPORT, OFFICE)
@require_safe
def paper_file(request: HttpRequest, number: str, kind: str, version: int, ending: str) -> FileResponse:
    """The exact file of one version."""
    found = get_object_or_404(paper_of(request, number, kind).versions, number=version)
    file = {"pdf": found.pdf, "xlsx": found.xlsx}.get(ending)
    if not file:
        raise Http404
    name = f"{kind}-{number}-{version}.{ending}"
    return private_file(
        file, name, PDF if ending == "pdf" else XLSX, to_save=found.is_uploaded or ending == "xlsx"
    )
