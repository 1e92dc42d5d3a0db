"""Consignments: made from parts of orders, planned, cancelled."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.exports import identifiers, states
from marketplace.exports.goods import freshness, storage
from marketplace.exports.models import Consignment
from marketplace.exports.numbers import consignment_number
from marketplace.exports.services import goods
from marketplace.exports.services.changing import changed, end, lock
from marketplace.pesantren.models import Partner
from marketplace.reference.queries import term_fits
from offtakers.models import Company, CompanyPlace

PLAN_FIELDS = (
    "mode",
    "incoterm",
    "place",
    "country",
    "origin",
    "destination",
    "setpoint",
    "carrier",
    "voyage",
    "booking",
    "transport_number",
    "container",
    "seal",
    "cutoff_at",
    "departs_at",
    "arrives_at",
    "window_last",
    "freight",
    "insurance",
    "consignee_name",
    "consignee_address",
    "notify_name",
    "notify_address",
    "is_tracked_publicly",
)


def parties(company: Company, consignee: CompanyPlace | None, notify: CompanyPlace | None) -> dict[str, str]:
    """Name and address of both as papers show them; without a place of its own, the company itself."""
    # Papers abroad are in English, whatever language the coordinator works in.
    found = {"consignee_name": company.name, "consignee_address": company.address}
    for place, name in ((consignee, "consignee"), (notify, "notify")):
        if place:
            found[f"{name}_name"] = place.name
            with override("en"):
                found[f"{name}_address"] = "\n".join(place.lines)[:300]
    return found


@transaction.atomic
def make(
    *,
    exporter: Partner,
    company: Company,
    currency: str,
    plan: Mapping[str, Any],
    wanted: Sequence[goods.Wanted] = (),
    actor: Actor,
    consignee: CompanyPlace | None = None,
    notify: CompanyPlace | None = None,
) -> Consignment:
    """One consignment for this buyer, with its goods if they are told. `plan`: values of PLAN_FIELDS.

    Consignee and notify party are copied from the company's places. Raises Refused.
    Side effects: Consignment, ConsignmentLine rows, history rows, papers follow, signal.
    """
    for place in filter(None, (consignee, notify)):
        if place.company_id != company.pk:
            raise Refused(_("This address belongs to another company."), field="consignee")
    if not exporter.is_exporter:
        raise Refused(_("%(name)s is no exporter."), field="exporter", name=exporter.name)
    goods.lock_parts(one.part for one in wanted)
    _check_sold_to(company, wanted)
    row = Consignment(number=consignment_number(), exporter=exporter, company=company, currency=currency)
    told = parties(company, consignee, notify) | dict(plan)
    for name in PLAN_FIELDS:
        if name in told:
            setattr(row, name, told[name])
    _mend(row)
    row.eta = row.arrives_at
    row.save()
    machine.record(row, "", row.state, actor=actor)
    if wanted:
        goods.add(consignment=row, goods=wanted, actor=actor)
        row.refresh_from_db()
    else:
        changed(row, actor=actor, why="made")
    return row


def _check_sold_to(company: Company, wanted: Sequence[goods.Wanted]) -> None:
    """The people of this company ordered them. Raises Refused."""
    people = set(company.members.values_list("user", flat=True))
    for one in wanted:
        if one.part.fulfilment.order.user_id not in people:
            raise Refused(
                _("%(name)s was ordered by somebody else."), field="parts", name=one.part.line.title_here
            )


def _mend(row: Consignment) -> None:
    """Numbers in their normal way of writing; raises Refused, naming the field, for what cannot be."""
    if row.setpoint is not None:
        row.setpoint = Decimal(row.setpoint)
    for name, check in (
        ("transport_number", lambda text: identifiers.transport_number(text, row.mode)),
        ("container", identifiers.container),
    ):
        try:
            setattr(row, name, check(getattr(row, name)))
        except ValidationError as error:
            raise Refused(str(error.messages[0]), field=name) from error
    if row.container and row.mode != states.SEA:
        raise Refused(_("Containers travel by sea."), field="container")
    for name in ("origin", "destination"):
        at = getattr(row, name)
        if not (at.by_air if row.mode == states.AIR else at.by_sea):
            raise Refused(_("%(port)s is not served by this mode."), field=name, port=at)
    if row.origin_id == row.destination_id:
        raise Refused(_("It leaves and arrives at the same place."), field="destination")
    if not term_fits(row.incoterm, row.mode, row.place):
        raise Refused(
            _("%(term)s is for ships alone. By air, FCA, CPT or CIP fit."),
            field="incoterm",
            term=row.incoterm,
        )
    _check_days(row)


def _check_days(row: Consignment) -> None:
    if row.departs_at and row.arrives_at and row.arrives_at <= row.departs_at:
        raise Refused(_("It must arrive after it leaves."), field="arrives_at")
    if row.departs_at and row.cutoff_at and row.cutoff_at > row.departs_at:
        raise Refused(_("Goods are handed in before the departure."), field="cutoff_at")
    if row.freight < 0 or row.insurance < 0:
        raise Refused(_("Costs are not below zero."), field="freight" if row.freight < 0 else "insurance")


@transaction.atomic
def change_plan(*, consignment: Consignment, actor: Actor, why: str = "", **plan: Any) -> Consignment:
    """Another plan (values of PLAN_FIELDS). Raises Refused: numbers, days, temperature, or goods that would not
    arrive fresh enough.

    Side effects: the row, history row with before and after, a clearance to load ends, state and papers follow,
    signal. Nothing where nothing differs.
    """
    row = lock(consignment)
    before = {name: getattr(row, name) for name in PLAN_FIELDS if name in plan}
    for name in before:
        setattr(row, name, plan[name])
    _mend(row)
    differs = [name for name, value in before.items() if getattr(row, name) != value]
    if not differs:
        return row
    if {"setpoint", "mode"} & set(differs):
        for line in row.lines.select_related(
            "part__line__product__commodity", "part__line__product__product_class"
        ):
            storage.check(line.part.line.product, row.setpoint, str(line.part.line.title_here))
    if {"departs_at", "arrives_at"} & set(
        differs
    ) and row.arrives_at:  # goods may be harvested for the departure
        freshness.check(freshness.of(row, row.arrives_at))
    row.save(update_fields=differs)
    words = "; ".join(f"{name}: {before[name] or '–'} → {getattr(row, name) or '–'}" for name in differs)
    changed(row, actor=actor, why=f"{why} {words}".strip())
    return row


@transaction.atomic
def cancel(*, consignment: Consignment, actor: Actor, why: str) -> None:
    """It does not travel; its goods are free for others. Raises Refused once it has left.

    Side effects: `cancelled_at`, state with history, signal.
    """
    end(lock(consignment), actor=actor, why=why)
