"""How the ways of delivery stand beside each other: who, when, for what weight, and which is cheapest or fastest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from catalogue.models import DeliveryKind
from checkout.queries import Part
from marketplace.fulfilment.delivery import Delivery, Weight


@dataclass(frozen=True)
class Offer:
    """One way as the buyer reads it. `marks` are words such as "cheapest"."""

    way: Delivery
    label: str
    dates: tuple[date, date, date]
    weight_text: str
    marks: list[str]


def offers(part: Part, moment: datetime) -> list[Offer]:
    """A part's ways as they are ordered (cheapest first), if the order is paid at `moment`."""
    dates = {way.code: way.dates(moment) for way in part.ways}
    brought = [way for way in part.ways if way.kind != DeliveryKind.PICKUP]
    cheapest = _best({way.code: way.fee.minor for way in brought})
    fastest = _best({way.code: (dates[way.code][2], dates[way.code][1]) for way in brought})
    words = ((cheapest, _("cheapest delivery")), (fastest, _("fastest delivery")))
    return [
        Offer(
            way,
            part.name_of(way),
            dates[way.code],
            weight_text(way.weight) if way.weight else "",
            [word for codes, word in words if way.code in codes],
        )
        for way in part.ways
    ]


def _best(values: Mapping[str, Any]) -> set[str]:
    """The codes with the smallest value; none where all are the same, for then there is nothing to say."""
    if len(set(values.values())) < 2:
        return set()
    least = min(values.values())
    return {code for code, value in values.items() if value == least}


def weight_text(weight: Weight) -> str:
    """The charged weight, and why it is not what the scales say."""
    charged = {"charged": kilograms(weight.charged), "real": kilograms(weight.real)}
    if weight.is_minimum:
        return _("%(charged)s kg, the least this courier charges") % charged
    if weight.by_volume:
        return _("%(charged)s kg by volume, %(real)s kg on the scales") % charged
    return _("%(charged)s kg by weight") % charged


def kilograms(grams: int) -> str:
    """For instance 1,5 or 1.250, as the reader's language writes it."""
    exact = (Decimal(grams) / 1000).normalize()
    return str(number_format(Decimal(f"{exact:f}"), force_grouping=True))
