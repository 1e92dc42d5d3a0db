"""What the pages of a demand need: whose it is, who may act for the company, and how a state looks."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.account.company_page import mine_or_404
from marketplace.account.line_forms import next_month, slots
from marketplace.orders.models import Order
from marketplace.reference.working_days import today
from marketplace.sourcing import buyer_queries, states
from marketplace.sourcing.models import Demand, Quote
from marketplace.sourcing.services.contracts import ContractError
from marketplace.sourcing.services.demand import DemandError, Good, Slot
from marketplace.sourcing.services.quotes import QuoteError
from offtakers.models import Company, CompanyMember, Role

ACTS = (Role.OWNER, Role.BUYER)
TONES = {
    states.OPEN: "good",
    states.SENT: "warn",
    states.AWARDED: "good",
    states.ACCEPTED: "good",
    states.ACTIVE: "good",
    states.DRAFTED: "warn",
    states.PLANNED: "warn",
    states.CONFIRMED: "warn",
    states.ORDERED: "good",
    states.TERMINATED: "bad",
    states.EXPIRED: "bad",
}


def tone(state: str) -> str:
    return TONES.get(state, "plain")


def places(request: HttpRequest, *, acting: bool = False) -> list[CompanyMember]:
    """This person's companies; a 404 without one, or for who may only read where something is done."""
    return mine_or_404(request, *(ACTS if acting else ()))


def demand_or_404(request: HttpRequest, number: str) -> Demand:
    found: Demand = get_object_or_404(buyer_queries.demands_of_buyer(request.user), number=number)
    return found


def quote_or_404(request: HttpRequest, number: str) -> Quote:
    found: Quote = get_object_or_404(buyer_queries.quotes_of(request.user), number=number)
    return found


def product_of(text: str) -> Product | None:
    """The listing whose page led here; nothing for an odd number or one that is not shown."""
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        return None
    found = Product.objects.filter(pk=int(text), is_public=True, partner__isnull=False)
    return found.select_related("unit", "partner", "commodity", "product_class").first()


def goods_of(demand: Demand) -> list[Good]:
    """Its lines as they would be asked for again."""
    return [
        Good(
            name=line.name,
            unit=line.unit,
            quantity=line.quantity,
            slots=[Slot(slot.first, slot.last, slot.quantity) for slot in line.slots.all()],
            product=line.product,
            commodity=line.commodity,
            kind=line.kind,
            specification=line.specification,
            grade=line.grade,
            tolerance=line.tolerance,
            target_price=line.target_price,
        )
        for line in demand.lines.select_related("unit", "product", "commodity", "kind").prefetch_related(
            "slots"
        )
    ]


def goods_of_order(order: Order) -> list[Good]:
    """The goods of an earlier order, as much as then, in the next month."""
    start = next_month(today())
    return [
        Good(
            name=line.product.title[:120],
            unit=line.product.unit,
            quantity=line.quantity,
            slots=slots(line.quantity, start, 1),
            product=line.product,
        )
        for line in order.lines.select_related("product__unit", "product__commodity").order_by("pk")
        if line.product and line.product.unit
    ]


def facts_of(company: Company) -> dict[str, Any]:
    """What a new request begins with: where the company is and, abroad, the one term and port it prefers; of several
    terms the list begins with them."""
    found: dict[str, Any] = {
        "country": company.country,
        "regency": company.regency.code if company.regency else "",
    }
    if company.is_overseas:
        terms, ports = list(company.incoterms.all()), list(company.ports.all()[:2])
        found["preferred"] = [one.code for one in terms]
        found["incoterm"] = terms[0].code if len(terms) == 1 else ""
        found["place"] = str(ports[0]) if len(ports) == 1 else ""
    return found


def why(refused: Exception) -> str:
    """In words, why a step was refused."""
    code = getattr(refused, "code", "")
    if isinstance(refused, DemandError):
        return _why_demand(code)
    if isinstance(refused, QuoteError):
        if code == "many":
            return _("There is no room for more questions here. Please write to the office.")
        return _("This quote does not stand any more.")
    if isinstance(refused, ContractError):
        return _why_contract(code)
    return _("Nothing was changed: somebody was faster. Look at how it stands now.")


def _why_demand(code: str) -> str:
    said: dict[str, Any] = {
        "company": _("The office has not verified your company yet. Your request waits as a draft."),
        "until": _("The last day for quotes is over. Ask again with a later one."),
        "lines": _("A request needs one line at least and has room for 100."),
        "fixed": _("This request was sent and cannot be changed any more."),
        "files": _("Five files are there already."),
    }
    return str(said.get(code, _("The months do not add up to the quantity.")))


def _why_contract(code: str) -> str:
    said: dict[str, Any] = {
        "company": _(
            "Your company is not verified now, or suspended: nothing new is agreed. Ask the office."
        ),
        "paper": _("The paper has changed since you opened this page. Read it again, then sign."),
        "side": _("Your company has signed this already."),
        "signed": _("A side has signed already."),
        "changes": _(
            "This cannot be: nothing differs, another amendment is open, or less would be left than is called off."
        ),
        "ended": _("This amendment is not open any more: it has ended, or the contract has."),
    }
    return str(said.get(code, _("This cannot be done now.")))
