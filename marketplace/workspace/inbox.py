"""What waits for a member, of every kind, truly oldest first. The first argument is who asks.

One union of small queries, so that a page and the count of the menu each cost one query, whatever waits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import (
    CharField,
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    QuerySet,
    Subquery,
    Value,
)
from django.db.models.functions import Coalesce, Greatest, Now
from django.utils import timezone

from catalogue import states as listing_states
from catalogue.models import Product
from catalogue.permits import queries as permits
from catalogue.permits import states as permit_states
from catalogue.permits.models import Permit
from marketplace.common.models import StateChange
from marketplace.common.states import moved_at
from marketplace.complaints import queries as complaints
from marketplace.conversations import queries as conversations
from marketplace.fulfilment import states
from marketplace.fulfilment.models import Fulfilment, Return
from marketplace.payments import states as money_states
from marketplace.payments.models import PayoutAccount
from marketplace.pesantren.access import pesantren_of
from marketplace.pooling import states as pool_states
from marketplace.pooling.models import Share
from marketplace.programme.commitments import queries as commitment_queries
from marketplace.programme.events import queries as event_queries
from marketplace.programme.models import Commitment
from marketplace.sourcing import queries as sourcing
from marketplace.sourcing import supply_queries
from marketplace.workspace.parts import WAITS

PART, QUESTION, COMPLAINT, BACK, PERMIT, REFUSED = (
    "part",
    "question",
    "complaint",
    "return",
    "permit",
    "refused",
)
LISTING, ACCOUNT = "listing", "account"
REQUEST, COUNTER, REMARK, SUPPLY, SHARE, CONTRACT, CALL_OFF = (
    "request",
    "counter",
    "remark",
    "supply",
    "share",
    "contract",
    "call-off",
)
PROMISE, SETTLED, INVITED = "promise", "settled", "invited"
PERMIT_DAYS = 60  # before a permit ends, as its mails


@dataclass(frozen=True)
class Waiting:
    """One thing that waits: its kind, its row's id, since when, and for which pesantren."""

    kind: str
    pk: int
    since: datetime
    partner_id: int


def waiting(user: Any) -> QuerySet[Any, Any]:
    """Rows (kind, id, since, pesantren id) of all that waits for this person, oldest first: Waiting(*row)."""
    first, *others = [source(user) for source in SOURCES]
    return first.union(*others, all=True).order_by("since", "waits_as", "row")


def count(user: Any) -> int:
    """How much waits: the figure of the menu. One query."""
    return waiting(user).count()


def to_pack(user: Any) -> QuerySet[Fulfilment]:
    """Accepted parts with goods to pack, of this person's pesantren."""
    return Fulfilment.objects.filter(partner__in=_mine(user), state=states.ACCEPTED).exclude(delivery_kind="")


def _mine(user: Any) -> QuerySet[Any, Any]:
    return pesantren_of(user).order_by().values("pk")


def _rows(kind: str, found: QuerySet[Any], since: Any, partner: str = "partner") -> QuerySet[Any, Any]:
    named = found.order_by().annotate(
        waits_as=Value(kind, CharField()), row=F("pk"), since=since, whose=F(f"{partner}_id")
    )
    return named.values_list("waits_as", "row", "since", "whose")


def _parts(user: Any) -> QuerySet[Any, Any]:
    found = Fulfilment.objects.filter(partner__in=_mine(user)).filter(WAITS)
    return _rows(PART, found, Coalesce(moved_at(Fulfilment), F("offered_at")))


def _questions(user: Any) -> QuerySet[Any, Any]:
    return _rows(QUESTION, conversations.unanswered(user), F("asked_at"))


def _complaints(user: Any) -> QuerySet[Any, Any]:
    return _rows(COMPLAINT, complaints.waiting_for_view(user), F("asked_at"))


def _returns(user: Any) -> QuerySet[Any, Any]:
    found = Return.objects.filter(fulfilment__partner__in=_mine(user), state=states.EXPECTED)
    return _rows(BACK, found, F("created"), partner="fulfilment__partner")


def _ending(user: Any) -> QuerySet[Any, Any]:
    """Since the first warning, or since it was sent if that was later."""
    found = permits.to_renew(user, PERMIT_DAYS).exclude(state=permit_states.REFUSED)
    warned = ExpressionWrapper(F("expires_on") - Value(timedelta(days=PERMIT_DAYS)), DateTimeField())
    return _rows(PERMIT, found, Greatest(warned, F("proposed_at"), output_field=DateTimeField()))


def _refused(user: Any) -> QuerySet[Any, Any]:
    found = permits.to_renew(user, PERMIT_DAYS).filter(state=permit_states.REFUSED)
    return _rows(REFUSED, found, Coalesce(moved_at(Permit), F("proposed_at")))


def _stopped(user: Any) -> QuerySet[Any, Any]:
    """Not those for which all that lacks was sent: they wait for the office."""
    sent = Permit.objects.filter(products=OuterRef("pk"), state=permit_states.PROPOSED)
    # A plain query: the translated manager of products would sort the columns of the union anew.
    goods: QuerySet[Any] = QuerySet(Product)
    found = goods.filter(partner__in=_mine(user), state=listing_states.STOPPED)
    found = found.filter(~Exists(sent) | permits.lacks_unsent())
    return _rows(LISTING, found, Coalesce(moved_at(Product), F("date_created")))


def _accounts(user: Any) -> QuerySet[Any, Any]:
    """A bank account that a colleague named: whoever sees that it is wrong takes it back."""
    found = PayoutAccount.objects.filter(partner__in=_mine(user), state=money_states.ACCOUNT_PROPOSED)
    return _rows(ACCOUNT, found.exclude(proposed_by=user), F("proposed_at"))


def _requests(user: Any) -> QuerySet[Any, Any]:
    return _rows(REQUEST, sourcing.to_answer(user), F("created"))


def _counters(user: Any) -> QuerySet[Any, Any]:
    found = sourcing.counters_to_answer(user)
    return _rows(COUNTER, found, F("at"), partner="quote__negotiation__partner")


def _remarks(user: Any) -> QuerySet[Any, Any]:
    return _rows(REMARK, sourcing.remarks_to_answer(user), F("asked_at"))


def _supply(user: Any) -> QuerySet[Any, Any]:
    return _rows(SUPPLY, supply_queries.supply_to_answer(user), F("asked_at"))


def _shares(user: Any) -> QuerySet[Any, Any]:
    found = Share.objects.filter(offer__partner__in=_mine(user), state=pool_states.PROPOSED)
    in_time = found.filter(confirm_by__gt=timezone.now())
    return _rows(SHARE, in_time, F("created"), partner="offer__partner")


def _contracts(user: Any) -> QuerySet[Any, Any]:
    return _rows(CONTRACT, sourcing.contracts_to_sign(user), F("waits_since"), partner="seller")


def _call_offs(user: Any) -> QuerySet[Any, Any]:
    found = sourcing.call_offs_to_move(user)
    return _rows(CALL_OFF, found, F("created"), partner="contract__seller")


def _promises(user: Any) -> QuerySet[Any, Any]:
    """Since it was recorded, or corrected: both sides are asked anew then."""
    found = commitment_queries.to_confirm(user)
    return _rows(
        PROMISE, found, Coalesce(moved_at(Commitment), F("received_at")), partner="exhibitor__partner"
    )


def _settled(user: Any) -> QuerySet[Any, Any]:
    found = commitment_queries.paid_elsewhere(user)
    return _rows(SETTLED, found, F("created"), partner="commitment__exhibitor__partner")


def _invited(user: Any) -> QuerySet[Any, Any]:
    first = StateChange.objects.filter(subject_type="programme.exhibitor", subject_id=OuterRef("pk"))
    asked = Subquery(first.order_by("at").values("at")[:1])
    return _rows(INVITED, event_queries.to_answer(user), Coalesce(asked, Now()))


SOURCES: list[Callable[[Any], QuerySet[Any, Any]]] = [
    _parts,
    _questions,
    _complaints,
    _returns,
    _ending,
    _refused,
    _stopped,
    _accounts,
    _requests,
    _counters,
    _remarks,
    _supply,
    _shares,
    _contracts,
    _call_offs,
    _promises,
    _settled,
    _invited,
]
