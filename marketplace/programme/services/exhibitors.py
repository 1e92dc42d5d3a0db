"""Pesantren at an event: invited, answering, with a booth, products and samples."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.common.states import record
from marketplace.pesantren.models import Partner
from marketplace.programme import states
from marketplace.programme.events import mails as event_mails
from marketplace.programme.events.queries import ITSELF, goods_of, hides_contact, not_over
from marketplace.programme.models import Appointment, Event, Exhibit, Exhibitor, Guest
from marketplace.programme.numbers import token
from marketplace.programme.services.events import locked

MOST_SAMPLES = 100_000


def invite(*, event: Event, partners: Iterable[Partner], actor: Actor) -> list[Exhibitor]:
    """Those not invited yet. Side effects: Exhibitor, history row and a mail to every member each; again changes
    nothing. Raises Refused for a pesantren of another province."""
    made = []
    with transaction.atomic():
        found = locked(event)
        known = set(found.exhibitors.values_list("partner", flat=True))
        for partner in partners:
            if partner.regency.province_id != found.province_id:
                raise Refused(_("%(name)s is in another province."), name=partner.name)
            if partner.pk in known:
                continue
            row = Exhibitor.objects.create(event=found, partner=partner, token=token())
            record(row, "", "invited", actor=actor)
            event_mails.invite_exhibitor(row)
            known.add(partner.pk)
            made.append(row)
    return made


def answer(*, side: Exhibitor | Guest, comes: bool, actor: Actor, itself: bool = False) -> int:
    """Either side says that it comes, or does not; `itself`: a guest by its own link or account, which alone opens the
    contact of a company of here (hides_contact). Side effects: the answer, a history row; who does not come loses its
    planned meetings, so that the others get their time back. Returns how many fell away."""
    with transaction.atomic():
        locked(side.event)
        row = type(side).objects.select_for_update(of=("self",)).get(pk=side.pk)
        opens = comes and itself and isinstance(row, Guest) and hides_contact(row)
        if (row.accepted_at if comes else row.declined_at) is not None and not opens:
            return 0
        now = timezone.now()
        row.accepted_at, row.declined_at = (now, None) if comes else (None, now)
        row.save(update_fields=["accepted_at", "declined_at"])
        side.accepted_at, side.declined_at = row.accepted_at, row.declined_at
        record(row, "", "accepted" if comes else "declined", actor=actor, why=ITSELF if itself else "")
        if comes:
            return 0
        gone, _rows = row.appointments.filter(state=Appointment.PLANNED).delete()
        return gone


def new_link(*, side: Exhibitor | Guest, actor: Actor, why: str = "") -> None:
    """The old address of its page or calendar, and its old badge, open nothing any more. At any time, also when the
    event is over. Side effects: the token, a history row; a guest counts as not mailed."""
    with transaction.atomic():
        row = type(side)._default_manager.select_for_update(of=("self",)).get(pk=side.pk)
        row.token, names = token(), ["token"]
        if isinstance(row, Guest):
            row.invited_at, names = None, ["token", "invited_at"]
            side.invited_at = None  # type: ignore[union-attr]
        row.save(update_fields=names)
        side.token = row.token
        record(row, "", "new_link", actor=actor, why=why)


def end_links(*, partner: Partner, why: str, actor: Actor) -> int:
    """Somebody who may know the badge and the calendar of this pesantren works for it no longer: they end for every
    event that is not over. Side effects: those of new_link for each. Returns how many."""
    with transaction.atomic():
        rows = list(not_over(partner.exhibits_at.select_related("event")).order_by("pk"))
        for row in rows:
            new_link(side=row, actor=actor, why=why)
        return len(rows)


def place(*, exhibitor: Exhibitor, booth: str, note: str, actor: Actor) -> None:
    """Side effects: booth and note, a history row. Raises Refused where another has that booth."""
    try:
        with transaction.atomic():
            locked(exhibitor.event)
            row = Exhibitor.objects.get(pk=exhibitor.pk)
            row.booth, row.note = booth.strip().upper(), note.strip()
            row.save(update_fields=["booth", "note"])
            record(row, "", "placed", actor=actor, why=row.booth)
    except IntegrityError:
        other = Exhibitor.objects.filter(event=exhibitor.event_id, booth=booth.strip().upper()).first()
        raise Refused(
            _("Booth %(booth)s is taken by %(name)s."),
            field="booth",
            booth=booth.strip().upper(),
            name=other.partner.name if other else "–",
        ) from None
    exhibitor.booth, exhibitor.note = row.booth, row.note


@dataclass(frozen=True)
class Samples:
    taken: int = 0
    left: int = 0


def show(
    *, exhibitor: Exhibitor, goods: Mapping[int, Samples], actor: Actor, among: Iterable[int] | None = None
) -> None:
    """Show these products (ids) with these samples, and no others; of those that a form offered (`among`) alone, what
    it did not offer stays as it is. Side effects: Exhibit rows, a history row.

    Raises Refused for a product that is not a public one of this pesantren, and for samples that cannot be.
    """
    with transaction.atomic():
        locked_for_goods(exhibitor.event)
        known: dict[int, Product] = {row.pk: row for row in goods_of(exhibitor.partner)}
        for pk, samples in goods.items():
            if pk not in known:
                raise Refused(_("This product is not on sale any more."))
            if not 0 <= samples.left <= samples.taken <= MOST_SAMPLES:
                raise Refused(_("More samples came back than were taken along."), field=f"left_{pk}")
        gone = exhibitor.exhibits.exclude(product__in=goods)
        (gone if among is None else gone.filter(product__in=list(among))).delete()
        for pk, samples in goods.items():
            values = {"samples": samples.taken, "samples_left": samples.left}
            Exhibit.objects.update_or_create(exhibitor=exhibitor, product=known[pk], defaults=values)
        record(exhibitor, "", "shows", actor=actor, why=str(len(goods)))


def locked_for_goods(event: Event) -> Event:
    """Samples that came back are also counted when the event is over."""
    if event.state == states.CLOSED and not event.is_historic:
        return event
    return locked(event)
