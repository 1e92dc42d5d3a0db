"""The times of an event: made from a plan, mended by hand."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.common.states import record
from marketplace.programme.events import times
from marketplace.programme.models import Event, Slot
from marketplace.programme.services.events import locked


def generate(*, event: Event, plan: times.Plan, actor: Actor) -> int:
    """Make the times anew. Side effects: Slot rows (those that stay the same keep their meetings, a break may get
    another name), a history row; the event's minutes of a meeting. Returns how many meetings fit for one side.

    Raises Refused where meetings stand at a time that would be gone, or the plan gives none or far too many.
    """
    wanted = times.spans(plan, event.time_zone)
    if not any(not span.is_break for span in wanted):
        raise Refused(_("Between these hours no meeting fits."), field="ends")
    if len(wanted) > times.MOST:
        raise Refused(_("These are more than %(most)s times. Make the meetings longer."), most=times.MOST)
    with transaction.atomic():
        found = locked(event)
        kept = {(span.starts_at, span.ends_at, span.is_break): span for span in wanted}
        gone, renamed = [], []
        for slot in found.slots.all():
            span = kept.pop((slot.starts_at, slot.ends_at, slot.is_break), None)
            if span is None:
                gone.append(slot.pk)
            elif slot.label != span.label[:60]:
                slot.label = span.label[:60]
                renamed.append(slot)
        if blocked := found.appointments.filter(slot__in=gone).count():
            raise Refused(
                _("%(count)s meetings stand at times that would be gone. Move or cancel them first."),
                count=blocked,
            )
        Slot.objects.filter(pk__in=gone).delete()
        Slot.objects.bulk_update(renamed, ["label"])
        Slot.objects.bulk_create(
            Slot(
                event=found,
                starts_at=span.starts_at,
                ends_at=span.ends_at,
                is_break=span.is_break,
                label=span.label[:60],
            )
            for span in kept.values()
        )
        Event.objects.filter(pk=found.pk).update(minutes=plan.minutes)
        count = sum(not span.is_break for span in wanted)
        record(found, found.state, found.state, actor=actor, why=f"times {count} {plan.minutes}")
        return count


def add(*, event: Event, starts_at: datetime, minutes: int, label: str, actor: Actor) -> Slot:
    """One more time, or a break (with a label). Raises Refused where it runs into another."""
    ends_at = starts_at + timedelta(minutes=minutes)
    with transaction.atomic():
        found = locked(event)
        if found.slots.filter(starts_at__lt=ends_at, ends_at__gt=starts_at).exists():
            raise Refused(_("There is a time already that runs into this one."), field="starts_at")
        row = Slot.objects.create(
            event=found, starts_at=starts_at, ends_at=ends_at, is_break=bool(label), label=label[:60]
        )
        record(found, found.state, found.state, actor=actor, why=f"+ {row}")
        return row


def turn(*, slot: Slot, label: str, actor: Actor) -> None:
    """A time becomes a break of this name, or (without a label) a time for meetings again."""
    with transaction.atomic():
        found = locked(slot.event)
        _check_empty(slot)
        slot.is_break, slot.label = bool(label), label[:60]
        slot.save(update_fields=["is_break", "label"])
        record(found, found.state, found.state, actor=actor, why=f"{slot}: {label or '–'}")


def remove(*, slot: Slot, actor: Actor) -> None:
    with transaction.atomic():
        found = locked(slot.event)
        _check_empty(slot)
        record(found, found.state, found.state, actor=actor, why=f"− {slot}")
        slot.delete()


def _check_empty(slot: Slot) -> None:
    if count := slot.appointments.count():
        raise Refused(_("%(count)s meetings stand at this time. Move them first."), count=count)
