"""Credit notes: units and a reason, then who bears what, then issued."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.files import pdf_to_read
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import queries as fulfilments_of
from marketplace.fulfilment import services, states
from marketplace.fulfilment.documents.credit_note import credit_note as write_credit_note
from marketplace.fulfilment.models import Fulfilment
from marketplace.fulfilment.services import claims
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.office.fee_forms import CreditNoteForm
from marketplace.office.views.approvals import proposed
from marketplace.payments import queries, second_person
from marketplace.payments.exceptions import Changed, Claimed, PaymentError, SecondPersonNeeded
from marketplace.payments.models import CreditNote
from marketplace.payments.services import credit_notes as notes
from marketplace.people.second_factor.access import asks_code


@staff_only(OFFICE)
@asks_code(on_get=True)
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
    more |= {"notes": found.order_by("pk"), "limit": second_person.limit(part.currency)}
    more["proposal"] = queries.proposal_for(request.user, order=part.order)
    return render(request, "office/credit_note.html", page.context(request, "parts", **more))


@staff_only(OFFICE)
@require_safe
def credit_note_pdf(request: HttpRequest, number: str) -> HttpResponse:
    """In the language of the page."""
    note = get_object_or_404(CreditNote.objects.select_related("order", "refund"), number=number)
    made = write_credit_note(note, get_language() or "id")
    return pdf_to_read(made, note.number)


def _preview(part: Fulfilment, form: CreditNoteForm) -> dict[str, Any]:
    try:
        bears = claims.bears_of(part, form.units())
        facts = claims.part_of(part, claims.open_bill(part), bears=bears)
        found = notes.shares(facts, claims.claims_of(part, form.units()))
    except PaymentError:
        form.add_error(None, _("These units do not fit what is left of the part."))
        return {}
    rows = [
        (_("The pesantren, out of what it is owed"), found.from_payable),
        (_("The pesantren, out of what it earns next"), found.from_debt),
        (_("The operator gives back its fee"), found.fee.commission),
        (_("PPN on the fee"), found.fee.tax),
        (_("The exporter, what it had added"), found.beside),
    ]
    shown: list[dict[str, Any]] = [{"label": name, "amount": str(money)} for name, money in rows if money]
    where = _("Comes off the bill: %(amount)s") % {"amount": found.off_bill} if found.off_bill else ""
    total = {"label": _("The buyer gets"), "amount": str(found.to_buyer), "is_total": True, "note": where}
    needs_two = second_person.is_needed(found.to_buyer)
    return {
        "preview": [*shown, total],
        "needs_two": needs_two,
        "seen": f"{found.pesantren.minor}/{notes.count(facts)}/{found.beside.minor}",
    }


def _seen(request: HttpRequest, currency: str) -> dict[str, Any]:
    """What the preview said that the pesantren and the exporter bear, and how many notes there were."""
    shown = [*request.POST.get("seen", "").split("/"), "", "", ""][:3]
    numbers = [int(one) if one.removeprefix("-").isdecimal() else -1 for one in shown]
    return {
        "seen": Money(numbers[0], currency),
        "after": numbers[1],
        "seen_beside": Money(numbers[2], currency) if shown[2] else Money(0, currency),
    }


def _issued(request: HttpRequest, part: Fulfilment, form: CreditNoteForm) -> HttpResponse | None:
    """Nothing: it was refused, and the page says why."""
    seen = _seen(request, part.currency)
    actor = Actor.of(request.user)
    facts = {"lines": form.units(), "why": form.cleaned_data["why"], "actor": actor}
    try:
        note = services.issue_credit_note(fulfilment=part, **seen, **facts)
    except IllegalMove:
        messages.warning(request, _("Nothing was changed: this part cannot get a credit note now."))
    except Changed:
        messages.warning(request, _("Nothing was changed: something else would happen now. Look once more."))
        return None
    except SecondPersonNeeded:
        return _proposed(request, part, form, seen)
    except Claimed:
        messages.warning(
            request, _("Nothing was changed: a proposal for this order waits for a second person.")
        )
    except PaymentError:
        form.add_error(None, _("This is not possible now: units do not fit, or a dispute is open."))
        return None
    else:
        said = _("Credit note %(number)s: %(amount)s.") % {"number": note.number, "amount": note.to_buyer}
        messages.success(request, said)
    return redirect("office:part", part.number)


def _proposed(
    request: HttpRequest, part: Fulfilment, form: CreditNoteForm, seen: dict[str, Any]
) -> HttpResponse:
    """Above the limit another person of the office must agree."""
    facts = {"units": form.units(), "why": form.cleaned_data["why"], "actor": Actor.of(request.user)}
    try:
        return proposed(
            request,
            lambda: services.propose_credit_note(fulfilment=part, **seen, **facts),
        )
    except (Claimed, Changed, IllegalMove):
        messages.warning(request, _("Nothing was changed: something else would happen now. Look once more."))
    return redirect("office:part", part.number)
