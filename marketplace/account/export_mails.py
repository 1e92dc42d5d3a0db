"""Mails about goods on their way, to the members of the company that bought them; the news arrive as signals. Once."""

from datetime import datetime
from typing import Any

from django.dispatch import receiver
from django.utils import translation
from django.utils.timezone import override

from marketplace.common import dates
from marketplace.exports import signals, states
from marketplace.exports.models import Consignment
from marketplace.exports.tracking import queries as tracking
from marketplace.exports.tracking.folding import Fold
from marketplace.notices.services import send_to
from marketplace.orders.links import absolute


def _to_company(consignment: Consignment, template: str, about: str = "", **moments: datetime | None) -> None:
    """One mail to each member with an address. `moments` are written in the reader's language and zone."""
    hours = min(tracking.parts_of(consignment).values_list("claim_hours", flat=True), default=48)
    key = "/".join(filter(None, [template, consignment.number, about]))
    for member in consignment.company.members.select_related("user"):
        person = member.user
        if not person.email or not person.is_active:
            continue
        with translation.override(person.language), override(person.time_zone):
            written = {name: dates.moment(at) if at else "" for name, at in moments.items()}
        link = absolute("account:consignment", consignment.number, language=person.language)
        more: dict[str, Any] = {"consignment": consignment, "link": link, "hours": hours, **written}
        send_to(person, key=key, template=template, **more)


@receiver(signals.moved)
def moved(consignment: Consignment, after: str, fold: Fold, **kwargs: Any) -> None:
    if after == states.DEPARTED:
        _to_company(consignment, "consignment_departed", left=fold.departed_at, eta=fold.eta)
    elif after in (states.ARRIVED, states.DELIVERED):
        _to_company(consignment, "consignment_arrived", arrived=fold.arrived_at)


@receiver(signals.eta_changed)
def eta_changed(consignment: Consignment, before: datetime, after: datetime, **kwargs: Any) -> None:
    about = f"{after:%Y%m%d%H%M}"
    _to_company(consignment, "consignment_eta", about, before=before, after=after)
