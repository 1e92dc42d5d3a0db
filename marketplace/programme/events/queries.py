"""Reading events. The first argument says who is asking: a province for its officers, a person for its own side."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import (
    Case,
    Count,
    DateField,
    DateTimeField,
    Exists,
    F,
    Func,
    OrderBy,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, NullIf
from django.utils import timezone

from catalogue.models import Product
from marketplace.common.models import StateChange
from marketplace.pesantren.access import pesantren_of
from marketplace.pesantren.models import Partner
from marketplace.programme import states
from marketplace.programme.models import (
    Appointment,
    Commitment,
    Event,
    Exhibit,
    Exhibitor,
    Guest,
    Participation,
    ProgrammeYear,
    Slot,
    Wish,
)
from marketplace.reference.models import Province
from marketplace.reference.working_days import JAKARTA, today
from offtakers.models import Company
from offtakers.states import VERIFIED

CHANGES = frozenset({states.PLANNED, states.OPEN, states.SCHEDULED, states.RUNNING})
# In the history of an answer: by the guest's own link or account, not taken down by the office.
ITSELF = "itself"
# Noted by a pesantren at its own stand, and nobody of the office has looked at it or seen its badge.
UNSEEN = Q(added_by_seller=True, looked_at=None, checked_in_at=None)
WISHES = frozenset({states.OPEN, states.SCHEDULED})


@contextmanager
def at_home(event: Event) -> Iterator[None]:
    """Times are shown and typed as clocks at the event show them."""
    with timezone.override(ZoneInfo(event.time_zone)):
        yield


def day_there(moment: Any, of: str = "") -> Cast:
    """The day of a moment (an expression) by the clock of the event, in SQL. `of`: the way to the event, as in
    "event__"."""
    zone = Coalesce(NullIf(F(f"{of}time_zone"), Value("")), Value(str(JAKARTA)))
    return Cast(Func(zone, moment, function="timezone", output_field=DateTimeField()), DateField())


def has_begun(event: Event) -> bool:
    """By its first day there, or because it was begun; only then anything can be promised at it."""
    if event.state == states.RUNNING or event.starts_on is None:
        return True
    return event.starts_on <= today(ZoneInfo(event.time_zone or str(JAKARTA)))


def may_change(event: Event) -> bool:
    """History is not edited, and what is over is over."""
    return event.state in CHANGES and not event.is_historic


def may_choose_goods(event: Event) -> bool:
    """Samples that came back are also counted when the event is over."""
    return may_change(event) or (event.state == states.CLOSED and not event.is_historic)


def events(province: Province) -> QuerySet[Event]:
    return Event.objects.filter(province=province).select_related("year", "regency")


def counted(rows: QuerySet[Event]) -> QuerySet[Event]:
    """With how many come from each side, what comes next on top (next_first)."""
    found = rows.annotate(
        sellers=Count("exhibitors", filter=Q(exhibitors__declined_at=None), distinct=True),
        buyers=Count("guests", filter=Q(guests__declined_at=None), distinct=True),
    )
    return found.order_by(*next_first(), "-pk")


def next_first(of: str = "") -> list[OrderBy]:
    """What runs or is still to come by its date, then what is over or called off, the newest first. The events of a
    province, which the index finds, are few enough to be put in order for each page. `of` as in day_there."""
    to_come = Q(**{f"{of}ends_on__gte": today()}) | Q(
        **{f"{of}ends_on": None, f"{of}starts_on__gte": today()}
    )
    ahead = Case(When(to_come & ~Q(**{f"{of}state": states.CANCELLED}), then=F(f"{of}starts_on")))
    return [ahead.asc(nulls_last=True), F(f"{of}starts_on").desc(nulls_last=True)]


def years(province: Province) -> QuerySet[ProgrammeYear]:
    return ProgrammeYear.objects.filter(province=province, is_historic=False)


def year_of_today(province: Province) -> ProgrammeYear | None:
    """This year of the programme, else the newest that has begun; nothing while all lie ahead."""
    return years(province).filter(year__lte=today(province.zone).year).order_by("-year").first()


def exhibitors(event: Event, q: str = "") -> QuerySet[Exhibitor]:
    rows = event.exhibitors.select_related("partner__regency").order_by("partner__name", "pk")
    return rows.filter(Q(partner__name__icontains=q) | Q(booth__iexact=q)) if q else rows


def guests(event: Event, q: str = "") -> QuerySet[Guest]:
    rows = event.guests.select_related("company").order_by("name", "pk")
    return rows.filter(Q(name__icontains=q) | Q(contact__icontains=q)) if q else rows


def is_used(guest: Guest) -> bool:
    """Whether something stands behind this buyer: a promise, meeting, wish of either side, check-in. One query."""
    mine = [
        Exists(model._default_manager.filter(guest=OuterRef("pk")))
        for model in (Commitment, Appointment, Wish)
    ]
    used = Q(checked_in_at__isnull=False) | Q(mine[0]) | Q(mine[1]) | Q(mine[2])
    return Guest.objects.filter(used, pk=guest.pk).exists()


def known_to(rows: QuerySet[Guest], exhibitors: Iterable[Exhibitor]) -> QuerySet[Guest]:
    """What pesantren may see of the buyers: one that another noted at its stand is not shown to them before the office
    has looked at it; whoever has a promise of it knows it."""
    promised = Commitment.objects.filter(guest=OuterRef("pk"), exhibitor__in=list(exhibitors))
    return rows.filter(~UNSEEN | Exists(promised))


def invitable(event: Event, *, q: str = "", all_of_province: bool = False) -> QuerySet[Partner]:
    """Who takes part in the year of the event; or every pesantren of the province. Those invited already are left
    out."""
    rows = Partner.objects.filter(regency__province=event.province_id, suspended_at=None).select_related(
        "regency"
    )
    if not all_of_province:
        taking_part = Participation.objects.filter(year=event.year_id).exclude(state=states.LEFT)
        rows = rows.filter(pk__in=taking_part.exclude(partner=None).values("partner"))
    rows = rows.exclude(exhibits_at__event=event)
    return (rows.filter(name__icontains=q) if q else rows).order_by("name", "pk")


def companies(event: Event, q: str) -> QuerySet[Company]:
    """Verified companies that are not invited yet, by name."""
    taken = event.guests.exclude(company=None).values("company")
    rows = Company.objects.filter(state=VERIFIED).exclude(pk__in=taken)
    return (rows.filter(name__icontains=q) if q else rows).order_by("name", "pk")


def hides_contact(guest: Guest) -> bool:
    """Whether officers read neither the contact nor the links of this guest: a company of here that did not itself
    accept. What they took down by telephone opens nothing, nor what was said before the guest was named as this
    company. One query, none for those the office typed."""
    if guest.company_id is None:
        return False
    rows = StateChange.objects.filter(subject_type=Guest._meta.label_lower, subject_id=guest.pk)
    said = rows.filter(after__in=("accepted", "declined", "company")).order_by("-at", "-pk")
    return guest.accepted_at is None or said.values_list("after", "why").first() != ("accepted", ITSELF)


def slots(event: Event) -> QuerySet[Slot]:
    return event.slots.annotate(meetings=Count("appointments"))


def appointments(event: Event, q: str = "") -> QuerySet[Appointment]:
    rows = event.appointments.select_related("slot", "exhibitor__partner", "guest")
    rows = rows.order_by("slot__starts_at", "exhibitor__booth", "exhibitor__partner__name", "pk")
    return rows.filter(Q(exhibitor__partner__name__icontains=q) | Q(guest__name__icontains=q)) if q else rows


def agenda(side: Exhibitor | Guest) -> list[Appointment]:
    """The meetings of one side in the order of the clock; never more than an event has times."""
    rows = side.appointments.select_related("slot", "exhibitor__partner__regency", "guest")
    return list(rows.order_by("slot__starts_at"))


def invited(user: Any) -> QuerySet[Exhibitor]:
    """Where the pesantren of this person are invited, what comes next on top (next_first)."""
    rows = Exhibitor.objects.filter(partner__in=pesantren_of(user), event__is_historic=False)
    rows = rows.exclude(event__state=states.PLANNED, event__starts_on=None)
    rows = rows.select_related("partner", "event__regency", "event__province")
    return rows.order_by(*next_first("event__"), "partner__name", "pk")


def to_answer(user: Any) -> QuerySet[Exhibitor]:
    """Invitations that the pesantren of this person has not answered, to events that are not over. For its inbox."""
    return not_over(invited(user)).filter(accepted_at=None, declined_at=None, checked_in_at=None)


def not_over(rows: QuerySet[Exhibitor]) -> QuerySet[Exhibitor]:
    """Of events that are still to come, or running."""
    open_ = rows.filter(event__state__in=CHANGES, event__is_historic=False)
    return open_.filter(Q(event__ends_on=None) | Q(event__ends_on__gte=today()))


def invited_companies(company: Company) -> QuerySet[Guest]:
    """Where this company is invited, what comes next on top."""
    rows = Guest.objects.filter(company=company, event__is_historic=False)
    return rows.select_related("event__regency", "event__province").order_by(*next_first("event__"), "pk")


def goods_of(partner: Partner) -> QuerySet[Product]:
    """What a pesantren may show: what everybody may see."""
    rows = Product.objects.filter(partner=partner, is_public=True).select_related("unit")
    return rows.order_by("title", "pk")


def shown_goods(rows: list[Exhibitor]) -> dict[int, list[Product]]:
    """The public products that these exhibitors show, by exhibitor. One query."""
    ids = [row.pk for row in rows]
    found: dict[int, list[Product]] = {pk: [] for pk in ids}
    rows_of = Exhibit.objects.filter(exhibitor__in=ids, product__is_public=True).select_related(
        "product__unit"
    )
    for exhibit in rows_of.order_by("product__title", "pk"):
        found[exhibit.exhibitor_id].append(exhibit.product)
    return found
