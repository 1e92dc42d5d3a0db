"""What the next transfer to a pesantren brings as things stand now, and why something of its money is not in it yet.

It foretells payments.services.payouts.draft without changing anything.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, Sum
from django.utils import timezone

from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Account, Kind
from marketplace.ledger.money import Money
from marketplace.payments import held, payout_days
from marketplace.payments import states as pay_states
from marketplace.payments.models import Dispute, Due, Payout, PayoutAccount
from marketplace.payments.seller_statements import OWN
from marketplace.pesantren.models import Partner
from marketplace.workspace.queries import HOLDING

PAID_IN = "IDR"  # what the timetable drafts
WAITS_IN = (Kind.HELD, Kind.SHIPPING_DUE, Kind.PAYABLE_LATER)
# Why money is not in it, in the order of the page (workspace/_next_payout.html says each in words).
NO_ACCOUNT, UNCONFIRMED, MINIMUM, FOREIGN = "no-account", "unconfirmed", "minimum", "foreign"
CLAIM, BUYER, HAND_OVER = "claim", "buyer", "hand-over"
GRADING, TEMPO, DISPUTE = "grading", "tempo", "dispute"
WHYS = [NO_ACCOUNT, UNCONFIRMED, MINIMUM, FOREIGN, CLAIM, BUYER, HAND_OVER, GRADING, TEMPO, DISPUTE]
BY_MILESTONE = {states.ON_HAND_OVER: HAND_OVER, states.ON_RECEIPT: GRADING}


@dataclass
class Outside:
    """Money that the next transfer does not carry. `until`: the time for complaints is over then at the latest."""

    why: str
    amount: Money
    until: datetime | None = None


@dataclass
class NextPayout:
    """One pesantren's next transfer. `owed`: in rupiah, below zero if it owes; `sent`: transfers on their way."""

    day: date
    owed: Money
    carries: Money
    usable_from: datetime | None  # the account is confirmed, and used from then on
    sent: Money
    outside: list[Outside] = field(default_factory=list)


class Part(NamedTuple):
    """What decides why a part's money waits."""

    number: str
    partner_id: int
    state: str
    release_on: str
    claim_until: datetime | None
    is_disputed: bool
    is_unpaid: bool


def of(partners: Iterable[Partner]) -> dict[int, NextPayout]:
    """For each of these, already found for their member. Five queries, however many parts and pesantren there are."""
    ids = [partner.pk for partner in partners]
    owed = _owed(ids)
    accounts = _accounts(ids)
    sent = dict(
        Payout.objects.filter(
            partner__in=ids, state__in=[pay_states.CLAIMED, pay_states.SENT], currency=PAID_IN
        )
        .values_list("partner")
        .annotate(sum=Sum("amount"))
    )
    waits = _waits(ids)
    found = {}
    for pk in ids:
        one = _next(owed[pk], accounts.get(pk), Money(sent.get(pk, 0), PAID_IN))
        one.outside = sorted(one.outside + waits[pk], key=lambda row: WHYS.index(row.why))
        found[pk] = one
    return found


def _owed(ids: list[int]) -> dict[int, dict[str, int]]:
    """What each is owed less what it owes, by currency."""
    refs = {held.payable_ref(pk): pk for pk in ids}
    found: dict[int, dict[str, int]] = {pk: defaultdict(int) for pk in ids}
    for row in Account.objects.filter(kind__in=OWN, ref__in=refs):
        found[refs[row.ref]][row.currency] += row.credits - row.debits
    return found


def _accounts(ids: list[int]) -> dict[int, PayoutAccount]:
    """The account in use; where there is none, the one that waits."""
    live = [pay_states.ACCOUNT_ACTIVE, pay_states.ACCOUNT_PROPOSED]
    rows = PayoutAccount.objects.filter(partner__in=ids, state__in=live)
    # Later ones win: an account in use stands last.
    in_use_last = sorted(rows, key=lambda row: row.state == pay_states.ACCOUNT_ACTIVE)
    return {row.partner_id: row for row in in_use_last}


def _next(owed: dict[str, int], account: PayoutAccount | None, sent: Money) -> NextPayout:
    now = timezone.now()
    usable = account.usable_from if account else None
    ready = Money(owed.get(PAID_IN, 0), PAID_IN)
    one = NextPayout(
        day=payout_days.next_day(max(now, usable or now)),
        owed=ready,
        carries=Money(0, PAID_IN),
        usable_from=usable if usable and usable > now else None,
        sent=sent,
    )
    if ready.minor > 0:
        if why := _why_not(ready, account):
            one.outside.append(Outside(why, ready))
        else:
            one.carries = ready
    foreign = sorted((currency, sum_) for currency, sum_ in owed.items() if currency != PAID_IN and sum_ > 0)
    one.outside += [Outside(FOREIGN, Money(sum_, currency)) for currency, sum_ in foreign]
    return one


def _why_not(ready: Money, account: PayoutAccount | None) -> str:
    """Why nothing of what is the pesantren's now is transferred; "" if it is."""
    if account is None:
        return NO_ACCOUNT
    if account.usable_from is None:
        return UNCONFIRMED
    return MINIMUM if ready.minor < settings.PAYOUT_MINIMUM else ""


def _waits(ids: list[int]) -> dict[int, list[Outside]]:
    """What is paid or billed for their parts and not theirs yet, by why and currency."""
    parts = {held.ref(part.number, part.partner_id): part for part in _parts(ids)}
    found: dict[int, dict[tuple[str, str], Outside]] = {pk: {} for pk in ids}
    for row in Account.objects.filter(kind__in=WAITS_IN, ref__in=parts).order_by("currency", "pk"):
        if row.balance:
            _add(found[parts[row.ref].partner_id], parts[row.ref], Money(row.balance, row.currency))
    return {pk: list(rows.values()) for pk, rows in found.items()}


def _parts(ids: list[int]) -> list[Part]:
    """Parts whose money may wait: running ones, and signed ones that a bill or a dispute holds."""
    unpaid = Due.objects.filter(order=OuterRef("order"), state=pay_states.OPEN, terms_days__gt=0)
    disputed = Dispute.objects.filter(attempt__due__order=OuterRef("order"), state=pay_states.DISPUTED)
    every = Fulfilment.objects.filter(partner__in=ids, state__in=[*HOLDING, states.RECEIVED])
    marked = every.annotate(is_disputed=Exists(disputed), is_unpaid=Exists(unpaid))
    waiting = marked.filter(Q(state__in=HOLDING) | Q(is_disputed=True) | Q(is_unpaid=True))
    rows = waiting.values_list(
        "order__number", "partner_id", "state", "release_on", "claim_until", "is_disputed", "is_unpaid"
    )
    return [Part(*row) for row in rows]


def _add(rows: dict[tuple[str, str], Outside], part: Part, amount: Money) -> None:
    why = _why(part)
    row = rows.setdefault((why, amount.currency), Outside(why, amount * 0))
    row.amount += amount
    if why == CLAIM and part.claim_until:
        row.until = max(row.until or part.claim_until, part.claim_until)


def _why(part: Part) -> str:
    if part.is_disputed:
        return DISPUTE
    if part.is_unpaid:
        return TEMPO
    if part.release_on in BY_MILESTONE:
        return BY_MILESTONE[part.release_on]
    return CLAIM if part.state == states.DELIVERED else BUYER
