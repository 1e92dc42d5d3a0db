"""Deliveries that buyers called off, for whoever sells: shares asked of the pesantren, confirmed, made an order."""

from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment.services import Buyer
from marketplace.payments.exceptions import PaymentError
from marketplace.pesantren.access import members_only
from marketplace.pesantren.exceptions import NotSelling, OutOfStock
from marketplace.pooling import queries as pools
from marketplace.pooling import states as pool_states
from marketplace.pooling.exceptions import PoolError
from marketplace.pooling.models import PERMILLE, Pool
from marketplace.pooling.terms import Limit
from marketplace.sourcing import queries, references, states
from marketplace.sourcing.models import CallOff, CallOffLine
from marketplace.sourcing.services import call_offs, composing, sharing
from marketplace.workspace.contract_forms import EndForm
from marketplace.workspace.page import context, page_of
from marketplace.workspace.views.contracts import NO_ANSWER
from offtakers.models import Company, Role

TONES = {states.PLANNED: "warn", states.CONFIRMED: "warn", states.ORDERED: "good", states.CANCELLED: "bad"}
SHARE_TONES = {
    pool_states.PROPOSED: "warn",
    pool_states.COMMITTED: "good",
    pool_states.DELIVERED: "good",
    pool_states.SHORT: "bad",
    pool_states.RELEASED: "bad",
}
REFUSED = {
    "contract": gettext_lazy("This delivery can no longer be changed so."),
    "shares": gettext_lazy("The confirmed shares of %(line)s do not add up to what was called off."),
    "service": gettext_lazy(
        "You have no listing for packing, papers and freight. The programme office makes it."
    ),
    "price": gettext_lazy(
        "The goods alone cost more than the contract pays. Buy cheaper, or amend the contract."
    ),
}
OVER = gettext_lazy("This delivery can no longer be changed so.")


def _call_off(request: HttpRequest, pk: int) -> CallOff:
    return get_object_or_404(queries.call_offs_of_sellers(request.user), pk=pk)


@members_only
@require_safe
def call_off_list(request: HttpRequest) -> HttpResponse:
    page = page_of(
        request, queries.call_offs_of_sellers(request.user).prefetch_related("lines__contract_line__unit")
    )
    for one in page:
        one.tone = TONES.get(one.state, "plain")
    more = {"page_obj": page, "page_base": "?page="}
    return render(request, "workspace/call_offs.html", context(request, "call-offs", **more))


@members_only
@require_safe
def call_off(request: HttpRequest, pk: int) -> HttpResponse:
    found = _call_off(request, pk)
    lines = list(found.lines.select_related("contract_line__unit", "contract_line__contract"))
    rows = [_row(line) for line in lines]
    missing = sum(row["missing"] for row in rows)
    waits = any(row["waits"] for row in rows)
    is_enough = all(row["is_enough"] for row in rows)
    more = {
        "call_off": found,
        "contract": found.contract,
        "tone": TONES.get(found.state, "plain"),
        "rows": rows,
        "is_direct": all(line.contract_line.product_id for line in lines),
        "is_asked": any(row["pool"] for row in rows),
        "can_ask": found.state == states.PLANNED and missing > 0,
        "can_order": found.state == states.CONFIRMED
        or (found.state == states.PLANNED and is_enough and not waits),
        "can_lift": any(row["is_capped"] for row in rows),
        "is_less": missing > 0,
        "is_over": found.order_id is not None,
        "can_cancel": found.state in {states.PLANNED, states.CONFIRMED},
    }
    return render(request, "workspace/call_off.html", context(request, "call-offs", **more))


def _row(line: CallOffLine) -> dict[str, Any]:
    """One line with the shares of each pesantren, and what is missing still."""
    row: dict[str, Any] = {"line": line, "pool": None, "shares": [], "missing": 0, "waits": 0, "confirmed": 0}
    row |= {"is_enough": bool(line.contract_line.product_id), "is_capped": False, "obstacles": []}
    if line.contract_line.product_id:
        return row
    if line.fell:
        row["left"] = sum(sharing.left(line.contract_line.purchases.all()).values())
    pool = Pool.objects.filter(reference=references.of_line(line.pk)).first()
    if pool is None:
        return row | {"missing": line.quantity}
    shares = list(pool.shares.select_related("offer__partner__regency").order_by("pk"))
    for share in shares:
        share.tone = SHARE_TONES.get(share.state, "plain")  # type: ignore[attr-defined]
        share.why_text = pools.why(share)  # type: ignore[attr-defined]
    row |= {"pool": pool, "shares": shares}
    row["waits"] = sum(one.quantity for one in shares if one.state == pool_states.PROPOSED)
    row["confirmed"] = sum(one.counts for one in shares if one.state != pool_states.PROPOSED)
    row["missing"] = max(line.quantity - row["waits"] - row["confirmed"], 0)
    row["is_enough"] = row["confirmed"] >= line.least
    row["until"] = min((one.confirm_by for one in shares if one.state == pool_states.PROPOSED), default=None)
    if row["missing"] and line.call_off.state == states.PLANNED:
        row |= _obstacles(pool)
    return row


def _obstacles(pool: Pool) -> dict[str, Any]:
    """What stands in the way of what is missing, in words; whether whole packs or the cap do."""
    try:
        found = pools.looked_at(pool)[0]
    except composing.NO_ANSWER:
        return {"obstacles": [NO_ANSWER]}
    limits = {one.limit for one in found.allocation.bottlenecks}
    return {"obstacles": found.obstacles, "is_capped": Limit.CAP in limits, "is_packs": Limit.PACKS in limits}


@members_only
@require_POST
def ask_shares(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the pesantren for their shares, by the rules of the offer; again: only what is missing is asked anew.

    `lift`: without its limit for one pesantren.
    """
    found = _call_off(request, pk)
    rules = sharing.rules_of(found.contract)
    if "lift" in request.POST:
        rules = replace(rules, cap_permille=PERMILLE)
    try:
        answers = sharing.share_out(call_off=found, rules=rules, actor=Actor.of(request.user))
    except call_offs.CallOffError as refused:
        messages.error(request, _refused(refused))
    except PoolError:
        messages.error(request, _("The shares changed just now. Please press once more."))
    except composing.NO_ANSWER:
        messages.error(request, str(NO_ANSWER))
    else:
        if all(one.allocation.reached for one in answers):
            messages.success(request, _("The pesantren were asked. Each confirms its share within two days."))
        else:
            messages.warning(request, _("Not all of it could be shared. What is missing stands below."))
    return redirect("workspace:call-off", found.pk)


def _refused(refused: call_offs.CallOffError) -> str:
    text = str(REFUSED.get(refused.code, OVER))
    return text % {"line": refused.line.name} if refused.line and "%(line)s" in text else text


def _buyer(company: Company) -> Buyer:
    """The company orders through its owner, whose account shows the order."""
    members = company.members.filter(user__is_active=True).select_related("user").order_by("pk")
    contact = members.filter(roles__contains=[Role.OWNER]).first() or members.first()
    person = contact.user if contact else None
    language = person.language if person else "en"
    return Buyer(company.name, company.email, company.phone, language, person)


@members_only
@require_POST
def order_call_off(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the order; a contract straight with a pesantren is confirmed by it at once."""
    found, actor = _call_off(request, pk), Actor.of(request.user)
    try:
        sharing.order(call_off=found, buyer=_buyer(found.contract.company), actor=actor)
    except OutOfStock as out:
        messages.error(request, _out_of_stock(out))
    except NotSelling as stopped:
        text = _(
            "The office has stopped the sales of %(names)s. Wait until that ends, or cancel this delivery."
        )
        messages.error(request, text % {"names": ", ".join(stopped.names)})
    except call_offs.CallOffError as refused:
        messages.error(request, _refused(refused))
    except PaymentError:
        messages.error(
            request, _("The payment steps of the contract do not fit these days. Amend the contract.")
        )
    except PoolError:
        messages.error(request, _("The shares changed just now. Please press once more."))
    except IllegalMove:
        waits = found.state == states.PLANNED
        messages.error(request, _("Waiting for the answers of the pesantren.") if waits else str(OVER))
    else:
        messages.success(request, _("The order is made. The buyer and the pesantren see it now."))
    return redirect("workspace:call-off", found.pk)


def _out_of_stock(out: OutOfStock) -> str:
    record = out.stockrecord
    return _(
        "%(name)s has %(free)s of %(goods)s free, not %(asked)s. Ask it to raise its stock or its weeks."
    ) % {
        "name": record.partner.name,
        "free": out.free,
        "goods": record.product.title,
        "asked": out.asked,
    }


@require_http_methods(["GET", "HEAD", "POST"])
@members_only
def cancel_call_off(request: HttpRequest, pk: int) -> HttpResponse:
    found = _call_off(request, pk)
    form = EndForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            sharing.cancel(call_off=found, actor=Actor.of(request.user), why=form.cleaned_data["why"])
        except (call_offs.CallOffError, IllegalMove):
            form.add_error(None, OVER)
        except PoolError:
            form.add_error(None, _("The shares changed just now. Please press once more."))
        else:
            messages.success(request, _("Cancelled. What it asked for can be called off again."))
            return redirect("workspace:call-off", found.pk)
    more = {"call_off": found, "contract": found.contract, "form": form}
    return render(request, "workspace/call_off_cancel.html", context(request, "call-offs", **more))
