"""Transfers: written down, matched by a person who sees both sides, or returned."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.common import states as machine
from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.ledger.posting import NotEnough
from marketplace.office import page
from marketplace.office.forms import ReceiptForm
from marketplace.office.views.approvals import claimed, proposed
from marketplace.office.views.steps import moves_of
from marketplace.payments import bank_lines, queries, second_person, services, states
from marketplace.payments.models import Due, Receipt
from marketplace.people.second_factor.access import asks_code

LABELS = dict(states.RECEIPT_CHOICES)


@staff_only(OFFICE)
@asks_code()
def transfers(request: HttpRequest) -> HttpResponse:
    """The list, those that wait first and longest; what waits in all; the form to write down another."""
    form = ReceiptForm(request.POST or None)
    alike: list[Receipt] = []
    if request.method == "POST" and form.is_valid():
        alike = _alike(form)
        if not alike and (done := _record(request, form)):
            return done
    state = request.GET.get("state", "")
    state = state if state in LABELS else states.UNMATCHED
    rows = queries.receipts(request.user).filter(state=state)
    if state == states.UNMATCHED:
        rows = rows.order_by("received_on", "pk")
    more = {"form": form, "alike": alike, "state": state, "labels": states.RECEIPT_CHOICES}
    more |= {"waiting": queries.unmatched(request.user), "ready_count": len(queries.ready(request.user))}
    more["asking"] = queries.lines(request.user).filter(state=states.ASKS)[: page.PER_PAGE]
    more |= page.paged(request, rows, state=state)
    return render(request, "office/transfers.html", page.context(request, "transfers", **more))


def _alike(form: ReceiptForm) -> list[Receipt]:
    """Transfers that this one may be again; the form asks then. None, if the bank's reference decides it."""
    data = {**form.cleaned_data}
    if (
        data.pop("another")
        or bank_lines.with_reference(Receipt.objects.all(), data["bank_reference"]).exists()
    ):
        return []
    found = bank_lines.alike(Receipt(**data))
    if found:
        form.ask_if_another()
    return found


def _record(request: HttpRequest, form: ReceiptForm) -> HttpResponse | None:
    """Write it down once. The same form again finds the first; another with its reference is refused."""
    data = form.cleaned_data
    actor = Actor.of(request.user)
    try:
        receipt = services.record_receipt(
            amount=Money(data["amount"], data["currency"]),
            received_on=data["received_on"],
            payer=data["payer"],
            bank_reference=data["bank_reference"],
            note=data["note"],
            actor=actor,
        )
    except services.KnownReference:
        receipt = bank_lines.with_reference(queries.receipts(request.user), data["bank_reference"]).get()
        same = (receipt.total, receipt.received_on, receipt.payer, receipt.note)
        typed = Money(data["amount"], data["currency"])
        if same != (typed, data["received_on"], data["payer"], data["note"]):
            text = _("This bank reference was recorded before, for %(amount)s from %(payer)s.")
            form.add_error("bank_reference", text % {"amount": receipt.total, "payer": receipt.payer})
            return None
        messages.info(request, _("This transfer was recorded already. Here it is."))
    else:
        messages.success(request, _("Recorded. Now find the order it pays."))
    return redirect("office:transfer", receipt.pk)


def _receipt(request: HttpRequest, pk: int) -> Receipt:
    return get_object_or_404(queries.receipts(request.user), pk=pk)


@staff_only(OFFICE)
@require_safe
def transfer(request: HttpRequest, pk: int) -> HttpResponse:
    receipt = _receipt(request, pk)
    waits = receipt.state == states.UNMATCHED
    found = queries.suggestions(request.user, receipt) if waits else []
    more = {
        "receipt": receipt,
        "waits": waits,
        "suggestions": found,
        "can_be_payout": services.can_be_payout(receipt),
        "needs_two": second_person.is_needed(receipt.total),
        "limit": second_person.limit(receipt.currency),
        "steps": moves_of(receipt, LABELS),
        "refunds": receipt.refunds.order_by("pk"),
        "proposal": queries.proposal_for(request.user, receipt=receipt),
    }
    return render(request, "office/transfer.html", page.context(request, "transfers", **more))


@staff_only(OFFICE)
@asks_code()
def match(request: HttpRequest, pk: int) -> HttpResponse:
    """Both sides beside each other and what will happen; confirmed by a press."""
    receipt = _receipt(request, pk)
    text = (request.POST if request.method == "POST" else request.GET).get("due", "")
    text = text.replace("\0", "")[:60]
    due = queries.find_due(request.user, text) if text else None
    if receipt.state != states.UNMATCHED:
        if request.method == "POST":
            return _refused(request, receipt)
        return redirect("office:transfer", receipt.pk)
    outcome = queries.outcome(receipt, due) if due else None
    if request.method == "POST" and due and outcome and outcome.is_possible:
        if request.POST.get("seen") == outcome.kind:
            return _match(request, receipt, due)
        messages.warning(request, _("The order changed meanwhile. Please look again."))
    more: dict[str, Any] = {"receipt": receipt, "due": due, "outcome": outcome, "text": text}
    more |= {
        "needs_two": second_person.is_needed(receipt.total),
        "limit": second_person.limit(receipt.currency),
    }
    more["received"] = Money(due.received, due.currency) if due else None
    return render(request, "office/match.html", page.context(request, "transfers", **more))


def _match(request: HttpRequest, receipt: Receipt, due: Due) -> HttpResponse:
    actor = Actor.of(request.user)
    try:
        if second_person.is_needed(receipt.total):
            return proposed(request, lambda: services.propose_match(receipt=receipt, due=due, actor=actor))
        due = services.match(receipt=receipt, due=due, actor=actor)
    except IllegalMove:
        return _refused(request, receipt)
    except services.Claimed:
        return claimed(request, receipt)
    except (services.PaymentError, NotEnough):
        messages.error(request, _("Nothing was changed: this transfer does not fit this order."))
        return redirect("office:transfer", receipt.pk)
    messages.success(request, _("Matched with order %(number)s.") % {"number": due.order.number})
    return redirect("office:transfer", receipt.pk)


def _refused(request: HttpRequest, receipt: Receipt) -> HttpResponse:
    """Somebody, perhaps the same person, was quicker."""
    last = machine.history(receipt).last()
    state = LABELS.get(last.after, "") if last else ""
    who = last.actor_name if last else ""
    text = _("Nothing was changed: the transfer is already: %(state)s (%(who)s).")
    messages.warning(request, text % {"state": state, "who": who})
    return redirect("office:transfer", receipt.pk)


@staff_only(OFFICE)
@asks_code(on_get=True)
def return_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    receipt = _receipt(request, pk)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return _return(request, receipt, form.cleaned_data["why"])
    more: dict[str, Any] = {"receipt": receipt, "form": form, "is_open": receipt.state == states.UNMATCHED}
    more |= {
        "needs_two": second_person.is_needed(receipt.total),
        "limit": second_person.limit(receipt.currency),
    }
    return render(request, "office/return_transfer.html", page.context(request, "transfers", **more))


@staff_only(OFFICE)
@require_POST
@asks_code()
def provider_transfer(request: HttpRequest, pk: int) -> HttpResponse:
    """The card provider paid out what lay there; above the limit a second person confirms."""
    receipt, actor = _receipt(request, pk), Actor.of(request.user)
    try:
        if second_person.is_needed(receipt.total):
            return proposed(
                request, lambda: services.propose_payout_of_provider(receipt=receipt, actor=actor)
            )
        services.receive_payout(receipt=receipt, actor=actor)
    except IllegalMove:
        return _refused(request, receipt)
    except services.Claimed:
        return claimed(request, receipt)
    except services.PaymentError:
        messages.error(request, _("Nothing was changed: the books have less at the card provider."))
    else:
        messages.success(request, _("Written down: the card provider paid it out."))
    return redirect("office:transfer", receipt.pk)


def _return(request: HttpRequest, receipt: Receipt, why: str) -> HttpResponse:
    actor = Actor.of(request.user)
    try:
        if second_person.is_needed(receipt.total):
            return proposed(request, lambda: services.propose_return(receipt=receipt, why=why, actor=actor))
        services.return_receipt(receipt=receipt, actor=actor, why=why)
    except IllegalMove:
        return _refused(request, receipt)
    except services.Claimed:
        return claimed(request, receipt)
    messages.success(request, _("The money goes back. It stands in the list of refunds now."))
    return redirect("office:transfer", receipt.pk)
