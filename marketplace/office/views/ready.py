"""Transfers that only need a yes: the text names one open order and the amount is exact. Several at once."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.ledger.posting import NotEnough
from marketplace.office import page
from marketplace.payments import queries, second_person, services
from marketplace.payments.models import Due, Receipt
from marketplace.people.second_factor.access import asks_code

MOST = 50  # at a time


@dataclass(frozen=True)
class Report:
    """What became of one row, in words."""

    receipt: Receipt
    text: str
    is_done: bool


@staff_only(OFFICE)
@asks_code()
def ready(request: HttpRequest) -> HttpResponse:
    """The list with boxes to tick; after a press, what became of each."""
    reports = _confirm(request) if request.method == "POST" else []
    waiting = queries.ready(request.user)
    more: dict[str, Any] = {"rows": waiting[:MOST], "count": len(waiting), "reports": reports}
    more["is_empty_choice"] = request.method == "POST" and not reports
    for row in more["rows"]:
        row.receipt.needs_two = second_person.is_needed(row.receipt.total)
    return render(request, "office/transfers_ready.html", page.context(request, "transfers", **more))


def _confirm(request: HttpRequest) -> list[Report]:
    """Each tick is "<transfer>:<reference>", as the person saw it, in a transaction of its own."""
    found = []
    for tick in request.POST.getlist("pick")[:MOST]:
        number, _colon, reference = tick.partition(":")
        pk = int(number) if number.isdecimal() and len(number) < 19 else 0
        receipt = queries.receipts(request.user).filter(pk=pk).first()
        due = queries.dues(request.user).filter(reference=reference[:20].replace("\0", "")).first()
        if receipt and due:
            found.append(_confirm_one(request, receipt, due))
    return found


def _confirm_one(request: HttpRequest, receipt: Receipt, due: Due) -> Report:
    actor = Actor.of(request.user)
    if queries.outcome(receipt, due).kind != "enough":
        return Report(receipt, _("Not matched: the order changed meanwhile. Compare them."), False)
    try:
        if second_person.is_needed(receipt.total):
            services.propose_match(receipt=receipt, due=due, actor=actor)
            return Report(receipt, _("Proposed: a second person must confirm it."), True)
        services.match(receipt=receipt, due=due, actor=actor)
    except IllegalMove:
        return Report(receipt, _("Not matched: somebody decided on it meanwhile."), False)
    except services.Claimed:
        return Report(receipt, _("Not matched: a proposal waits for a second person."), False)
    except (services.PaymentError, NotEnough):
        return Report(receipt, _("Not matched: it does not fit this order."), False)
    return Report(receipt, _("Matched with order %(number)s.") % {"number": due.order.number}, True)
