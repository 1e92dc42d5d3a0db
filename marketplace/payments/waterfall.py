"""From the buyer's price to the pesantren's money, for one part of an order: the same rows on every page and paper.

Read from the books where money has moved, from the frozen terms where it has not (then `is_final` is false).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils.translation import gettext as _

from marketplace.ledger.models import Kind, Movement
from marketplace.ledger.money import Money
from marketplace.orders.models import Line, Order
from marketplace.payments import commission, held, tax
from marketplace.payments.models import CreditNote, Due, PriceDifference

Key = tuple[int, int]  # order, pesantren
# Journals of what does not come: it is left out of the price, so what went back for it is left out, too.
MISSING = (
    "^(refund-owed|credited)/missing/|^difference/"  # and what an exporter bears: PriceDifference says it
)
Flows = dict[tuple[str, str], int]  # (kind it left, kind it went to): minor units, back flows taken off


@dataclass(frozen=True)
class Waterfall:
    """One part. `goods + freight − borne − refunds − credits − commission − tax = net`. Nothing here is negative but
    `borne`, where more came to an exporter than it bore, and its `net`, where it pays for the goods itself."""

    goods: Money  # the ordered goods, without what the seller said beforehand does not come
    freight: Money
    refunds: Money  # went back to the buyer before the money was released (goods and delivery)
    credits: Money  # credit notes after that
    commission: Money  # the operator's fee, less what credit notes gave back
    tax: Money  # tax on that fee
    goods_tax: Money  # of which PPN in the goods' price; information only
    is_final: bool  # released, or nothing left to release: the books say so; else expected
    notes: tuple[CreditNote, ...] = ()  # oldest first
    # Units that an exporter sold and that its buyer does not get: its share of their price, but for credit notes.
    differences: tuple[PriceDifference, ...] = ()

    @property
    def price(self) -> Money:
        """What the buyer is asked for in the end."""
        return self.goods + self.freight

    @property
    def borne(self) -> Money:
        return sum((row.total for row in self.differences), self.goods * 0)

    @property
    def net(self) -> Money:
        """What the pesantren gets, in the end."""
        return self.price - self.borne - self.refunds - self.credits - self.commission - self.tax

    @property
    def ppn(self) -> str:
        """ "of which PPN Rp …", or nothing where the seller is not registered."""
        return _("of which PPN %(amount)s") % {"amount": self.goods_tax} if self.goods_tax else ""

    def rows(self) -> list[dict[str, object]]:
        """For components/_sum.html: price, freight, what went back, fee, tax, net. Of zeros only the fee is shown."""
        less = [
            (_("Units that your buyer does not get"), self.borne),
            (_("Paid back before release"), self.refunds),
            (_("Credit notes"), self.credits),
            (_("Operator's fee"), self.commission),
            (_("PPN on the fee"), self.tax),
        ]
        rows: list[dict[str, object]] = [
            {"label": _("Goods"), "amount": str(self.goods), "note": self.ppn},
            {"label": _("Delivery"), "amount": str(self.freight)},
        ]
        rows += [
            {"label": label, "amount": str(amount * -1), "is_less": True}
            for label, amount in less
            if amount or amount is self.commission
        ]
        name = _("The pesantren gets") if self.is_final else _("The pesantren gets (expected)")
        return [*rows, {"label": name, "amount": str(self.net), "is_total": True}]


def of_part(order: Order, partner_id: int) -> Waterfall:
    """One part of an order. Five queries."""
    return of_parts([(order, partner_id)])[order.pk, partner_id]


def of_parts(
    parts: Iterable[tuple[Order, int]], short: Mapping[int, int] | None = None
) -> dict[Key, Waterfall]:
    """Many parts by (order id, pesantren id); five queries for any number, one more of exporters.

    `short`: units by order line that do not come."""
    wanted = {(order.pk, partner): order for order, partner in parts}
    orders = {pk for pk, _partner in wanted}
    borne = _borne({pk for (pk, partner), order in wanted.items() if order.sold_by_id == partner})
    flows = _flows({held.ref(order.number, partner) for (_pk, partner), order in wanted.items()})
    lines = _lines(orders, short or {}, {key: sum(row.amount for row in rows) for key, rows in borne.items()})
    freight = _freight(orders)
    notes = _notes(orders)
    return {
        key: _one(
            order,
            lines.get(key, _Goods(0, 0, 0, 0)),
            freight.get(key, 0),
            flows.get(held.ref(order.number, key[1]), {}),
            notes.get(key, []),
            borne.get(key, []),
        )
        for key, order in wanted.items()
    }


@dataclass(frozen=True)
class _Goods:
    price: int
    commission: int  # if all of it is accepted
    fee_tax: int
    tax: int


def _one(
    order: Order,
    goods: _Goods,
    freight: int,
    flows: Flows,
    notes: list[CreditNote],
    borne: list[PriceDifference],
) -> Waterfall:
    def to(*kinds: Kind) -> int:
        """What went from the held money of this part to accounts of these kinds."""
        return sum(
            flows.get((source, kind), 0) for source in (Kind.HELD, Kind.SHIPPING_DUE) for kind in kinds
        )

    released = to(Kind.PAYABLE, Kind.PAYABLE_LATER) > 0
    refunds = to(Kind.REFUND_DUE, Kind.RECEIVABLE)
    gone = refunds + sum(
        row.amount for row in borne
    )  # of an exporter's own part some went with other parts' units
    is_final = released or (gone > 0 and gone >= goods.price + freight)
    fee, fee_tax = (to(Kind.COMMISSION), to(Kind.TAX_DUE)) if is_final else (goods.commission, goods.fee_tax)

    def money(minor: int) -> Money:
        return Money(minor, order.currency)

    return Waterfall(
        goods=money(goods.price),
        freight=money(freight),
        refunds=money(refunds),
        credits=money(sum(note.amount for note in notes)),
        commission=money(fee - sum(note.commission for note in notes)),
        tax=money(fee_tax - sum(note.tax for note in notes)),
        goods_tax=money(goods.tax),
        is_final=is_final,
        notes=tuple(notes),
        differences=tuple(borne),
    )


def _flows(refs: set[str]) -> dict[str, Flows]:
    """Movements out of (and back into) held goods and delivery, by reference. One query."""
    kinds = [Kind.HELD, Kind.SHIPPING_DUE]
    touched = Movement.objects.filter(
        Q(debit__ref__in=refs, debit__kind__in=kinds) | Q(credit__ref__in=refs, credit__kind__in=kinds)
    ).exclude(journal__key__regex=MISSING)
    rows = touched.order_by().values_list("debit__kind", "debit__ref", "credit__kind", "credit__ref")
    found: dict[str, Flows] = defaultdict(lambda: defaultdict(int))
    for debit, debit_ref, credit, credit_ref, amount in rows.annotate(amount=Sum("amount")):
        if debit in kinds and debit_ref in refs:
            found[debit_ref][debit, credit] += amount
        if credit in kinds and credit_ref in refs:
            found[credit_ref][credit, debit] -= amount
    return found


def _lines(orders: set[int], short: Mapping[int, int], borne: Mapping[Key, int]) -> dict[Key, _Goods]:
    """Prices of the goods, and the fee if all that comes of them is taken. Two queries."""
    lines = list(Line.objects.filter(order__in=orders).select_related("order"))
    terms = commission.terms_of(line.pk for line in lines)
    sums: dict[Key, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for line in lines:
        own = terms.get(line.pk)
        price = line.price - line.unit_price * short.get(line.pk, 0)
        key = (line.order_id, line.partner_id)
        kept = price
        if key in borne and line.sold_price is None:  # what an exporter adds to the goods
            kept = Money(max(price.minor - borne[key], 0), price.currency)
        fee = commission.fee(kept, line.unit_price, own)
        contained = tax.included(price.minor, own.tax_bp, own.tax_parts, own.tax_of) if own else 0
        row = (price.minor, fee.commission.minor, fee.tax.minor, contained)
        sums[key] = [old + new for old, new in zip(sums[key], row, strict=True)]
    return {key: _Goods(*row) for key, row in sums.items()}


def _borne(orders: set[int]) -> dict[Key, list[PriceDifference]]:
    """Of exporters that sold these orders, oldest first; what they bore by credit note stands there. One query."""
    found: dict[Key, list[PriceDifference]] = defaultdict(list)
    rows = PriceDifference.objects.filter(order__in=orders, note=None).exclude(amount=0)
    for row in rows.order_by("pk") if orders else ():
        found[row.order_id, row.partner_id].append(row)
    return found


def _freight(orders: set[int]) -> dict[Key, int]:
    """What delivery costs, as the dues share it. One query."""
    found: dict[Key, int] = defaultdict(int)
    for order, split in Due.objects.filter(order__in=orders).values_list("order", "split"):
        for partner, part in split.items():
            found[order, int(partner)] += part["delivery"]
    return found


def _notes(orders: set[int]) -> dict[Key, list[CreditNote]]:
    found: dict[Key, list[CreditNote]] = defaultdict(list)
    for note in CreditNote.objects.filter(order__in=orders).select_related("refund").order_by("pk"):
        found[note.order_id, note.partner_id].append(note)
    return found
