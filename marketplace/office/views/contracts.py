"""Contracts between companies and sellers, to read: parties, four sums, and every step with who took it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.models import StateChange
from marketplace.common.states import history
from marketplace.office import page
from marketplace.sourcing import office_queries, states
from marketplace.sourcing.models import Amendment, Contract, Signature
from marketplace.sourcing.services import samples

LABELS = dict(states.CONTRACT_CHOICES)
SIDES = dict(Signature.SIDES)
MOST_STEPS = 200
AMENDMENT = {
    "": gettext_lazy("Amendment %(number)s holds"),
    "proposed": gettext_lazy("Amendment %(number)s proposed"),
    Amendment.WITHDRAWN: gettext_lazy("Amendment %(number)s withdrawn"),
    Amendment.DECLINED: gettext_lazy("Amendment %(number)s declined"),
    Amendment.OVER: gettext_lazy("Amendment %(number)s ended by itself"),
}


@staff_only(OFFICE)
@require_safe
def contracts(request: HttpRequest) -> HttpResponse:
    """Newest first; export coordinators see no money and no buyers, so not these."""
    state = request.GET.get("state", "")
    state = state if state in LABELS else ""
    found = page.paged(request, office_queries.contracts(request.user, state=state), state=state)
    for one in found["page_obj"]:
        one.sums = office_queries.sums(one)
    more = {"state": state, "labels": LABELS.items(), **found}
    return render(request, "office/contracts.html", page.context(request, "contracts", **more))


@staff_only(OFFICE)
@require_safe
def contract(request: HttpRequest, number: str) -> HttpResponse:
    """One of them, with its lines, call-offs and audit rows; nothing is changed from here."""
    found = get_object_or_404(office_queries.contracts(request.user), number=number)
    more = {
        "contract": found,
        "sums": office_queries.sums(found),
        "lines": found.lines.select_related("unit", "contract"),
        "signatures": found.signatures.select_related("amendment").order_by("pk"),
        "call_offs": found.call_offs.select_related("order").order_by("number"),
        "counted": samples.counted(found),
        "steps": [(row, _words(row), _why(row.why)) for row in _steps(found)],
    }
    return render(request, "office/contract.html", page.context(request, "contracts", **more))


def _steps(contract: Contract) -> list[StateChange]:
    return list(history(contract).order_by("-at", "-pk")[:MOST_STEPS])


def _words(row: StateChange) -> str:
    return str(LABELS.get(row.after, row.after))


def _why(text: str) -> str:
    """What the program itself wrote down, in the reader's language; what a person wrote stays as it is."""
    if text == "terms":
        return _("Terms written down")
    kind, _space, rest = text.partition(" ")
    number, _gap, became = rest.partition(" ")
    if kind == "amendment" and number.isdecimal():
        how, _colon, why = became.partition(": ")
        said = str(AMENDMENT[how]) % {"number": number} if how in AMENDMENT else text
        return f"{said}: {why}" if why else said
    side, _gap, name = rest.partition(" ")
    if kind == "signed:" and side in SIDES:
        return _("Signed, %(side)s: %(name)s") % {"side": SIDES[side], "name": name}
    return text
