"""What a consignment costs: the estimate beside what it came to."""

from collections.abc import Mapping

from django.db import transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.exports.models import Consignment


@transaction.atomic
def keep(
    *, consignment: Consignment, told: Mapping[str, tuple[int | None, int | None, str]], actor: Actor
) -> None:
    """Estimate, actual (whole rupiah; None: not known) and note by kind; also after it has arrived.

    Side effects: ConsignmentCost rows (none where nothing is known), one history row with before and after.
    """
    row = Consignment.objects.select_for_update(of=("self",), no_key=True).get(pk=consignment.pk)
    known = {cost.kind: cost for cost in row.costs.all()}
    changes = []
    for kind, (estimate, actual, note) in told.items():
        before = known.get(kind)
        old = (before.estimate, before.actual, before.note) if before else (None, None, "")
        if old == (estimate, actual, note):
            continue
        changes.append(f"{kind} {old[0]}/{old[1]} → {estimate}/{actual}")
        if (estimate, actual, note) == (None, None, ""):
            row.costs.filter(kind=kind).delete()
        else:
            facts = {"estimate": estimate, "actual": actual, "note": note}
            row.costs.update_or_create(kind=kind, defaults=facts)
    if changes:
        machine.record(row, row.state, row.state, actor=actor, why=f"costs: {', '.join(changes)}")
