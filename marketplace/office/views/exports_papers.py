"""Papers of a consignment: what is due next, one paper with its versions, and every step with it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.access import EXPORT, OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.exports import states
from marketplace.exports.models import Consignment, ExporterIdentity
from marketplace.exports.papers import checks, rules
from marketplace.exports.papers.errors import PaperError
from marketplace.exports.papers.gate import NotReady
from marketplace.exports.papers.papering import Dossier
from marketplace.exports.papers.queries import rows_of
from marketplace.exports.services import clearing, identities, issuing
from marketplace.exports.services import papers as services
from marketplace.office import export_page
from marketplace.office.export_paper_forms import IdentityForm

LABELS = dict(states.PAPER_CHOICES)


def shown(request: HttpRequest, template: str, consignment: Consignment, **more: Any) -> HttpResponse:
    context = export_page.context(request, consignment, "papers", **more)
    return render(request, f"office/exports/{template}.html", context)


def say(request: HttpRequest, error: PaperError | IllegalMove | NotReady) -> None:
    """Why nothing was changed, in words."""
    if isinstance(error, PaperError):
        messages.warning(request, " ".join(error.sentences))
    elif isinstance(error, NotReady):
        names = [str(rules.kinds()[paper.kind]) for paper in error.papers]
        text = _("Not cleared. Missing or not valid: %(papers)s.") % {"papers": ", ".join(names)}
        messages.warning(request, " ".join([*([text] if names else []), *error.faults]))
    else:
        state = LABELS.get(error.before, error.before)
        messages.warning(request, _("Nothing was changed: the paper is now: %(state)s.") % {"state": state})


@staff_only(EXPORT, OFFICE)
@require_safe
def papers(request: HttpRequest, number: str) -> HttpResponse:
    """Late and blocking ones first; what hinders the loading; the pack."""
    found = export_page.found(request, number)
    dossier = Dossier(found)
    rows = rows_of(dossier)
    faults = checks.faults_of(found, dossier.facts)
    pack = found.packs.first()
    more = {
        "rows": rows,
        "faults": faults,
        "late": sum(row.is_late for row in rows),
        "today": sum(row.is_today for row in rows),
        "outdated": [row for row in rows if row.is_outdated],
        "pack": pack,
        "is_packing": pack is not None and pack.state in {states.ASKED, states.RUNNING},
        "is_known": ExporterIdentity.objects.filter(exporter=found.exporter_id).exists(),
        "can_clear": found.state in {states.PREPARING, states.BOOKED},
    }
    return shown(request, "papers", found, **more)


@staff_only(EXPORT)
@require_POST
def set_up_papers(request: HttpRequest, number: str) -> HttpResponse:
    """Look again which papers the goods, the way and the plan ask for."""
    found = export_page.found(request, number)
    services.require(consignment=found, actor=Actor.of(request.user))
    messages.success(request, _("The list of papers is up to date."))
    return redirect("office:export-papers", number)


@staff_only(EXPORT)
@require_POST
def amend_papers(request: HttpRequest, number: str) -> HttpResponse:
    """Reissue what shows facts that have changed, and nothing else."""
    found, why = (
        export_page.found(request, number),
        request.POST.get("why", "").replace("\0", "").strip()[:300],
    )
    try:
        touched = issuing.amend(consignment=found, actor=Actor.of(request.user), why=why)
    except (PaperError, IllegalMove) as error:
        say(request, error)
    else:
        names = ", ".join(str(rules.kinds()[paper.kind]) for paper in touched)
        messages.success(request, _("Brought up to date: %(papers)s.") % {"papers": names or "–"})
    return redirect("office:export-papers", number)


@staff_only(EXPORT)
@require_POST
def clear_consignment(request: HttpRequest, number: str) -> HttpResponse:
    found = export_page.found(request, number)
    try:
        clearing.clear_to_load(consignment=found, actor=Actor.of(request.user))
    except NotReady as error:
        say(request, error)
    else:
        messages.success(request, _("Cleared to load."))
    return redirect("office:export-papers", number)


@staff_only(EXPORT)
def exporter_identity(request: HttpRequest, number: str) -> HttpResponse:
    """How customs know the exporter; on the PEB it is never corrected."""
    found = export_page.found(request, number)
    known = ExporterIdentity.objects.filter(exporter=found.exporter_id).first()
    form = IdentityForm(request.POST or None, initial=IdentityForm.of(known, found.exporter))
    if request.method == "POST" and form.is_valid():
        identities.keep(exporter=found.exporter, facts=form.cleaned_data, actor=Actor.of(request.user))
        messages.success(request, _("Saved."))
        return redirect(reverse("office:export-papers", args=[number]))
    return shown(request, "exporter", found, form=form)
