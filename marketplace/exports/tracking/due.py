"""What is due next of a consignment: a paper, or a step of its way. Pure; asked by services.following."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from marketplace.exports import states
from marketplace.exports.models import Consignment, Paper
from marketplace.exports.papers.gate import is_open
from marketplace.exports.tracking.folding import Fold

CUTOFF, DEPARTURE, ARRIVAL, DELIVERY, SIGNATURE = "cutoff", "departure", "arrival", "delivery", "signature"
STEPS = {
    CUTOFF: _("Hand in the goods"),
    DEPARTURE: _("Departure"),
    ARRIVAL: _("Arrival"),
    DELIVERY: _("Handing to the consignee"),
    SIGNATURE: _("Signature of the buyer"),
}
TO_COLLECT = timedelta(days=2)  # from arrival until the consignee should have the goods (assumed)


def next_due(
    row: Consignment, now: Fold, papers: Iterable[Paper], claim_until: datetime | None
) -> tuple[datetime | None, str]:
    """(when, code of the paper or step); nothing for what has ended."""
    if now.state in states.ENDED:
        return None, ""
    found: list[tuple[datetime, str]] = [
        (paper.due_at, paper.kind) for paper in papers if is_open(paper) and paper.due_at is not None
    ]
    found += [(at, step) for step, at in _steps(row, now, claim_until) if at is not None]
    return min(found, default=(None, ""))


def _steps(row: Consignment, now: Fold, claim_until: datetime | None) -> list[tuple[str, datetime | None]]:
    if now.state == states.DEPARTED:
        return [(ARRIVAL, now.eta)]
    if now.state == states.ARRIVED:
        return [(DELIVERY, now.arrived_at + TO_COLLECT if now.arrived_at else None)]
    if now.state == states.DELIVERED:
        return [(SIGNATURE, claim_until or now.delivered_at)]
    return [(CUTOFF, row.cutoff_at), (DEPARTURE, row.departs_at)]
