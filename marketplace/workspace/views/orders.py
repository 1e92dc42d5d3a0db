"""A pesantren's parts of orders and what it does with them. A wrong number is a 404."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.lots import services as lots
from marketplace.common.actor import Actor
from marketplace.common.files import pdf_to_read, private_picture
from marketplace.common.states import IllegalMove
from marketplace.fulfilment import queries as fulfilments_of
from marketplace.fulfilment import services, states, timeline
from marketplace.fulfilment.documents import credit_note as credit_note_paper
from marketplace.fulfilment.documents import delivery_note as paper
from marketplace.fulfilment.models import Acceptance, Fulfilment
from marketplace.payments.models import CreditNote
from marketplace.people.phones import for_people
from marketplace.pesantren.access import members_only
from marketplace.sourcing.supply_queries import agreed_for
from marketplace.workspace import inbox, parts, queries
from marketplace.workspace.forms import DeclineForm, HandOverForm
from marketplace.workspace.page import context, page_of
from marketplace.workspace.views import packing

FILTERS = [*timeline.WAY, states.REJECTED, states.DECLINED]


def own_part(request: HttpRequest, number: str) -> Fulfilment:
    return get_object_or_404(parts.of_member(request.user), number=number)


@require_safe
@members_only
def fulfilments(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    found = parts.of_member(request.user)
    if state in FILTERS:
        found = found.filter(state=state)
    page = page_of(request, found)
    base = reverse("workspace:fulfilments")
    labels = {state: str(label) for state, label in states.CHOICES}
    chips = [(_("All"), base, state not in FILTERS)]
    chips += [(labels[one], f"{base}?state={one}", one == state) for one in FILTERS]
    page_base = f"{base}?state={state}&page=" if state in FILTERS else f"{base}?page="
    rows = [parts.Row.of(part) for part in page]
    more = {"rows": rows, "page_obj": page, "page_base": page_base, "chips": chips}
    more["to_pack"] = inbox.to_pack(request.user).count()
    return render(request, "workspace/fulfilments.html", context(request, "orders", **more))


@require_safe
@members_only
def fulfilment(request: HttpRequest, number: str) -> HttpResponse:
    part = own_part(request, number)
    return _page(request, part, packing.pack_form(part))


def _page(request: HttpRequest, part: Fulfilment, form: Any) -> HttpResponse:
    """All about one part; `form` asks from which lots it is packed."""
    phone = parts.phone_of(part)
    agreed, lines = agreed_for(part), parts.with_weeks(part.lines.all())
    for one in lines:
        one.agreed = agreed.get(one.line.product_id)  # type: ignore[attr-defined]
    names = {member.user_id: str(member.user) for member in part.partner.members.select_related("user")}
    found = {
        "part": part,
        "row": parts.Row.of(part),
        "can": parts.can(part),
        "carried_words": parts.carried_words(part),
        "has_note": parts.has_note(part),
        "weight": parts.weight(part),
        "lines": lines,
        "agreed": next(iter(agreed.values()), None),
        "income": part.goods + part.fee,
        "fall": fulfilments_of.waterfalls([part])[part.order_id, part.partner_id],
        "tempo": queries.tempo_due(part),
        "phone": for_people(phone),
        "tel": phone,
        "whatsapp": parts.whatsapp_link(part),
        "address": _address(part),
        "steps": timeline.steps(part, names),
        "receipt": Acceptance.objects.filter(fulfilment=part).first(),
        "photos": part.photos.order_by("pk"),
        "form": form,
        **packing.lots_context(part),
        "hand_over_photos": part.hand_over_photos.order_by("pk"),
        "returns": fulfilments_of.returns_of(part),
    }
    return render(request, "workspace/fulfilment.html", context(request, "orders", **found))


def do_once(
    request: HttpRequest, part: Fulfilment, wanted: str, work: Callable[[], object], said: str
) -> Any:
    """Do it once and go back to the part; a second tap or an old page gets a plain sentence."""
    try:
        work()
    except IllegalMove as refused:
        state = dict(states.CHOICES).get(refused.before, refused.before)
        if refused.before == wanted:
            messages.info(request, _("This was done already. The part is now: %(state)s.") % {"state": state})
        else:
            messages.warning(
                request, _("Nothing was changed: the part is now: %(state)s.") % {"state": state}
            )
    except services.NotPaid:
        messages.warning(
            request,
            _(
                "Nothing was changed: the buyer's balance is not paid yet. The goods stay with you until then."
            ),
        )
    except lots.NotOpen as refused:
        if wanted != states.HANDED_OVER:
            raise
        values = {"number": refused.lot.number}
        messages.warning(
            request, _("Nothing was changed: lot %(number)s is recalled. Pack from another one.") % values
        )
    else:
        messages.success(request, said)
    return redirect("workspace:fulfilment", part.number)


@members_only
def accept(request: HttpRequest, number: str) -> HttpResponse:
    part, actor = own_part(request, number), Actor.of(request.user)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    said = _("You accepted this part. Please pack it by the promised day.")
    return do_once(
        request, part, states.ACCEPTED, lambda: services.accept(fulfilment=part, actor=actor), said
    )


@members_only
def pack(request: HttpRequest, number: str) -> HttpResponse:
    part, actor = own_part(request, number), Actor.of(request.user)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    form = packing.pack_form(part, request.POST)
    if form and not form.is_valid():
        return _page(request, part, form)
    chosen = form.chosen() if form else {}
    said = _("Packed. Next: hand the goods over.")
    work = partial(services.pack_from, fulfilment=part, chosen=chosen, actor=actor)
    try:
        return do_once(request, part, states.PACKED, work, said)
    except packing.REFUSED as refused:
        assert form is not None  # without a form nothing is asked of a lot
        return _page(request, part, packing.said(form, refused))


@members_only
def decline(request: HttpRequest, number: str) -> HttpResponse:
    part, actor = own_part(request, number), Actor.of(request.user)
    form = DeclineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        said = _("You declined this part. The buyer gets the money back.")
        if part.order.is_on_tempo:
            said = _("You declined this part. It comes off the buyer's bill.")
        work = partial(services.decline, fulfilment=part, actor=actor, why=why)
        return do_once(request, part, states.DECLINED, work, said)
    more = {"form": form, "lines": part.lines.all(), "back": part.goods + part.fee}
    return ask_first(request, part, "decline", **more)


@members_only
def hand_over(request: HttpRequest, number: str) -> HttpResponse:
    part, actor = own_part(request, number), Actor.of(request.user)
    kept = list(part.hand_over_photos.order_by("pk"))
    form = HandOverForm(request.POST or None, request.FILES or None, part=part, kept=kept)
    if request.method == "POST" and form.is_valid():
        _keep_photos(part, form)
        said = _("Handed over. The buyer has been told.")
        told = {name: form.cleaned_data[name] for name in ("carrier", "tracking_number")}
        work = partial(services.hand_over, fulfilment=part, actor=actor, **told)
        return do_once(request, part, states.HANDED_OVER, work, said)
    if form.is_bound:
        form = _with_kept_photos(request, part, form)
    return ask_first(request, part, "hand_over", form=form)


def _keep_photos(part: Fulfilment, form: HandOverForm) -> int:
    data = form.cleaned_data
    return services.keep_hand_over_photos(
        fulfilment=part, photos=data["photos"], key=data["key"], drop=data.get("drop") or []
    )


def _with_kept_photos(request: HttpRequest, part: Fulfilment, form: HandOverForm) -> HandOverForm:
    """A browser forgets chosen files when a form comes back, so good photos are kept on our side."""
    if not {"photos", "key"} <= form.cleaned_data.keys():
        return form
    if not _keep_photos(part, form) and not form.cleaned_data.get("drop"):
        return form
    typed = request.POST.copy()
    typed.pop("drop", None)
    typed["key"] = str(uuid4())
    fresh = HandOverForm(typed, part=part, kept=list(part.hand_over_photos.order_by("pk")))
    fresh.is_valid()
    return fresh


@members_only
def delivered(request: HttpRequest, number: str) -> HttpResponse:
    part, actor = own_part(request, number), Actor.of(request.user)
    if request.method == "POST":
        if why := parts.carried_words(part):
            messages.warning(request, why)
            return redirect("workspace:fulfilment", part.number)
        said = _("Delivered. The buyer has been asked to sign.")
        work = partial(_deliver, part, actor)
        return do_once(request, part, states.DELIVERED, work, said)
    return ask_first(request, part, "deliver", address=_address(part))


def _deliver(part: Fulfilment, actor: Actor) -> None:
    """A courier's parcel is not the pesantren's to call delivered."""
    if part.delivery_kind not in parts.OURS_TO_DELIVER:
        raise IllegalMove(part, part.state, states.DELIVERED)
    services.deliver(fulfilment=part, actor=actor)


def ask_first(request: HttpRequest, part: Fulfilment, move: str, **more: Any) -> HttpResponse:
    """The page that asks before the move; if the move is not possible (any more), it says so instead."""
    more |= {"part": part, "is_open": parts.can(part)[move], "carried_words": parts.carried_words(part)}
    return render(request, f"workspace/{move}.html", context(request, "orders", **more))


def _address(part: Fulfilment) -> Iterable[str]:
    address = part.order.shipping_address
    return address.lines() if address and not part.is_supply else []


@require_safe
@members_only
def delivery_note(request: HttpRequest, number: str) -> HttpResponse:
    part = own_part(request, number)
    if not parts.has_note(part):
        raise Http404
    return pdf_to_read(paper.delivery_note(part, get_language() or "id"), f"surat-jalan-{part.number}")


@require_safe
@members_only
def credit_note(request: HttpRequest, number: str, note: str) -> HttpResponse:
    part = own_part(request, number)
    own = CreditNote.objects.select_related("order", "refund")
    found = get_object_or_404(own, number=note, order=part.order_id, partner=part.partner_id)
    made = credit_note_paper.credit_note(found, get_language() or "id")
    return pdf_to_read(made, found.number)


@require_safe
@members_only
def photo(request: HttpRequest, number: str, photo: Any) -> FileResponse:
    own = fulfilments_of.for_members(request.user).filter(number=number)
    found = fulfilments_of.photo_of(own, photo)
    if found is None:
        raise Http404
    return private_picture(found)
