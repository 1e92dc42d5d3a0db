"""What a pesantren says of itself, and until which hour an order still counts on its day."""

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.common.prose import plain
from marketplace.common.states import record
from marketplace.pesantren.models import Partner
from marketplace.pesantren.services.capacity import follow_days_off


def about_of(partner: Partner) -> str:
    """The text as its pesantren writes it, in Indonesian."""
    return plain((partner.about_ind or "").replace("\r\n", "\n"))


def set_about(*, partner: Partner, text: str, actor: Actor) -> None:
    """No rule on words stands here: catalogue.claims decides. A translation of the text before goes with it.

    Side effects: one history row if it changes.
    """
    with transaction.atomic():
        held = _held(partner)
        if about_of(held) == plain(text):
            return
        held.about_ind, held.about_en, held.about_ar = plain(text), "", ""
        held.save(update_fields=["about", "about_ind", "about_en", "about_ar"])
        record(held, "", "about", actor=actor)


def set_cut_off(*, partner: Partner, hour: int | None, actor: Actor) -> None:
    """Orders from this hour on (WIB) count tomorrow; without one the whole day counts.

    Side effects: one history row if it changes, what is free of goods made to order.
    """
    with transaction.atomic():
        held = _held(partner)
        before = held.cut_off_hour
        if before == hour:
            return
        held.cut_off_hour = hour
        held.save(update_fields=["cut_off_hour"])
        record(held, "", "cut-off", actor=actor, why=f"{_shown(before)} → {_shown(hour)}")
        follow_days_off(held)


def _held(partner: Partner) -> Partner:
    """The row as it is now, ours until the transaction ends."""
    return Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=partner.pk)


def _shown(hour: int | None) -> str:
    return "" if hour is None else f"{hour}:00"
