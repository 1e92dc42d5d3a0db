"""Rules become terms: frozen with the order. The office adds and ends rules; nobody edits one."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.orders.models import Line, Order
from marketplace.payments import commission, states, tax
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import CommissionRule, LineTerms, TaxRule
from marketplace.reference import working_days


def freeze(*, order: Order, lines: Iterable[Line] | None = None) -> None:
    """Write down, for each line of a new order, what the operator keeps and which PPN its price contains.

    `lines` saves a query: the order's lines with `partner` and `product`'s class (see FREEZE_NEEDS).
    Side effects: one LineTerms a line; three queries for any number of lines.
    """
    if lines is None:
        lines = order.lines.select_related(*FREEZE_NEEDS).order_by("pk")
    day = working_days.today()
    rules, taxes = commission.in_force(day, order.currency), tax.in_force(day)
    on_fee = tax.on_fee(taxes, channel=order.channel)
    LineTerms.objects.bulk_create(_terms(line, order.channel, rules, taxes, on_fee) for line in lines)


FREEZE_NEEDS = ("partner", "product__product_class", "product__parent__product_class")


def _terms(
    line: Line,
    channel: str,
    rules: list[CommissionRule],
    taxes: list[TaxRule],
    on_fee: TaxRule | None,
) -> LineTerms:
    product_class = line.product.get_product_class().pk if line.product else None
    facts: dict[str, Any] = {"product_class": product_class, "channel": channel}
    rule = commission.matching(rules, partner=line.partner_id, **facts)
    on_goods = tax.on_goods(taxes, registered=bool(line.partner and line.partner.tax_registered), **facts)
    terms = LineTerms(line=line)
    if rule:
        terms.rule, terms.rate_bp, terms.amount = rule.name, rule.rate_bp, rule.amount
    if on_fee:
        terms.fee_tax, terms.fee_tax_bp = on_fee.name, on_fee.rate_bp
        terms.fee_tax_parts, terms.fee_tax_of = on_fee.base_parts, on_fee.base_of
    if on_goods:
        terms.tax, terms.tax_bp = on_goods.name, on_goods.rate_bp
        terms.tax_parts, terms.tax_of = on_goods.base_parts, on_goods.base_of
    return terms


@transaction.atomic
def add_rule(*, facts: dict[str, Any], actor: Actor) -> CommissionRule:
    """A new commission rule; `facts` are fields of CommissionRule. Orders placed before keep their terms.

    Side effects: one row, one history row. Raises PaymentError for a first day in the past.
    """
    if facts["valid_from"] < working_days.today():
        raise PaymentError("A rule cannot begin in the past.")
    rule = CommissionRule.objects.create(**facts)
    machine.record(rule, "", states.RULE_ADDED, actor=actor, why=rule.name)
    return rule


@transaction.atomic
def end_rule(*, rule: CommissionRule, last: date, actor: Actor) -> None:
    """The rule holds until `last`, and no longer. Side effects: the row, one history row.

    Raises PaymentError if it has ended, or for a last day in the past or before its first.
    """
    locked = CommissionRule.objects.select_for_update(of=("self",), no_key=True).get(pk=rule.pk)
    today = working_days.today()
    if locked.valid_to and locked.valid_to < today:
        raise PaymentError("This rule has ended already.")
    if last < max(today, locked.valid_from):
        raise PaymentError("The last day is over.")
    CommissionRule.objects.filter(pk=rule.pk).update(valid_to=last)
    machine.record(locked, states.RULE_ADDED, states.RULE_ENDED, actor=actor, why=last.isoformat())
