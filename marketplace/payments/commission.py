"""What the operator keeps of accepted goods, and the tax in it (decision 0024). Amounts in minor units.

Everything is counted from one running total, the value taken so far: a credit note gives back the fee of the value
before less the fee of the value after. So parts always add up to the whole, whatever was rounded.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from marketplace.ledger.money import Money
from marketplace.orders.models import Line
from marketplace.payments import tax
from marketplace.payments.models import CommissionRule, LineTerms
from marketplace.payments.models.fees import BASIS_POINTS


@dataclass(frozen=True)
class Fee:
    """What the operator keeps: its own part, and the tax on it. Both come out of the goods' price."""

    commission: Money
    tax: Money

    @classmethod
    def none(cls, currency: str) -> "Fee":
        return cls(Money(0, currency), Money(0, currency))

    @property
    def whole(self) -> Money:
        return self.commission + self.tax

    def __add__(self, other: "Fee") -> "Fee":
        return Fee(self.commission + other.commission, self.tax + other.tax)

    def __sub__(self, other: "Fee") -> "Fee":
        return Fee(self.commission - other.commission, self.tax - other.tax)


def fee(value: Money, unit_price: Money, terms: LineTerms | None) -> Fee:
    """The fee of goods worth `value` of a line at `unit_price`; nothing without terms (orders from before).

    Rounded down, so in favour of the pesantren, and never more than the value itself. The tax is in it, not on top:
    what the rule says is what is kept.
    """
    if terms is None:
        return Fee.none(value.currency)
    kept = value.minor * terms.rate_bp // BASIS_POINTS
    if terms.amount and unit_price:
        kept = value.minor * terms.amount // unit_price.minor
    kept = min(kept, value.minor)
    part = tax.included(kept, terms.fee_tax_bp, terms.fee_tax_parts, terms.fee_tax_of)
    return Fee(Money(kept - part, value.currency), Money(part, value.currency))


def given_back(before: Money, after: Money, unit_price: Money, terms: LineTerms | None) -> Fee:
    """The fee that goes back when the value taken of a line falls from `before` to `after`."""
    return fee(before, unit_price, terms) - fee(after, unit_price, terms)


def terms_of(lines: Iterable[int]) -> dict[int, LineTerms]:
    """Frozen terms by order line. One query."""
    return {terms.line_id: terms for terms in LineTerms.objects.filter(line__in=list(lines))}


def of_lines(taken: Mapping[Line, Money], currency: str) -> Fee:
    """The fee of order lines of which goods worth so much were taken. One query."""
    terms = terms_of(line.pk for line in taken)
    fees = (fee(value, line.unit_price, terms.get(line.pk)) for line, value in taken.items())
    return sum(fees, Fee.none(currency))


def in_force(day: date, currency: str) -> list[CommissionRule]:
    """The rules that hold on this day, the first to be asked first. One query."""
    begun = CommissionRule.objects.filter(valid_from__lte=day, currency=currency)
    return list(begun.filter(Q(valid_to=None) | Q(valid_to__gte=day)))


def matching(
    rules: Iterable[CommissionRule], *, partner: int, product_class: int | None, channel: str
) -> CommissionRule | None:
    """The first rule that fits; none: nothing is kept."""
    for rule in rules:
        fits = rule.partner_id in (None, partner) and rule.product_class_id in (None, product_class)
        if fits and rule.channel in ("", channel):
            return rule
    return None
