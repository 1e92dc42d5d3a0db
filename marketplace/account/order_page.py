"""What the page of one order shows: the same to a guest with the link and to the signed-in buyer."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common import dates
from marketplace.fulfilment import queries, states, timeline
from marketplace.fulfilment.documents.proforma import is_offered
from marketplace.fulfilment.models import Acceptance, Fulfilment
from marketplace.ledger.money import Money
from marketplace.orders import sold_tax
from marketplace.orders import states as order_states
from marketplace.orders.models import Order
from marketplace.orders.queries import link_token
from marketplace.payments import states as due_states
from marketplace.payments import waterfall
from marketplace.payments.models import Due
from marketplace.payments.overseas import bank_account
from marketplace.payments.services import online
from marketplace.sourcing.models import CallOff

ORDER_TONES = {
    order_states.PLACED: "warn",
    order_states.COMPLETED: "good",
    order_states.CANCELLED: "plain",
}
PART_TONES = {
    states.DELIVERED: "warn",
    states.RECEIVED: "good",
    states.REJECTED: "bad",
    states.DECLINED: "bad",
    states.CANCELLED: "plain",
}
NEVER_ARRIVES = (states.DECLINED, states.CANCELLED)


def context(order: Order, token: str = "") -> dict[str, Any]:
    """Everything templates/account/order.html needs; links carry `token`, or a fresh one."""
    dues = list(order.dues.select_related("company").order_by("number", "pk"))
    # Of a payment schedule the step that is asked for now.
    due = next((one for one in dues if one.state == due_states.OPEN), dues[0] if dues else None)
    more = (
        "photos",
        "hand_over_photos",
        "returns__lines__line__line",
        "partner__members",
        "lines__lots__lot",
    )
    parts = list(queries.of_order(order).prefetch_related(*more))
    falls = queries.waterfalls(parts)
    return {
        "order": order,
        "token": token or link_token(order),
        "status": status(order),
        "pay": how_to_pay(due) if not order.is_on_tempo else None,
        "bill": bill(due),
        "due": due,
        "schedule": [schedule_row(one) for one in dues] if len(dues) > 1 else [],
        "call_off": _call_off(order),
        "has_proforma": is_offered(order),
        "may_cancel": order.status == order_states.PLACED,
        "sold": _sold(order, falls.values()),
        "parts": [_part(part, falls[order.pk, part.partner_id]) for part in parts],
        "sums": sums(order, parts),
        "refunds": [_refund(refund) for refund in order.refunds.order_by("created")],
        "address": order.shipping_address,
        "operator": settings.OPERATOR,
    }


def _call_off(order: Order) -> CallOff | None:
    """The delivery under a contract that this order is; none of an order of the shop."""
    if not order.is_contracted:
        return None
    return CallOff.objects.filter(order=order).select_related("contract").first()


def _sold(order: Order, falls: Iterable[waterfall.Waterfall]) -> dict[str, Any] | None:
    """What an exporter sold under its contract. The parts then name who brings the goods, without what they are paid:
    credit notes stand here, for all of them together."""
    if order.sold_by is None:
        return None
    every = (note for fall in falls for note in fall.notes if not note.for_part)
    notes = sorted(every, key=lambda note: note.pk)
    return {"by": order.sold_by, "lines": order.sold, "notes": notes, "ppn": sold_tax.stated(order)}


def status(order: Order) -> dict[str, str]:
    """Label and tone of components/_badge_state.html."""
    return {"label": order.status_words, "tone": ORDER_TONES.get(order.status, "")}


def how_to_pay(due: Due | None) -> dict[str, Any] | None:
    """Bank details and deadline while money is still asked for."""
    if due is None or due.state != due_states.OPEN:
        return None
    account = bank_account(due.currency)
    return {
        "missing": due.missing,
        "digits": str(due.missing.to_decimal()),
        "came": due.received and Money(due.received, due.currency),
        "reference": due.reference,
        "until": dates.moment(due.due_at),
        "is_balance": due.is_balance,
        "is_foreign": due.currency != "IDR",
        "by_card": online.is_offered(due),
        "rows": account.rows() if account else [],
        "tolerance": Money(due.tolerance, due.currency) if due.tolerance else None,
        **{key: settings.OPERATOR[key] for key in ("bank", "account", "account_name")},
    }


def schedule_row(due: Due) -> dict[str, Any]:
    """One step of a payment schedule, as a row of components/_sum.html: when it was paid, else when it is due."""
    when = timezone.localdate(due.settled_at) if due.settled_at else due.due_on
    note = f"{due.get_state_display()} · {dates.day(when)} · {due.reference}"
    return {
        "label": due.get_step_display(),
        "amount": str(due.total - Money(due.credited, due.currency)),
        "note": note,
    }


def bill(due: Due | None) -> dict[str, Any] | None:
    """What a company on tempo has to know: how much, by when (about, until all has arrived), and where to."""
    if due is None or not due.is_on_tempo:
        return None
    to_pay = how_to_pay(due) or {}
    return {
        **to_pay,
        "due": due,
        "day": dates.day(due.due_on),
        "received": Money(due.received) if due.received else None,
        "credited": Money(due.credited) if due.credited else None,
        "is_open": bool(to_pay),
    }


def sums(order: Order, parts: list[Fulfilment]) -> list[dict[str, Any]]:
    """Rows of components/_sum.html; what the sellers said does not come is taken off."""
    short = sum((part.short_to_buyer for part in parts), Money(0, order.currency))
    less = [{"label": _("Does not come"), "amount": str(short * -1), "is_less": True}] if short else []
    return [
        {"label": _("Goods"), "amount": str(order.goods)},
        *less,
        {"label": _("Delivery"), "amount": str(order.shipping)},
        {"label": _("Total"), "amount": str(order.total - short), "is_total": True},
    ]


def _part(part: Fulfilment, fall: waterfall.Waterfall) -> dict[str, Any]:
    receipt: Acceptance | None = getattr(part, "acceptance", None)
    return {
        "part": part,
        "lines": list(part.lines.all()),
        "has_left": bool(part.handed_over_at),  # until then another lot may be packed
        "label": part.get_state_display(),
        "tone": PART_TONES.get(part.state, ""),
        "arrives": "" if part.state in NEVER_ARRIVES else dates.between(part.arrives_from, part.arrives_to),
        "steps": timeline.steps(part, names=_names(part)) if part.state != states.WAITING else [],
        "may_sign": part.state in (states.HANDED_OVER, states.DELIVERED)
        and part.release_on != states.ON_RECEIPT,
        "asks": part.seller,  # who answers for it
        "has_prices": part.order.sold_by_id is None,
        "fall": fall if part.state != states.CANCELLED and part.order.sold_by_id is None else None,
        "sign_until": dates.moment(part.claim_until) if part.claim_until else "",
        "receipt": receipt,
        "signed_at": dates.moment(receipt.signed_at) if receipt else "",
        "photos": list(part.photos.all()) if receipt else [],
        "hand_over_photos": list(part.hand_over_photos.all()) if part.handed_over_at else [],
        "returns": list(part.returns.all()),
    }


def _names(part: Fulfilment) -> dict[int, str]:
    """To the buyer, whoever works for the pesantren is the pesantren."""
    return {member.user_id: part.partner.name for member in part.partner.members.all()}


def _refund(refund: Any) -> dict[str, Any]:
    return {
        "amount": refund.total,
        "reason": refund.get_reason_display(),
        "state": refund.get_state_display(),
        "is_paid": bool(refund.paid_at),
        "at": dates.moment(refund.paid_at or refund.created),
    }
