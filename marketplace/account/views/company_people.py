"""Who acts for a company: invited, given other roles, taken out."""

from collections.abc import Callable

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from marketplace.account.company_forms import InviteForm, RolesForm
from marketplace.account.company_page import member_or_404, page
from marketplace.common.actor import Actor
from marketplace.common.ratelimit import limited
from offtakers import queries, services
from offtakers.access import SESSION_KEY, is_owner
from offtakers.models import CompanyMember, Invitation, Role

REFUSALS = {
    "last_owner": gettext_lazy("Somebody must stay responsible. Name another person first."),
    "last_approver": gettext_lazy(
        "An approval limit is set, so somebody must be there to agree. Name another approver first."
    ),
    "many": gettext_lazy("Twenty invitations are open already. Take one back first."),
}


@page
@never_cache
@login_required
@limited("company-invite", most=20, minutes=60)
def invite(request: HttpRequest) -> HttpResponse:
    """An owner asks somebody by e-mail. The answer is the same whether we know the address or not."""
    member = member_or_404(request, Role.OWNER)
    form = InviteForm(request.POST or None, initial={"roles": [Role.BUYER]})
    if form.is_valid():
        try:
            services.invite(
                company=member.company,
                language=get_language() or "id",
                actor=Actor.of(request.user),
                **form.cleaned_data,
            )
        except services.CompanyError as refused:
            form.add_error(None, REFUSALS[refused.code])
        else:
            messages.success(
                request, _("We have written to %(email)s.") % {"email": form.cleaned_data["email"]}
            )
            return redirect("account:company")
    return render(request, "account/company_invite.html", {"form": form, "company": member.company})


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take an invitation back; its link opens nothing any more."""
    member = member_or_404(request, Role.OWNER)
    found = Invitation.objects.filter(company=member.company, pk=pk).select_related("company").first()
    if found:
        services.withdraw_invitation(invitation=found, actor=Actor.of(request.user))
    messages.success(request, _("The invitation is taken back."))
    return redirect("account:company")


@page
@never_cache
@login_required
def roles(request: HttpRequest, pk: int) -> HttpResponse:
    """An owner gives a member other roles."""
    member = member_or_404(request, Role.OWNER)
    other = _other(member, pk)
    form = RolesForm(request.POST or None, initial={"roles": other.roles})
    if form.is_valid() and _done(
        request,
        lambda: services.set_roles(
            member=other, roles=form.cleaned_data["roles"], actor=Actor.of(request.user)
        ),
        _("The roles are changed."),
    ):
        return redirect("account:company")
    context = {"form": form, "company": member.company, "other": other}
    return render(request, "account/company_roles.html", context)


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """An owner takes somebody out, or somebody leaves."""
    member = member_or_404(request)
    other = _other(member, pk)
    if not is_owner(member) and other != member:
        raise Http404
    _done(
        request,
        lambda: services.remove_member(member=other, actor=Actor.of(request.user)),
        _("This person acts for the company no longer."),
    )
    return redirect("account:company")


def _other(member: CompanyMember, pk: int) -> CompanyMember:
    found = CompanyMember.objects.select_related("user", "company")
    return get_object_or_404(found, company=member.company, pk=pk)


def _done(request: HttpRequest, work: Callable[[], object], said: str) -> bool:
    try:
        work()
    except services.CompanyError as refused:
        messages.warning(request, REFUSALS[refused.code])
        return False
    messages.success(request, said)
    return True


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
            member = services.join(invitation=invitation, user=request.user)
        except services.CompanyError as refused:
            if refused.code == "gone":
                return render(request, "account/company_join.html", status=410)
            messages.warning(request, _("You act for this company already."))
        else:
            request.session[SESSION_KEY] = member.company_id
            messages.success(request, _("You act for %(name)s now.") % {"name": member.company})
        return redirect("account:company")
    context = {"company": invitation.company, "invitation": invitation}
    return render(request, "account/company_join.html", context)
