"""Demands that fit a pesantren: the list, one of them, its answer as versions, questions and answers.

A demand nobody of this person's pesantren was told of, and a quote of another pesantren, is a 404.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.common.proofs import private_proof
from marketplace.common.states import IllegalMove
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.pesantren.models import Partner
from marketplace.sourcing import matching, ppn, queries, records, states, supply_queries
from marketplace.sourcing.forms import RemarkForm
from marketplace.sourcing.models import Counter, Demand, Negotiation, Quote, Remark
from marketplace.sourcing.services import inviting, quotes
from marketplace.workspace import requests as words
from marketplace.workspace.page import context, page_of
from marketplace.workspace.quote_forms import QuoteForm, goods_of, initial_of

TONES = {states.ACCEPTED: "good", states.SENT: "plain", states.DRAFT: "warn"}


def refusal(code: str) -> str:
    """Why a quote was not taken, in a plain sentence."""
    return {
        "closed": _("This request takes no more answers."),
        "full": _(
            "This request has as many answers as it takes. Whoever gathers goods can still take yours."
        ),
        "kind": _("Your pesantren was not asked to answer in this way."),
        "lines": _("The goods of this request changed. Please open it once more."),
        "goods": _("This product is not on sale any more."),
        "valid": _("The days for which it stands are over. Change it and write them anew."),
        "over": _("This version does not stand any more."),
        "ready": _("A permit is still missing. Send it first; your draft is kept."),
        "many": _("This conversation is full. Please ask the programme office."),
    }[code]


def _demand(request: HttpRequest, number: str) -> Demand:
    return get_object_or_404(queries.requests_of(request.user), number=number)


def _partner(request: HttpRequest, code: str) -> Partner:
    return get_object_or_404(pesantren_of(request.user), code=code)


@require_safe
@members_only
def requests(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.requests_of(request.user))
    more = {"rows": words.rows(request.user, page), "page_obj": page, "page_base": "?page="}
    more |= {"most_points": words.MOST_POINTS}
    return render(request, "workspace/requests.html", context(request, "requests", **more))


@require_safe
@members_only
def how_we_match(request: HttpRequest) -> HttpResponse:
    """The formula in words, with the figures that the program reckons with."""
    more = {
        "free": matching.FREE,
        "season": matching.SEASON,
        "record": matching.RECORD,
        "distance": matching.DISTANCE,
        "most": words.MOST_POINTS,
        "far": matching.FAR_KM,
        "neutral_record": matching.NEUTRAL_RECORD,
        "neutral_distance": matching.NEUTRAL_DISTANCE,
        "half_free": matching.FREE // 2,
        "needed": records.NEEDED,
    }
    return render(request, "workspace/requests_how.html", context(request, "requests", **more))


@require_safe
@members_only
def demand_request(request: HttpRequest, number: str) -> HttpResponse:
    """One demand: what is asked, why it fits, what is missing, and the answers so far."""
    demand = _demand(request, number)
    inviting.seen(demand=demand, partners=pesantren_of(request.user))
    [row] = words.rows(request.user, [demand])
    last = max(slot.last for line in demand.lines.all() for slot in line.slots.all())
    more = {
        "demand": demand,
        "row": row,
        "partners": words.of_partners(row, last),
        "most_points": words.MOST_POINTS,
        "closed_text": refusal("closed"),
    }
    return render(request, "workspace/requests_one.html", context(request, "requests", **more))


@require_safe
@never_cache
@members_only
def request_file(request: HttpRequest, number: str, token: UUID) -> FileResponse:
    """A drawing or specification that came with it."""
    return private_proof(get_object_or_404(queries.files_of(request.user, number), token=token).file)


@members_only
@require_POST
def refuse_request(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """ "Not this time", in one tap."""
    demand, partner = _demand(request, number), _partner(request, code)
    quotes.refuse(demand=demand, partner=partner, actor=Actor.of(request.user))
    messages.success(request, _("Noted. This request does not wait any more; you can still answer it."))
    return redirect("workspace:requests")


@never_cache
@members_only
def quote_request(request: HttpRequest, number: str, code: str) -> HttpResponse:
    """The form of a version: written down as a draft, then looked over and sent."""
    demand, partner = _demand(request, number), _partner(request, code)
    kind = _kind(request, demand)
    if not quotes.may_answer(demand, partner, kind):
        messages.info(request, refusal("kind"))
        return redirect("workspace:request", demand.number)
    last, counter = _before(request, demand, partner, kind)
    goods = goods_of(partner)
    begun = {"kind": kind, **initial_of(demand, goods, last, counter)}
    form = QuoteForm(request.POST or None, initial=begun, demand=demand, goods=goods)
    if request.method == "POST" and form.lines and form.is_valid():
        try:
            made = quotes.draft(
                demand=demand,
                partner=partner,
                kind=form.kind(),
                lines=form.offered(),
                terms=form.said_terms(),
                answers=counter,
                actor=Actor.of(request.user),
            )
        except quotes.QuoteError as refused:
            form.add_error(None, refusal(refused.code))
        else:
            return redirect("workspace:quote", made.number)
    more = {"demand": demand, "partner": partner, "form": form, "counter": counter, "last": last}
    more["is_open"] = demand.takes_answers  # type: ignore[attr-defined]
    return render(request, "workspace/requests_quote.html", context(request, "requests", **more))


def _kind(request: HttpRequest, demand: Demand) -> str:
    asked = request.POST.get("kind") or request.GET.get("kind")
    if demand.is_abroad:
        return Negotiation.SUPPLY
    return Negotiation.SUPPLY if asked == Negotiation.SUPPLY else Negotiation.DIRECT


def _before(
    request: HttpRequest, demand: Demand, partner: Partner, kind: str
) -> tuple[Quote | None, Counter | None]:
    """The last version of this way to answer, and the counter-offer that the new one takes up."""
    own = queries.quotes_of(request.user).filter(
        negotiation__demand=demand, negotiation__partner=partner, negotiation__kind=kind
    )
    asked = request.GET.get("counter", "")
    found = Counter.objects.filter(quote__in=own.order_by().values("pk")).select_related("quote")
    found = found.prefetch_related("lines__quote_line__demand_line__unit", "lines__quote_line__quote")
    counter = found.filter(pk=int(asked)).first() if asked.isdecimal() and len(asked) < 19 else None
    return own.order_by("-version").first(), counter


def _quote(request: HttpRequest, number: str) -> Quote:
    return get_object_or_404(queries.quotes_of(request.user), number=number)


@require_safe
@never_cache
@members_only
def quote(request: HttpRequest, number: str) -> HttpResponse:
    """A draft to look over and send, or a version that was sent, to read and to take back."""
    found = _quote(request, number)
    is_draft = found.state == states.DRAFT
    lacks = quotes.missing(found) if is_draft else []
    more = {
        "quote": found,
        "demand": found.negotiation.demand,
        "is_draft": is_draft,
        "lacks": lacks,
        "is_barred": any(one.forbids for one in lacks),
        "tone": TONES.get(found.state, "plain"),
        "ppn": ppn.of_quote(found),
        "may_withdraw": states.QUOTE.allows(found.state, states.WITHDRAWN),
    }
    return render(request, "workspace/requests_version.html", context(request, "requests", **more))


@members_only
@require_POST
def send_quote(request: HttpRequest, number: str) -> HttpResponse:
    found = _quote(request, number)
    work = partial(quotes.send, quote=found, person=request.user, actor=Actor.of(request.user))
    return _moved(request, found, work, _("Sent. You get a mail when there is an answer."))


@members_only
@require_POST
def withdraw_quote(request: HttpRequest, number: str) -> HttpResponse:
    found = _quote(request, number)
    work = partial(quotes.withdraw, quote=found, actor=Actor.of(request.user))
    return _moved(request, found, work, _("Taken back. It cannot be accepted any more."))


def _moved(request: HttpRequest, found: Quote, work: Any, said: str) -> HttpResponse:
    """Do it once; a second press or an old page gets a plain sentence."""
    try:
        work()
    except IllegalMove:
        messages.info(request, _("Nothing was changed: this was done already. Please look."))
    except quotes.QuoteError as refused:
        messages.error(request, refusal(refused.code))
        return redirect("workspace:quote", found.number)
    else:
        messages.success(request, said)
    return redirect("workspace:talk", found.negotiation_id)


def _nobody_reads(talk: Negotiation, readers: Sequence[Partner]) -> str:
    """Why nothing can be written about a supply quote: the demand has ended, and nobody bought or wrote."""
    if talk.kind != Negotiation.SUPPLY or readers or talk.demand.state in (states.OPEN, states.CLOSED):
        return ""
    return _("This request has ended, and nobody has bought from you: there is nobody to write to.")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@members_only
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """One negotiation: its versions, counter-offers, questions and answers; what is typed goes to the other side."""
    found = get_object_or_404(queries.talks_of(request.user), pk=pk)
    readers = supply_queries.buyers_of(found) if found.kind == Negotiation.SUPPLY else []
    form = RemarkForm(request.POST or None, readers=readers, all_too=found.demand.state == states.OPEN)
    if request.method == "POST" and form.is_valid():
        try:
            quotes.remark(
                negotiation=found,
                key=form.cleaned_data["key"],
                side=Remark.SELLER,
                text=form.cleaned_data["text"],
                person=request.user,
                composer=form.composer(),
            )
        except quotes.QuoteError as refused:
            form.add_error(None, refusal(refused.code))
        else:
            messages.success(request, _("Your message is sent."))
            return redirect("workspace:talk", found.pk)
    versions = list(found.quotes.all())
    for one in versions:
        one.tone = TONES.get(one.state, "plain")  # type: ignore[attr-defined]
    more = {
        "negotiation": found,
        "demand": found.demand,
        "versions": versions[::-1],
        "counters": queries.counters_in(found),
        "form": form,
        "is_open": found.demand.state == states.OPEN,
        "is_own_offer": found.kind == Negotiation.OFFER,
        "samples": queries.samples_of(found),
        "remarks": found.remarks.select_related("composer"),
        "closed_text": _nobody_reads(found, readers),
    }
    return render(request, "workspace/requests_talk.html", context(request, "requests", **more))
