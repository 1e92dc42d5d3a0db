"""An exporter composes one offer from the supply of many: the plan, its costs and price, versions, counter-offers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.payments import rates
from marketplace.payments.models import Rate
from marketplace.pesantren.access import members_only
from marketplace.pesantren.models import Partner
from marketplace.sourcing import ppn, queries, states, supply_queries
from marketplace.sourcing.models import CostLine, Counter, Demand, Quote
from marketplace.sourcing.services import composing, costs, quotes
from marketplace.workspace.offer_forms import ActualForm, OfferForm, RulesForm, sample_first
from marketplace.workspace.page import context, page_of

MOST_SUPPLY = 500  # pesantren of one demand, as the plan takes them
TONES = {states.SENT: "warn", states.ACCEPTED: "good", states.WITHDRAWN: "bad", states.DECLINED: "bad"}
REFUSED = {
    "closed": gettext_lazy("This demand takes no more offers."),
    "full": gettext_lazy("This demand has as many offers as it may have."),
    "kind": gettext_lazy("You may not answer this demand in this way."),
    "lines": gettext_lazy("Nothing can be had of any line yet, so there is nothing to offer."),
    "goods": gettext_lazy("You may not answer this demand in this way."),
    "valid": gettext_lazy("The day until which it is valid is over. Save it anew with a later one."),
    "over": gettext_lazy("This version can no longer be changed."),
}


def exporters_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open a page to people of an exporter only; others find nothing."""

    @members_only
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not queries.exporters_of(request.user).exists():
            raise Http404
        return view(request, *args, **kwargs)

    return inner  # type: ignore[no-any-return, return-value]


@exporters_only
@require_safe
def offers(request: HttpRequest) -> HttpResponse:
    """Demands that are open, or that were answered, the one that closes first on top."""
    page = page_of(request, queries.demands_for_sellers(request.user))
    versions = queries.latest_offers(request.user, [demand.pk for demand in page])
    for demand in page:
        demand.mine = versions.get(demand.pk)
    more = {"page_obj": page, "page_base": "?page="}
    return render(request, "workspace/offers.html", context(request, "offers", **more))


@dataclass(frozen=True)
class Place:
    """A demand, and for which of this person's exporters it is answered."""

    demand: Demand
    composer: Partner
    composers: Sequence[Partner]

    @property
    def tail(self) -> str:
        """Of addresses: whose page it is, where there is a choice."""
        return f"?as={self.composer.code}" if len(self.composers) > 1 else ""

    def versions(self, request: HttpRequest) -> QuerySet[Quote]:
        found: QuerySet[Quote] = queries.offers_of(request.user, self.demand)
        return found.filter(negotiation__partner=self.composer)

    def to(self, name: str, *args: Any) -> HttpResponse:
        return redirect(reverse(f"workspace:{name}", args=(self.demand.number, *args)) + self.tail)


def place_of(request: HttpRequest, number: str) -> Place:
    """The exporter that the address names; else one that has answered already, else the first."""
    demand = get_object_or_404(queries.demands_for_sellers(request.user), number=number)
    composers = list(queries.exporters_of(request.user).order_by("pk"))
    if code := request.GET.get("as"):
        chosen = next((one for one in composers if one.code == code), None)
        if chosen is None:
            raise Http404
        return Place(demand, chosen, composers)
    answered = set(queries.offers_of(request.user, demand).values_list("negotiation__partner", flat=True))
    return Place(demand, next((one for one in composers if one.pk in answered), composers[0]), composers)


def _rate(demand: Demand) -> Rate | None:
    """By which rupiah become the demand's currency; None at home or where none was loaded."""
    try:
        return rates.latest(demand.currency) if demand.currency != "IDR" else None
    except rates.NoRate:
        return None


@require_http_methods(["GET", "HEAD", "POST"])
@exporters_only
def offer(request: HttpRequest, number: str) -> HttpResponse:
    """GET: what each line would take from whom. POST: the plan by other rules, the price, or a draft of it."""
    place = place_of(request, number)
    demand, found = place.demand, place.versions(request)
    more: dict[str, Any] = {"demand": demand, "place": place, "versions": list(found[:20])}
    more["supply"] = supply_queries.supply_to(place.composer, demand)[:MOST_SUPPLY]
    for version in more["versions"]:
        version.tone = TONES.get(version.state, "plain")
    said = Counter.objects.filter(quote__in=found.order_by()).select_related("quote").order_by("-pk")
    more["counters"] = said.prefetch_related(
        "lines__quote_line__demand_line__unit", "lines__quote_line__quote"
    )[:20]
    if demand.state == states.OPEN:
        made = _compose(request, demand, place.composer, more)
        if made is not None:
            return place.to("offer-version", made.version)
    return render(request, "workspace/offer.html", context(request, "offers", **more))


def _compose(request: HttpRequest, demand: Demand, composer: Partner, more: dict[str, Any]) -> Quote | None:
    """Fills the page with plan, forms and price; gives the draft that was saved, if it was."""
    before = _rules_of(more["versions"])
    rules_form = RulesForm(request.POST or None, initial=RulesForm.initial_of(before))
    are_fine = not rules_form.is_bound or rules_form.is_valid()
    rules = rules_form.rules() if rules_form.is_bound and are_fine else before
    try:
        planned = composing.plan(demand=demand, composer=composer, rules=rules, actor=Actor.of(request.user))
    except composing.NO_ANSWER:
        more["no_answer"] = True
        return None
    seen, rate = composing.digest(planned), _rate(demand)
    first = _first(more["versions"]) if request.method != "POST" else {}
    supply = composing.first_to_end(planned)
    form = OfferForm(request.POST or None, demand=demand, supply=supply, initial=first | {"seen": seen})
    more |= {"rules_form": rules_form, "planned": planned, "form": form, "rate": rate, "seen": seen}
    more |= {"no_rate": demand.currency != "IDR" and rate is None, "any": any(_taken(one) for one in planned)}
    if "plan" in request.POST:  # only the plan was asked for: the rest stays as it was typed, unjudged
        form.full_clean()
        form.errors.clear()
        return None
    if not form.is_bound or not form.is_valid() or not are_fine or more["no_rate"]:
        return None
    if form.cleaned_data["seen"] != seen:
        more["changed"] = True
        return None
    terms = form.terms_of(rate)
    if "save" not in request.POST:
        rows = composing.priced(planned, costs=form.costs(), rate=terms.rate, currency=terms.currency)
        more["priced"] = rows
        more["total"] = sum((row.amount for row in rows), Money(0, demand.currency))
        return None
    try:
        return composing.offer(
            demand=demand,
            composer=composer,
            planned=planned,
            rules=rules,
            costs=form.costs(),
            notes=form.notes(),
            terms=terms,
            answers=next(iter(more["counters"]), None),
            actor=Actor.of(request.user),
        )
    except quotes.QuoteError as refused:
        form.add_error(None, REFUSED.get(refused.code, REFUSED["over"]))
        return None


def _rules_of(versions: list[Quote]) -> composing.Rules:
    """Those of the version before, else none."""
    return composing.Rules(**versions[0].rules) if versions else composing.Rules()


def _taken(one: composing.Planned) -> int:
    return one.explained.allocation.total


def _first(versions: list[Quote]) -> dict[str, Any]:
    """What the form begins with: the costs and terms of the version before."""
    if not versions:
        return {}
    last = versions[0]
    found: dict[str, Any] = {
        "place": last.place,
        "mode": last.mode,
        "lead_days": last.lead_days,
        "terms": last.terms,
    }
    if last.incoterm:
        found["incoterm"] = last.incoterm
    found |= sample_first(last)
    for cost in last.costs.all():
        found |= {f"cost_{cost.kind}": cost.estimate, f"note_{cost.kind}": cost.note}
    return found


def _version(request: HttpRequest, number: str, version: int) -> tuple[Place, Quote]:
    place = place_of(request, number)
    return place, get_object_or_404(place.versions(request), version=version)


@exporters_only
@require_safe
def offer_version(request: HttpRequest, number: str, version: int) -> HttpResponse:
    place, quote = _version(request, number, version)
    lines = list(quote.lines.select_related("demand_line__unit", "quote"))
    more = {
        "quote": quote,
        "place": place,
        "demand": quote.negotiation.demand,
        "lines": lines,
        "total": sum((line.amount for line in lines), Money(0, quote.currency)),
        "costs": quote.costs.order_by("pk"),
        "costs_total": Money(sum(quote.costs.values_list("estimate", flat=True))),
        "tone": TONES.get(quote.state, "plain"),
        "ppn": ppn.of_quote(quote),
        "contract": getattr(quote, "contract", None),
        "samples": queries.samples_of(quote.negotiation),
    }
    return render(request, "workspace/offer_version.html", context(request, "offers", **more))


@exporters_only
@require_POST
def move_offer(request: HttpRequest, number: str, version: int, step: str) -> HttpResponse:
    """Send a draft, or take a version back."""
    (place, quote), actor = _version(request, number, version), Actor.of(request.user)
    try:
        if step == "send":
            quotes.send(quote=quote, person=request.user, actor=actor)
            messages.success(request, _("Sent. The buyer has a mail."))
        elif step == "withdraw":
            quotes.withdraw(quote=quote, actor=actor)
            messages.success(request, _("Taken back."))
        else:
            raise Http404
    except quotes.QuoteError as refused:
        messages.error(request, str(REFUSED.get(refused.code, REFUSED["over"])))
    except IllegalMove:
        messages.error(request, str(REFUSED["over"]))
    return place.to("offer-version", version)


@require_http_methods(["GET", "HEAD", "POST"])
@exporters_only
def offer_costs(request: HttpRequest, number: str, version: int) -> HttpResponse:
    """Estimate beside actual of a version that was taken; the price to the buyer does not change by it."""
    place, quote = _version(request, number, version)
    if quote.state != states.ACCEPTED:
        raise Http404
    rows: list[CostLine] = list(quote.costs.order_by("pk"))
    form = ActualForm(request.POST or None, costs=rows)
    if form.is_bound and form.is_valid():
        costs.record_actual(quote=quote, actual=form.cleaned_data, actor=Actor.of(request.user))
        messages.success(request, _("Saved."))
        return place.to("offer-costs", version)
    known = [row for row in rows if row.actual is not None]
    more = {
        "quote": quote,
        "place": place,
        "demand": quote.negotiation.demand,
        "form": form,
        "rows": [(row, form[row.kind]) for row in rows],
        "estimate": Money(sum(row.estimate for row in known)),
        "actual": Money(sum(row.actual or 0 for row in known)),
        "difference": Money(sum((row.actual or 0) - row.estimate for row in known)),
    }
    return render(request, "workspace/offer_costs.html", context(request, "offers", **more))
