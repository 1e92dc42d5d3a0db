"""What a company's second person must agree to, for every room that sells to it.

A room names what it asks for once, when the program starts: register(Kind(...)). Then one call in its own service,
`ask_if_needed(...)`, gives nothing (go on) or the Approval that waits; `Kind.settled` is called in the transaction of
the decision. The company's row is locked before the approval (fulfilment/LOCKS.md), so two approvers at once are one
after the other, and a role that is taken away meanwhile does not decide any more.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import SYSTEM, Actor
from marketplace.ledger.money import Money
from offtakers import signals, states
from offtakers.models import Approval, Company, CompanyMember, Role


class ApprovalError(Exception):
    """A step that is refused. `code`: "nobody" (no other approver), "own" (who asked), "role" (no approver)."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Kind:
    """One kind of thing that is approved. `label` is a lazy translation.

    `settled(approval, actor)` runs under the locks of the decision, agreed or declined (approval.state says which).
    `url(approval)` leads to the page of the thing; `words(approval)` says in the reader's language what it is about
    without asking the database, or approval.what does.
    """

    code: str
    label: Any
    settled: Callable[[Approval, Actor], None]
    url: Callable[[Approval], str] | None = None
    words: Callable[[Approval], str] | None = None


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Called by a room when the program starts. Two kinds of one code are a mistake in the program."""
    if kind.code in _kinds and _kinds[kind.code] != kind:
        raise ValueError(f"approval kind {kind.code!r} is registered twice")
    _kinds[kind.code] = kind


def kind_of(approval: Approval) -> Kind:
    return _kinds[approval.kind]


def is_needed(company: Company, amount: Money) -> bool:
    """Whether an approver must agree to this amount. One in another currency cannot be compared: it must."""
    limit = company.threshold
    if limit is None:
        return False
    return amount.currency != limit.currency or amount.minor > limit.minor


def granted(*, company: Company, kind: str, reference: str, amount: Money) -> bool:
    """Whether an approver has agreed to this thing at this amount or a higher one."""
    found = Approval.objects.filter(company=company, kind=kind, reference=reference, state=states.APPROVED)
    return found.filter(currency=amount.currency, amount__gte=amount.minor).exists()


def ask_if_needed(
    *, company: Company, kind: str, reference: str, amount: Money, what: str = "", user: Any
) -> Approval | None:
    """Nothing where the thing may go on: below the limit, or agreed to already. Else the Approval that waits.

    Side effects and errors: those of ask().
    """
    with transaction.atomic():
        found = _locked(company.pk)
        if not is_needed(found, amount):
            return None
        if granted(company=found, kind=kind, reference=reference, amount=amount):
            return None
        return ask(company=found, kind=kind, reference=reference, amount=amount, what=what, user=user)


@transaction.atomic
def ask(*, company: Company, kind: str, reference: str, amount: Money, what: str = "", user: Any) -> Approval:
    """Ask the company's approvers. `what` is one sentence for them, without markup.

    Asked again with the same amount it is the same Approval; another amount takes the earlier one back.
    Side effects: Approval, history row, signal (mails to the approvers). Raises ApprovalError("nobody") where no
    active approver beside who asks is there, KeyError for a kind that no room registered.
    """
    _kinds[kind]
    found = _locked(company.pk)
    if not approvers(found).exclude(user=user).exists():
        raise ApprovalError("nobody")
    waiting = Approval.objects.filter(kind=kind, reference=reference, state=states.WAITING).first()
    if waiting and (waiting.amount, waiting.currency) == (amount.minor, amount.currency):
        return waiting
    if waiting:
        states.APPROVAL.move(waiting, states.WITHDRAWN, actor=Actor.of(user))
    made = Approval.objects.create(
        company=found,
        kind=kind,
        reference=reference,
        what=what[:200],
        amount=amount.minor,
        currency=amount.currency,
        asked_by=user,
    )
    machine.record(made, "", states.WAITING, actor=Actor.of(user))
    signals.approval_asked.send(Approval, approval=made)
    return made


def approvers(company: Company) -> Any:
    """Members who may agree, with their person."""
    found = company.members.filter(roles__contains=[Role.APPROVER], user__is_active=True)
    return found.select_related("user")


def agree(*, approval: Approval, user: Any) -> None:
    """An approver agrees. Side effects and errors: those of _decide()."""
    _decide(approval, states.APPROVED, user, "")


def decline(*, approval: Approval, user: Any, why: str) -> None:
    """An approver does not agree, and says why. Side effects and errors: those of _decide()."""
    _decide(approval, states.DECLINED, user, why)


@transaction.atomic
def _decide(approval: Approval, to: str, user: Any, why: str) -> None:
    """Side effects: Approval, history row, those of the kind's `settled`, signal (a mail to who asked).

    Raises ApprovalError "role" or "own", IllegalMove where somebody else was first.
    """
    _locked(approval.company_id)
    if not approvers(approval.company).filter(user=user).exists():
        raise ApprovalError("role")
    if approval.asked_by_id == user.pk:
        raise ApprovalError("own")
    actor = Actor.of(user)
    changes = {"decided_by": user, "decided_at": timezone.now(), "reason": why[:300]}
    states.APPROVAL.move(approval, to, actor=actor, why=why, **changes)
    kind_of(approval).settled(approval, actor)
    signals.approval_decided.send(Approval, approval=approval)


@transaction.atomic
def withdraw(*, kind: str, reference: str, actor: Actor = SYSTEM) -> None:
    """The thing is off: nobody needs to decide any more. Nothing waits: nothing happens.

    Side effects: Approval, history row.
    """
    found = Approval.objects.filter(kind=kind, reference=reference, state=states.WAITING).first()
    if found is None:
        return
    _locked(found.company_id)
    try:
        states.APPROVAL.move(found, states.WITHDRAWN, actor=actor)
    except machine.IllegalMove:
        return  # decided a moment ago


def _locked(company: int) -> Company:
    return Company.objects.select_for_update(of=("self",), no_key=True).get(pk=company)


def member_may_decide(member: CompanyMember, approval: Approval) -> bool:
    """Whether the page shows this member the buttons."""
    waits = approval.state == states.WAITING and approval.company_id == member.company_id
    return waits and member.has(Role.APPROVER) and approval.asked_by_id != member.user_id
