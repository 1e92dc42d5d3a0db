"""Reading money due, received and owed back; the first argument is who asks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import Count, Exists, F, Func, Min, OuterRef, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce, Upper

from marketplace.common.access import OFFICE, is_staff
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.orders.numbers import ALPHABET
from marketplace.payments import held, states
from marketplace.payments.models import Approval, BankLine, Due, Receipt, Refund, Statement
from marketplace.people.models import User
from marketplace.reference import working_days

# Two names this alike are worth a look (0: nothing in common, 1: the same letters).
ALIKE = 0.35
MOST = 5  # of each kind
PATIENCE = 2  # working days that money may lie unmatched before the office is reminded


def receipts(user: Any) -> QuerySet[Receipt]:
    """Money that arrived at the bank, newest first, with `is_proposed`: a step waits for a second person.

    For the office only.
    """
    if not is_staff(user, OFFICE):
        return Receipt.objects.none()
    waits = Approval.objects.filter(receipt=OuterRef("pk"), state=states.PROPOSED)
    found = Receipt.objects.select_related("due__order").annotate(is_proposed=Exists(waits))
    return found.order_by("-recorded_at")


def refunds(user: Any) -> QuerySet[Refund]:
    """Money owed back, oldest first; for the office only."""
    if not is_staff(user, OFFICE):
        return Refund.objects.none()
    return Refund.objects.select_related("order", "receipt").order_by("created")


def dues(user: Any) -> QuerySet[Due]:
    """Everything that buyers were asked to pay; for the office only."""
    if not is_staff(user, OFFICE):
        return Due.objects.none()
    return Due.objects.select_related("order")


def statements(user: Any) -> QuerySet[Statement]:
    """Files of bank lines, newest first, without their content; for the office only."""
    if not is_staff(user, OFFICE):
        return Statement.objects.none()
    return Statement.objects.defer("content").order_by("-pk")


def lines(user: Any) -> QuerySet[BankLine]:
    """Rows of statements in the bank's order; for the office only."""
    if not is_staff(user, OFFICE):
        return BankLine.objects.none()
    return BankLine.objects.select_related("receipt", "refund").order_by("booked_on", "number", "pk")


def approvals(user: Any) -> QuerySet[Approval]:
    """Steps that need or needed a second person, oldest first; for the office only."""
    if not is_staff(user, OFFICE):
        return Approval.objects.none()
    whole = Approval.objects.select_related(
        "receipt", "refund__order", "due__order", "order", "proposed_by", "decided_by"
    )
    return whole.order_by("proposed_at", "pk")


def proposal_for(user: Any, **row: Receipt | Refund | Order) -> Approval | None:
    """The proposal that waits for this `receipt`, `refund` or `order`."""
    return approvals(user).filter(state=states.PROPOSED, **row).first()


@dataclass(frozen=True)
class Suggestion:
    """A due that this receipt may pay. `why` is "reference", "amount" or "name"."""

    due: Due
    why: str


def suggestions(user: Any, receipt: Receipt) -> list[Suggestion]:
    """Dues this receipt may pay, likeliest first; a person decides.

    The one whose reference stands in the text; else open ones with the same amount, and after them open
    ones whose buyer's name is like the payer's.
    """
    every = dues(user).filter(currency=receipt.currency)
    found = [Suggestion(due, "reference") for due in every.filter(reference__in=references_in(receipt.note))]
    if found:
        return found
    waiting = every.filter(state=states.OPEN)
    least = receipt.amount + F("received") + F("credited")  # bank charges may have taken the tolerance off
    enough = waiting.filter(amount__gte=least, amount__lte=least + F("tolerance"))
    same = enough.order_by("due_at", "pk")[:MOST]
    found = [Suggestion(due, "amount") for due in same]
    alike = waiting.annotate(likeness=TrigramSimilarity("order__buyer_name", receipt.payer))
    named = alike.filter(likeness__gte=ALIKE).exclude(pk__in=[one.due.pk for one in found])
    return found + [Suggestion(due, "name") for due in named.order_by("-likeness", "due_at")[:MOST]]


def references_in(text: str) -> list[str]:
    """Transfer references in a text, however the bank spaced, dashed or lowered them."""
    plain = re.sub(r"[^A-Z0-9]", "", text.upper())
    codes = re.findall(rf"(?=OPOP([{ALPHABET}]{{8}}))", plain)
    return [f"OPOP-{code[:4]}-{code[4:]}" for code in codes]


def waits_to_be_matched(due: Due) -> bool:
    """Whether money that names this due lies unmatched, or is proposed for it: a person looks before the order ends."""
    if due.approvals.filter(state=states.PROPOSED).exists():
        return True
    if due.attempts.filter(state=states.PROCESSING).exists():  # a card payment that the buyer's bank works on
        return True
    # The same reading as references_in(), by PostgreSQL: no text travels here for one yes or no.
    plain = Func(Upper("note"), Value("[^A-Z0-9]"), Value(""), Value("g"), function="regexp_replace")
    waiting = Receipt.objects.filter(state=states.UNMATCHED).annotate(plain=plain)
    return waiting.filter(plain__contains=due.reference.replace("-", "")).exists()


def references_waiting() -> set[str]:
    """References that unmatched money names; for work on many dues at once (waits_to_be_matched: on one)."""
    texts = Receipt.objects.filter(state=states.UNMATCHED).exclude(note="").values_list("note", flat=True)
    return {reference for text in texts for reference in references_in(text)}


def find_due(user: Any, text: str) -> Due | None:
    """The due with this reference or of this order number, however it was typed."""
    references = references_in(text)
    found = dues(user).filter(reference__in=references).first() if references else None
    if found:
        return found
    # Of a schedule the step that is asked for now; else the last that ended.
    of_order = dues(user).filter(order__number=text.strip().upper())
    return of_order.filter(state=states.OPEN).order_by("number", "-pk").first() or of_order.last()


def waits_for_earlier(due: Due) -> bool:
    """Whether an earlier step of the same schedule is still open: money is matched with that one first."""
    if not due.is_balance:
        return False
    return Due.objects.filter(order=due.order_id, number__lt=due.number, state=states.OPEN).exists()


def unsettled(order: Order) -> list[Due]:
    """Dues to be paid before delivery that are still open, with their letters of credit. One query.

    Money that was settled stays so: no lock is needed to rely on an empty list.
    """
    found = Due.objects.filter(order=order, terms_days=0, state=states.OPEN)
    return list(found.select_related("letter_of_credit").order_by("number"))


@dataclass(frozen=True)
class Outcome:
    """What will happen if this receipt is matched with this due.

    `kind`: enough, charges, short, over, early, late or again. `difference` is what is missing (charges, short),
    goes back to the payer (over, late, again), or zero (enough). Refused, with zero: early, currency.
    """

    kind: str
    difference: Money

    @property
    def is_possible(self) -> bool:
        return self.kind not in ("early", "currency")


def outcome(receipt: Receipt, due: Due) -> Outcome:
    """Foretells payments.services.match without changing anything."""
    if receipt.currency != due.currency:
        return Outcome("currency", Money(0, receipt.currency))
    if due.state == states.SETTLED:
        return Outcome("again", receipt.total)
    if due.state != states.OPEN:
        return Outcome("late", receipt.total)
    if waits_for_earlier(due):
        return Outcome("early", Money(0, receipt.currency))
    if receipt.total < due.missing:
        missing = due.missing - receipt.total
        return Outcome("charges" if missing.minor <= due.tolerance else "short", missing)
    over = receipt.total - due.missing
    return Outcome("over" if over else "enough", over)


@dataclass(frozen=True)
class Ready:
    """A receipt whose text names one open due and whose amount is exactly what is missing."""

    receipt: Receipt
    due: Due


def ready(user: Any) -> list[Ready]:
    """Receipts that a person only needs to confirm, oldest first. One for each due. Two queries."""
    waiting = receipts(user).filter(state=states.UNMATCHED).exclude(approvals__state=states.PROPOSED)
    named = {receipt: references_in(receipt.note) for receipt in waiting.order_by("received_on", "pk")}
    wanted = {reference for references in named.values() for reference in references}
    still_open = {due.reference: due for due in dues(user).filter(state=states.OPEN, reference__in=wanted)}
    found: dict[str, Ready] = {}
    for receipt, references in named.items():
        mine = {reference for reference in references if reference in still_open}
        due = still_open[mine.pop()] if len(mine) == 1 else None
        if due and due.missing == receipt.total:
            found.setdefault(due.reference, Ready(receipt, due))
    return list(found.values())


def sums_of(user: Any, statement: Statement) -> dict[str, int]:
    """Number and sum (in hundredths) of the lines in and out that this file brought. One query."""
    money_in, money_out, asks = Q(sen__gt=0), Q(sen__lt=0), Q(state=states.ASKS)
    return (
        lines(user)
        .filter(statement=statement)
        .order_by()
        .aggregate(
            in_count=Count("pk", filter=money_in),
            in_sen=Coalesce(Sum("sen", filter=money_in), 0),
            out_count=Count("pk", filter=money_out),
            out_sen=Coalesce(Sum("sen", filter=money_out), 0),
            asks=Count("pk", filter=asks),
        )
    )


@dataclass(frozen=True)
class Unmatched:
    """Money at the bank of which nobody has said what it is for."""

    count: int
    sum: Money  # in rupiah
    oldest: date | None
    others: tuple[Money, ...] = ()  # in other currencies

    @property
    def sums(self) -> str:
        """ "Rp 50.000 + US$ 1,250.00": currencies do not add."""
        every = [self.sum, *self.others] if self.sum or not self.others else self.others
        return " + ".join(str(one) for one in every)


def unmatched(user: Any) -> Unmatched:
    """Receipts not matched yet and lines that a person must look at, together. Two queries."""
    waiting = receipts(user).filter(state=states.UNMATCHED)
    return _unmatched(waiting, lines(user).filter(state=states.ASKS))


def _unmatched(waiting: QuerySet[Receipt], asking: QuerySet[BankLine]) -> Unmatched:
    plain = waiting.order_by().values("currency")
    rows = plain.annotate(n=Count("pk"), sum=Sum("amount"), oldest=Min("received_on")).order_by("currency")
    sums = {row["currency"]: row["sum"] for row in rows}
    second = asking.order_by().aggregate(n=Count("pk"), sum=Sum("sen"), oldest=Min("booked_on"))
    days = [found["oldest"] for found in (*rows, second) if found["oldest"]]
    rupiah = Money(sums.pop("IDR", 0) + (second["sum"] or 0) // 100)
    others = tuple(Money(amount, currency) for currency, amount in sums.items())
    return Unmatched(sum(row["n"] for row in rows) + second["n"], rupiah, min(days, default=None), others)


def unmatched_too_long(today: date) -> Unmatched | None:
    """What came more than PATIENCE working days ago and is still unmatched. For the timetable."""
    last = today
    while working_days.after(last, PATIENCE) >= today:
        last -= timedelta(days=1)
    waiting = Receipt.objects.filter(state=states.UNMATCHED, received_on__lte=last)
    found = _unmatched(waiting, BankLine.objects.filter(state=states.ASKS, booked_on__lte=last))
    return found if found.count else None


def office_people() -> QuerySet[User]:
    """Who works in the office and can get a mail."""
    found = User.objects.filter(staff_role=OFFICE, is_active=True)
    return found.exclude(email=None).order_by("pk")


@dataclass(frozen=True)
class Held:
    """Paid by buyers, not yet owed to the pesantren."""

    goods: Money
    delivery: Money

    @property
    def total(self) -> Money:
        return self.goods + self.delivery


def held_of(parts: Iterable[tuple[str, int]], currency: str = "IDR") -> dict[int, Held]:
    """What is held per pesantren, over these parts (order number, pesantren id), in one query.

    The caller hands in only parts that may be seen.
    """
    sellers = {held.ref(number, partner_id): partner_id for number, partner_id in parts}
    sums = {partner_id: {Kind.HELD: 0, Kind.SHIPPING_DUE: 0} for partner_id in sellers.values()}
    kinds = [Kind.HELD, Kind.SHIPPING_DUE]
    for account in Account.objects.filter(kind__in=kinds, currency=currency, ref__in=sellers):
        sums[sellers[account.ref]][Kind(account.kind)] += account.balance
    return {
        partner_id: Held(Money(found[Kind.HELD], currency), Money(found[Kind.SHIPPING_DUE], currency))
        for partner_id, found in sums.items()
    }


def owed_to(partner_ids: Iterable[int], currency: str = "IDR") -> dict[int, Money]:
    """What the operator owes these pesantren now. One query; the same as held.owed() for each."""
    refs = {held.payable_ref(partner_id): partner_id for partner_id in partner_ids}
    found = {partner_id: Money(0, currency) for partner_id in refs.values()}
    for account in Account.objects.filter(kind=Kind.PAYABLE, currency=currency, ref__in=refs):
        found[refs[account.ref]] = Money(account.balance, currency)
    return found
