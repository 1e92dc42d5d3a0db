"""Balances to come from abroad, and the letters of credit that stand for some of them."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import overseas as following
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.office.overseas_forms import LetterForm
from marketplace.office.views.steps import moves_of
from marketplace.payments import letters as found_letters
from marketplace.payments import services, states
from marketplace.payments.models import Due, LetterOfCredit
from marketplace.people.second_factor.access import asks_code

LABELS = dict(states.CREDIT_CHOICES)


@staff_only(OFFICE)
@require_safe
def overseas(request: HttpRequest) -> HttpResponse:
    """Balances whose deposit is paid, the one due first at the top."""
    found = page.paged(request, following.open_balances())
    rows = [
        (due, following.days_late(due), getattr(due, "letter_of_credit", None)) for due in found["page_obj"]
    ]
    return render(request, "office/overseas.html", page.context(request, "overseas", rows=rows, **found))


@staff_only(OFFICE)
@require_safe
def letters(request: HttpRequest) -> HttpResponse:
    """All letters, the newest first, each with what it asks for next."""
    found = page.paged(request, found_letters.letters(request.user))
    rows = following.next_steps(list(found["page_obj"]))
    return render(request, "office/letters.html", page.context(request, "overseas", rows=rows, **found))


def _letter(request: HttpRequest, pk: int) -> LetterOfCredit:
    return get_object_or_404(found_letters.letters(request.user), pk=pk)


@staff_only(OFFICE)
@require_safe
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    found = _letter(request, pk)
    (_row, step) = following.next_steps([found])[0]
    shipped = following.shipped_on([found.due.order_id]).get(found.due.order_id)
    more = {
        "letter": found,
        "amount": Money(found.amount, found.currency),
        "step": step,
        "shipped_on": shipped,
        "present_by": found_letters.present_by(found, shipped) if shipped else None,
        "moves": [
            (to, LABELS[to]) for to, _label in states.CREDIT_CHOICES if states.CREDIT.allows(found.state, to)
        ],
        "steps": moves_of(found, LABELS),
    }
    return render(request, "office/letter.html", page.context(request, "overseas", **more))


@staff_only(OFFICE)
@require_POST
@asks_code()
def move_letter(request: HttpRequest, pk: int) -> HttpResponse:
    found, to = _letter(request, pk), request.POST.get("to", "")
    why = request.POST.get("why", "").replace("\0", "").strip()[:300]
    try:
        services.move_letter(letter=found, to=to, actor=Actor.of(request.user), why=why)
    except IllegalMove as error:
        state = LABELS.get(error.before, error.before)
        messages.warning(request, _("Nothing was changed: the letter is now: %(state)s.") % {"state": state})
    else:
        messages.success(request, _("Noted: %(state)s.") % {"state": LABELS[to]})
    return redirect("office:letter", found.pk)


@staff_only(OFFICE)
@asks_code(on_get=True)
def add_letter(request: HttpRequest, reference: str) -> HttpResponse:
    """Record the letter of credit that a bank has issued for this balance."""
    due = get_object_or_404(_waiting(), reference=reference)
    if existing := LetterOfCredit.objects.filter(due=due).first():
        return redirect("office:letter", existing.pk)
    form = LetterForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (done := _add(request, due, form)):
        return done
    more: dict[str, Any] = {"due": due, "form": form}
    return render(request, "office/letter_add.html", page.context(request, "overseas", **more))


def _waiting() -> Any:
    return Due.objects.filter(step=states.BALANCE, state=states.OPEN).select_related("order")


def _add(request: HttpRequest, due: Due, form: LetterForm) -> HttpResponse | None:
    try:
        made = services.record_letter(due=due, actor=Actor.of(request.user), **form.cleaned_data)
    except services.PaymentError:
        form.add_error(None, _("This balance cannot be paid by a letter of credit any more."))
        return None
    messages.success(request, _("The letter of credit is recorded."))
    return redirect("office:letter", made.pk)
