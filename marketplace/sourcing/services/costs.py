"""What the costs of an offer were in the end, beside their estimates."""

from collections.abc import Mapping

from django.db import transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.sourcing.models import Quote


@transaction.atomic
def record_actual(*, quote: Quote, actual: Mapping[str, int | None], actor: Actor) -> None:
    """Whole rupiah by CostLine kind; None: not known (any more). The offer's price does not change by it.

    Side effects: CostLine.actual; history row if something changed.
    """
    changed = []
    for cost in quote.costs.select_for_update().order_by("pk"):
        if cost.kind in actual and cost.actual != actual[cost.kind]:
            quote.costs.filter(pk=cost.pk).update(actual=actual[cost.kind])
            changed.append(f"{cost.kind} {actual[cost.kind]}")
    if changed:
        machine.record(
            quote, quote.state, quote.state, actor=actor, why=f"actual costs: {', '.join(changed)}"
        )
