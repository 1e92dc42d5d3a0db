"""A new consignment: an order from abroad, then which of its goods travel how."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.exports import states
from marketplace.exports.goods import freshness, packing, storage
from marketplace.exports.goods import queries as goods_queries
from marketplace.exports.goods.queries import Candidate
from marketplace.exports.models import Consignment
from marketplace.exports.services import consignments
from marketplace.exports.services.goods import Wanted
from marketplace.office import export_page, page
from marketplace.office.export_forms import NewForm
from marketplace.office.export_values import Terms, company_of, terms_of
from marketplace.orders.models import Order
from marketplace.pesantren.models import Partner
from marketplace.reference import queries as places
from offtakers.models import Company

HOME = {states.AIR: "IDCGK", states.SEA: "IDJKT"}  # where goods leave from if nobody says otherwise


@export_page.desk
def new(request: HttpRequest) -> HttpResponse:
    """Without ?order=: the orders whose goods may travel. With it: the form."""
    orders = goods_queries.orders_with_goods(request.user)
    number = request.GET.get("order", "")
    if not number:
        more = page.paged(request, orders)
        return render(
            request, "office/exports/choose.html", export_page.house_context(request, "exports", **more)
        )
    order = get_object_or_404(orders.select_related("user"), number=number)
    terms = terms_of(order)
    company = company_of(order, terms)
    if company is None:
        raise Http404  # sold to a person: nothing to be a consignee
    candidates = goods_queries.to_consign(request.user, [order.pk])
    form = NewForm(
        request.POST or None,
        candidates=candidates,
        company=company,
        initial=_initial(candidates, terms, company),
    )
    if request.method == "POST" and form.is_valid():
        try:
            made = _make(request, form, order, company, terms)
        except Refused as error:
            export_page.refuse(form, error)
        else:
            messages.success(request, _("Made. Look over packages and weights."))
            return redirect("office:export-goods", made.number)
    more = {"order": order, "company": company, "form": form, "modes": _modes(candidates, company)}
    return render(request, "office/exports/new.html", export_page.house_context(request, "exports", **more))


def _make(request: HttpRequest, form: NewForm, order: Order, company: Company, terms: Terms) -> Consignment:
    facts = form.cleaned_data
    plan = {name: facts[name] for name in consignments.PLAN_FIELDS if name in facts}
    wanted = [
        Wanted(
            one.line,
            one.lot,
            units,
            packing.suggested(one.line, units, facts["country"], terms.unit_value(one.line)),
        )
        for one, units in form.taken
        if units
    ]
    freight, insurance = terms.freight_and_insurance((one.part, one.quantity) for one in wanted)
    plan |= {"freight": freight, "insurance": insurance}
    return consignments.make(
        exporter=facts["exporter"],
        company=company,
        currency=order.currency,
        plan=plan,
        wanted=wanted,
        consignee=facts["consignee"],
        notify=facts["notify"],
        actor=Actor.of(request.user),
    )


def _modes(candidates: list[Candidate], company: Company) -> list[str]:
    """The modes by which these goods would arrive fresh."""
    products = [one.line.line.product for one in candidates]
    words = dict(states.MODES)
    return [str(words[mode]) for mode in freshness.modes_for(products, company.country)]


def _initial(candidates: list[Candidate], terms: Terms, company: Company) -> dict[str, Any]:
    """From the contract, else from what the goods need and what the company said of itself."""
    contract = terms.contract
    products = [one.line.line.product for one in candidates]
    country = contract.country if contract else company.country
    fits = freshness.modes_for(products, country) or [states.AIR]
    mode = contract.mode if contract and contract.mode in HOME else fits[0]
    port = places.port(_code(contract.place)) if contract else None
    port = port or company.ports.filter(**{"by_air" if mode == states.AIR else "by_sea": True}).first()
    term = contract.incoterm if contract else "CPT" if mode == states.AIR else "FOB"
    found: dict[str, Any] = {
        "mode": mode,
        "incoterm": term,
        "place": contract.place if contract else (f"{port.name} ({port.code})" if port else ""),
        "country": country,
        "origin": HOME[mode],
        "destination": port.code if port else "",
        "exporter": terms.exporter or Partner.objects.filter(is_exporter=True).order_by("pk").first(),
        "consignee": company.places.filter(kind="consignee").first(),
        "notify": company.places.filter(kind="notify").first(),
        "window_last": _window(candidates),
    }
    return found | _together(candidates)


def _code(place: str) -> str:
    """ "Dubai (AEDXB)" gives "AEDXB"."""
    return place.rpartition("(")[2].rstrip(") ")


def _window(candidates: list[Candidate]) -> date | None:
    days = [one.line.fulfilment.arrives_to for one in candidates if one.line.fulfilment.arrives_to]
    return min((day for day in days if day), default=None)


def _together(candidates: list[Candidate]) -> dict[str, Any]:
    """All of what shares a temperature with the first goods; the others stay at nothing."""
    taken: list[Candidate] = []
    setpoint = None
    for one in candidates:
        try:
            setpoint = storage.common_setpoint([other.line.line.product for other in [*taken, one]])
        except Refused:
            continue
        taken.append(one)
    return {"setpoint": setpoint} | {f"take_{one.key}": one.left for one in taken}
