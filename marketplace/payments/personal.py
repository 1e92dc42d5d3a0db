"""Payments (see common/personal.py). The books keep amounts; who paid is kept as long as the law asks."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.personal import BOOKS, Holding, Rows, update_in_batches
from marketplace.payments import states
from marketplace.payments.models import BankLine, Due, Receipt, Refund, Statement
from offtakers.access import all_companies_of
from offtakers.models import CompanyMember


def _export(person: Any) -> Rows:
    receipts = Receipt.objects.filter(due__order__user=person).select_related("due").order_by("pk")
    refunds = Refund.objects.filter(order__user=person).order_by("pk")
    rows: Rows = [
        {
            "kind": "receipt",
            "date": row.received_on.isoformat(),
            "payer": row.payer,
            "text": row.note,
            "amount": str(row.total),
        }
        for row in receipts
    ]
    return rows + [
        {"kind": "refund", "date": row.created.isoformat(), "state": row.state, "amount": str(row.total)}
        for row in refunds
    ]


def _hinders(person: Any) -> list[str]:
    reasons = []
    if Due.objects.filter(order__user=person, state=states.OPEN).exists():
        reasons.append(_("An amount you owe is still open."))
    if Refund.objects.filter(order__user=person, state__in=[states.OWED, states.SENT]).exists():
        reasons.append(_("We still owe you money back."))
    return reasons + _hinders_company(person)


def _hinders_company(person: Any) -> list[str]:
    """A company that owes must not be left without anybody who reads its bills."""
    owing = all_companies_of(person).filter(pk__in=Due.objects.filter(state=states.OPEN).values("company"))
    others = CompanyMember.objects.filter(user__is_active=True).exclude(user=person)
    alone = owing.exclude(pk__in=others.values("company"))
    return [_("%(name)s still has a bill to pay.") % {"name": company.name} for company in alone]


def _purge(now: datetime) -> int:
    day = (now - BOOKS).date()
    receipts = Receipt.objects.filter(received_on__lt=day).exclude(payer="", note="")
    lines = BankLine.objects.filter(booked_on__lt=day).exclude(payer="", text="")
    files = Statement.objects.filter(uploaded_at__lt=now - BOOKS).exclude(content=b"")
    return (
        update_in_batches(receipts, payer="", note="")
        + update_in_batches(lines, payer="", text="")
        + update_in_batches(files, content=b"")
    )


PAYMENTS = Holding(
    code="payments",
    what=gettext_lazy(
        "Your payments: the name and text of the transfer, amount and date, and what we paid back"
    ),
    purpose=gettext_lazy("To match your money with your order, and to pay back the right person."),
    basis=gettext_lazy("Contract with you; the law on taxes for the books"),
    kept=gettext_lazy("Ten years, as the law on bookkeeping asks"),
    export=_export,
    hinders=_hinders,
    purge=_purge,
)
