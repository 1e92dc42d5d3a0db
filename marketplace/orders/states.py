"""Legal moves of an order, as data. The order follows its dues and its fulfilments (fulfilment/services)."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from marketplace.common.states import Machine

PLACED, CLEARED, IN_FULFILMENT, COMPLETED, CANCELLED = (
    "placed",
    "cleared",
    "in_fulfilment",
    "completed",
    "cancelled",
)
LABELS = {
    PLACED: _("Waiting for payment"),
    CLEARED: _("Paid"),
    IN_FULFILMENT: _("Being prepared and delivered"),
    COMPLETED: _("Completed"),
    CANCELLED: _("Cancelled"),
}


def labels(is_on_tempo: bool) -> dict[str, Any]:
    """The words for pages: an order on tempo is cleared before anybody has paid."""
    return LABELS | ({CLEARED: _("Confirmed, on tempo")} if is_on_tempo else {})


ORDER = Machine(
    {
        PLACED: {CLEARED, CANCELLED},
        CLEARED: {IN_FULFILMENT, CANCELLED, COMPLETED},
        # Back to "paid": the only pesantren that had begun gave up, another has not answered yet.
        IN_FULFILMENT: {CLEARED, COMPLETED, CANCELLED},
    },
    field="status",
)
