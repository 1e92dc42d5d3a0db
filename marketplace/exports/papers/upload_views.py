"""Where a customs broker or forwarder uploads papers by a link, without an account. It shows the consignment's number
and the papers of the link, no goods, no values, no other paper, and gives no file back."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.common.ratelimit import limited, too_many
from marketplace.common.states import IllegalMove
from marketplace.exports import states
from marketplace.exports.forms import PaperFileForm, refuse
from marketplace.exports.models import Paper, UploadLink
from marketplace.exports.papers import rules
from marketplace.exports.papers.errors import PaperError
from marketplace.exports.papers.papering import why_of
from marketplace.exports.services import links, uploads

MOST_AN_HOUR = 30  # uploads by one link, and by one address


@never_cache
@require_safe
def papers(request: HttpRequest, token: str) -> HttpResponse:
    link = links.usable(token)
    if link is None:
        return _over(request)
    rows = [
        (paper, rules.kinds()[paper.kind], _may_send(paper), why_of(paper)) for paper in links.papers_of(link)
    ]
    return _page(request, "exports/upload_papers.html", {"link": link, "rows": rows})


@never_cache
@limited("export-upload", most=MOST_AN_HOUR, minutes=60)
def upload(request: HttpRequest, token: str, kind: str) -> HttpResponse:
    link = links.usable(token)
    if link is None:
        return _over(request)
    paper = next((one for one in links.papers_of(link) if one.kind == kind), None)
    if paper is None:
        raise Http404
    form = PaperFileForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        if too_many(f"export-link:{link.pk}", most=MOST_AN_HOUR, minutes=60):
            return render(request, "429.html", {"minutes": 60}, status=429)
        if done := _keep(request, link, paper, form):
            return done
    more = {"link": link, "paper": paper, "kind": rules.kinds()[kind], "form": form}
    return _page(request, "exports/upload.html", more)


def _may_send(paper: Paper) -> bool:
    """Once it is checked, only the desk changes it."""
    return paper.state not in {states.ACCEPTED, states.NOT_NEEDED}


def _keep(request: HttpRequest, link: UploadLink, paper: Paper, form: PaperFileForm) -> HttpResponse | None:
    try:
        if not _may_send(paper):
            raise PaperError([_("This paper is checked already. Please call the export desk.")])
        uploads.upload(
            paper=paper, file=form.cleaned_data["file"], stated=form.stated, actor=links.actor_of(link)
        )
    except PaperError as error:
        refuse(form, error)
        return None
    except IllegalMove:
        form.add_error(None, _("This paper is not asked for now. Please call the export desk."))
        return None
    messages.success(request, _("Thank you. The export desk checks the paper."))
    return redirect("uploads:papers", link.token)


def _over(request: HttpRequest) -> HttpResponse:
    return _page(request, "exports/upload_over.html", {}, status=410)


def _page(request: HttpRequest, template: str, more: dict[str, object], status: int = 200) -> HttpResponse:
    """The address is the key: it goes to no other site, and no search engine. (no-referrer would make browsers send
    "Origin: null", and Django would refuse every upload.)"""
    response = render(request, template, more, status=status)
    response["Referrer-Policy"] = "strict-origin"
    response["X-Robots-Tag"] = "noindex"
    return response
