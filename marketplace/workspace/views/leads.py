"""A pesantren notes at its stand who may buy; the programme office reads it beside its own leads."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.common.ratelimit import too_many
from marketplace.pesantren.access import actor_at, members_only, pesantren_of
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.models import Lead
from marketplace.programme.services import floor, leads
from marketplace.workspace.lead_forms import StandLeadForm
from marketplace.workspace.page import context

MOST_AN_HOUR = 600  # leads by one person
SHOWN = 20


@members_only
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, number: str) -> HttpResponse:
    """Typed, or with who was scanned (?guest=…). Below stand the newest of this stand."""
    event = get_object_or_404(commitment_queries.floor_events(request.user), number=number)
    partners = set(pesantren_of(request.user).values_list("pk", flat=True))
    mine = [one for one in floor.exhibitors_of(event) if one.partner_id in partners]
    posted = request.POST if request.method == "POST" else None
    if posted is not None and too_many(f"lead:{request.user.pk}", most=MOST_AN_HOUR, minutes=60):
        return render(request, "429.html", {"minutes": 60}, status=429)
    first = {"company": request.GET.get("guest", "").replace("\0", "")[:128]}
    form = StandLeadForm(posted, event=event, exhibitors=mine, initial=first)
    if form.is_valid():
        _note(request, form)
        return redirect("workspace:lead-new", event.number)
    newest = Lead.objects.filter(event=event, exhibitor__in=mine).order_by("-met_at", "-pk")[:SHOWN]
    more = context(request, "events", event=event, form=form, newest=newest)
    return render(request, "workspace/lead_new.html", more)


def _note(request: HttpRequest, form: StandLeadForm) -> None:
    facts, guest, exhibitor = dict(form.cleaned_data), form.guest, form.exhibitor
    if guest:  # what is known of it already, for the office alone
        for name in ("country", "contact", "email", "phone"):
            facts[name] = facts[name] or getattr(guest, name)
    made = leads.note(
        event=form.event,
        facts=facts,
        key=facts["key"],
        actor=actor_at(request.user, exhibitor.partner),
        exhibitor=exhibitor,
        guest=guest,
    )
    messages.success(request, _("Kept as %(number)s.") % {"number": made.number})
