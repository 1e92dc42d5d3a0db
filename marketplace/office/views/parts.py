"""Parts of orders: export coordinators read them without buyer's contact and prices; the office also acts."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.common.access import EXPORT, OFFICE, is_staff, staff_only
from marketplace.common.actor import Actor
from marketplace.common.files import private_picture
from marketplace.common.forms import WhyForm
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import queries as fulfilments_of
from marketplace.fulfilment import services, states, timeline
from marketplace.fulfilment.models import Acceptance, Fulfilment
from marketplace.ledger.posting import NotEnough
from marketplace.office import page, queries
from marketplace.people.phones import for_people

LABELS = dict(states.CHOICES)


def _rows(request: HttpRequest, queue: str, state: str) -> Any:
    if queue == "unanswered":
        return queries.unanswered(request.user)
    if queue == "overdue":
        return queries.overdue(request.user)
    found = fulfilments_of.for_staff(request.user)
    if state in LABELS:
        return found.filter(state=state)
    return found.exclude(state__in=[states.WAITING, states.CANCELLED])


@staff_only(OFFICE, EXPORT)
@require_safe
def parts(request: HttpRequest) -> HttpResponse:
    queue, state = request.GET.get("q", ""), request.GET.get("state", "")
    found = page.paged(request, _rows(request, queue, state), q=queue, state=state)
    rows = [(one, timeline.is_late(one)) for one in found["page_obj"]]
    more = {"rows": rows, "queue": queue, "state": state, "labels": states.CHOICES, **found}
    return render(request, "office/parts.html", page.context(request, "parts", **more))


def _part(request: HttpRequest, number: str) -> Fulfilment:
    return get_object_or_404(fulfilments_of.for_staff(request.user), number=number)


@staff_only(OFFICE, EXPORT)
@require_safe
def part(request: HttpRequest, number: str) -> HttpResponse:
    found = _part(request, number)
    full = is_staff(request.user, OFFICE)
    address = found.order.shipping_address
    receipt = Acceptance.objects.filter(fulfilment=found).first()
    more = {
        "part": found,
        "is_late": timeline.is_late(found),
        "lines": found.lines.all(),
        "phone": for_people(found.order.buyer_phone) if full else "",
        "seller_phone": for_people(found.partner.phone) if found.partner.phone else "",
        "address": address.lines() if address and full else [],
        "steps": timeline.steps(found, None if full else _members(found)),
        "receipt": receipt,
        "signer": receipt.signed_name if full and receipt else _("the buyer"),
        "photos": found.photos.order_by("pk"),
        "hand_over_photos": found.hand_over_photos.order_by("pk") if full else [],
        "returns": fulfilments_of.returns_of(found),
        "can_decline": full and found.may(states.DECLINED),
        "can_deliver": full and found.may(states.DELIVERED),
    }
    return render(request, "office/part.html", page.context(request, "parts", **more))


def _members(part: Fulfilment) -> dict[int, str]:
    return {member.user_id: str(member.user) for member in part.partner.members.select_related("user")}


def _done(
    request: HttpRequest, part: Fulfilment, wanted: str, work: Callable[[], object], said: str
) -> HttpResponse:
    """Do it once and go back to the part; a second press or an old page gets a plain sentence."""
    try:
        work()
    except IllegalMove as refused:
        state = LABELS.get(refused.before, refused.before)
        text = _("Nothing was changed: the part is now: %(state)s.")
        if refused.before == wanted:
            text = _("This was done already. The part is now: %(state)s.")
        messages.warning(request, text % {"state": state})
    except services.NotPaid:
        messages.error(request, _("Nothing was changed: a balance of this order is not paid yet."))
    except NotEnough:
        messages.error(request, _("Nothing was changed: less money is held for this part than its price."))
    else:
        messages.success(request, said)
    return redirect("office:part", part.number)


@staff_only(OFFICE)
def decline_part(request: HttpRequest, number: str) -> HttpResponse:
    found, actor = _part(request, number), Actor.of(request.user)
    form = WhyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        work = partial(services.decline, fulfilment=found, actor=actor, why=form.cleaned_data["why"])
        said = _("Declined for the pesantren. The buyer's refund stands in the list of refunds.")
        return _done(request, found, states.DECLINED, work, said)
    more = {
        "part": found,
        "form": form,
        "back": found.to_buyer + found.fee,
        "is_open": found.may(states.DECLINED),
    }
    return render(request, "office/decline_part.html", page.context(request, "parts", **more))


@staff_only(OFFICE)
def deliver_part(request: HttpRequest, number: str) -> HttpResponse:
    found, actor = _part(request, number), Actor.of(request.user)
    if request.method == "POST":
        work = partial(services.deliver, fulfilment=found, actor=actor)
        return _done(
            request, found, states.DELIVERED, work, _("Delivered. The buyer has been asked to sign.")
        )
    more = {"part": found, "is_open": found.may(states.DELIVERED)}
    return render(request, "office/deliver_part.html", page.context(request, "parts", **more))


@staff_only(OFFICE, EXPORT)
@require_safe
def photo(request: HttpRequest, number: str, photo: Any) -> FileResponse:
    """A photo of handing over may show the buyer's address: not for export coordinators."""
    parts = fulfilments_of.for_staff(request.user).filter(number=number)
    found = fulfilments_of.photo_of(parts, photo, hand_over=is_staff(request.user, OFFICE))
    if found is None:
        raise Http404
    return private_picture(found)
