"""Recomputes what contracts, call-offs and purchase agreements store of what happened below them."""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from django.db.models import F, Prefetch, Sum

from marketplace.fulfilment import states as parts
from marketplace.pooling import queries as pools
from marketplace.pooling import states as pool_states
from marketplace.pooling.models import Share
from marketplace.sourcing import references, states
from marketplace.sourcing.models import CallOff, CallOffLine, ContractLine, PurchaseAgreement
from marketplace.sourcing.services import deliveries
from marketplace.sourcing.services.sharing import agreement_of

BATCH = 200


def differences() -> Iterator[str]:
    """In words; nothing when all is well. Reads only; the queries grow with batches of call-offs alone."""
    yield from _called_off()
    yield from _bought()
    rows = CallOff.objects.filter(order__isnull=False).order_by("pk")
    lines = CallOffLine.objects.select_related("contract_line")
    batch: list[CallOff] = []
    for row in rows.prefetch_related(Prefetch("lines", lines)).iterator(chunk_size=BATCH):
        batch.append(row)
        if len(batch) == BATCH:
            yield from _delivered(batch)
            batch = []
    if batch:
        yield from _delivered(batch)


def _called_off() -> Iterator[str]:
    """Of each contract's line what its live call-offs asked for, less what fell away."""
    live = CallOffLine.objects.exclude(call_off__state=states.CANCELLED).order_by()
    sums = live.values_list("contract_line").annotate(units=Sum(F("quantity") - F("fell")))
    asked = dict(sums)
    for line in ContractLine.objects.select_related("contract").order_by("pk").iterator():
        if line.called_off != asked.get(line.pk, 0):
            yield (
                f"contract {line.contract.number}: line {line.pk} says {line.called_off} called off, "
                f"its call-offs {asked.get(line.pk, 0)}"
            )


def _bought() -> Iterator[str]:
    """No agreement is used beyond its quantity."""
    rows = list(PurchaseAgreement.objects.order_by("pk"))
    used = pools.used(references.of_purchase(row.pk) for row in rows)
    for row in rows:
        units = used[references.of_purchase(row.pk)]
        if units > row.quantity:
            yield f"purchase agreement {row.pk}: {units} used of {row.quantity}"


def _delivered(call_offs: Sequence[CallOff]) -> Iterator[str]:
    """What fell away is what the parts of the order say, and so are the shares of parts that have ended."""
    lines = [line for row in call_offs for line in row.lines.all()]
    orders = {line.pk: row.order_id for row in call_offs for line in row.lines.all()}
    brought = deliveries.brought_of(lines, orders)
    shares: dict[str, list[Share]] = defaultdict(list)
    rows = Share.objects.filter(pool__reference__in=[references.of_line(line.pk) for line in lines])
    for share in rows.exclude(state=pool_states.RELEASED).select_related("pool", "offer"):
        shares[share.pool.reference].append(share)
    mine = {agreement_of(share) for rows in shares.values() for share in rows}
    goods = dict(PurchaseAgreement.objects.filter(pk__in=mine).values_list("pk", "product"))
    for line, found in zip(lines, brought, strict=True):
        if line.fell != deliveries.fell(line, found):
            yield f"call-off line {line.pk}: {line.fell} fell away, its parts say {deliveries.fell(line, found)}"
        of_line = shares[references.of_line(line.pk)]
        for product, part in found.items():
            own = [share for share in of_line if goods[agreement_of(share)] == product]
            said = sum(share.delivered or 0 for share in own)
            if own and part.fulfilment.state in parts.ENDED and said != deliveries.kept(part):
                yield (
                    f"call-off line {line.pk}: its shares of part {part.fulfilment.number} say {said} came, "
                    f"the part {deliveries.kept(part)}"
                )
