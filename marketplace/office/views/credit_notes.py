"""Credit notes: units and a reason, then who bears what, then issued."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import queries as fulfilments_of
from marketplace.fulfilment import services, states
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import claims
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.office.fee_forms import CreditNoteForm
from marketplace.payments.exceptions import Changed, PaymentError, SecondPersonNeeded
from marketplace.payments.models import CreditNote
from marketplace.payments.services import credit_notes as notes


@staff_only(OFFICE)
def credit_note(request: HttpRequest, number: str) -> HttpResponse:
    """The first press shows who bears what; the second issues exactly that."""
    part = get_object_or_404(fulfilments_of.for_staff(request.user), number=number)
    form = CreditNoteForm(request.POST or None, lines=part.lines.all(), left=claims.left(part))
    more: dict[str, Any] = {}
    if request.method == "POST" and part.state == states.RECEIVED and form.is_valid():
        if "confirm" in request.POST and (done := _issued(request, part, form)):
            return done
        more = _preview(part, form)
    found = CreditNote.objects.filter(order=part.order_id, partner=part.partner_id).select_related("refund")
    more |= {"part": part, "form": form, "is_open": part.state == states.RECEIVED}
    more |= {"notes": found.order_by("pk")}
    return render(request, "office/credit_note.html", page.context(request, "parts", **more))


def _preview(part: Fulfilment, form: CreditNoteForm) -> dict[str, Any]:
    try:
        facts = claims.part_of(part, claims.open_bill(part))
        found = notes.shares(facts, claims.claims_of(part, form.units()))
    except PaymentError:
        form.add_error(None, _("These units do not fit what is left of the part."))
        return {}
    rows = [
        (_("The pesantren, out of what it is owed"), found.from_payable),
        (_("The pesantren, out of what it earns next"), found.from_debt),
        (_("The operator gives back its fee"), found.fee.commission),
        (_("PPN on the fee"), found.fee.tax),
    ]
    shown: list[dict[str, Any]] = [{"label": name, "amount": str(money)} for name, money in rows if money]
    where = _("Comes off the bill: %(amount)s") % {"amount": found.off_bill} if found.off_bill else ""
    total = {"label": _("The buyer gets"), "amount": str(found.amount), "is_total": True, "note": where}
    return {"preview": [*shown, total], "seen": f"{found.pesantren.minor}/{notes.count(facts)}"}


def _issued(request: HttpRequest, part: Fulfilment, form: CreditNoteForm) -> HttpResponse | None:
    """Nothing: it was refused, and the page says why."""
    seen, _slash, after = request.POST.get("seen", "").partition("/")
    actor = Actor.of(request.user)
    facts = {"lines": form.units(), "why": form.cleaned_data["why"], "actor": actor}
    try:
        shown = Money(int(seen) if seen.isdecimal() else -1, part.currency)
        earlier = int(after) if after.isdecimal() else -1
        note = services.issue_credit_note(fulfilment=part, seen=shown, after=earlier, **facts)
    except IllegalMove:
        messages.warning(request, _("Nothing was changed: this part cannot get a credit note now."))
    except Changed:
        messages.warning(request, _("Nothing was changed: something else would happen now. Look once more."))
        return None
    except SecondPersonNeeded:
        text = _("Above %(limit)s one person alone cannot issue a credit note.")
        form.add_error(None, text % {"limit": notes.limit()})
        return None
    except PaymentError:
        form.add_error(None, _("This is not possible now: units do not fit, or a dispute is open."))
        return None
    else:
        said = _("Credit note %(number)s: %(amount)s.") % {"number": note.number, "amount": note.total}
        messages.success(request, said)
    return redirect("office:part", part.number)
