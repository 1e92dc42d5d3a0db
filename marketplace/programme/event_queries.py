"""Reading events. The first argument says who is asking: a province for its officers, a person for its own side."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from catalogue.models import (  # type: ignore[attr-defined]  # Category is Oscar's own
    Category,
    Product,
)
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
)
from marketplace.reference.models import Province
from marketplace.reference.working_days import today
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


def may_change(event: Event) -> bool:
    """History is not edited, and what is over is over."""
    return event.state in CHANGES and not event.is_historic


def may_choose_goods(event: Event) -> bool:
    """Samples that came back are also counted when the event is over."""
    return may_change(event) or (event.state == states.CLOSED and not event.is_historic)


def events(province: Province) -> QuerySet[Event]:
    return Event.objects.filter(province=province).select_related("year", "regency")


def counted(rows: QuerySet[Event]) -> QuerySet[Event]:
    """With how many come from each side, what comes next on top."""
    found = rows.annotate(
        sellers=Count("exhibitors", filter=Q(exhibitors__declined_at=None), distinct=True),
        buyers=Count("guests", filter=Q(guests__declined_at=None), distinct=True),
    )
    return found.order_by("-starts_on", "-pk")


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
    """Where the pesantren of this person are invited, what comes next on top."""
    rows = Exhibitor.objects.filter(partner__in=pesantren_of(user), event__is_historic=False)
    rows = rows.exclude(event__state=states.PLANNED, event__starts_on=None)
    return rows.select_related("partner", "event__regency", "event__province").order_by(
        "-event__starts_on", "partner__name", "pk"
    )


def to_answer(user: Any) -> QuerySet[Exhibitor]:
    """Invitations that the pesantren of this person has not answered, to events that are not over. For its inbox."""
    return not_over(invited(user)).filter(accepted_at=None, declined_at=None, checked_in_at=None)


def not_over(rows: QuerySet[Exhibitor]) -> QuerySet[Exhibitor]:
    """Of events that are still to come, or running."""
    open_ = rows.filter(event__state__in=CHANGES, event__is_historic=False)
    return open_.filter(Q(event__ends_on=None) | Q(event__ends_on__gte=today()))


def invited_companies(company: Company) -> QuerySet[Guest]:
    rows = Guest.objects.filter(company=company, event__is_historic=False)
    return rows.select_related("event__regency", "event__province").order_by("-event__starts_on", "pk")


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


def _sectors() -> QuerySet[Any]:
    return Category.objects.filter(depth=1).exclude(code=None).order_by("path")  # type: ignore[no-any-return]


def sectors() -> list[tuple[str, str]]:
    """(code, name in the language of the page) of all sectors of the catalogue."""
    return [(row.code, row.name) for row in _sectors()]


def sector_paths() -> dict[str, str]:
    """Path → code; the path of whatever stands below a sector begins with it."""
    return dict(_sectors().values_list("path", "code"))
