"""The company a buyer acts for: its facts and proof, its limit and its bills, and the switch to another one."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from marketplace.account.company_forms import CompanyForm, DomesticForm, OverseasForm, ProofForm
from marketplace.account.company_page import TONES, member_or_404, mine, page, show
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.proofs import private_proof
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.orders.queries import link_token
from marketplace.payments import credit, receivables
from marketplace.payments.models import Due
from marketplace.people.phones import for_people
from offtakers import services, states
from offtakers.access import READS_BILLS, SESSION_KEY, approvals_of, is_owner, memberships
from offtakers.models import Company, CompanyMember, Role

PER_PAGE = 20
SHOWN = 5  # bills on the first page
SOON = 60  # days before the last day of the verification in which the page speaks of it


@require_safe
@never_cache
@login_required
def company(request: HttpRequest) -> HttpResponse:
    """My company, or what one would bring and where to register it."""
    places = mine(request)
    if not places:
        return render(request, "account/company_none.html")
    member = places[0]
    found, owner = member.company, is_owner(member)
    return show(
        request,
        "account/company.html",
        places,
        tone=TONES[found.state],
        why=_why(found),
        phone=for_people(found.phone),
        members=found.members.select_related("user"),
        invitations=found.invitations.all() if owner else [],
        ends_soon=found.days_left is not None and found.days_left <= SOON,
        waiting=approvals_of(member).filter(state=states.WAITING).count(),
        incoterms=[str(term) for term in found.incoterms.all()],
        ports=[str(port) for port in found.ports.all()],
        may_ship=member.has(Role.OWNER, Role.BUYER),
        **_money(request, member),
    )


def _why(company: Company) -> str:
    """The reason of the decision it stands under."""
    if company.state not in (states.REFUSED, states.SUSPENDED):
        return ""
    last = machine.history(company).filter(after=company.state).last()
    return last.why if last else ""


def _money(request: HttpRequest, member: CompanyMember) -> dict[str, Any]:
    """Limit and bills, for those who read bills."""
    if not member.has(*READS_BILLS):
        return {}
    now, owed = credit.standing(member.company), list(receivables.bills(request.user)[: SHOWN + 1])
    return {
        "standing": now,
        "is_blocked": bool(now.overdue),
        "bills": [bill_row(due) for due in owed[:SHOWN]],
        "more": len(owed) > SHOWN,
    }


def bill_row(due: Due) -> dict[str, Any]:
    return {"due": due, "token": link_token(due.order), "late": receivables.days_late(due)}


@require_safe
@never_cache
@login_required
def bills(request: HttpRequest) -> HttpResponse:
    """All bills on tempo of my company: open ones first."""
    member = member_or_404(request, *READS_BILLS)
    found = Paginator(receivables.bills(request.user), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "company": member.company,
        "rows": [bill_row(due) for due in found],
        "page_obj": found,
        "page_base": f"{reverse('account:company-bills')}?page=",
    }
    return render(request, "account/company_bills.html", context)


@require_POST
@login_required
def switch(request: HttpRequest) -> HttpResponse:
    """Act for another of one's own companies from now on, in this browser."""
    wanted = request.POST.get("company", "")
    member = memberships(request.user).filter(company_id=int(wanted)).first() if _is_id(wanted) else None
    if member is None:
        raise Http404
    request.session[SESSION_KEY] = member.company_id
    messages.success(request, _("You act for %(name)s now.") % {"name": member.company})
    return redirect("account:company")


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 19


@page
@never_cache
@login_required
@limited("company", most=30, minutes=60)
def new(request: HttpRequest) -> HttpResponse:
    """Register a company in Indonesia."""
    return _edit(request, DomesticForm, None)


@page
@never_cache
@login_required
@limited("company", most=30, minutes=60)
def new_abroad(request: HttpRequest) -> HttpResponse:
    """Register a company abroad."""
    return _edit(request, OverseasForm, None)


@page
@never_cache
@login_required
@limited("company", most=30, minutes=60)
def edit(request: HttpRequest) -> HttpResponse:
    """Correct the facts before the office has looked, or after its word has ended."""
    member = member_or_404(request, Role.OWNER)
    if not member.company.is_editable:
        messages.info(request, _("These facts cannot be changed here now. Please write to the office."))
        return redirect("account:company")
    return _edit(request, OverseasForm if member.company.is_overseas else DomesticForm, member.company)


def _edit(request: HttpRequest, kind: type[CompanyForm], company: Company | None) -> HttpResponse:
    form = kind(request.POST or None, request.FILES or None, initial=_initial(request, company))
    if company is not None:
        form.fields.pop("currency", None)  # it has a page of its own
    if form.is_valid() and _saved(request, form, company):
        return redirect("account:company")
    context = {"form": form, "company": company, "is_abroad": kind is OverseasForm}
    return render(request, "account/company_edit.html", context)


def _initial(request: HttpRequest, company: Company | None) -> dict[str, Any]:
    if company is None:
        return {"email": getattr(request.user, "email", "") or ""}
    facts = {name: getattr(company, name) for name in services.FACTS}
    regency = company.regency.code if company.regency else ""
    return facts | {"regency": regency, "phone": for_people(company.phone)}


def _saved(request: HttpRequest, form: CompanyForm, company: Company | None) -> bool:
    """True if it is kept (and sent, if that was the button); False: the form comes back with the reason."""
    proof, send = form.cleaned_data["proof"], request.POST.get("do") == "send"
    if send and not (proof or (company and company.proof)):
        form.add_error("proof", _("The office needs a proof. Please choose a file."))
        return False
    actor = Actor.of(request.user)
    try:
        kept = _write(request, form, company, actor)
        request.session[SESSION_KEY] = kept.pk
        if send:
            services.submit(company=kept, actor=actor)
    except (services.CompanyError, IllegalMove):  # a second press, or another owner was quicker
        messages.info(request, _("Nothing was changed: this was sent already."))
    else:
        sent, saved = (
            _("Sent. The office looks at it and writes to you."),
            _("Saved. Send it when it is complete."),
        )
        messages.success(request, sent if send else saved)
    return True


def _write(request: HttpRequest, form: CompanyForm, company: Company | None, actor: Actor) -> Company:
    facts, proof = form.facts(), form.cleaned_data["proof"]
    if company:
        return services.correct(company=company, facts=facts, proof=proof, actor=actor)
    return services.register(
        user=request.user,
        facts=facts,
        proof=proof,
        currency=form.chosen_currency,
        key=form.typed_key,
        actor=actor,
    )


@page
@never_cache
@login_required
@limited("company-proof", most=20, minutes=60)
def renew(request: HttpRequest) -> HttpResponse:
    """A newer proof while the company is verified: it stays so until the office has looked."""
    member = member_or_404(request, Role.OWNER)
    if member.company.state != states.VERIFIED:
        return redirect("account:company-edit")
    form = ProofForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        try:
            services.renew(
                company=member.company, proof=form.cleaned_data["proof"], actor=Actor.of(request.user)
            )
        except services.CompanyError:
            messages.info(request, _("Nothing was changed: the office has decided meanwhile."))
        else:
            messages.success(request, _("Sent. The office looks at it and writes to you."))
        return redirect("account:company")
    return render(request, "account/company_renew.html", {"form": form, "company": member.company})


@require_safe
@login_required
def proof(request: HttpRequest) -> FileResponse:
    found = member_or_404(request, Role.OWNER).company
    if not found.proof:
        raise Http404
    return private_proof(found.proof)
