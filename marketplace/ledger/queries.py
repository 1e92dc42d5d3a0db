"""Reading the books."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q, QuerySet, Sum

from marketplace.ledger.models import Account, Journal, Kind, Movement
from marketplace.ledger.money import Money


def balance(kind: Kind, currency: str, ref: str = "") -> Money:
    """Balance of one account on its normal side; zero if it was never opened."""
    found = Account.objects.filter(kind=kind, ref=ref, currency=currency).first()
    return Money(found.balance if found else 0, currency)


def journals_of(*refs: str) -> QuerySet[Journal]:
    """Journals that touched an account with one of these references or one below them, oldest first."""
    wanted = Q(ref__in=refs)
    for ref in refs:
        wanted |= Q(ref__startswith=f"{ref}/")
    accounts = list(Account.objects.filter(wanted).values_list("pk", flat=True))
    # A list: with a subquery both sides are read in full.
    touched = Movement.objects.filter(Q(debit__in=accounts) | Q(credit__in=accounts))
    return Journal.objects.filter(pk__in=touched.values("journal")).order_by("pk")


def accounts(*, kind: str = "", currency: str = "", ref: str = "", all_: bool = False) -> QuerySet[Account]:
    """Accounts in the order they were opened, the newest first; those at zero only with `all_`.

    `ref` is how the reference begins: an index answers it.
    """
    found = Account.objects.order_by("-pk")
    if kind:
        found = found.filter(kind=kind)
    if currency:
        found = found.filter(currency=currency)
    if ref:
        found = found.filter(ref__startswith=ref)
    return found if all_ else found.exclude(debits=F("credits"))


def entries(account: Account) -> QuerySet[Movement]:
    """Movements of one account, the newest first."""
    found = Movement.objects.filter(Q(debit=account) | Q(credit=account))
    return found.select_related("journal", "debit", "credit").order_by("-pk")


def balance_up_to(account: Account, movement: Movement) -> int:
    """The account's balance after this movement, on its normal side, in minor units. Two short sums."""
    up_to = Movement.objects.filter(pk__lte=movement.pk)
    debits = up_to.filter(debit=account).aggregate(sum=Sum("amount"))["sum"] or 0
    credits = up_to.filter(credit=account).aggregate(sum=Sum("amount"))["sum"] or 0
    return Account(kind=account.kind, debits=debits, credits=credits).balance


@dataclass(frozen=True)
class Total:
    """One line of a trial balance: what all accounts of a kind hold, on the side it falls on."""

    kind: Kind
    debit: Money
    credit: Money


@dataclass(frozen=True)
class Trial:
    """The trial balance of one currency. Debits and credits are equal, or the books are broken."""

    currency: str
    rows: list[Total]
    debit: Money
    credit: Money


def trial_balance(at: datetime) -> list[Trial]:
    """What each kind of account held just before `at`, per currency.

    Today's running totals less what was posted since (both indexed), so a recent day costs little, however
    old the books are; `audit` checks the totals against every movement.
    """
    net: dict[tuple[str, str], int] = {}
    totals = Account.objects.order_by().values_list("currency", "kind")
    for currency, kind, minor in totals.annotate(net=Sum(F("debits") - F("credits"))):
        net[currency, kind] = int(minor)
    later = Movement.objects.filter(journal__at__gte=at)
    for side, sign in (("debit", -1), ("credit", 1)):
        sums = later.order_by().values_list(f"{side}__currency", f"{side}__kind")
        for currency, kind, minor in sums.annotate(sum=Sum("amount")):
            net[currency, kind] += sign * int(minor)
    moved = sorted({currency for (currency, _kind), minor in net.items() if minor})
    return [_trial(currency, net) for currency in moved]


def _trial(currency: str, net: dict[tuple[str, str], int]) -> Trial:
    rows = []
    for kind in Kind:
        if minor := net.get((currency, kind), 0):
            rows.append(Total(kind, Money(max(minor, 0), currency), Money(max(-minor, 0), currency)))
    nothing = Money(0, currency)
    return Trial(
        currency, rows, sum((row.debit for row in rows), nothing), sum((row.credit for row in rows), nothing)
    )


def movements_between(first: datetime, end: datetime) -> QuerySet[Movement]:
    """What was posted from `first` until before `end`, oldest first: for the accountant."""
    found = Movement.objects.filter(journal__at__gte=first, journal__at__lt=end)
    return found.select_related("journal", "debit", "credit").order_by("journal__at", "pk")


def audit() -> list[str]:
    """What does not add up, in words; empty when all is well. Recomputes every running total from its rows."""
    wrong = []
    debits = dict(Movement.objects.values_list("debit").annotate(total=Sum("amount")))
    credits = dict(Movement.objects.values_list("credit").annotate(total=Sum("amount")))
    for account in Account.objects.order_by("pk"):
        rows = (debits.get(account.pk, 0), credits.get(account.pk, 0))
        if (account.debits, account.credits) != rows:
            wrong.append(
                f"account {account}: totals {account.debits}/{account.credits}, rows {rows[0]}/{rows[1]}"
            )
        if account.guarded and account.balance < 0:
            wrong.append(f"account {account}: below zero ({account.balance})")
    for row in (
        Account.objects.values("currency").annotate(d=Sum("debits"), c=Sum("credits")).order_by("currency")
    ):
        if row["d"] != row["c"]:
            wrong.append(f"{row['currency']}: debits {row['d']} and credits {row['c']} differ")
    return wrong
