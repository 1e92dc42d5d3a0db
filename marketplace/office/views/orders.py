"""Orders: found by number, reference or name; one with all its money and history."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.fulfilment import queries as fulfilments_of
from marketplace.fulfilment import timeline
from marketplace.fulfilment.documents.proforma import is_offered
from marketplace.ledger.money import Money
from marketplace.office import page, queries
from marketplace.office.views.steps import moves_of
from marketplace.orders.models import Order
from marketplace.orders.states import LABELS, labels
from marketplace.people.phones import for_people


@staff_only(OFFICE)
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    text, state = request.GET.get("q", "").replace("\0", "")[:100], request.GET.get("state", "")
    found = page.paged(request, queries.orders(request.user, text=text, state=state), q=text, state=state)
    for order in found["page_obj"]:
        order.label = order.status_words
    more = {"q": text, "state": state, "labels": LABELS.items(), **found}
    return render(request, "office/orders.html", page.context(request, "orders", **more))


@staff_only(OFFICE)
@require_safe
def order(request: HttpRequest, number: str) -> HttpResponse:
    visible = queries.orders(request.user).select_related("user", "shipping_address__regency")
    found = get_object_or_404(visible, number=number)
    address = found.shipping_address
    more = {
        "order": found,
        "label": found.status_words,
        "phone": for_people(found.buyer_phone),
        "address": address.lines() if address else [],
        "parts": [(one, timeline.steps(one)) for one in fulfilments_of.of_order(found)],
        "dues": _dues(found),
        "has_proforma": is_offered(found),
        "refunds": found.refunds.order_by("created"),
        "movements": [_entry(one) for one in queries.movements_of(found)],
        "moves": moves_of(found, labels(found.is_on_tempo)),
    }
    return render(request, "office/order.html", page.context(request, "orders", **more))


def _dues(order: Order) -> list[dict[str, Any]]:
    return [
        {
            "due": due,
            "received": Money(due.received, due.currency),
            "receipts": due.receipts.all(),
            "credited": Money(due.credited, due.currency) if due.credited else None,
            "tolerance": Money(due.tolerance, due.currency) if due.tolerance else None,
            "letter": getattr(due, "letter_of_credit", None),
        }
        for due in queries.dues_of(order)
    ]


def _entry(movement: Any) -> dict[str, Any]:
    amount = Money(movement.amount, movement.debit.currency)
    return {"journal": movement.journal, "debit": movement.debit, "credit": movement.credit, "amount": amount}
