"""Companies that buy: verified by a person who has seen the proof; their tempo terms and limit."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.proofs import private_proof
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.office.company_forms import TermsForm
from marketplace.office.forms import WhyForm
from marketplace.office.views.steps import moves_of
from marketplace.payments import credit
from marketplace.people.phones import for_people
from offtakers import queries, services, states
from offtakers.models import Company

TONES = {states.VERIFIED: "good", states.SUBMITTED: "warn", states.REFUSED: "bad", states.SUSPENDED: "bad"}


@staff_only(OFFICE)
@require_safe
def companies(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    rows = queries.companies(request.user)
    if state in states.LABELS:
        rows = rows.filter(state=state)
    found = page.paged(request, rows, state=state if state in states.LABELS else "")
    for one in found["page_obj"]:
        one.tone = TONES.get(one.state, "plain")
    more = {"state": state, "labels": states.CHOICES, **found}
    return render(request, "office/companies.html", page.context(request, "companies", **more))


def _company(request: HttpRequest, pk: int) -> Company:
    return get_object_or_404(queries.companies(request.user), pk=pk)


@staff_only(OFFICE)
@require_safe
def company(request: HttpRequest, pk: int) -> HttpResponse:
    found = _company(request, pk)
    more = {
        "company": found,
        "tone": TONES.get(found.state, "plain"),
        "phone": for_people(found.phone),
        "members": found.members.select_related("user"),
        "standing": credit.standing(found),
        "terms": found.terms_changes.all()[: page.PER_PAGE],
        "can_verify": found.may(states.VERIFIED),
        "can_refuse": found.may(states.REFUSED),
        "can_suspend": found.may(states.SUSPENDED),
        "steps": moves_of(found, states.LABELS),
    }
    return render(request, "office/company.html", page.context(request, "companies", **more))


@staff_only(OFFICE)
@require_safe
def company_proof(request: HttpRequest, pk: int) -> FileResponse:
    found = _company(request, pk)
    if not found.proof:
        raise Http404
    return private_proof(found.proof)


def _done(request: HttpRequest, company: Company, work: Callable[[], object], said: str) -> HttpResponse:
    try:
        work()
    except IllegalMove as refused:
        text = _("Nothing was changed: the company is now: %(state)s.")
        messages.warning(request, text % {"state": states.LABELS.get(refused.before, refused.before)})
    except services.CompanyError:
        messages.error(request, _own())
    else:
        messages.success(request, said)
    return redirect("office:company", company.pk)


def _own() -> str:
    return _("You buy for this company yourself: a colleague of the office must decide.")


@staff_only(OFFICE)
@require_POST
def verify_company(request: HttpRequest, pk: int) -> HttpResponse:
    found, actor = _company(request, pk), Actor.of(request.user)
    work = partial(services.verify, company=found, actor=actor)
    return _done(request, found, work, _("Verified. Its members have been told."))


@staff_only(OFFICE)
def refuse_company(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(request, _company(request, pk), states.REFUSED)


@staff_only(OFFICE)
def suspend_company(request: HttpRequest, pk: int) -> HttpResponse:
    return _with_reason(request, _company(request, pk), states.SUSPENDED)


def _with_reason(request: HttpRequest, company: Company, to: str) -> HttpResponse:
    """Refuse or suspend: the company reads the reason."""
    form, actor = WhyForm(request.POST or None), Actor.of(request.user)
    if request.method == "POST" and form.is_valid():
        verb = services.refuse if to == states.REFUSED else services.suspend
        said = _("Not verified. Its members read why.") if to == states.REFUSED else _("Suspended.")
        work = partial(verb, company=company, actor=actor, why=form.cleaned_data["why"])
        return _done(request, company, work, said)
    more = {"company": company, "form": form, "to": to, "is_open": company.may(to)}
    return render(request, "office/company_step.html", page.context(request, "companies", **more))


@staff_only(OFFICE)
def company_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Days and limit, with the reason. They hold from the next order on."""
    found = _company(request, pk)
    initial = {"tempo_days": found.tempo_days, "credit_limit": found.credit_limit}
    form = TermsForm(request.POST or None, initial=initial, is_domestic=found.kind == Company.Kind.DOMESTIC)
    if request.method == "POST" and form.is_valid() and _terms_set(request, found, form):
        messages.success(request, _("The terms hold from the next order on. The members have been told."))
        return redirect("office:company", found.pk)
    more = {"company": found, "form": form, "standing": credit.standing(found)}
    return render(request, "office/company_terms.html", page.context(request, "companies", **more))


def _terms_set(request: HttpRequest, company: Company, form: TermsForm) -> bool:
    """False: they were refused, and the form says why."""
    data = form.cleaned_data
    try:
        services.set_terms(
            company=company,
            tempo_days=int(data["tempo_days"]),
            credit_limit=Money(data["credit_limit"]),
            actor=Actor.of(request.user),
            why=data["why"],
        )
    except services.CompanyError:  # the form has checked all but who asks
        form.add_error(None, _own())
        return False
    return True
