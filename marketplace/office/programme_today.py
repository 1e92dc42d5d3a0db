"""What needs a person today in one province's programme: registrations, promises, leads, guests, events."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.office.waiting import Counted, Waiting
from marketplace.office.waiting import counted as count
from marketplace.programme import states
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.events import queries as event_queries
from marketplace.programme.models import (
    Commitment,
    Event,
    Guest,
    Lead,
    Participation,
    RegistrationFile,
    Report,
    Scheduling,
)
from marketplace.reference.models import Province
from marketplace.reference.working_days import today

PATIENCE = 7  # days after which a commitment that one side has not confirmed needs a person
SILENCE = 5  # days after which an invited buyer that has not answered is called
AHEAD = 7  # days before an event by which its meetings shall be scheduled


def waiting(province: Province) -> Iterator[Waiting]:
    """The kinds, in the order of the programme."""
    now, day = timezone.now(), today(province.zone)
    years = reverse("office:programme")
    running = {"year__state__in": [states.OPEN, states.RUNNING], "year__is_historic": False}
    checks = Participation.objects.filter(province=province, state=states.REGISTERED, **running)
    yield Waiting(_("Registrations to check"), checks, "registered_at", years)
    sent = RegistrationFile.objects.filter(year__province=province, state=states.PREVIEWED)
    yield Waiting(_("Files of registrations to confirm"), sent, "created", years)
    newer = RegistrationFile.objects.filter(
        year=OuterRef("year"), name=OuterRef("name"), pk__gt=OuterRef("pk")
    )
    refused = RegistrationFile.objects.filter(
        ~Exists(newer), year__province=province, state=states.FAILED
    )  # neither sent again by its name nor dropped
    yield Waiting(_("Files of registrations that were not taken"), refused, "created", years)
    promised = Commitment.objects.filter(event__province=province)
    room = reverse("office:commitments")
    disputed = promised.filter(state=states.DISPUTED)
    yield Waiting(_("Disputed commitments"), disputed, "recorded_at", f"{room}?state={states.DISPUTED}")
    silent = promised.filter(state=states.RECORDED, recorded_at__lt=now - timedelta(days=PATIENCE))
    label = _("Commitments unconfirmed for more than %(days)s days") % {"days": PATIENCE}
    yield Waiting(label, silent, "recorded_at", f"{room}?state={states.RECORDED}")
    unseen = commitment_queries.unseen(province).filter(commitments__isnull=False)
    label = _("Buyers noted at stands, to look at")
    yield Waiting(label, unseen, "commitments__received_at", f"{room}?state=unseen")
    leads = Lead.objects.filter(event__province=province, state__in=[states.NEW, states.FOLLOWED])
    yield Waiting(
        _("Leads to follow up today"), leads.filter(follow_on__lte=day), "follow_on", reverse("office:leads")
    )
    yield from _of_events(province)
    again = Report.objects.filter(
        province=province,
        first=OuterRef("first"),
        last=OuterRef("last"),
        language=OuterRef("language"),
        pk__gt=OuterRef("pk"),
    )
    failed = Report.objects.filter(~Exists(again), province=province, state=states.FAILED)
    yield Waiting(_("Reports that could not be made"), failed, "created", reverse("office:reports"))


def _of_events(province: Province) -> Iterator[Waiting]:
    """Guests and schedules of events that still lie ahead, or run."""
    now, day = timezone.now(), today(province.zone)
    room = reverse("office:events")
    ahead = Event.objects.filter(province=province, is_historic=False, starts_on__gte=day)
    planned = ahead.filter(state__in=[states.PLANNED, states.OPEN, states.SCHEDULED])
    guests = Guest.objects.filter(
        event__in=planned, invited_at__lt=now - timedelta(days=SILENCE), accepted_at=None, declined_at=None
    )
    yield Waiting(_("Invited buyers that have not answered"), guests, "invited_at", room)
    bare = planned.filter(
        kind=Event.TEMU_BISNIS, starts_on__lte=day + timedelta(days=AHEAD), appointments__isnull=True
    )
    yield Waiting(_("Events within a week without meetings"), bare.distinct(), "starts_on", room)
    again = Scheduling.objects.filter(event=OuterRef("event"), pk__gt=OuterRef("pk"))
    running = Event.objects.filter(province=province, is_historic=False, state__in=event_queries.CHANGES)
    running = running.filter(Q(ends_on=None) | Q(ends_on__gte=day))
    failed = Scheduling.objects.filter(~Exists(again), event__in=running, state=states.FAILED)
    yield Waiting(_("Schedules that could not be made"), failed, "created", room)


def counted(province: Province) -> list[Counted]:
    """How many of each, and since when the oldest. One query, however many kinds and rows."""
    return count(waiting(province))
