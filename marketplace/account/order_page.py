"""What the page of one order shows: the same to a guest with the link and to the signed-in buyer."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from marketplace.common import dates
from marketplace.fulfilment import queries, states, timeline
from marketplace.fulfilment.models import Acceptance, Fulfilment
from marketplace.orders import states as order_states
from marketplace.orders.models import Order
from marketplace.orders.queries import link_token
from marketplace.payments import states as due_states
from marketplace.payments.models import Due

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
    due = order.dues.order_by("pk").first()
    parts = queries.of_order(order).prefetch_related("photos", "partner__members")
    return {
        "order": order,
        "token": token or link_token(order),
        "status": status(order),
        "pay": how_to_pay(due),
        "due": due,
        "may_cancel": order.status == order_states.PLACED,
        "parts": [_part(part, order) for part in parts],
        "sums": sums(order),
        "refunds": [_refund(refund) for refund in order.refunds.order_by("created")],
        "address": order.shipping_address,
        "operator": settings.OPERATOR,
    }


def status(order: Order) -> dict[str, str]:
    """Label and tone of components/_badge_state.html."""
    label = order_states.LABELS.get(order.status, order.status)
    return {"label": str(label), "tone": ORDER_TONES.get(order.status, "")}


def how_to_pay(due: Due | None) -> dict[str, Any] | None:
    """Bank details and deadline while money is still asked for."""
    if due is None or due.state != due_states.OPEN:
        return None
    return {
        "missing": due.missing,
        "digits": str(due.missing.minor),
        "came": due.received and due.total - due.missing,
        "reference": due.reference,
        "until": dates.moment(due.due_at),
        **{key: settings.OPERATOR[key] for key in ("bank", "account", "account_name")},
    }


def sums(order: Order) -> list[dict[str, Any]]:
    """Rows of components/_sum.html."""
    return [
        {"label": _("Goods"), "amount": str(order.goods)},
        {"label": _("Delivery"), "amount": str(order.shipping)},
        {"label": _("Total"), "amount": str(order.total), "is_total": True},
    ]


def _part(part: Fulfilment, order: Order) -> dict[str, Any]:
    receipt: Acceptance | None = getattr(part, "acceptance", None)
    return {
        "part": part,
        "lines": list(part.lines.all()),
        "label": part.get_state_display(),
        "tone": PART_TONES.get(part.state, ""),
        "arrives": "" if part.state in NEVER_ARRIVES else dates.between(part.arrives_from, part.arrives_to),
        "steps": timeline.steps(part, names=_names(part)) if part.state != states.WAITING else [],
        "may_sign": part.state in (states.HANDED_OVER, states.DELIVERED),
        "sign_until": dates.moment(part.claim_until) if part.claim_until else "",
        "receipt": receipt,
        "signed_at": dates.moment(receipt.signed_at) if receipt else "",
        "photos": list(part.photos.all()) if receipt else [],
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
