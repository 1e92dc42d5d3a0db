"""Single meetings: set or moved by hand, cancelled, held or not."""

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.common.states import record
from marketplace.programme.events import scheduling
from marketplace.programme.models import Appointment, Event, Exhibitor, Guest, Slot
from marketplace.programme.services.events import locked


def add(*, event: Event, exhibitor: Exhibitor, guest: Guest, slot: Slot, actor: Actor) -> Appointment:
    """By hand; a new schedule keeps it. Side effects: Appointment, a history row. Raises Refused where one of them is
    busy, does not come, meets the other already, or the time is a break."""
    with transaction.atomic():
        found = locked(event)
        for side in (exhibitor, guest):
            if type(side).objects.get(pk=side.pk).declined_at is not None:
                raise Refused(_("%(name)s does not come."), name=_name(side))
        same = Appointment.objects.filter(exhibitor=exhibitor, guest=guest).select_related("slot").first()
        if same is not None:
            raise Refused(_("These two meet already at %(time)s."), time=_clock(same.slot))
        _check_free(slot, exhibitor, guest)
        made = Appointment.objects.create(
            event=found, slot=slot, exhibitor=exhibitor, guest=guest, why=scheduling.HAND, is_fixed=True
        )
        record(made, "", Appointment.PLANNED, actor=actor, why=str(slot))
        return made


def move(*, appointment: Appointment, slot: Slot, actor: Actor) -> None:
    """To another time; a new schedule keeps it there. Side effects: the row, a history row. Raises Refused as add, and
    where the meeting was held already."""
    with transaction.atomic():
        locked(appointment.event)
        row = Appointment.objects.select_related("exhibitor__partner", "guest", "slot").get(pk=appointment.pk)
        if row.state != Appointment.PLANNED:
            raise Refused(_("This meeting is marked already: it is not moved."))
        if row.slot_id != slot.pk:
            _check_free(slot, row.exhibitor, row.guest)
        before, row.slot, row.is_fixed = row.slot, slot, True
        row.save(update_fields=["slot", "is_fixed"])
        record(row, row.state, row.state, actor=actor, why=f"{before} → {slot}")


def cancel(*, appointment: Appointment, actor: Actor) -> None:
    """Side effects: the row is gone, its history stays. Raises Refused where it was held."""
    with transaction.atomic():
        locked(appointment.event)
        row = Appointment.objects.get(pk=appointment.pk)
        if row.state != Appointment.PLANNED:
            raise Refused(_("This meeting is marked already: it is not cancelled."))
        record(row, row.state, "cancelled", actor=actor, why=str(row))
        row.delete()


def free(*, appointment: Appointment, actor: Actor) -> None:
    """A meeting set by hand is one like others again: a new schedule may move it."""
    with transaction.atomic():
        locked(appointment.event)
        Appointment.objects.filter(pk=appointment.pk).update(is_fixed=False)
        record(appointment, appointment.state, appointment.state, actor=actor, why="not fixed")


def mark(*, appointment: Appointment, met: bool, actor: Actor) -> None:
    """They met, or did not. The same again changes nothing. Side effects: the state, a history row. Raises Refused
    before the meeting begins, and where the event is not to be changed."""
    after = Appointment.MET if met else Appointment.MISSED
    with transaction.atomic():
        locked(appointment.event)
        row = Appointment.objects.select_related("slot").get(pk=appointment.pk)
        if row.state == after:
            return
        if row.slot.starts_at > timezone.now():
            raise Refused(_("This meeting begins at %(time)s: mark it then."), time=_clock(row.slot))
        Appointment.objects.filter(pk=row.pk).update(state=after)
        record(row, row.state, after, actor=actor)
        appointment.state = after


def _check_free(slot: Slot, exhibitor: Exhibitor, guest: Guest) -> None:
    if slot.is_break or slot.event_id != exhibitor.event_id:
        raise Refused(_("This is no time for meetings."), field="slot")
    busy = slot.appointments.select_related("exhibitor__partner", "guest")
    for row in busy.filter(exhibitor=exhibitor) | busy.filter(guest=guest):
        mine, other = (
            (exhibitor.partner.name, row.guest.name)
            if row.exhibitor_id == exhibitor.pk
            else (guest.name, row.exhibitor.partner.name)
        )
        raise Refused(
            _("%(name)s meets %(other)s at %(time)s already. Choose another time."),
            field="slot",
            name=mine,
            other=other,
            time=_clock(slot),
        )


def _clock(slot: Slot) -> str:
    return f"{timezone.localtime(slot.starts_at):%d.%m. %H.%M}"


def _name(side: Exhibitor | Guest) -> str:
    return side.partner.name if isinstance(side, Exhibitor) else side.name
