"""PPN: which rule holds for whom, and how much of a price it is. Amounts in minor units."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q

from marketplace.payments.models import TaxRule
from marketplace.payments.models.fees import BASIS_POINTS


def included(amount: int, rate_bp: int, parts: int, of: int) -> int:
    """How much tax a price of `amount` contains, rounded down to whole minor units.

    The tax is `rate_bp` hundredths of a percent, counted on `parts`/`of` of the price before tax: 12 % × 11/12 is
    11 % of it, so 11/111 of the price with tax.
    """
    share = rate_bp * parts
    return amount * share // (BASIS_POINTS * of + share)


def in_force(day: date) -> list[TaxRule]:
    """The rules that hold on this day, the first to be asked first. One query."""
    begun = TaxRule.objects.filter(valid_from__lte=day)
    return list(begun.filter(Q(valid_to=None) | Q(valid_to__gte=day)))


def on_fee(rules: Iterable[TaxRule], *, channel: str) -> TaxRule | None:
    """The rule for the operator's own fee; none: no tax on it."""
    return next((rule for rule in rules if rule.on_fee and rule.channel in ("", channel)), None)


def on_goods(
    rules: Iterable[TaxRule], *, registered: bool, product_class: int | None, channel: str
) -> TaxRule | None:
    """The rule for goods: seller registered or not × product class × channel. The first that fits; none: no tax."""
    for rule in rules:
        fits = rule.registered in (None, registered) and rule.channel in ("", channel)
        if not rule.on_fee and fits and rule.product_class_id in (None, product_class):
            return rule
    return None
