"""Batches of transfers to pesantren: drafted, prepared by one person, approved by another, given to the bank."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.office.payout_forms import ResultsForm
from marketplace.office.views.steps import moves_of
from marketplace.payments import states
from marketplace.payments.models import Payout, PayoutBatch
from marketplace.payments.services import PaymentError, SamePerson, payout_results, payouts
from marketplace.payments.statements import FileError
from marketplace.people.second_factor.access import asks_code

LABELS = dict(states.BATCH_CHOICES)
IN_IT = ~Q(payouts__state=states.RELEASED)


@staff_only(OFFICE)
@require_safe
def payouts_list(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in LABELS else ""
    rows = PayoutBatch.objects.filter(**({"state": state} if state else {}))
    rows = rows.annotate(count=Count("payouts", IN_IT), sum=Sum("payouts__amount", filter=IN_IT))
    found = page.paged(request, rows.order_by("-created", "-pk"), state=state)
    for batch in found["page_obj"]:
        batch.total = Money(batch.sum or 0, batch.currency)
    more = {"state": state, "labels": [("", _("All")), *states.BATCH_CHOICES], **found}
    return render(request, "office/payouts.html", page.context(request, "payouts", **more))


@staff_only(OFFICE)
@require_POST
@asks_code()
def draft_payouts(request: HttpRequest) -> HttpResponse:
    """Set aside what pesantren with an account are owed now."""
    if batch := payouts.draft(actor=Actor.of(request.user)):
        return redirect("office:payout-batch", batch.number)
    messages.info(request, _("No pesantren with a confirmed account is owed anything now."))
    return redirect("office:payouts")


def _batch(number: str) -> PayoutBatch:
    return get_object_or_404(PayoutBatch.objects.select_related("prepared_by", "approved_by"), number=number)


@staff_only(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@asks_code()
def payout_batch(request: HttpRequest, number: str) -> HttpResponse:
    """One batch; a POST brings the bank's results."""
    batch = _batch(number)
    form = ResultsForm(request.POST, request.FILES) if request.method == "POST" else ResultsForm()
    if request.method == "POST" and form.is_valid() and (done := _take(request, batch, form)):
        return done
    rows = batch.payouts.select_related("partner__regency", "account").order_by("reference")
    inside = rows.exclude(state=states.RELEASED).aggregate(count=Count("pk"), sum=Sum("amount"))
    more: dict[str, Any] = {
        "batch": batch,
        "form": form,
        "count": inside["count"],
        "total": Money(inside["sum"] or 0, batch.currency),
        "is_preparer": batch.prepared_by_id == request.user.pk,
        "has_file": bool(batch.sha256),
        "takes_results": batch.state in {states.SENT, states.DONE},
        "steps": moves_of(batch, LABELS),
        **page.paged(request, rows),
    }
    return render(request, "office/payout_batch.html", page.context(request, "payouts", **more))


def _take(request: HttpRequest, batch: PayoutBatch, form: ResultsForm) -> HttpResponse | None:
    content = form.cleaned_data["file"].read()
    try:
        taken = payout_results.take(batch=batch, content=content, actor=Actor.of(request.user))
    except FileError as error:
        for fault in error.faults[:50]:
            where = _("Line %(line)s: %(text)s") % {"line": fault.line, "text": fault.text}
            form.add_error("file", where if fault.line else fault.text)
        return None
    said = _("Taken: %(paid)s paid, %(failed)s not successful, %(known)s known already.")
    messages.success(request, said % {"paid": taken.paid, "failed": taken.failed, "known": taken.known})
    return redirect("office:payout-batch", batch.number)


def _step(request: HttpRequest, number: str, act: Callable[[PayoutBatch], None], done: str) -> HttpResponse:
    batch = _batch(number)
    try:
        act(batch)
        messages.success(request, done)
    except SamePerson:
        messages.warning(request, _("Nothing was changed: another person must approve what you prepared."))
    except (IllegalMove, PaymentError):
        messages.warning(request, _("Nothing was changed: the batch has moved on meanwhile, or is empty."))
    return redirect("office:payout-batch", batch.number)


@staff_only(OFFICE)
@require_POST
@asks_code()
def move_batch(request: HttpRequest, number: str, step: str) -> HttpResponse:
    """prepare, approve, sent or cancel."""
    person, actor = request.user, Actor.of(request.user)
    steps: dict[str, tuple[Callable[[PayoutBatch], None], str]] = {
        "prepare": (
            lambda batch: payouts.prepare(batch=batch, person=person),  # type: ignore[arg-type]
            _("Prepared. Another person must approve it."),
        ),
        "approve": (
            lambda batch: payouts.approve(batch=batch, person=person),  # type: ignore[arg-type]
            _("Approved. Download the file and give it to the bank."),
        ),
        "sent": (
            lambda batch: payouts.mark_sent(batch=batch, actor=actor),
            _("Noted. Bring the bank's results here when they come."),
        ),
        "cancel": (
            lambda batch: payouts.cancel(batch=batch, actor=actor),
            _("Cancelled. Everything in it is owed again."),
        ),
    }
    if step not in steps:
        raise Http404
    return _step(request, number, *steps[step])


@staff_only(OFFICE)
@require_safe
def payout_file(request: HttpRequest, number: str) -> HttpResponse:
    """The very file that was approved."""
    batch = _batch(number)
    try:
        content = payouts.file_of(batch)
    except PaymentError:
        raise Http404 from None
    response = HttpResponse(content, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{batch.number}.csv"'
    return response


@staff_only(OFFICE)
@require_http_methods(["GET", "HEAD", "POST"])
@asks_code()
def payout(request: HttpRequest, pk: int) -> HttpResponse:
    """One transfer: take it out of a draft, or note that the bank could not pay it or sent it back."""
    found = get_object_or_404(Payout.objects.select_related("batch", "partner__regency", "account"), pk=pk)
    takes_out = found.batch.state == states.DRAFT and found.state == states.CLAIMED
    may_fail = found.state in {states.SENT, states.PAID}
    form = WhyForm(request.POST or None)
    if request.method == "POST" and (takes_out or may_fail) and form.is_valid():
        end = payouts.take_out if takes_out else payouts.mark_failed
        why, actor = form.cleaned_data["why"], Actor.of(request.user)
        done = _("Noted. The pesantren is owed it again.")
        return _step(request, found.batch.number, lambda _b: end(payout=found, why=why, actor=actor), done)
    more = {
        "payout": found,
        "form": form,
        "takes_out": takes_out,
        "may_fail": may_fail,
        "steps": moves_of(found, dict(states.PAYOUT_CHOICES)),
    }
    return render(request, "office/payout.html", page.context(request, "payouts", **more))
