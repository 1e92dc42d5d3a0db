"""What waits for an approver of the company, and the decision in two taps."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Case, IntegerField, Value, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from marketplace.account.company_page import mine_or_404, page, show
from marketplace.account.trading_forms import DeclineForm
from marketplace.common.states import IllegalMove
from offtakers import approvals as approving
from offtakers import states
from offtakers.access import approvals_of
from offtakers.models import Approval, CompanyMember

PER_PAGE = 20
TONES = {states.WAITING: "warn", states.APPROVED: "good", states.DECLINED: "bad", states.WITHDRAWN: "plain"}


@require_safe
@never_cache
@login_required
def approvals(request: HttpRequest) -> HttpResponse:
    """What waits first, the longest on top; then what was decided, the newest on top."""
    places = mine_or_404(request)
    first = Case(When(state=states.WAITING, then=Value(0)), default=Value(1), output_field=IntegerField())
    rows = approvals_of(places[0]).order_by(first, "decided_at", "asked_at", "pk")
    found = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    for one in found:
        _dress(one, places[0])
    more = {"page_obj": found, "page_base": f"{reverse('account:company-approvals')}?page="}
    return show(request, "account/company_approvals.html", places, **more)


def _dress(one: Approval, member: CompanyMember) -> Approval:
    """What the page says about it, in the reader's language."""
    kind = approving.kind_of(one)
    one.label = kind.label  # type: ignore[attr-defined]
    one.about = kind.words(one) if kind.words else one.what  # type: ignore[attr-defined]
    one.link = kind.url(one) if kind.url else ""  # type: ignore[attr-defined]
    one.tone = TONES[one.state]  # type: ignore[attr-defined]
    one.may_decide = approving.member_may_decide(member, one)  # type: ignore[attr-defined]
    return one


@page
@never_cache
@login_required
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them: agree, or say why not."""
    places = mine_or_404(request)
    found = _dress(get_object_or_404(approvals_of(places[0]), pk=pk), places[0])
    declining = request.POST.get("do") == "decline"
    form = DeclineForm(request.POST if declining else None)
    if request.method == "POST" and request.POST.get("do") == "agree":
        return _decided(request, lambda: approving.agree(approval=found, user=request.user), _("Agreed."))
    if declining and form.is_valid():
        why = form.cleaned_data["why"]
        work = lambda: approving.decline(approval=found, user=request.user, why=why)  # noqa: E731 - read once
        return _decided(request, work, _("Declined. Who asked reads why."))
    return show(request, "account/company_approval.html", places, approval=found, form=form)


def _decided(request: HttpRequest, work: Callable[[], object], said: str) -> HttpResponse:
    try:
        work()
    except IllegalMove as refused:
        text = _("Nothing was changed: it is already: %(state)s.")
        state = dict(states.APPROVAL_CHOICES).get(refused.before, refused.before)
        messages.warning(request, text % {"state": state})
    except approving.ApprovalError as refused:
        own = _("You asked for this yourself: somebody else must agree.")
        messages.error(request, own if refused.code == "own" else _("Only an approver can decide this."))
    else:
        messages.success(request, said)
    return redirect("account:company-approvals")
