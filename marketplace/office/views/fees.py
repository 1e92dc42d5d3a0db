"""Rules of commission and tax: listed with their sources; commission rules are added and ended, never edited."""

import hashlib
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.states import history
from marketplace.ledger.money import Money
from marketplace.office import page
from marketplace.office.fee_forms import EndRuleForm, RuleForm
from marketplace.payments import commission, states, tax
from marketplace.payments.models import CommissionRule, LineTerms, TaxRule
from marketplace.payments.services import fees
from marketplace.people.second_factor.access import asks_code
from marketplace.reference import working_days

EXAMPLE = Money(1_000_000)


@staff_only(OFFICE)
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """All that hold or will hold; those that ended below."""
    today = working_days.today()
    holds = Q(valid_to=None) | Q(valid_to__gte=today)
    every = CommissionRule.objects.select_related("product_class", "partner__regency").order_by("order", "pk")
    more = {
        "rules": every.filter(holds),
        "today": today,
        "taxes": TaxRule.objects.select_related("product_class"),
        **page.paged(request, every.exclude(holds)),
    }
    return render(request, "office/fees.html", page.context(request, "fees", **more))


@staff_only(OFFICE)
@asks_code(on_get=True)
def add_rule(request: HttpRequest) -> HttpResponse:
    """The first press says what the rule would keep; the second adds exactly that."""
    form = RuleForm(request.POST or None)
    more: dict[str, Any] = {"form": form}
    if request.method == "POST" and form.is_valid():
        seen = _seen(form.facts())
        if request.POST.get("seen") == seen:
            rule = fees.add_rule(facts=form.facts(), actor=Actor.of(request.user))
            messages.success(
                request, _("Saved: %(name)s. Orders placed before keep their terms.") % {"name": rule.name}
            )
            return redirect("office:fees")
        more |= {"sentence": sentence(form.facts()), "seen": seen}
    return render(request, "office/fee_add.html", page.context(request, "fees", **more))


@staff_only(OFFICE)
@asks_code(on_get=True)
def end_rule(request: HttpRequest, pk: int) -> HttpResponse:
    today = working_days.today()
    holds = CommissionRule.objects.filter(Q(valid_to=None) | Q(valid_to__gte=today))
    rule = get_object_or_404(holds, pk=pk)
    form = EndRuleForm(request.POST or None, first=rule.valid_from)
    if request.method == "POST" and form.is_valid():
        fees.end_rule(rule=rule, last=form.cleaned_data["last"], actor=Actor.of(request.user))
        messages.success(
            request, _("Saved: %(name)s. Orders placed before keep their terms.") % {"name": rule.name}
        )
        return redirect("office:fees")
    more = {"rule": rule, "form": form, "steps": history(rule).order_by("pk")}
    return render(request, "office/fee_end.html", page.context(request, "fees", **more))


def sentence(facts: dict[str, Any]) -> str:
    """What a rule with these facts would keep, on an example."""
    on_fee = tax.on_fee(tax.in_force(facts["valid_from"]), channel=facts["channel"] or states.DOMESTIC)
    terms = LineTerms(rate_bp=facts["rate_bp"], amount=facts["amount"])
    if on_fee:
        terms.fee_tax_bp, terms.fee_tax_parts, terms.fee_tax_of = (
            on_fee.rate_bp,
            on_fee.base_parts,
            on_fee.base_of,
        )
    unit = Money(max(facts["amount"], 100_000))
    found = commission.fee(unit if terms.amount else EXAMPLE, unit, terms)
    text = _(
        "On goods of %(price)s the operator keeps %(fee)s, of which PPN %(tax)s; the pesantren gets %(net)s."
    )
    price = unit if terms.amount else EXAMPLE
    if terms.amount:
        text = _(
            "On each unit of %(price)s the operator keeps %(fee)s, of which PPN %(tax)s; the pesantren gets %(net)s."
        )
        price = unit
    return text % {"price": price, "fee": found.whole, "tax": found.tax, "net": price - found.whole}


def _seen(facts: dict[str, Any]) -> str:
    """Names exactly these answers, so that nothing else is saved than what was shown."""
    return hashlib.sha256(
        repr(sorted((key, str(value)) for key, value in facts.items())).encode()
    ).hexdigest()
