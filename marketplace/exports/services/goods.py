"""The goods of consignments: added lot by lot, packed, moved to another consignment, taken out.

Of a part, all consignments together never hold more than it has: whoever changes them holds the part's row. Locks:
parts in the order of their ids, then consignments in the order of theirs.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Sum
from django.utils.translation import gettext as _

from catalogue.lots.models import Lot
from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.exports import states
from marketplace.exports.goods import allowance, freshness, storage
from marketplace.exports.models import Consignment, ConsignmentLine
from marketplace.exports.services.carried import take_along
from marketplace.exports.services.changing import changed, end, lock, locked
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine

PACK_FIELDS = (
    "description",
    "unit_value",
    "packing",
    "packages",
    "net_g",
    "gross_g",
    "length_mm",
    "width_mm",
    "height_mm",
    "hs_origin",
    "hs_destination",
)


@dataclass(frozen=True)
class Wanted:
    """So many units of one lot of one line of a part, packed so (values of PACK_FIELDS)."""

    part: FulfilmentLine
    lot: Lot | None
    quantity: int
    facts: Mapping[str, Any]


def lock_parts(lines: Iterable[FulfilmentLine]) -> None:
    """The parts these lines belong to, in the order of their ids."""
    keys = {line.fulfilment_id for line in lines}
    list(Fulfilment.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk"))


@transaction.atomic
def add(*, consignment: Consignment, goods: Sequence[Wanted], actor: Actor) -> list[ConsignmentLine]:
    """Add goods. Raises Refused if they may not travel, more than is left, at another temperature, or not fresh enough.

    Side effects: ConsignmentLine rows, marks numbered anew, history row, state and papers follow, signal.
    """
    lock_parts(one.part for one in goods)
    row = lock(consignment)
    made = []
    for one in goods:
        line = _fresh_line(one.part)
        check_may_join(row, line, one.lot)
        allowance.check(line, one.lot, one.quantity)
        made.append(_put(row, line, one))
    renumber(row)
    changed(row, actor=actor, why=f"goods: {', '.join(_words(line) for line in made)}")
    return made


def _fresh_line(line: FulfilmentLine) -> FulfilmentLine:
    """As it is now that its part is locked, with what the checks read."""
    rows = FulfilmentLine.objects.select_related(
        "fulfilment__order", "line__product__commodity", "line__product__product_class", "line__product__unit"
    )
    return rows.get(pk=line.pk)


def check_may_join(consignment: Consignment, line: FulfilmentLine, lot: Lot | None) -> None:
    """Raises Refused if these goods do not fit the others: currency, temperature, or too old at arrival."""
    name = str(line.line.title_here)
    if line.fulfilment.currency != consignment.currency:
        raise Refused(
            _("%(name)s is sold in %(theirs)s, and this consignment is invoiced in %(ours)s."),
            name=name,
            theirs=line.fulfilment.currency,
            ours=consignment.currency,
        )
    storage.check(line.line.product, consignment.setpoint, name)
    arrives = consignment.eta or consignment.arrives_at
    if arrives and (fresh := freshness.at_arrival(line, lot, arrives, consignment.departs_at)):
        freshness.check([fresh])


def _put(consignment: Consignment, line: FulfilmentLine, one: Wanted) -> ConsignmentLine:
    check_pack(one.facts)
    if one.quantity <= 0:
        raise Refused(_("Write how many units travel."), field="quantity")
    if consignment.lines.filter(part=line, lot=one.lot).exists():
        raise Refused(_("%(name)s of this lot is in this consignment already."), name=line.line.title_here)
    return ConsignmentLine.objects.create(
        consignment=consignment,
        position=consignment.lines.count() + 1,
        part=line,
        lot=one.lot,
        quantity=one.quantity,
        first_mark=1,
        **{name: one.facts[name] for name in PACK_FIELDS if name in one.facts},
    )


def check_pack(facts: Mapping[str, Any]) -> None:
    """Raises Refused for packages and weights that cannot be."""
    if facts.get("packages", 1) <= 0:
        raise Refused(_("Write in how many packages it travels."), field="packages")
    if facts.get("net_g", 1) <= 0:
        raise Refused(_("Write what the goods weigh."), field="net_g")
    if facts.get("gross_g", 0) < facts.get("net_g", 0):
        raise Refused(_("With packaging it cannot weigh less than the goods alone."), field="gross_g")


@transaction.atomic
def change(
    *, line: ConsignmentLine, actor: Actor, quantity: int | None = None, **facts: Any
) -> ConsignmentLine:
    """Another quantity, other packages, weights, sizes, codes or words (PACK_FIELDS). Raises Refused.

    Side effects: the row, marks numbered anew, history row with before and after, signal.
    """
    lock_parts([line.part])
    row = lock(line.consignment)
    mine = row.lines.select_for_update(of=("self",)).get(pk=line.pk)
    told = {name: facts[name] for name in PACK_FIELDS if name in facts}
    if quantity is not None:
        told["quantity"] = quantity
    differs = {name: value for name, value in told.items() if getattr(mine, name) != value}
    if not differs:
        return mine
    before = ", ".join(f"{name} {getattr(mine, name)} → {value}" for name, value in differs.items())
    for name, value in differs.items():
        setattr(mine, name, value)
    check_pack({"packages": mine.packages, "net_g": mine.net_g, "gross_g": mine.gross_g})
    if "quantity" in differs:
        _check_quantity(mine)
    mine.save(update_fields=list(differs))
    renumber(row)
    changed(row, actor=actor, why=f"{mine.description}: {before}")
    return row.lines.get(pk=mine.pk)


def _check_quantity(line: ConsignmentLine) -> None:
    if line.quantity <= 0:
        raise Refused(_("Write how many units travel."), field="quantity")
    allowance.check(_fresh_line(line.part), line.lot, line.quantity, but=line.pk)


@transaction.atomic
def remove(*, line: ConsignmentLine, actor: Actor) -> None:
    """It does not travel with this consignment; another one may take it. Side effects: as change()."""
    lock_parts([line.part])
    row = lock(line.consignment)
    row.lines.filter(pk=line.pk).delete()
    renumber(row)
    changed(row, actor=actor, why=f"taken out: {_words(line)}")


@transaction.atomic
def split(
    *, line: ConsignmentLine, into: Consignment, quantity: int, packages: int, actor: Actor
) -> ConsignmentLine:
    """Move so many units in so many packages to another consignment of the same buyer. Lots and weights follow.

    Net and gross weight go along by units, to the gram; freight, insurance and costs by gross weight (carried.py): the
    sums of both stay what they were. Raises Refused. Side effects: both consignments as change(), their costs.
    """
    lock_parts([line.part])
    rows = {row.pk: row for row in locked([line.consignment, into])}
    if len(rows) < 2:
        raise Refused(_("Choose another consignment."), field="into")
    source, target = rows[line.consignment_id], rows[into.pk]
    mine = source.lines.select_related("lot").get(pk=line.pk)
    _check_share(mine, quantity, packages)
    check_same_buyer(source, target)
    check_may_join(target, _fresh_line(mine.part), mine.lot)
    whole_g = _gross(source)
    moved = part_off(mine, target, quantity, packages, mine.lot_id)
    costs = take_along(source, target, moved_g=whole_g - _gross(source), whole_g=whole_g)
    with_them = f" with {costs}" if costs else ""
    for row, word in ((source, "to"), (target, "from")):
        renumber(row)
        other = target.number if row is source else source.number
        changed(row, actor=actor, why=f"{quantity} × {mine.description} {word} {other}{with_them}")
    moved.refresh_from_db()
    return moved


def _gross(consignment: Consignment) -> int:
    """Grams of all its packages."""
    return int(consignment.lines.aggregate(sum=Sum("gross_g"))["sum"] or 0)


def _check_share(line: ConsignmentLine, quantity: int, packages: int) -> None:
    if not 0 < quantity <= line.quantity:
        raise Refused(_("Write a number of units from 1 to %(most)s."), field="quantity", most=line.quantity)
    whole = quantity == line.quantity
    if whole and packages != line.packages:
        raise Refused(_("All units go, so all %(most)s packages go."), field="packages", most=line.packages)
    if not whole and not 0 < packages < line.packages:
        raise Refused(
            _("Write a number of packages from 1 to %(most)s; one must stay with what stays."),
            field="packages",
            most=line.packages - 1,
        )


def check_same_buyer(one: Consignment, other: Consignment) -> None:
    """Goods go to whom they were sold to. Raises Refused."""
    if (one.company_id, one.exporter_id, one.currency) != (
        other.company_id,
        other.exporter_id,
        other.currency,
    ):
        raise Refused(
            _("%(number)s goes to another buyer, or from another exporter."),
            field="into",
            number=other.number,
        )


def part_off(
    line: ConsignmentLine, target: Consignment, quantity: int, packages: int, lot_id: int | None
) -> ConsignmentLine:
    """The share as a row of the target (or added to its row of the same lot); the rest stays, or the row goes.

    The caller holds both consignments and the part. Weights go along by units, to the gram.
    """
    net = line.net_g * quantity // line.quantity
    gross = line.gross_g * quantity // line.quantity
    # Rounding must not make the goods heavier than with their packaging.
    gross = min(max(gross, net), line.gross_g - (line.net_g - net))
    amounts = {"quantity": quantity, "packages": packages, "net_g": net, "gross_g": gross}
    if quantity == line.quantity:
        line.delete()
    else:
        for name, value in amounts.items():
            setattr(line, name, getattr(line, name) - value)
        line.save(update_fields=list(amounts))
    there = target.lines.filter(part_id=line.part_id, lot=lot_id).first()
    if there is None:
        return _copy(line, target, amounts, lot_id)
    return _join(there, line, amounts)


def _join(there: ConsignmentLine, line: ConsignmentLine, amounts: Mapping[str, int]) -> ConsignmentLine:
    sizes = ("length_mm", "width_mm", "height_mm")
    same = all(getattr(there, name) == getattr(line, name) for name in (*sizes, "packing"))
    for name, value in amounts.items():
        setattr(there, name, getattr(there, name) + value)
    for name in () if same else sizes:  # packages of two sizes in one row: the size is not known any more
        setattr(there, name, 0)
    there.save()
    return there


def _copy(
    line: ConsignmentLine, target: Consignment, amounts: Mapping[str, int], lot_id: int | None
) -> ConsignmentLine:
    kept = {name: getattr(line, name) for name in PACK_FIELDS} | dict(amounts)
    return ConsignmentLine.objects.create(
        consignment=target,
        position=target.lines.count() + 1,
        part_id=line.part_id,
        lot_id=lot_id,
        first_mark=1,
        **kept,
    )


@transaction.atomic
def merge(*, consignment: Consignment, into: Consignment, actor: Actor) -> None:
    """Everything of the first travels with the second; the first is cancelled. Raises Refused unless buyer,
    destination, mode, set-point, Incoterm and named place are the same, and while the second's booking is confirmed.

    Side effects: lines with their lots and weights, freight, insurance and costs add up, both as change(); signal for
    both.
    """
    parts = [line.part for line in consignment.lines.select_related("part")]
    lock_parts(parts)
    rows = {row.pk: row for row in locked([consignment, into])}
    if len(rows) < 2:
        raise Refused(_("Choose another consignment."), field="into")
    source, target = rows[consignment.pk], rows[into.pk]
    check_same_buyer(source, target)
    same = ("mode", "setpoint", "destination_id", "country")
    if any(getattr(source, name) != getattr(target, name) for name in same):
        raise Refused(
            _("Destination, mode and temperature must be the same to put two consignments together."),
            field="into",
        )
    _check_same_terms(source, target)
    _check_not_confirmed(target)
    lines = list(source.lines.select_related("part", "lot"))
    if {line.part.fulfilment_id for line in lines} - {part.fulfilment_id for part in parts}:
        raise Refused(_("Somebody changed these goods just now. Please look again."))
    for line in lines:
        check_may_join(target, _fresh_line(line.part), line.lot)
        part_off(line, target, line.quantity, line.packages, line.lot_id)
    take_along(source, target, moved_g=1, whole_g=1)
    renumber(target)
    changed(target, actor=actor, why=f"all of {source.number} joined")
    end(source, actor=actor, why=f"travels with {target.number}")


def _check_same_terms(source: Consignment, target: Consignment) -> None:
    """Who pays the way, and up to where: one invoice cannot say two things of it. Raises Refused."""
    terms = [(row.incoterm, " ".join(row.place.split()).casefold()) for row in (source, target)]
    if terms[0] != terms[1]:
        raise Refused(
            _("Incoterm and named place must be the same: %(ours)s here, %(theirs)s in %(number)s."),
            field="into",
            ours=f"{source.incoterm} {source.place}",
            theirs=f"{target.incoterm} {target.place}",
            number=target.number,
        )


def _check_not_confirmed(target: Consignment) -> None:
    """A carrier that confirmed less room must be asked again first. Raises Refused."""
    if target.papers.filter(kind="booking", state=states.ACCEPTED).exists():
        raise Refused(
            _(
                "The booking confirmation of %(number)s is checked: the carrier confirmed fewer goods. Book anew, and"
                " mark that paper as not fitting first."
            ),
            field="into",
            number=target.number,
        )


def renumber(consignment: Consignment) -> None:
    """Positions 1, 2 …, and packages numbered through. The caller holds the consignment."""
    mark = 1
    for place, line in enumerate(consignment.lines.order_by("position", "pk"), start=1):
        if (line.position, line.first_mark) != (place, mark):
            ConsignmentLine.objects.filter(pk=line.pk).update(position=place, first_mark=mark)
        mark += line.packages


def _words(line: ConsignmentLine) -> str:
    lot = f" ({line.lot.number})" if line.lot else ""
    return f"{line.quantity} × {line.description}{lot}"
