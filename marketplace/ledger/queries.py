"""Reading the books."""

from django.db.models import Q, QuerySet, Sum

from marketplace.ledger.models import Account, Journal, Kind, Movement
from marketplace.ledger.money import Money


def balance(kind: Kind, currency: str, ref: str = "") -> Money:
    """Balance of one account on its normal side; zero if it was never opened."""
    found = Account.objects.filter(kind=kind, ref=ref, currency=currency).first()
    return Money(found.balance if found else 0, currency)


def journals_of(ref: str) -> QuerySet[Journal]:
    """Journals that touched an account with this reference or one below it, oldest first."""
    found = Account.objects.filter(Q(ref=ref) | Q(ref__startswith=f"{ref}/"))
    accounts = list(found.values_list("pk", flat=True))  # a list: with a subquery both sides are read in full
    touched = Movement.objects.filter(Q(debit__in=accounts) | Q(credit__in=accounts))
    return Journal.objects.filter(pk__in=touched.values("journal")).order_by("pk")


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
