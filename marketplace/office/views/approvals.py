"""Steps above the limit: what one person proposed, and what the second says to it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.states import IllegalMove
from marketplace.ledger.posting import NotEnough
from marketplace.office import order_steps, page
from marketplace.office.views.steps import moves_of
from marketplace.payments import queries, services, states
from marketplace.payments.models import Approval, Receipt, Refund
from marketplace.people.second_factor.access import asks_code

LABELS = dict(states.APPROVAL_CHOICES)


@staff_only(OFFICE)
@require_safe
def approvals(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    state = state if state in LABELS else states.PROPOSED
    rows = queries.approvals(request.user).filter(state=state)
    if state != states.PROPOSED:
        rows = rows.order_by("-decided_at")
    more = {"state": state, "labels": states.APPROVAL_CHOICES, **page.paged(request, rows, state=state)}
    return render(request, "office/approvals.html", page.context(request, "approvals", **more))


def _approval(request: HttpRequest, pk: int) -> Approval:
    return get_object_or_404(queries.approvals(request.user), pk=pk)


def _shown(request: HttpRequest, approval: Approval, form: WhyForm) -> HttpResponse:
    more: dict[str, Any] = {
        "approval": approval,
        "form": form,
        "is_open": approval.state == states.PROPOSED,
        "is_mine": approval.proposed_by_id == request.user.pk,
        "steps": moves_of(approval, LABELS),
    }
    if approval.order:
        more["shares"] = order_steps.rows(approval)
    if approval.receipt and approval.due and more["is_open"]:
        more["outcome"] = queries.outcome(approval.receipt, approval.due)
        seen = (approval.data["kind"], approval.data["difference"])
        more["is_changed"] = (more["outcome"].kind, more["outcome"].difference.minor) != seen
    return render(request, "office/approval.html", page.context(request, "approvals", **more))


@staff_only(OFFICE)
@require_safe
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    return _shown(request, _approval(request, pk), WhyForm())


@staff_only(OFFICE)
@require_POST
@asks_code()
def confirm_approval(request: HttpRequest, pk: int) -> HttpResponse:
    found, actor = _approval(request, pk), Actor.of(request.user)
    return _decided(
        request, found, lambda: services.confirm(approval=found, actor=actor), _("Confirmed. It is done.")
    )


@staff_only(OFFICE)
@require_POST
def reject_approval(request: HttpRequest, pk: int) -> HttpResponse:
    found, actor = _approval(request, pk), Actor.of(request.user)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _shown(request, found, form)
    why = form.cleaned_data["why"]
    said = _("Rejected. The money is free for another decision.")
    return _decided(request, found, lambda: services.reject(approval=found, actor=actor, why=why), said)


@staff_only(OFFICE)
@require_POST
def withdraw_approval(request: HttpRequest, pk: int) -> HttpResponse:
    found, actor = _approval(request, pk), Actor.of(request.user)
    said = _("Withdrawn. The money is free for another decision.")
    return _decided(request, found, lambda: services.withdraw(approval=found, actor=actor), said)


def _decided(request: HttpRequest, found: Approval, decide: Callable[[], None], said: str) -> HttpResponse:
    """Do it, or say in words why nothing was changed."""
    try:
        decide()
    except services.SamePerson:
        messages.error(
            request, _("Nothing was changed: two people must look at this amount. Ask a colleague.")
        )
    except services.Changed:
        messages.warning(
            request,
            _("Nothing was changed: the order changed since this was proposed. Reject it and look again."),
        )
    except IllegalMove:
        messages.warning(request, _("Nothing was changed: this was decided meanwhile."))
    except services.KnownReference:
        messages.error(request, _("Nothing was changed: this bank reference was used for another refund."))
    except (services.PaymentError, NotEnough):
        messages.error(request, _("Nothing was changed: the books do not allow this step."))
    else:
        messages.success(request, said)
    return redirect("office:approval", found.pk)


def proposed(request: HttpRequest, propose: Callable[[], Approval]) -> HttpResponse:
    """For the pages of transfers and refunds: claim the money for a second person's look."""
    approval = propose()
    messages.success(request, _("Proposed. A second person of the office must confirm it."))
    return redirect("office:approval", approval.pk)


def claimed(request: HttpRequest, row: Receipt | Refund) -> HttpResponse:
    """Somebody's proposal for this money waits; show it."""
    messages.warning(request, _("Nothing was changed: a proposal for this money waits for a second person."))
    waiting = queries.approvals(request.user).filter(state=states.PROPOSED)
    mine = {"receipt": row} if isinstance(row, Receipt) else {"refund": row}
    found = waiting.filter(**mine).first()
    return redirect("office:approval", found.pk) if found else redirect("office:approvals")
