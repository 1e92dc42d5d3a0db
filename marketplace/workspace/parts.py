"""What a member sees of one part: what can be done now, whom to call, how long is left."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, prefetch_related_objects
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from catalogue.models import DeliveryKind
from marketplace.common import whatsapp
from marketplace.common.figures import grouped
from marketplace.exports.goods import allowance
from marketplace.exports.tracking import queries as tracking
from marketplace.fulfilment import queries as fulfilments
from marketplace.fulfilment import states, timeline
from marketplace.fulfilment.models import Fulfilment, FulfilmentLine

# What a member is asked to do, by state. A courier's parcel is the courier's to deliver: the buyer signs. Goods in a
# consignment abroad are delivered when that arrives.
JOBS = {
    states.OFFERED: gettext_lazy("Answer"),
    states.ACCEPTED: gettext_lazy("Pack"),
    states.PACKED: gettext_lazy("Hand over"),
    states.HANDED_OVER: gettext_lazy("Say that it arrived"),
}
OURS_TO_DELIVER = (DeliveryKind.CARGO, DeliveryKind.VEHICLE, DeliveryKind.PICKUP, "")
WAITS = Q(state__in=[states.OFFERED, states.ACCEPTED, states.PACKED]) | (
    Q(state=states.HANDED_OVER, delivery_kind__in=OURS_TO_DELIVER) & ~tracking.carried()
)
TONES = {
    states.OFFERED: "warn",
    states.RECEIVED: "good",
    states.REJECTED: "bad",
    states.DECLINED: "plain",
    states.CANCELLED: "plain",
}
# The first message to a buyer; buyers here read Indonesian, so it is not translated.
GREETING = (
    "Assalamu’alaikum, {buyer}. Kami dari {seller}, tentang pesanan {number} di Pasar Pesantren ({goods})."
)
MOST_NAMED = 3  # goods in the message


def of_member(user: Any) -> QuerySet[Fulfilment]:
    """The parts of this person's pesantren, each with whether a consignment carries it (is_carried)."""
    carried = ExpressionWrapper(tracking.carried(), BooleanField())
    return fulfilments.for_members(user).annotate(carried=carried)


def is_carried(part: Fulfilment) -> bool:
    """Whether the part is on its way with a consignment: then it is delivered when that arrives."""
    if part.state != states.HANDED_OVER:
        return False
    if not hasattr(part, "carried"):  # not from of_member()
        return Fulfilment.objects.filter(tracking.carried(), pk=part.pk).exists()
    return bool(part.carried)


def has_left(part: Fulfilment) -> bool:
    """Whether some of it left with a consignment while the part stands here (decision 0056). Then the desk alone says
    what does not come; nothing is declined any more."""
    return part.state in states.NOT_LEFT and allowance.left_already().filter(part__fulfilment=part).exists()


def carried_words(part: Fulfilment) -> str:
    """Why nobody here says that it arrived; nothing where the pesantren or a courier brings it."""
    if not is_carried(part):
        return ""
    return _(
        "These goods travel with a consignment: they count as delivered when it arrives, and the buyer is asked "
        "to sign then. You need do nothing."
    )


def is_ours_to_deliver(part: Fulfilment) -> bool:
    """Whether the pesantren may say that it arrived."""
    return part.delivery_kind in OURS_TO_DELIVER and not is_carried(part)


def with_weeks(lines: Iterable[FulfilmentLine]) -> list[FulfilmentLine]:
    """The lines of a part; of what is made to order with the weeks it holds. Two queries, none where nothing is."""
    found = list(lines)
    prefetch_related_objects([one.line for one in found if one.line.made_by], "holds__week")
    return found


def can(part: Fulfilment) -> dict[str, bool]:
    """What a member may do with this part now. A service ships nothing: it is only done."""
    is_whole = not has_left(part)
    return {
        "accept": part.may(states.ACCEPTED),
        "decline": is_whole and part.may(states.DECLINED),
        "pack": part.ships and part.may(states.PACKED),
        "hand_over": part.ships and part.may(states.HANDED_OVER),
        "short": is_whole and part.state in states.MAY_FALL_SHORT,
        "deliver": is_ours_to_deliver(part) and part.may(states.DELIVERED),
    }


def has_note(part: Fulfilment) -> bool:
    """A delivery note goes with goods that travel."""
    return bool(part.ships and part.state != states.DECLINED)


def weight(part: Fulfilment) -> str:
    """Kilograms of the whole part with its packing, or nothing if a weight is not known."""
    grams = [(line.line.weight_g or 0) * line.quantity for line in part.lines.all() if line.quantity]
    kilos = sum(grams) / 1000
    return grouped(kilos, places=0 if kilos == int(kilos) else 1) if all(grams) else ""


def phone_of(part: Fulfilment) -> str:
    """E.164: the one at the door if there is one, else the buyer's; of an exporter that sells it on, the exporter's."""
    if part.is_supply:
        return str(part.seller.phone or "")
    address = part.order.shipping_address
    at_the_door = str(address.phone_number or "") if address else ""
    return at_the_door or part.order.buyer_phone


def whatsapp_link(part: Fulfilment) -> str:
    """Opens WhatsApp with a ready message; empty without a number."""
    lines = [line for line in part.lines.all() if line.quantity] or list(part.lines.all())
    with translation.override("id"):
        goods = [f"{line.quantity} {line.line.unit_here} {line.line.title_here}" for line in lines]
    text = GREETING.format(
        buyer=part.buys,
        seller=part.partner.name,
        number=part.number,
        goods=", ".join(goods[:MOST_NAMED]) + (" …" if len(goods) > MOST_NAMED else ""),
    )
    return whatsapp.link(phone_of(part), text)


def left_words(part: Fulfilment) -> str:
    """ "3 days left", "today", "2 days late"; empty where no day is promised."""
    left = timeline.days_left(part)
    if left is None:
        return ""
    if left == 0:
        return _("today")
    if left < 0:
        return ngettext("%(n)d day late", "%(n)d days late", -left) % {"n": -left}
    return ngettext("%(n)d day left", "%(n)d days left", left) % {"n": left}


@dataclass(frozen=True)
class Row:
    """One part in a list."""

    part: Fulfilment
    job: str
    left: str
    is_late: bool
    tone: str
    goods: str

    @classmethod
    def of(cls, part: Fulfilment) -> "Row":
        waits = part.state != states.HANDED_OVER or is_ours_to_deliver(part)
        job = str(JOBS.get(part.state, "")) if waits else ""
        if part.state == states.ACCEPTED and not part.ships:
            job = _("Do the work")
        lines = [line for line in part.lines.all() if line.quantity]
        goods = [f"{line.quantity} {line.line.unit_here} {line.line.title_here}" for line in lines[:2]]
        if more := len(lines) - 2:
            goods += [ngettext("%(n)d more", "%(n)d more", more) % {"n": more}] if more > 0 else []
        carried = is_carried(part)  # its days are the consignment's
        late = timeline.is_late(part) and not carried
        return cls(
            part, job, "" if carried else left_words(part), late, TONES.get(part.state, ""), ", ".join(goods)
        )
