"""Reading for the checkout: the whole order as it would be placed now, and orders of this visitor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet

from catalogue.models import DeliveryKind
from checkout.basket.queries import CURRENCY, BasketView, Group, LineView
from marketplace.fulfilment.delivery import Delivery, Load, options
from marketplace.fulfilment.models import Tariff
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner
from marketplace.reference import working_days
from marketplace.reference.models import Regency

BY_ITSELF = (DeliveryKind.VEHICLE, DeliveryKind.PICKUP)  # no courier: the seller drives, the buyer comes


@dataclass(frozen=True)
class Part:
    """One pesantren's part of the order: its lines, the ways it can travel, and the one that was chosen."""

    group: Group
    ways: list[Delivery]
    chosen: Delivery | None

    @property
    def partner(self) -> Partner:
        return self.group.partner

    @property
    def lines(self) -> list[LineView]:
        return self.group.lines

    @property
    def ships(self) -> bool:
        """Whether anything of it has to travel (services do not)."""
        return not (self.ways and self.ways[0].code == "none")

    @property
    def is_stuck(self) -> bool:
        """These goods cannot travel together."""
        return not self.ways

    @property
    def only_pickup(self) -> bool:
        return bool(self.ways) and all(way.kind == DeliveryKind.PICKUP for way in self.ways)

    @property
    def preselected(self) -> str:
        """What was chosen before, else the cheapest that brings the goods, else picking up."""
        if self.chosen:
            return self.chosen.code
        brings = [way for way in self.ways if way.kind != DeliveryKind.PICKUP]
        return (brings or self.ways)[0].code if self.ways else ""

    @property
    def fee(self) -> Money:
        return self.chosen.fee if self.chosen else Money(0, CURRENCY)

    def name_of(self, way: Delivery) -> str:
        """The kind in the reader's language and who brings it; the pesantren itself is not named twice."""
        if not way.kind:
            return ""
        label = str(DeliveryKind(way.kind).label)
        alone = sum(other.kind == way.kind for other in self.ways) == 1
        return label if alone and way.kind in BY_ITSELF else f"{label}: {way.name}"

    @property
    def chosen_name(self) -> str:
        return self.name_of(self.chosen) if self.chosen else ""

    @property
    def made_in(self) -> date | None:
        """The last week (its Monday) in which something of it is made to order."""
        weeks = [portion.week.first for line in self.lines if line.making for portion in line.making.portions]
        return max(weeks, default=None)

    def dates(self, moment: datetime) -> tuple[date, date, date] | None:
        return self.chosen.dates(moment) if self.chosen else None


@dataclass(frozen=True)
class Plan:
    """The order as it would be placed now."""

    parts: list[Part]

    @property
    def goods(self) -> Money:
        return sum((part.group.goods for part in self.parts), Money(0, CURRENCY))

    @property
    def delivery(self) -> Money:
        return sum((part.fee for part in self.parts), Money(0, CURRENCY))

    @property
    def total(self) -> Money:
        return self.goods + self.delivery

    @property
    def shipping(self) -> list[Part]:
        """Parts for which a way has to be chosen."""
        return [part for part in self.parts if part.ships]

    @property
    def is_complete(self) -> bool:
        return all(part.chosen for part in self.parts)


def plan(view: BasketView, destination: Regency | None, ways: Mapping[int, str]) -> Plan:
    """A basket's parts with the ways to `destination` and those chosen by `ways` (pesantren id → code)."""
    tariffs = list(Tariff.objects.in_force(working_days.today()))
    return Plan([_part(group, destination, ways, tariffs) for group in view.groups])


def _part(
    group: Group, destination: Regency | None, ways: Mapping[int, str], tariffs: Sequence[Tariff]
) -> Part:
    loads = [_load(line) for line in group.lines]
    found = options(group.partner, loads, destination, tariffs)
    code = "none" if found and found[0].code == "none" else ways.get(group.partner.pk, "")
    return Part(group, found, next((way for way in found if way.code == code), None))


def _load(line: LineView) -> Load:
    made_by = line.making.ready_on if line.making else None
    return Load(line.record.product, line.quantity, line.record.lead_days or 0, made_by)


def orders_of_visitor(user: Any, keys: Sequence[str]) -> QuerySet[Order]:
    """Orders this person placed, signed in or with a key of this session, newest first."""
    own = Q(place_key__in=keys)
    if user.is_authenticated:
        own |= Q(user=user)
    return Order.objects.filter(own).order_by("-date_placed", "-pk")
