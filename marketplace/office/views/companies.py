"""Companies that buy: verified until a day by a person who has seen the proof; their tempo terms and limit."""

from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.proofs import private_proof
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.office.company_forms import TermsForm, UntilForm
from marketplace.office.views.steps import moves_of
from marketplace.payments import credit
from marketplace.people.phones import for_people
from marketplace.people.second_factor.access import asks_code
from marketplace.reference.queries import country_name
from offtakers import queries, services, states
from offtakers.models import Company

TONES = {
    states.VERIFIED: "good",
    states.SUBMITTED: "warn",
    states.REFUSED: "bad",
    states.SUSPENDED: "bad",
    states.EXPIRED: "bad",
}
REFUSALS = {
    "own": gettext_lazy("You act for this company yourself: a colleague of the office must decide."),
    "no_proof": gettext_lazy("Nothing was changed: no newer proof waits any more."),
    "until": gettext_lazy("The last day must lie ahead, within three years."),
}


@staff_only(OFFICE)
@require_safe
def companies(request: HttpRequest) -> HttpResponse:
    """By state and country; what waits for the office first."""
    state, country = request.GET.get("state", ""), request.GET.get("country", "")
    state = state if state in states.LABELS else ""
    known = queries.countries(request.user)
    country = country if country in known else ""
    rows = queries.companies(request.user)
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(country=country) if country else rows
    found = page.paged(request, rows, state=state, country=country)
    for one in found["page_obj"]:
        one.tone = TONES.get(one.state, "plain")
        one.waits = one.state == states.SUBMITTED or bool(one.renewal and one.state == states.VERIFIED)
    more = {
        "state": state,
        "country": country,
        "labels": states.CHOICES,
        "countries": sorted(((code, country_name(code)) for code in known), key=lambda row: row[1]),
        **found,
    }
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
        "places": found.places.all(),
        "standing": credit.standing(found),
        "terms": found.terms_changes.all()[: page.PER_PAGE],
        "can_verify": found.state == states.SUBMITTED,
        "can_renew": bool(found.renewal) and found.state == states.VERIFIED,
        "can_lift": found.state == states.SUSPENDED,
        "can_refuse": found.may(states.REFUSED),
        "can_suspend": found.may(states.SUSPENDED),
        "steps": moves_of(found, states.WORDS),
    }
    return render(request, "office/company.html", page.context(request, "companies", **more))


@staff_only(OFFICE)
@require_safe
def company_proof(request: HttpRequest, pk: int, which: str) -> FileResponse:
    """`which`: "first", or "newer" for one that waits."""
    found = _company(request, pk)
    file = found.renewal if which == "newer" else found.proof
    if which not in ("first", "newer") or not file:
        raise Http404
    return private_proof(file)


def _done(request: HttpRequest, company: Company, work: Callable[[], object], said: str) -> HttpResponse:
    try:
        work()
    except IllegalMove as refused:
        text = _("Nothing was changed: the company is now: %(state)s.")
        messages.warning(request, text % {"state": states.LABELS.get(refused.before, refused.before)})
    except services.CompanyError as refused:
        messages.error(request, REFUSALS[refused.code])
    else:
        messages.success(request, said)
    return redirect("office:company", company.pk)


@staff_only(OFFICE)
def verify_company(request: HttpRequest, pk: int) -> HttpResponse:
    """The proof fits, until a day: the first one, or a newer one of a verified company."""
    found, actor = _company(request, pk), Actor.of(request.user)
    newer = found.state == states.VERIFIED and bool(found.renewal)
    form = UntilForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        verb = services.prolong if newer else services.verify
        work = partial(verb, company=found, until=form.cleaned_data["until"], actor=actor)
        return _done(request, found, work, _("Verified. Its members have been told."))
    is_open = newer or found.state == states.SUBMITTED
    more = {"company": found, "form": form, "to": states.VERIFIED, "is_open": is_open, "newer": newer}
    return render(request, "office/company_step.html", page.context(request, "companies", **more))


@staff_only(OFFICE)
@require_POST
def lift_company(request: HttpRequest, pk: int) -> HttpResponse:
    """The suspension ends."""
    found, actor = _company(request, pk), Actor.of(request.user)
    work = partial(services.lift, company=found, actor=actor)
    return _done(request, found, work, _("Lifted. Its members have been told."))


@staff_only(OFFICE)
def refuse_company(request: HttpRequest, pk: int) -> HttpResponse:
    """The first proof does not convince, or a newer one of a verified company."""
    found = _company(request, pk)
    if found.state == states.VERIFIED and found.renewal:
        return _with_reason(request, found, states.RENEWAL_REFUSED, services.refuse_renewal, True)
    return _with_reason(request, found, states.REFUSED, services.refuse, found.may(states.REFUSED))


@staff_only(OFFICE)
def suspend_company(request: HttpRequest, pk: int) -> HttpResponse:
    found = _company(request, pk)
    return _with_reason(request, found, states.SUSPENDED, services.suspend, found.may(states.SUSPENDED))


def _with_reason(
    request: HttpRequest, company: Company, to: str, verb: Callable[..., object], is_open: bool
) -> HttpResponse:
    """A step whose reason the company reads."""
    form, actor = WhyForm(request.POST or None), Actor.of(request.user)
    if request.method == "POST" and form.is_valid():
        said = _("Suspended.") if to == states.SUSPENDED else _("Not verified. Its members read why.")
        work = partial(verb, company=company, actor=actor, why=form.cleaned_data["why"])
        return _done(request, company, work, said)
    more = {"company": company, "form": form, "to": to, "is_open": is_open}
    return render(request, "office/company_step.html", page.context(request, "companies", **more))


@staff_only(OFFICE)
@asks_code(on_get=True)
def company_terms(request: HttpRequest, pk: int) -> HttpResponse:
    """Days and limit, with the reason. They hold from the next order on."""
    found = _company(request, pk)
    initial = {"tempo_days": found.tempo_days, "credit_limit": found.credit_limit}
    form = TermsForm(request.POST or None, initial=initial, is_domestic=not found.is_overseas)
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
        form.add_error(None, REFUSALS["own"])
        return False
    return True
