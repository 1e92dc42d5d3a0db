"""What goods take along when they travel with another consignment: their share of freight, insurance and costs.

Shared by gross weight, as carriers bill, to the last minor unit: both consignments together keep what they had.
"""

from marketplace.exports.models import Consignment, ConsignmentCost
from marketplace.ledger.money import Money, split

AMOUNTS = ("freight", "insurance")


def take_along(source: Consignment, target: Consignment, *, moved_g: int, whole_g: int) -> str:
    """`moved_g` of the `whole_g` that `source` weighed go to `target`. The caller holds both rows.

    Side effects: freight and insurance of both (written, and on the objects), ConsignmentCost rows of both. Gives what
    went along in words, for the history.
    """
    weights = [moved_g, whole_g - moved_g]
    said = []
    for name in AMOUNTS:
        goes, stays = split(Money(getattr(source, name), source.currency), weights)
        if goes.minor:
            said.append(f"{name} {goes}")
        setattr(source, name, stays.minor)
        setattr(target, name, getattr(target, name) + goes.minor)
    for row in (source, target):
        Consignment.objects.filter(pk=row.pk).update(**{name: getattr(row, name) for name in AMOUNTS})
    for cost in source.costs.all():
        _share(cost, target, weights)
    return ", ".join(said)


def _share(cost: ConsignmentCost, target: Consignment, weights: list[int]) -> None:
    """Estimate and actual by the same weights; what is not known stays so."""
    there, _made = target.costs.get_or_create(
        kind=cost.kind, currency=cost.currency, defaults={"label": cost.label, "note": cost.note}
    )
    for name in ("estimate", "actual"):
        amount = getattr(cost, name)
        if amount is None:
            continue
        goes, stays = split(Money(amount, cost.currency), weights)
        setattr(cost, name, stays.minor)
        setattr(there, name, (getattr(there, name) or 0) + goes.minor)
    there.save(update_fields=["estimate", "actual"])
    if weights[1]:
        cost.save(update_fields=["estimate", "actual"])
    else:
        cost.delete()  # all of it went
