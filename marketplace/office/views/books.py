"""The books: accounts, one account, an order's journals, the trial balance, and all of it as CSV."""

import csv
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.csv_lines import Echo, plain
from marketplace.common.files import csv_to_save
from marketplace.fulfilment.models import AuditRun
from marketplace.ledger import queries
from marketplace.ledger.models import CREDIT_NORMAL, Account, Movement
from marketplace.ledger.money import MINOR_DIGITS, Money
from marketplace.office import page
from marketplace.office.books_forms import AccountsForm, DayForm, PeriodForm
from marketplace.office.books_words import words
from marketplace.office.queries import movements_of, orders
from marketplace.reference import working_days


@staff_only(OFFICE)
@require_safe
def books(request: HttpRequest) -> HttpResponse:
    """Accounts with their balances, and when the nightly audit last looked."""
    form = AccountsForm(request.GET)
    asked = form.cleaned_data if form.is_valid() else {}
    filters = {name: asked.get(name) or "" for name in ("kind", "currency", "ref")}
    everything = bool(asked.get("all"))
    rows = queries.accounts(**filters, all_=everything)
    found = page.paged(request, rows, **filters, all="1" if everything else "")
    more = {
        "form": form,
        "rows": [(one, Money(one.balance, one.currency)) for one in found["page_obj"]],
        "last": AuditRun.objects.order_by("-pk").first(),
        **found,
    }
    return render(request, "office/books.html", page.context(request, "books", **more))


@staff_only(OFFICE)
@require_safe
def book_account(request: HttpRequest, pk: int) -> HttpResponse:
    """One account: its movements, newest first, each with the balance after it."""
    account = get_object_or_404(Account, pk=pk)
    found = page.paged(request, queries.entries(account))
    more = {"account": account, "rows": _running(account, list(found["page_obj"])), **found}
    more["balance"] = Money(account.balance, account.currency)
    return render(request, "office/book_account.html", page.context(request, "books", **more))


def _running(account: Account, movements: list[Movement]) -> list[dict[str, Any]]:
    """The page's movements with their balances: one sum for the newest, then each step back."""
    after = queries.balance_up_to(account, movements[0]) if movements else 0
    rows = []
    for movement in movements:
        grows = (movement.credit_id == account.pk) == (account.kind in CREDIT_NORMAL)
        rows.append(
            {
                "movement": movement,
                "words": words(movement.journal.kind),
                "other": movement.debit if movement.credit_id == account.pk else movement.credit,
                "amount": Money(movement.amount if grows else -movement.amount, account.currency),
                "after": Money(after, account.currency),
            }
        )
        after += -movement.amount if grows else movement.amount
    return rows


@staff_only(OFFICE)
@require_safe
def trial_balance(request: HttpRequest) -> HttpResponse:
    """Debits and credits of every kind of account at the end of a day, West Java's time."""
    asked = request.GET if "day" in request.GET else None
    form = DayForm(asked, initial={"day": working_days.today()})
    day = form.cleaned_data["day"] if asked and form.is_valid() else working_days.today()
    shown = asked is None or form.is_valid()
    trials = queries.trial_balance(_start_of(day + timedelta(days=1))) if shown else []
    period = PeriodForm(initial={"first": day.replace(day=1), "last": day})
    more = {"form": form, "period": period, "day": day, "trials": trials, "shown": shown}
    return render(request, "office/trial_balance.html", page.context(request, "books", **more))


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(0), tzinfo=working_days.JAKARTA)


@staff_only(OFFICE)
@require_safe
def journals_csv(request: HttpRequest) -> HttpResponseBase:
    """Every movement between two days, for the accountant; sent while it is read, however long."""
    form = PeriodForm(request.GET)
    if not form.is_valid():
        day = working_days.today()
        more = {"form": DayForm(initial={"day": day}), "period": form, "day": day, "shown": False}
        context = page.context(request, "books", **more)
        return render(request, "office/trial_balance.html", context, status=400)
    first, last = form.cleaned_data["first"], form.cleaned_data["last"]
    rows = queries.movements_between(_start_of(first), _start_of(last + timedelta(days=1)))
    return csv_to_save(_lines(rows), f"jurnal-{first}-{last}")


def _lines(rows: Any) -> Iterator[str]:
    """Amounts in major units with a point, so that rupiah are whole and cents are seen."""
    writer = csv.writer(Echo())
    yield "\ufeff"  # spreadsheets read it as UTF-8
    head = [_("Time"), _("Journal"), _("Kind"), _("Debit"), _("Credit"), _("Amount"), _("Currency")]
    yield writer.writerow(head)
    for movement in rows.iterator(chunk_size=2000):
        at = timezone.localtime(movement.journal.at, working_days.JAKARTA)
        yield writer.writerow([plain(cell) for cell in _cells(movement, at)])


def _cells(movement: Movement, at: datetime) -> list[Any]:
    currency = movement.debit.currency
    return [
        at.strftime("%Y-%m-%d %H:%M:%S"),
        movement.journal.key,
        movement.journal.kind,
        _name(movement.debit),
        _name(movement.credit),
        f"{Money(movement.amount, currency).to_decimal():.{MINOR_DIGITS[currency]}f}",
        currency,
    ]


def _name(account: Account) -> str:
    return f"{account.kind}:{account.ref}" if account.ref else account.kind


@staff_only(OFFICE)
@require_safe
def order_journals(request: HttpRequest, number: str) -> HttpResponse:
    """Every journal that touched this order's accounts, oldest first."""
    order = get_object_or_404(orders(request.user), number=number)
    journals: dict[int, dict[str, Any]] = {}
    for movement in movements_of(order):
        journal = movement.journal
        entry = journals.setdefault(
            journal.pk, {"journal": journal, "words": words(journal.kind), "movements": []}
        )
        amount = Money(movement.amount, movement.debit.currency)
        entry["movements"].append((movement.debit, movement.credit, amount))
    more = {"order": order, "journals": list(journals.values())}
    return render(request, "office/order_journals.html", page.context(request, "books", **more))
