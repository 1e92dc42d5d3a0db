"""Recomputes what the realised sum counts, from what buyers signed for: the books must say the same."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

from django.db.models import QuerySet

from marketplace.fulfilment import states as parts
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine
from marketplace.ledger.money import Money
from marketplace.payments.models import CarriedOver, CreditNote, Dispute, Rate
from marketplace.programme.commitments import realised
from marketplace.programme.models import Commitment, CommitmentLink
from marketplace.sourcing.models import CallOff

LINES = "lines__line", "lines__fulfilment"


def differences() -> Iterator[str]:
    """In words; nothing when all is well. Reads only."""
    yield from _twice()
    yield from _amounts()


def _twice() -> Iterator[str]:
    """An order that is named itself and whose contract is named as well would be counted for two promises."""
    named = CommitmentLink.objects.filter(order__isnull=False).values_list("order", flat=True)
    contracts = CommitmentLink.objects.filter(contract__isnull=False).values_list("contract", flat=True)
    both = CallOff.objects.filter(order__in=named, contract__in=contracts).select_related("order", "contract")
    for row in both.order_by("pk"):
        yield f"order {row.order}: linked to a commitment itself, and with its contract {row.contract}"


def _amounts() -> Iterator[str]:
    """Accepted units × price, less what went back, against what programme.realised read from the books."""
    partners = dict(Commitment.objects.values_list("pk", "exhibitor__partner"))
    links = CommitmentLink.objects.all()
    orders = realised.orders_of(links)
    disputed = set(
        Dispute.objects.filter(attempt__due__order__in=orders).values_list("attempt__due__order", flat=True)
    )
    counted = {entry.part: entry.amount for entry in realised.entries(links, partners)}
    found = Fulfilment.objects.filter(number__in=counted).exclude(order__in=disputed).order_by("pk")
    back = _back(set(orders))
    for part in found.filter(order__sold_by=None).prefetch_related(*LINES).iterator(chunk_size=500):
        left = _signed(part) - Money(back[part.order_id, part.partner_id], part.currency)
        if counted[part.number] != left:
            yield f"part {part.number}: {counted[part.number]} realised by the books, {left} by what was signed for"
    yield from _sold(found.filter(order__sold_by__isnull=False), counted, back)
    yield from _without_rate(orders)


def _sold(
    found: QuerySet[Fulfilment], counted: Mapping[str, Money], back: Mapping[tuple[int, int], int]
) -> Iterator[str]:
    """Of what an exporter sold the sum of the order: the buyer bought from it alone."""
    orders = set(found.values_list("order", flat=True))
    beside = realised.beside(orders)
    every = Fulfilment.objects.filter(order__in=orders, state=parts.RECEIVED, released_at__isnull=False)
    rows: dict[int, list[Fulfilment]] = defaultdict(list)
    for part in every.select_related("order").prefetch_related(*LINES).order_by("pk"):
        rows[part.order_id].append(part)
    for order, of in rows.items():
        nothing = Money(0, of[0].currency)
        given = sum(back[order, part.partner_id] for part in of) - beside[order]
        left = sum((_signed(part) for part in of), nothing) - Money(given, nothing.currency)
        books = sum((counted.get(part.number, nothing) for part in of), nothing)
        if books != max(left, nothing):
            yield f"order {of[0].order.number}: {books} realised by the books, {left} by what was signed for"


def _signed(part: Fulfilment) -> Money:
    return sum((line.worth(_units(part, line)) for line in part.lines.all()), Money(0, part.currency))


def _without_rate(orders: Iterable[int]) -> Iterator[str]:
    foreign = Fulfilment.objects.filter(order__in=orders, state=parts.RECEIVED).exclude(currency="IDR")
    for part in foreign.filter(order__rate_lock=None).exclude(currency__in=_with_rates()).order_by("pk"):
        if not CallOff.objects.filter(order=part.order_id, contract__rate__isnull=False).exists():
            yield f"part {part.number}: paid in {part.currency}, and no rate says how many rupiah that is"


def _with_rates() -> list[str]:
    return list(Rate.objects.filter(quote="IDR").order_by().values_list("base", flat=True).distinct())


def _units(part: Fulfilment, line: FulfilmentLine) -> int:
    return line.quantity if part.release_on == parts.ON_HAND_OVER else line.accepted or 0


def _back(orders: set[int]) -> Counter[tuple[int, int]]:
    found: Counter[tuple[int, int]] = Counter()
    for note in CreditNote.objects.filter(order__in=orders):
        found[note.order_id, note.partner_id] += sum(row["amount"] for row in note.lines if row["line"])
    for row in CarriedOver.objects.filter(of_order__in=orders, undone_at=None):
        found[row.of_order_id, row.partner_id] += row.amount
    return found
