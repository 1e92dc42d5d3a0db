"""Reading money due, received and owed back; the first argument is who asks."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import F, QuerySet

from marketplace.common.access import OFFICE, is_staff
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.orders.numbers import ALPHABET
from marketplace.payments import held, states
from marketplace.payments.models import Due, Receipt, Refund

# Two names this alike are worth a look (0: nothing in common, 1: the same letters).
ALIKE = 0.35
MOST = 5  # of each kind


def receipts(user: Any) -> QuerySet[Receipt]:
    """Money that arrived at the bank, newest first; for the office only."""
    if not is_staff(user, OFFICE):
        return Receipt.objects.none()
    return Receipt.objects.select_related("due__order").order_by("-recorded_at")


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
    same = waiting.filter(amount=receipt.amount + F("received")).order_by("due_at", "pk")[:MOST]
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
    """Whether money that names this due lies unmatched: a person looks before the order ends."""
    texts = Receipt.objects.filter(state=states.UNMATCHED).exclude(note="").values_list("note", flat=True)
    return any(due.reference in references_in(text) for text in texts)


def find_due(user: Any, text: str) -> Due | None:
    """The due with this reference or of this order number, however it was typed."""
    references = references_in(text)
    found = dues(user).filter(reference__in=references).first() if references else None
    return found or dues(user).filter(order__number=text.strip().upper()).order_by("-pk").first()


@dataclass(frozen=True)
class Outcome:
    """What will happen if this receipt is matched with this due. `kind`: enough, short, over, late or again.

    `difference` is what is missing (short), goes back to the payer (over, late, again), or zero (enough).
    """

    kind: str
    difference: Money


def outcome(receipt: Receipt, due: Due) -> Outcome:
    """Foretells payments.services.match without changing anything."""
    if due.state == states.SETTLED:
        return Outcome("again", receipt.total)
    if due.state != states.OPEN:
        return Outcome("late", receipt.total)
    if receipt.total < due.missing:
        return Outcome("short", due.missing - receipt.total)
    over = receipt.total - due.missing
    return Outcome("over" if over else "enough", over)


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
