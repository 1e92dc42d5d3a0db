"""The company a buyer buys for: its facts and proof, who else buys for it, its limit and its bills."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.account.company_forms import CompanyForm, InviteForm
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.proofs import private_proof
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.orders.queries import link_token
from marketplace.payments import credit, receivables
from marketplace.payments.models import Due
from marketplace.people.phones import for_people
from offtakers import queries, services, states
from offtakers.access import is_admin, membership_of
from offtakers.models import Company, CompanyMember, Invitation

PER_PAGE = 20
SHOWN = 5  # bills on the first page
TONES = {
    states.VERIFIED: "good",
    states.SUBMITTED: "warn",
    states.REFUSED: "bad",
    states.SUSPENDED: "bad",
    states.DRAFT: "plain",
}
page = require_http_methods(["GET", "HEAD", "POST"])


def _member(request: HttpRequest, *, admin: bool = False) -> CompanyMember:
    member = membership_of(request.user)
    if member is None or (admin and not is_admin(member)):
        raise Http404
    return member


@require_safe
@never_cache
@login_required
def company(request: HttpRequest) -> HttpResponse:
    """My company, or what one would bring and where to register it."""
    member = membership_of(request.user)
    if member is None:
        return render(request, "account/company_none.html")
    found = member.company
    last = machine.history(found).last()
    now = credit.standing(found)
    owed = receivables.bills(request.user)
    context = {
        "company": found,
        "member": member,
        "is_admin": is_admin(member),
        "tone": TONES[found.state],
        "why": last.why if last and found.state in (states.REFUSED, states.SUSPENDED) else "",
        "phone": for_people(found.phone),
        "members": found.members.select_related("user"),
        "invitations": found.invitations.all() if is_admin(member) else [],
        "standing": now,
        "is_blocked": bool(now.overdue),
        "bills": [bill_row(due) for due in owed[:SHOWN]],
        "more": owed.count() > SHOWN,
    }
    return render(request, "account/company.html", context)


def bill_row(due: Due) -> dict[str, Any]:
    return {"due": due, "token": link_token(due.order), "late": receivables.days_late(due)}


@require_safe
@never_cache
@login_required
def bills(request: HttpRequest) -> HttpResponse:
    """All bills on tempo of my company: open ones first."""
    member = _member(request)
    found = Paginator(receivables.bills(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "company": member.company,
        "rows": [bill_row(due) for due in found],
        "page_obj": found,
        "page_base": f"{reverse('account:company-bills')}?page=",
    }
    return render(request, "account/company_bills.html", context)


@page
@never_cache
@login_required
@limited("company", most=30, minutes=60)
def edit(request: HttpRequest) -> HttpResponse:
    """Register my company, or correct it before the office has looked."""
    member = membership_of(request.user)
    if member and not (is_admin(member) and member.company.is_editable):
        messages.info(request, _("These facts cannot be changed here now. Please write to the office."))
        return redirect("account:company")
    mine = member.company if member else None
    form = CompanyForm(request.POST or None, request.FILES or None, initial=_initial(request, mine))
    if form.is_valid() and _saved(request, form, mine):
        return redirect("account:company")
    return render(request, "account/company_edit.html", {"form": form, "company": mine})


def _initial(request: HttpRequest, company: Company | None) -> dict[str, Any]:
    if company is None:
        return {"kind": Company.Kind.DOMESTIC, "email": getattr(request.user, "email", "") or ""}
    facts = {name: getattr(company, name) for name in services.FACTS}
    regency = company.regency.code if company.regency else ""
    return facts | {"regency": regency, "phone": for_people(company.phone)}


def _saved(request: HttpRequest, form: CompanyForm, company: Company | None) -> bool:
    """True if it is kept (and sent, if that was the button); False: the form comes back with the reason."""
    actor, proof = Actor.of(request.user), form.cleaned_data["proof"]
    send = request.POST.get("do") == "send"
    if send and not (proof or (company and company.proof)):
        form.add_error("proof", _("The office needs a proof. Please choose a file."))
        return False
    try:
        if company:
            company = services.correct(company=company, facts=form.facts(), proof=proof)
        else:
            company = services.register(user=request.user, facts=form.facts(), proof=proof, actor=actor)
        if send:
            services.submit(company=company, actor=actor)
    except (services.CompanyError, IllegalMove):  # a second press, or another admin was quicker
        messages.info(request, _("Nothing was changed: this was sent already."))
    else:
        sent, kept = (
            _("Sent. The office looks at it and writes to you."),
            _("Saved. Send it when it is complete."),
        )
        messages.success(request, sent if send else kept)
    return True


@require_safe
@login_required
def proof(request: HttpRequest) -> FileResponse:
    mine = _member(request, admin=True).company
    if not mine.proof:
        raise Http404
    return private_proof(mine.proof)


@page
@never_cache
@login_required
@limited("company-invite", most=20, minutes=60)
def invite(request: HttpRequest) -> HttpResponse:
    """An admin asks somebody by e-mail. The answer is the same whether we know the address or not."""
    member = _member(request, admin=True)
    form = InviteForm(request.POST or None)
    if form.is_valid():
        services.invite(company=member.company, language=get_language() or "id", **form.cleaned_data)
        messages.success(request, _("We have written to %(email)s.") % {"email": form.cleaned_data["email"]})
        return redirect("account:company")
    return render(request, "account/company_invite.html", {"form": form, "company": member.company})


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back; its link opens nothing any more."""
    member = _member(request, admin=True)
    Invitation.objects.filter(company=member.company, pk=pk).delete()
    messages.success(request, _("The invitation is taken back."))
    return redirect("account:company")


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """An admin takes somebody out, or somebody leaves."""
    member = _member(request)
    other = get_object_or_404(CompanyMember, company=member.company, pk=pk)
    if not is_admin(member) and other != member:
        raise Http404
    try:
        services.remove_member(member=other)
    except services.CompanyError:
        messages.warning(request, _("The last admin must stay. Invite another admin first."))
    else:
        messages.success(request, _("This person buys for the company no longer."))
    return redirect("account:company")


@page
@never_cache
@login_required
@limited("company-join", most=20, minutes=60)
def join(request: HttpRequest, token: str) -> HttpResponse:
    """The page asks first; the link works for the person with this e-mail address only."""
    invitation = queries.invitation_by_token(request.user, token)
    if invitation is None:
        return render(request, "account/company_join.html", status=410)
    if request.method == "POST":
        try:
            services.join(invitation=invitation, user=request.user)
        except services.CompanyError as refused:
            if refused.code == "gone":
                return render(request, "account/company_join.html", status=410)
            messages.warning(request, _("You buy for another company already. Leave it first."))
        else:
            messages.success(request, _("You buy for %(name)s now.") % {"name": invitation.company})
        return redirect("account:company")
    return render(request, "account/company_join.html", {"company": invitation.company})
