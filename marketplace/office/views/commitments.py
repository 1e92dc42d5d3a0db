"""What was promised, for officers of the province: the list with the three sums, one promise, one event."""

from collections.abc import Callable
from datetime import date
from typing import Any, cast
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from catalogue.models import Product
from marketplace.common.actor import Actor
from marketplace.common.files import private_file
from marketplace.common.states import IllegalMove, history
from marketplace.ledger.money import Money
from marketplace.office import page as office
from marketplace.office.commitment_forms import LINKED, NAMED, CompanyForm, CorrectForm, LinkForm
from marketplace.orders.models import Order
from marketplace.programme import states, sums
from marketplace.programme.access import officers_only
from marketplace.programme.commitments import floor_pages, mails
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.commitments import words as commitment_words
from marketplace.programme.commitments.forms import ReasonForm, SettlementForm
from marketplace.programme.commitments.pages import TONES, typed
from marketplace.programme.commitments.stages import STAGES, of_stage, stage_of, stages_of
from marketplace.programme.events import alike
from marketplace.programme.models import Commitment, CommitmentLink, Event, Settlement
from marketplace.programme.services import commitments as services
from marketplace.programme.services import floor, links, settlements
from marketplace.programme.services.commitments import CommitmentError
from marketplace.programme.services.links import LinkError
from marketplace.programme.services.settlements import SettlementError
from marketplace.programme.wording import sum_name
from marketplace.reference.models import Province
from marketplace.sourcing.models import Contract, Demand

MONTHS = (3, 6, 12)
UNSEEN = "unseen"  # a state of the filter: the pesantren noted the buyer, and the office has not looked
PARTS: list[tuple[str, Any]] = [
    ("event", gettext_lazy("By event")),
    ("year", gettext_lazy("By year")),
    ("sector", gettext_lazy("By sector")),
    ("regency", gettext_lazy("By kabupaten/kota")),
    ("market", gettext_lazy("By market")),
]


@require_safe
@officers_only
def commitments(request: HttpRequest, province: Province) -> HttpResponse:
    """Filters by event, days, state and stage; the sums are of the same event and days, parted as `by` says."""
    chosen = {name: typed(request.GET, name) for name in ("event", "state", "stage", "first", "last", "by")}
    events = Event.objects.filter(province=province)
    event = events.filter(number=chosen["event"]).first() if chosen["event"] else None
    first, last = _day(chosen["first"]), _day(chosen["last"])
    found = commitment_queries.recorded_on(commitment_queries.of_province(province), first, last)
    if event:
        found = found.filter(event=event)
    pages = office.paged(request, _narrowed(found, province, chosen), **chosen)
    rows = pages["page_obj"].object_list
    reached = stages_of(rows)
    window = sums.total(province, event=event, first=first, last=last)
    by = chosen["by"] if chosen["by"] in dict(PARTS) else ""
    parted = sums.table(province, by=by, event=event, first=first, last=last) if by else []  # type: ignore[arg-type]
    more = {
        "rows": [(one, reached[one.pk], TONES[one.state]) for one in rows],
        "events": events.filter(commitments__isnull=False).distinct(),
        "event": event,
        "chosen": chosen,
        "first": first,
        "last": last,
        "is_wrong_way_round": bool(first and last and last < first),
        "states": [*states.COMMITMENT_CHOICES, (UNSEEN, _("Buyer not looked at yet"))],
        "stages": STAGES,
        "sums": sum_rows(window),
        "window": window,
        "parts": [(one, text, _kept(chosen, one)) for one, text in PARTS],
        "part": dict(PARTS).get(by),
        "table": [(row, sum_rows(row.sums)) for row in parted],
        "all_events": events.filter(is_historic=False)
        .exclude(state=states.CANCELLED)
        .order_by("-starts_on", "-pk")[:50],
        **pages,
    }
    return render(request, "office/deals/commitments.html", office.context(request, "commitments", **more))


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:  # 31 February
        return None


def _narrowed(
    found: QuerySet[Commitment], province: Province, chosen: dict[str, str]
) -> QuerySet[Commitment]:
    if chosen["state"] == UNSEEN:
        found = found.filter(guest__in=commitment_queries.unseen(province))
    elif chosen["state"] in dict(states.COMMITMENT_CHOICES):
        found = found.filter(state=chosen["state"])
    return of_stage(found, chosen["stage"]) if chosen["stage"] in dict(STAGES) else found


def _kept(chosen: dict[str, str], by: str) -> str:
    """The address of the same choice, parted in another way."""
    return urlencode({name: value for name, value in {**chosen, "by": by}.items() if value})


def sum_rows(found: sums.Sums) -> list[tuple[str, str, Money, Money | None]]:
    """(name, what it says, sum, value per participating pesantren): beside each other, without a total."""
    return [
        (
            sum_name("committed"),
            _("Both sides confirmed the promise."),
            Money(found.committed),
            _money(found.committed_each),
        ),
        (
            sum_name("reported"),
            _("Both sides say it was settled elsewhere, with evidence."),
            Money(found.reported),
            _money(found.reported_each),
        ),
        (
            sum_name("realised"),
            _("Accepted by the buyer and paid in our books."),
            Money(found.realised),
            _money(found.realised_each),
        ),
    ]


def _money(rupiah: int | None) -> Money | None:
    return None if rupiah is None else Money(rupiah)


@require_safe
@officers_only
def by_event(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """One event: its sums by sector, kabupaten/kota and market, and what was realised after 3, 6 and 12 months."""
    event = get_object_or_404(Event, province=province, number=number)
    after = [(months, _money(sums.realised_after(event, months=months))) for months in MONTHS]
    tables = [
        (_("By sector"), sums.table(province, by="sector", event=event)),
        (_("By kabupaten/kota"), sums.table(province, by="regency", event=event)),
        (_("By market"), sums.table(province, by="market", event=event)),
    ]
    found = sums.total(province, event=event)
    more = {
        "event": event,
        "after": after,
        "sums": sum_rows(found),
        "window": found,
        "tables": [(title, [(row, sum_rows(row.sums)) for row in rows]) for title, rows in tables],
    }
    return render(request, "office/deals/event.html", office.context(request, "commitments", **more))


@require_http_methods(["GET", "HEAD", "POST"])
@officers_only
def commitment(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """One promise with its timeline, and all that the office does with it; `do` says which form was sent."""
    found = get_object_or_404(commitment_queries.of_province(province), number=number)
    do = request.POST.get("do", "") if request.method == "POST" else ""
    forms = _forms(request, found, do)
    if do in _ACTS and _ACTS[do](request, found, forms.get(do)):
        return redirect("office:commitment", found.number)
    found.refresh_from_db()
    progress, unseen = stage_of(found), commitment_queries.is_unseen(found.guest)
    more = {
        "one": found,
        "tone": TONES[found.state],
        "progress": progress,
        "steps": progress.steps,
        "realised": Money(progress.realised),
        "history": commitment_words.lines(history(found).order_by("-at", "-pk")[:50]),
        "links": found.links.select_related("demand", "contract", "order"),
        "suggestions": links.suggestions(found),
        "settlements": [(row, _back_form(request, row, forms["back"])) for row in found.settlements.all()],
        "forms": forms,
        "form": forms.get(do),
        "may_correct": found.state in states.CORRECTABLE,
        "ways": [_way(found, side) for side in states.SIDES],
        "unseen": unseen,
        "alike": alike.like_guest(found.guest) if unseen else [],
        "is_closed": found.state == states.CLOSED,
    }
    return render(request, "office/deals/commitment.html", office.context(request, "commitments", **more))


def _way(found: Commitment, side: str) -> dict[str, Any]:
    """How this side has its link: by which mails, or by WhatsApp, and whether it has answered."""
    return {
        "side": side,
        "said": found.seller_said_at if side == states.SELLER else found.buyer_said_at,
        "mailed": bool(mails.readers(found, side)),
        "whatsapp": floor_pages.whatsapp(found, side),
    }


def _forms(request: HttpRequest, found: Commitment, do: str) -> dict[str, Any]:
    def data(name: str) -> Any:
        return request.POST if do == name else None

    return {
        "correct": CorrectForm(
            data("correct"),
            initial=CorrectForm.initial_of(found),
            begun_on=found.begun_on,
            products=_products(found),
            prefix="correct",
        ),
        "close": ReasonForm(data("close"), prefix="close"),
        "link": LinkForm(data("link"), prefix="link"),
        "company": CompanyForm(data("company"), prefix="company"),
        "settle": SettlementForm(
            data("settle"), request.FILES if do == "settle" else None, commitment=found, prefix="settle"
        ),
        "back": ReasonForm(data("back"), prefix=f"back-{typed(request.POST, 'settlement')}"),
    }


def _products(found: Commitment) -> dict[str, Product]:
    """What a correction can name: goods of this pesantren, and the present product under the words of the promise."""
    known = floor.by_title(found.exhibitor)
    return known | {found.what.casefold(): found.product} if found.product else known


def _back_form(request: HttpRequest, row: Settlement, sent: ReasonForm) -> ReasonForm | None:
    """By which the office takes this one back, each with its own names; none where it counts no more."""
    if row.refused_why:
        return None
    is_sent = sent.is_bound and typed(request.POST, "settlement") == row.token
    return sent if is_sent else ReasonForm(prefix=f"back-{row.token}")


def _correct(request: HttpRequest, found: Commitment, form: Any) -> bool:
    if not form.is_valid():
        return False
    try:
        actor = Actor.of(request.user)
        services.correct(commitment=found, promise=form.promise, why=form.cleaned_data["why"], actor=actor)
    except CommitmentError as error:
        texts = {"closed": _("Both sides confirmed it, or it is closed: it is not changed any more.")}
        form.add_error(None, texts.get(error.code, floor_pages.reason(error)))
        return False
    messages.success(request, _("Corrected. Both sides are asked to confirm anew."))
    return True


def _close(request: HttpRequest, found: Commitment, form: Any) -> bool:
    if not form.is_valid():
        return False
    try:
        services.close(commitment=found, why=form.cleaned_data["why"], actor=Actor.of(request.user))
        messages.success(request, _("Closed."))
    except IllegalMove:
        messages.info(request, _("It was closed already."))
    return True


def _company(request: HttpRequest, found: Commitment, form: Any) -> bool:
    if not form.is_valid():
        return False
    try:
        services.name_company(
            commitment=found, company=form.cleaned_data["company"], actor=Actor.of(request.user)
        )
    except CommitmentError as error:
        form.add_error("company" if error.code == "verified" else None, NAMED[error.code])
        return False
    messages.success(
        request, _("Kept. The company is asked to confirm; its contracts and orders can be linked now.")
    )
    return True


def _looked(request: HttpRequest, found: Commitment, form: Any) -> bool:
    services.looked(guest=found.guest, actor=Actor.of(request.user))
    messages.success(request, _("Kept. Promises of this buyer count from now on."))
    return True


def _renew(request: HttpRequest, found: Commitment, form: Any) -> bool:
    side = request.POST.get("side", "")
    if side in states.SIDES and found.state != states.CLOSED:
        services.new_link(commitment=found, side=side, actor=Actor.of(request.user))
        messages.success(request, _("The old link is void. A mail with the new one was sent."))
    return True


def _link(request: HttpRequest, found: Commitment, form: Any) -> bool:
    if not form.is_valid():
        return False
    number = form.cleaned_data["number"].strip()
    what: dict[str, Any] = {
        "demand": Demand.objects.filter(number__iexact=number).first(),
        "contract": Contract.objects.filter(number__iexact=number).first(),
        "order": Order.objects.filter(number__iexact=number).first(),
    }
    named = {name: row for name, row in what.items() if row}
    try:
        if not named:
            raise LinkError("unknown")
        links.link(commitment=found, actor=Actor.of(request.user), **named)
    except LinkError as error:
        form.add_error("number", LINKED[error.code])
        return False
    messages.success(request, _("Linked."))
    return True


def _unlink(request: HttpRequest, found: Commitment, form: Any) -> bool:
    pk = request.POST.get("link", "")
    row = CommitmentLink.objects.filter(commitment=found, pk=pk).first() if pk.isdecimal() else None
    if row:
        links.unlink(link=row, actor=Actor.of(request.user), why=_("by the office"))
        messages.success(request, _("The link is gone."))
    return True


def _settle(request: HttpRequest, found: Commitment, form: Any) -> bool:
    if not form.is_valid():
        return False
    data = form.cleaned_data
    try:
        settlements.report(
            commitment=found,
            by=settlements.OFFICE,
            rupiah=data["rupiah"],
            settled_on=data["settled_on"],
            file=data["file"],
            actor=Actor.of(request.user),
        )
    except SettlementError:
        form.add_error(None, _("Only what both sides confirmed can be reported as settled."))
        return False
    messages.success(request, _("Kept. It counts once both sides have confirmed it."))
    return True


def _back(request: HttpRequest, found: Commitment, form: Any) -> bool:
    row = found.settlements.filter(token=typed(request.POST, "settlement")).first()
    if row and not form.is_valid():
        return False
    try:
        if row is None:
            raise SettlementError("answered")
        settlements.take_back(settlement=row, why=form.cleaned_data["why"], actor=Actor.of(request.user))
        messages.success(request, _("Taken back. It stays in sight and counts no more."))
    except SettlementError:
        messages.info(request, _("Nothing was changed: it counts no more already."))
    return True


_ACTS: dict[str, Callable[[HttpRequest, Commitment, Any], bool]] = {
    "correct": _correct,
    "close": _close,
    "company": _company,
    "looked": _looked,
    "renew": _renew,
    "link": _link,
    "unlink": _unlink,
    "settle": _settle,
    "back": _back,
}


@require_safe
@officers_only
def evidence(request: HttpRequest, province: Province, number: str, token: str) -> HttpResponse:
    found = get_object_or_404(
        Settlement.objects.exclude(file=""),
        commitment__event__province=province,
        commitment__number=number,
        token=token,
    )
    return cast(HttpResponse, private_file(found.file, found.file_name, found.file_kind, to_save=True))
