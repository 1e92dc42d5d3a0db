"""What was changed of a courier, in words: name of the fact, before → after."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from catalogue.models import DeliveryKind
from marketplace.common import dates
from marketplace.fulfilment.models import Courier, CourierChange
from marketplace.fulfilment.timeline import Step
from marketplace.ledger.money import Money

NAMES = {
    "name": gettext_lazy("Name"),
    "kind": gettext_lazy("Kind of delivery"),
    "divisor": gettext_lazy("Volume divisor"),
    "minimum_kg": gettext_lazy("Least weight in kg"),
    "step_g": gettext_lazy("It charges"),
    "tolerance_g": gettext_lazy("Tolerance in grams"),
    "max_kg": gettext_lazy("Most weight in kg"),
    "carries_perishables": gettext_lazy("Carries perishable goods"),
    "works_sundays": gettext_lazy("Is on the road on Sundays"),
    "is_active": gettext_lazy("Is offered to buyers"),
    "zone": gettext_lazy("Zone"),
    "base": gettext_lazy("Base price"),
    "per_kg": gettext_lazy("Price per kg"),
    "minimum": gettext_lazy("Least price"),
    "days_least": gettext_lazy("Days on the road, at least"),
    "days_most": gettext_lazy("Days on the road, at most"),
    "valid_from": gettext_lazy("Holds from"),
    "valid_to": gettext_lazy("Last day"),
}
MONEY = ("base", "per_kg", "minimum")
DAYS = ("valid_from", "valid_to")
WORDS: dict[str, dict[Any, Any]] = {"kind": dict(DeliveryKind.choices), "step_g": dict(Courier.STEPS)}


def differences(change: CourierChange) -> list[tuple[str, str, str]]:
    """Name, before, after of each fact; before is empty where it is new."""
    return [
        (
            str(NAMES[name]),
            _word(name, change.before[name]) if name in change.before else "",
            _word(name, value),
        )
        for name, value in change.after.items()
    ]


def _word(name: str, value: Any) -> str:
    if value is None or value == "":
        return _("none")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if name in MONEY:
        return str(Money(value))
    if name in DAYS:
        return dates.day(date.fromisoformat(value))
    return str(WORDS.get(name, {}).get(value, value))


def changes_of(changes: Iterable[CourierChange]) -> list[Step]:
    """Steps for components/_timeline.html."""
    return [
        Step(
            "done",
            change.tariff.zone.name if change.tariff else _("The courier itself"),
            f"{dates.moment(change.at)} · {change.actor_name}",
            "; ".join(_sentence(*one) for one in differences(change)),
        )
        for change in changes
    ]


def _sentence(name: str, before: str, after: str) -> str:
    if not before:
        return f"{name}: {after}"
    return _("%(name)s: %(before)s, now %(after)s") % {"name": name, "before": before, "after": after}
