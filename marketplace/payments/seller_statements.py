"""What was owed to a pesantren and why: its statement, read from the books, so it agrees with them to the rupiah."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import BigIntegerField, Case, F, Min, Q, QuerySet, Sum, Value, When
from django.utils.translation import gettext as _

from marketplace.ledger.models import Account, Kind, Movement
from marketplace.ledger.money import Money
from marketplace.payments import held
from marketplace.reference import working_days

# What is owed to a pesantren is PAYABLE less what it owes itself after a claim (SELLER_DEBT).
OWN = (Kind.PAYABLE, Kind.SELLER_DEBT)


@dataclass(frozen=True)
class Entry:
    """One journal that changed what is owed: `amount` above zero is more for the pesantren."""

    at: datetime
    kind: str
    key: str
    order: str  # its number, or nothing
    amount: Money
    after: Money

    @property
    def words(self) -> str:
        return WORDS[self.kind]() if self.kind in WORDS else self.kind


@dataclass(frozen=True)
class Statement:
    """From `first` to `last`, both included, in West Java's time. `opening` + entries = `closing`."""

    first: date
    last: date
    opening: Money
    closing: Money
    entries: list[Entry]

    @property
    def added(self) -> Money:
        return sum((one.amount for one in self.entries if one.amount.minor > 0), self.opening * 0)

    @property
    def taken(self) -> Money:
        return sum((one.amount for one in self.entries if one.amount.minor < 0), self.opening * 0) * -1


WORDS = {
    "release": lambda: _("Goods accepted by the buyer, with delivery"),
    "paid": lambda: _("A company paid what it bought on tempo"),
    "credit_note": lambda: _("Credit note after a claim"),
    "difference": lambda: _("Units that your buyer does not get: your part of their price"),
    "carried_over": lambda: _("A sample's fee, taken off the first delivery"),
    "carried_back": lambda: _("A sample's fee, given back: the order ended unpaid"),
    "settle_later": lambda: _("A dispute about the payment is over"),
    "exchange": lambda: _("Sold to the bank for rupiah"),
    "payout": lambda: _("Transferred to your bank account"),
    "payout_released": lambda: _("Taken out of a transfer before it was made"),
    "payout_failed": lambda: _("A transfer came back from the bank"),
    "reversal": lambda: _("Reversed"),
}


def statement(partner_id: int, first: date, last: date, currency: str = "IDR") -> Statement:
    """Every change of what is owed to this pesantren, oldest first. Three queries; who asks was checked before."""
    own = _accounts(partner_id, currency)
    begin, end = _start(first), _start(last + timedelta(days=1))
    movements = _signed(own)
    opening = movements.filter(journal__at__lt=begin).aggregate(sum=Sum("net"))["sum"] or 0
    rows = movements.filter(journal__at__gte=begin, journal__at__lt=end).order_by("journal")
    grouped = rows.values_list("journal__at", "journal__kind", "journal__key", "journal__memo").annotate(
        total=Sum("net")
    )
    entries, running = [], opening
    for at, kind, key, memo, total in grouped:
        if not total:  # netted between its own accounts: nothing changed
            continue
        running += total
        order = str(memo.get("order", ""))
        entries.append(Entry(at, kind, key, order, Money(total, currency), Money(running, currency)))
    return Statement(first, last, Money(opening, currency), Money(running, currency), entries)


def of_month(partner_id: int, first: date | None, currency: str) -> Statement | None:
    """The month that begins on `first` (this month if None); None for one to come, or a currency never owed."""
    today = working_days.today()
    first = (first or today).replace(day=1)
    if not first.year >= 2000 or first > today or currency not in currencies(partner_id):
        return None
    return statement(partner_id, first, end_of_month(first), currency)


def _accounts(partner_id: int, currency: str) -> list[int]:
    found = Account.objects.filter(ref=held.payable_ref(partner_id), kind__in=OWN, currency=currency)
    return list(found.values_list("pk", flat=True))


def _signed(own: list[int]) -> QuerySet[Movement]:
    """Movements of these accounts; `net` counts a credit up and a debit down."""
    amount = F("amount")
    up = Case(When(credit__in=own, then=amount), default=Value(0), output_field=BigIntegerField())
    down = Case(When(debit__in=own, then=amount), default=Value(0), output_field=BigIntegerField())
    return Movement.objects.filter(Q(credit__in=own) | Q(debit__in=own)).annotate(net=up - down)


def _start(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=working_days.JAKARTA)


def owed_now(partner_id: int, currency: str = "IDR") -> Money:
    """What the operator owes this pesantren now; below zero: the pesantren owes. One query."""
    own = Account.objects.filter(ref=held.payable_ref(partner_id), kind__in=OWN, currency=currency)
    sums = own.aggregate(net=Sum(F("credits") - F("debits")))
    return Money(int(sums["net"] or 0), currency)


def currencies(partner_id: int) -> list[str]:
    """In which currencies anything was ever owed, rupiah first. One query."""
    own = Account.objects.filter(ref=held.payable_ref(partner_id), kind__in=OWN)
    found = set(own.values_list("currency", flat=True)) | {"IDR"}
    return sorted(found, key=lambda one: (one != "IDR", one))


def months(partner_id: int) -> list[date]:
    """First days of the months from the first entry to this month, the newest first. Two queries."""
    own = list(
        Account.objects.filter(ref=held.payable_ref(partner_id), kind__in=OWN).values_list("pk", flat=True)
    )
    first = _signed(own).aggregate(at=Min("journal__at"))["at"] if own else None
    month = working_days.today().replace(day=1)
    begin = first.astimezone(working_days.JAKARTA).date().replace(day=1) if first else month
    found = []
    while month >= begin:
        found.append(month)
        month = (month - timedelta(days=1)).replace(day=1)
    return found


def end_of_month(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
