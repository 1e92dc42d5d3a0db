"""The pack of all papers, and links by which brokers and forwarders upload theirs."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.access import EXPORT, OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.files import private_file
from marketplace.exports import states
from marketplace.exports.forms import refuse
from marketplace.exports.papers import rules
from marketplace.exports.papers.errors import PaperError
from marketplace.exports.services import links, packing
from marketplace.office import export_page
from marketplace.office.export_paper_forms import LinkForm
from marketplace.office.views.exports_papers import say, shown


@staff_only(EXPORT)
@require_POST
def ask_pack(request: HttpRequest, number: str) -> HttpResponse:
    found = export_page.found(request, number)
    try:
        packing.ask(consignment=found, actor=Actor.of(request.user), person=request.user)
    except PaperError as error:
        say(request, error)
    else:
        messages.success(request, _("The pack was asked for."))
    return redirect("office:export-papers", number)


@staff_only(EXPORT, OFFICE)
@require_safe
def pack_file(request: HttpRequest, number: str, pk: int) -> FileResponse:
    found = export_page.found(request, number)
    pack = get_object_or_404(found.packs, pk=pk, state=states.READY)
    if not pack.file:
        raise Http404
    return private_file(pack.file, f"papers-{number}.pdf")


@staff_only(EXPORT)
def upload_links(request: HttpRequest, number: str) -> HttpResponse:
    """All links of a consignment, and a new one."""
    found = export_page.found(request, number)
    papers = [paper for paper in found.papers.order_by("pk") if paper.state != states.NOT_NEEDED]
    form = LinkForm(request.POST or None, papers=papers)
    if request.method == "POST" and form.is_valid():
        try:
            links.make(
                consignment=found, actor=Actor.of(request.user), person=request.user, **form.cleaned_data
            )
        except PaperError as error:
            refuse(form, error)
        else:
            messages.success(request, _("The link is ready. Send it to the person it is for."))
            return redirect("office:export-links", number)
    now = timezone.now()
    rows = [
        (
            link,
            [rules.kinds()[kind] for kind in link.kinds],
            link.revoked_at is None and link.expires_at > now,
        )
        for link in found.upload_links.all()
    ]
    return shown(request, "links", found, form=form, rows=rows)


@staff_only(EXPORT)
@require_POST
def revoke_link(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    link = get_object_or_404(export_page.found(request, number).upload_links, pk=pk)
    links.revoke(link=link, actor=Actor.of(request.user))
    messages.success(request, _("The link no longer works."))
    return redirect("office:export-links", number)
