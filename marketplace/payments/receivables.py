"""What companies owe on tempo: their bills, and how long they are late. The first argument is who asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from marketplace.common.access import OFFICE, is_staff
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.payments import held, states
from marketplace.payments.models import Due
from marketplace.reference import working_days
from offtakers.access import READS_BILLS, company_for
from offtakers.models import Company

NOT_YET, TO_30, TO_60, TO_90, OVER_90 = "not_yet", "to_30", "to_60", "to_90", "over_90"
AGES = {
    NOT_YET: _("Not yet due"),
    TO_30: _("1–30 days late"),
    TO_60: _("31–60 days late"),
    TO_90: _("61–90 days late"),
    OVER_90: _("Over 90 days late"),
}
FIRST_DAYS = {TO_30: 1, TO_60: 31, TO_90: 61, OVER_90: 91}  # days late on which each age begins
MISSING = F("amount") - F("received") - F("credited")


def bills(user: Any) -> QuerySet[Due]:
    """The bills on tempo of the company this person acts for now, open ones first, the earliest day to pay on top.

    Nothing for who only approves there.
    """
    company = company_for(user, *READS_BILLS)
    return _sorted(Due.objects.filter(company=company)) if company else Due.objects.none()


def bills_of(user: Any, company: Company) -> QuerySet[Due]:
    """The bills on tempo of one company; for the office only."""
    return _sorted(_all(user).filter(company=company))


def open_bills(user: Any) -> QuerySet[Due]:
    """Every open bill on tempo, the longest late first; for the office only."""
    found = _all(user).filter(state=states.OPEN).select_related("company", "order")
    return found.order_by("is_estimate", "due_at", "pk")


def overdue(user: Any) -> QuerySet[Due]:
    """Bills on tempo whose last day is over, the longest late first; for the office only."""
    late = _all(user).filter(state=states.OPEN, is_estimate=False, due_at__lt=_start(0))
    return late.order_by("due_at", "pk")


def _all(user: Any) -> QuerySet[Due]:
    if not is_staff(user, OFFICE):
        return Due.objects.none()
    return Due.objects.filter(terms_days__gt=0)


def _sorted(found: QuerySet[Due]) -> QuerySet[Due]:
    closed = Case(When(state=states.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return found.select_related("order", "company").order_by(closed, "due_at", "pk")


def _start(days_ago: int) -> datetime:
    day = working_days.today() - timedelta(days=days_ago)
    return datetime.combine(day, time(), tzinfo=working_days.JAKARTA)


def days_late(due: Due) -> int:
    """Whole days after the last day to pay; zero or less: not late. A bill still in transit is never late."""
    if due.is_estimate or due.state != states.OPEN:
        return 0
    return (working_days.today() - timezone.localdate(due.due_at, working_days.JAKARTA)).days


def age_of(due: Due) -> str:
    late = days_late(due)
    return next((age for age, first in reversed(FIRST_DAYS.items()) if late >= first), NOT_YET)


def _is_aged(age: str) -> Q:
    """The same ages for the database: late by at least `first` days means due before that day began."""
    if age == NOT_YET:
        return Q(is_estimate=True) | Q(due_at__gte=_start(0))
    ages = list(FIRST_DAYS)
    begins = Q(is_estimate=False, due_at__lt=_start(FIRST_DAYS[age] - 1))
    if age == ages[-1]:
        return begins
    following = FIRST_DAYS[ages[ages.index(age) + 1]]
    return begins & Q(due_at__gte=_start(following - 1))


@dataclass(frozen=True)
class Aged:
    """What is open, by age."""

    bills: int
    by_age: Mapping[str, Money]

    @property
    def total(self) -> Money:
        return sum(self.by_age.values(), Money(0))

    @property
    def labelled(self) -> list[tuple[str, Money]]:
        """(age in words, amount), youngest first."""
        return [(str(AGES[age]), amount) for age, amount in self.by_age.items()]

    @property
    def is_late(self) -> bool:
        return any(amount for age, amount in self.by_age.items() if age != NOT_YET)


def _sums() -> dict[str, Any]:
    by_age = {age: Coalesce(Sum(MISSING, filter=_is_aged(age)), Value(0)) for age in AGES}
    return {"bills": Count("pk"), **by_age}


def _aged(row: Mapping[str, Any]) -> Aged:
    return Aged(row["bills"], {age: Money(row[age]) for age in AGES})


def debtors(user: Any) -> QuerySet[Any]:
    """Rows of companies that owe something: company, company__name, and the sums of Aged; by name."""
    found = _all(user).filter(state=states.OPEN).order_by().values("company", "company__name")
    return found.annotate(**_sums()).order_by("company__name", "company")


def aged_rows(rows: Any) -> list[tuple[int, str, Aged]]:
    """(company id, name, sums) of one page of debtors()."""
    return [(row["company"], row["company__name"], _aged(row)) for row in rows]


def aged(user: Any, company: Company | None = None) -> Aged:
    """All that is open, of one company or of all, for the office. One query."""
    found = _all(user).filter(state=states.OPEN)
    if company:
        found = found.filter(company=company)
    return _aged(found.aggregate(**_sums()))


def awaited_of(parts: Any) -> dict[int, Money]:
    """Per pesantren, what comes once companies have paid, over parts (order number, pesantren id) on open bills.

    One query. The caller hands in only parts that may be seen.
    """
    refs = {held.ref(number, partner_id): partner_id for number, partner_id in parts}
    found = {partner_id: Money(0) for partner_id in refs.values()}
    kinds = [Kind.HELD, Kind.SHIPPING_DUE, Kind.PAYABLE_LATER]
    for account in Account.objects.filter(kind__in=kinds, currency="IDR", ref__in=refs):
        found[refs[account.ref]] += Money(account.balance)
    return found
