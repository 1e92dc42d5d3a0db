"""How far promises came, folded from what they are linked to; nothing of it is stored. Constant queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import Fulfilment
from marketplace.programme.commitments import realised
from marketplace.programme.models import Commitment, CommitmentLink
from marketplace.sourcing import states as sourcing

INQUIRY, LOI, CONTRACT, SHIPPED, ACCEPTED, PARTLY, PAID = (
    "inquiry",
    "loi",
    "contract",
    "shipped",
    "accepted",
    "partly",
    "paid",
)
STAGES = [
    (INQUIRY, pgettext_lazy("stage of a commitment", "Inquiry")),
    (LOI, _("Letter of intent")),
    (CONTRACT, pgettext_lazy("stage of a commitment", "Contract or order")),
    (SHIPPED, pgettext_lazy("stage of a commitment", "Shipped")),
    (ACCEPTED, pgettext_lazy("stage of a commitment", "Accepted by the buyer")),
    (PARTLY, pgettext_lazy("stage of a commitment", "Partly accepted and paid")),
    (PAID, pgettext_lazy("stage of a commitment", "Accepted and paid")),
]
ORDER = [stage for stage, _label in STAGES]
LABELS = dict(STAGES)
RUNS = frozenset({sourcing.SIGNED, sourcing.ACTIVE, sourcing.COMPLETED})
GONE = frozenset({parts.CANCELLED, parts.DECLINED})


@dataclass(frozen=True)
class Progress:
    """One promise: its stage, and what of it was realised, in whole rupiah."""

    stage: str
    realised: int

    @property
    def label(self) -> str:
        return str(LABELS[self.stage])

    @property
    def steps(self) -> list[dict[str, Any]]:
        """For components/_timeline.html."""
        at = ORDER.index(self.stage)
        state = ["done" if nth < at else "current" if nth == at else "" for nth in range(len(ORDER))]
        if self.stage == PAID:
            state[-1] = "done"
        return [
            {"label": label, "state": state[nth], "at": "", "detail": ""}
            for nth, (_stage, label) in enumerate(STAGES)
        ]


def stage_of(commitment: Commitment) -> Progress:
    return stages_of([commitment])[commitment.pk]


def of_stage(found: QuerySet[Commitment], stage: str) -> QuerySet[Commitment]:
    """Those that came so far. Only what is linked is folded: the others stand where their kind says."""
    linked = Exists(CommitmentLink.objects.filter(commitment=OuterRef("pk")))
    reached = stages_of(found.filter(linked).select_related("exhibitor").order_by("pk"))
    here = Q(pk__in=[pk for pk, one in reached.items() if one.stage == stage])
    if stage == INQUIRY:
        here |= ~linked & Q(kind=Commitment.COMMITMENT)
    elif stage == LOI:
        here |= ~linked & ~Q(kind=Commitment.COMMITMENT)
    return found.filter(here)


def stages_of(commitments: Iterable[Commitment]) -> dict[int, Progress]:
    """By commitment. The caller has selected their exhibitors, or pays a query for each."""
    rows = {one.pk: one for one in commitments}
    partners = {pk: one.exhibitor.partner_id for pk, one in rows.items()}
    links = CommitmentLink.objects.filter(commitment__in=rows)
    came = realised.sums(realised.entries(links, partners))
    reached: dict[int, set[str]] = defaultdict(lambda: {INQUIRY})  # also with a demand: nothing is signed yet
    for pk, state in links.values_list("commitment", "contract__state"):
        reached[pk] |= {CONTRACT} if state in RUNS else set()
    for pk, one in rows.items():
        reached[pk] |= {LOI} if one.kind != Commitment.COMMITMENT else set()
    _of_orders(links, partners, reached)
    for pk, rupiah in came.items():
        if rupiah > 0:
            reached[pk].add(PAID if rupiah >= rows[pk].rupiah else PARTLY)
    return {pk: Progress(max(reached[pk], key=ORDER.index), came.get(pk, 0)) for pk in rows}


def _of_orders(links: Any, partners: dict[int, int], reached: dict[int, set[str]]) -> None:
    orders = realised.orders_of(links)
    found = Fulfilment.objects.filter(order__in=orders).exclude(state__in=GONE)
    rows = found.values_list("order", "partner", "order__sold_by", "state", "handed_over_at")
    for order, partner, sold_by, state, handed_over in rows:
        pk = orders[order]
        if not sold_by and partner != partners[pk]:
            continue
        reached[pk].add(CONTRACT)
        if handed_over:
            reached[pk].add(SHIPPED)
        if state == parts.RECEIVED:
            reached[pk].add(ACCEPTED)
