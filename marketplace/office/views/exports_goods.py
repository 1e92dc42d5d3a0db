"""One consignment: overview, goods, plan, costs."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.forms import WhyForm
from marketplace.common.refused import Refused
from marketplace.exports import states, tariffs
from marketplace.exports.goods import freshness, packing
from marketplace.exports.goods import queries as goods_queries
from marketplace.exports.models import Consignment, ConsignmentLine
from marketplace.exports.services import consignments, costs, goods
from marketplace.exports.services.goods import Wanted
from marketplace.exports.tracking import queries as tracking
from marketplace.ledger.money import Money
from marketplace.office import export_page, export_values
from marketplace.office.export_forms import CostsForm, IntoForm, LineForm, PlanForm, SplitForm, TakesGoods
from marketplace.office.views.steps import lately
from marketplace.sourcing.models import CostLine

KINDS = [(kind, label) for kind, label in CostLine.KINDS if kind != CostLine.MARGIN]


@export_page.desk
def consignment(request: HttpRequest, number: str) -> HttpResponse:
    """Overview: the parties, the plan, the sums, how fresh it arrives, what was changed."""
    found = export_page.found(request, number)
    lines = list(goods_queries.lines_of(found))
    more = {
        "lines": lines,
        "sums": _sums(found, lines),
        "fresh": freshness.of(found),
        "steps": lately(found, dict(states.CHOICES)),
    }
    return render(
        request, "office/exports/consignment.html", export_page.context(request, found, "overview", **more)
    )


def _sums(found: Consignment, lines: list[ConsignmentLine]) -> dict[str, Any]:
    value = sum((line.value for line in lines), Money(0, found.currency))
    whole = value + found.freight_cost + found.insurance_cost
    agreed = export_values.agreed(lines)
    return {
        "differs": Money(agreed, found.currency) if agreed not in (None, whole.minor) else None,
        "packages": sum(line.packages for line in lines),
        "net": sum(line.net_kg for line in lines),
        "gross": sum(line.gross_kg for line in lines),
        "volume": Decimal(sum(line.volume_cm3 for line in lines)) / 1_000_000,
        "is_measured": all(line.volume_cm3 for line in lines),
        "value": value,
        "whole": whole,
    }


@export_page.desk
def goods_page(request: HttpRequest, number: str) -> HttpResponse:
    """The goods, and more of the same buyer's orders to add."""
    found = export_page.found(request, number)
    lines = list(goods_queries.lines_of(found))
    candidates = _more_goods(request, found, lines) if found.is_open else []
    form = TakesGoods(request.POST or None, candidates=candidates)
    if request.method == "POST" and form.is_valid():
        try:
            _add(request, found, form)
        except Refused as error:
            export_page.refuse(form, error)
        else:
            messages.success(request, _("Added. Look over packages and weights."))
            return redirect("office:export-goods", found.number)
    behind = goods_queries.left_behind(found)
    more = {"lines": lines, "sums": _sums(found, lines), "form": form, "behind": behind}
    more["others"] = _others(request, found)
    return render(request, "office/exports/goods.html", export_page.context(request, found, "goods", **more))


def _more_goods(
    request: HttpRequest, found: Consignment, lines: list[ConsignmentLine]
) -> list[goods_queries.Candidate]:
    """Of this company's orders in this currency; what is in here already is changed in its own row."""
    people = found.company.members.values("user")
    orders = goods_queries.orders_with_goods(request.user).filter(user__in=people, currency=found.currency)
    here = {(line.part_id, line.lot_id) for line in lines}
    every = goods_queries.to_consign(request.user, orders.values_list("pk", flat=True)[:50])
    return [one for one in every if (one.line.pk, one.lot.pk if one.lot else None) not in here]


def _add(request: HttpRequest, found: Consignment, form: TakesGoods) -> None:
    taken = [(one, units) for one, units in form.taken if units]
    terms = export_values.terms_for(one.line.fulfilment.order_id for one, _units in taken)
    wanted = []
    for one, units in taken:
        mine = terms.get(one.line.fulfilment.order_id, export_values.Terms())
        facts = packing.suggested(one.line, units, found.country, mine.unit_value(one.line))
        wanted.append(Wanted(one.line, one.lot, units, facts))
    goods.add(consignment=found, goods=wanted, actor=Actor.of(request.user))


def _others(request: HttpRequest, found: Consignment) -> Any:
    """Other open consignments of the same buyer."""
    rows = tracking.for_staff(request.user).filter(state__in=states.HERE)
    same = rows.filter(company=found.company, exporter=found.exporter, currency=found.currency)
    return same.exclude(pk=found.pk).order_by("-pk")


def _line(request: HttpRequest, number: str, pk: int) -> tuple[Consignment, ConsignmentLine]:
    found = export_page.found(request, number)
    return found, get_object_or_404(goods_queries.lines_of(found), pk=pk)


@export_page.desk
def line(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Change one row, or take it out."""
    found, row = _line(request, number, pk)
    actor = Actor.of(request.user)
    if "remove" in request.POST:
        work = partial(goods.remove, line=row, actor=actor)
        return _do(request, found, work, _("Taken out of this consignment."))
    form = LineForm(request.POST or None, line=row, hints=_hs_hints(found, row))
    if request.method == "POST" and form.is_valid():
        try:
            goods.change(line=row, actor=actor, **form.facts)
        except Refused as error:
            export_page.refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("office:export-goods", found.number)
    more = {"row": row, "form": form}
    return render(request, "office/exports/line.html", export_page.context(request, found, "goods", **more))


def _hs_hints(found: Consignment, row: ConsignmentLine) -> dict[str, str]:
    """What the tariffs offer for this commodity, with the kind they are for."""
    kind = row.part.line.product.commodity if row.part.line.product else None
    hints = {}
    for name, country in (("hs_origin", "ID"), ("hs_destination", found.country)):
        known = tariffs.codes(kind.code, country) if kind else ()
        words = [f"{code} {code.note}".strip() for code in known]
        if any(code.is_assumed for code in known):
            words.append(_("(assumed)"))
        hints[name] = "; ".join(words) or _("A customs broker (PPJK) confirms it.")
    return hints


def _do(request: HttpRequest, found: Consignment, work: Callable[[], Any], said: str) -> HttpResponse:
    try:
        work()
    except Refused as error:
        export_page.tell(request, error)
    else:
        messages.success(request, said)
    return redirect("office:export-goods", found.number)


@export_page.desk
def split(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """Part of a row travels with another consignment."""
    found, row = _line(request, number, pk)
    form = SplitForm(request.POST or None, others=_others(request, found))
    if request.method == "POST" and form.is_valid():
        try:
            goods.split(line=row, actor=Actor.of(request.user), **form.cleaned_data)
        except Refused as error:
            export_page.refuse(form, error)
        else:
            messages.success(request, _("Moved. Lots and weights went along."))
            return redirect("office:export-goods", form.cleaned_data["into"].number)
    more = {"row": row, "form": form}
    return render(request, "office/exports/split.html", export_page.context(request, found, "goods", **more))


@export_page.desk
def merge(request: HttpRequest, number: str) -> HttpResponse:
    """Everything travels with another consignment; this one ends."""
    found = export_page.found(request, number)
    form = IntoForm(request.POST or None, others=_others(request, found))
    if request.method == "POST" and form.is_valid():
        target = form.cleaned_data["into"]
        try:
            goods.merge(consignment=found, into=target, actor=Actor.of(request.user))
        except Refused as error:
            export_page.refuse(form, error)
        else:
            messages.success(request, _("Put together."))
            return redirect("office:export-goods", target.number)
    more = {"form": form, "title": _("Put together with another consignment")}
    return render(request, "office/exports/step.html", export_page.context(request, found, "goods", **more))


@export_page.desk
def cancel(request: HttpRequest, number: str) -> HttpResponse:
    """It does not travel."""
    found = export_page.found(request, number)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            consignments.cancel(consignment=found, actor=Actor.of(request.user), why=form.cleaned_data["why"])
        except Refused as error:
            export_page.refuse(form, error)
        else:
            messages.success(request, _("Cancelled. Its goods are free for other consignments."))
            return redirect("office:export", found.number)
    more = {"form": form, "title": _("Cancel this consignment")}
    return render(
        request, "office/exports/step.html", export_page.context(request, found, "overview", **more)
    )


@export_page.desk
def plan(request: HttpRequest, number: str) -> HttpResponse:
    """Everything carriers and buyers say of it."""
    found = export_page.found(request, number)
    before = {name: getattr(found, name) for name in consignments.PLAN_FIELDS}
    shown = before | {"origin": found.origin.code, "destination": found.destination.code}
    form = PlanForm(request.POST or None, initial=shown, currency=found.currency)
    if request.method == "POST" and form.is_valid():
        try:
            consignments.change_plan(consignment=found, actor=Actor.of(request.user), **form.plan)
        except Refused as error:
            export_page.refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("office:export-plan", found.number)
    transit = freshness.transit(found.mode, found.country)
    more = {"form": form, "transit": transit, "fresh": freshness.of(found)}
    return render(request, "office/exports/plan.html", export_page.context(request, found, "plan", **more))


@export_page.desk
def costs_page(request: HttpRequest, number: str) -> HttpResponse:
    """The estimate beside what it came to; the estimate first comes from the offer behind the goods."""
    found = export_page.found(request, number)
    lines = list(goods_queries.lines_of(found))
    form = CostsForm(request.POST or None, kinds=KINDS, initial=_costs(found, lines))
    if request.method == "POST" and form.is_valid():
        costs.keep(consignment=found, told=form.told, actor=Actor.of(request.user))
        messages.success(request, _("Saved."))
        return redirect("office:export-costs", found.number)
    more = {"form": form, "sums": _cost_sums(found)}
    return render(request, "office/exports/costs.html", export_page.context(request, found, "costs", **more))


def _costs(found: Consignment, lines: list[ConsignmentLine]) -> Mapping[str, Any]:
    offered = export_values.estimates(lines)
    initial: dict[str, Any] = {f"{kind}_estimate": value for kind, value in offered.items()}
    for cost in found.costs.all():
        initial |= {
            f"{cost.kind}_estimate": cost.estimate,
            f"{cost.kind}_actual": cost.actual,
            f"{cost.kind}_note": cost.note,
        }
    return initial


def _cost_sums(found: Consignment) -> dict[str, Any]:
    sums = found.costs.aggregate(estimate=Sum("estimate"), actual=Sum("actual"))
    estimate, actual = sums["estimate"] or 0, sums["actual"] or 0
    known = found.costs.filter(actual__isnull=False, estimate__isnull=False)
    both = known.aggregate(estimate=Sum("estimate"), actual=Sum("actual"))
    over = (both["actual"] or 0) - (both["estimate"] or 0)
    return {
        "estimate": Money(estimate),
        "actual": Money(actual),
        "over": Money(over),
        "is_over": over > 0,
        "is_known": found.costs.exists(),
    }
