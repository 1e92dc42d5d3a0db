"""From an accepted quote to a contract that both sides signed, and its amendments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.ledger.money import Money
from marketplace.orders.numbers import random_code
from marketplace.reference.working_days import today
from marketplace.sourcing import numbers, papers, signals, states
from marketplace.sourcing.models import (
    Amendment,
    Contract,
    ContractLine,
    Demand,
    DemandSlot,
    Negotiation,
    PaymentStep,
    Quote,
    Signature,
)
from marketplace.sourcing.services import quotes
from offtakers import states as companies

WHOLE = 10_000
# Air perishables are paid for before they leave: "70 % against a copy of the papers" does not work there (A).
DEFAULT_STEPS = {
    True: [(PaymentStep.DEPOSIT, 3_000, 21), (PaymentStep.BALANCE, 7_000, 3)],
    False: [(PaymentStep.FULL, WHOLE, 7)],
}
TERMS = (
    "sale",
    "first",
    "last",
    "price_formula",
    "release_on",
    "claim_hours",
    "quality",
    "late_charge",
    "prevailing_language",
)


class ContractError(Exception):
    """A step that is refused.

    `code`: "supply" (a supply quote makes no contract), "company" (the buyer is not verified, or suspended), "signed"
    (a side has signed already), "paper" (it changed since it was read, or there is none), "steps" (payment steps that
    do not add up), "days" (first and last day), "side" (it has signed), "changes" (an amendment that cannot be),
    "ended" (the amendment is not open any more, or its contract does not run).
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@dataclass(frozen=True)
class Pay:
    """One step: share in hundredths of a percent, days before the first day of a call-off's window."""

    step: str
    share: int
    days_before: int


@transaction.atomic
def award(*, quote: Quote, actor: Actor) -> Contract:
    """The company takes this quote: its contract is drafted, the demand is awarded, other quotes are declined.

    Side effects: states of quote, demand and the other quotes, Contract with lines and payment steps, history rows,
    signals (mails). Raises ContractError "supply", "company" unless the company is verified, quotes.QuoteError "over",
    IllegalMove.
    """
    talk = quote.negotiation
    if talk.kind == Negotiation.SUPPLY:
        raise ContractError("supply")
    demand = Demand.objects.select_for_update(of=("self",), no_key=True).get(pk=talk.demand_id)
    if not demand.company.is_verified:
        raise ContractError("company")
    quotes.accept(quote=quote, actor=actor)
    states.DEMAND.move(demand, states.AWARDED, actor=actor, why=quote.number)
    contract = _write(quote, demand)
    machine.record(contract, "", states.DRAFTED, actor=actor, why=quote.number)
    rest = Quote.objects.filter(negotiation__demand=demand, state=states.SENT)
    for other in rest.exclude(negotiation__kind=Negotiation.SUPPLY).order_by("pk"):
        states.QUOTE.move(other, states.DECLINED, actor=actor, why="another was taken")
        signals.quote_ended.send(Quote, quote=other, why="")
    signals.quote_accepted.send(Quote, quote=quote, contract=contract)
    return contract


def _write(quote: Quote, demand: Demand) -> Contract:
    slots = DemandSlot.objects.filter(line__demand=demand)
    contract = Contract.objects.create(
        number=numbers.contract_number(),
        quote=quote,
        company=demand.company,
        seller=quote.negotiation.partner,
        currency=quote.currency,
        country=demand.country,
        mode=quote.mode or demand.mode,
        incoterm=quote.incoterm,
        place=quote.place or demand.place,
        first=min(slot.first for slot in slots),
        last=max(slot.last for slot in slots),
        rate=quote.rate,
        rate_source=quote.rate_source,
        rate_at=quote.rate_at,
        prevailing_language="en" if demand.is_abroad else "id",
    )
    for line in quote.lines.select_related("demand_line__unit"):
        ContractLine.objects.create(
            contract=contract,
            quote_line=line,
            demand_line=line.demand_line,
            product=line.product,
            name=line.demand_line.name,
            unit=line.demand_line.unit,
            quantity=line.quantity,
            tolerance=line.demand_line.tolerance,
            unit_price=line.unit_price,
        )
    _put_steps(contract, [Pay(*step) for step in DEFAULT_STEPS[demand.is_abroad]])
    return contract


def _put_steps(contract: Contract, steps: Sequence[Pay]) -> None:
    kinds = [one.step for one in steps]
    whole = kinds == [PaymentStep.FULL]
    parts = len(kinds) > 1 and kinds == [PaymentStep.DEPOSIT] + [PaymentStep.BALANCE] * (len(kinds) - 1)
    days = [one.days_before for one in steps]
    if (
        not (whole or parts)
        or sum(one.share for one in steps) != WHOLE
        or min(one.share for one in steps) <= 0
    ):
        raise ContractError("steps")
    if days != sorted(days, reverse=True):
        raise ContractError("steps")
    contract.steps.all().delete()
    PaymentStep.objects.bulk_create(
        PaymentStep(
            contract=contract, position=at, step=one.step, share=one.share, days_before=one.days_before
        )
        for at, one in enumerate(steps, start=1)
    )


def _locked(contract: Contract) -> Contract:
    return Contract.objects.select_for_update(of=("self",), no_key=True).get(pk=contract.pk)


@transaction.atomic
def set_terms(*, contract: Contract, terms: Mapping[str, Any], steps: Sequence[Pay], actor: Actor) -> None:
    """The seller writes the terms down, until a side has signed. The paper is made anew when it is next read.

    `terms` holds some of TERMS. Side effects: the contract, its steps, history row.
    Raises ContractError "signed", "steps", "days".
    """
    locked = _locked(contract)
    if locked.state != states.DRAFTED or locked.signatures.exists():
        raise ContractError("signed")
    for name in TERMS:
        if name in terms:
            setattr(locked, name, terms[name])
    if locked.last < locked.first:
        raise ContractError("days")
    _put_steps(locked, steps)
    locked.sha256 = ""
    locked.save(update_fields=[*TERMS, "sha256"])
    machine.record(locked, states.DRAFTED, states.DRAFTED, actor=actor, why="terms")


@transaction.atomic
def paper(*, contract: Contract) -> Contract:
    """The exact file that both sign; made if there is none since the terms changed last. Side effects: file, hash."""
    locked = _locked(contract)
    if not locked.sha256:
        made = papers.contract_pdf(locked)
        locked.file.save(f"{locked.number}-{random_code(12)}.pdf", ContentFile(made), save=False)
        locked.sha256 = sha256(made).hexdigest()
        locked.save(update_fields=["file", "sha256"])
    return locked


@transaction.atomic
def sign(
    *,
    contract: Contract,
    side: str,
    name: str,
    position: str,
    person: Any,
    seen: str,
    actor: Actor,
    stamped: Any = None,
) -> Signature:
    """One side signs the file with the hash it has `seen`. With the second signature the contract runs.

    Side effects: Signature, states, history rows, signal (mails; call-offs are planned by whoever listens).
    Raises ContractError "paper", "side", "company" while the buyer is suspended; IllegalMove once it is signed by both.
    """
    locked = _locked(contract)
    _check_company(locked, side)
    if not locked.sha256 or seen != locked.sha256:
        raise ContractError("paper")
    if locked.signatures.filter(side=side, amendment=None).exists():
        raise ContractError("side")
    made = Signature.objects.create(
        contract=locked,
        side=side,
        name=name,
        position=position,
        person=person,
        sha256=seen,
        at=timezone.now(),
        stamped=stamped or "",
    )
    machine.record(locked, locked.state, locked.state, actor=actor, why=f"signed: {side} {name}")
    if locked.signatures.filter(amendment=None).count() == len(Signature.SIDES):
        states.CONTRACT.move(contract, states.SIGNED, actor=actor)
        states.CONTRACT.move(contract, states.ACTIVE, actor=actor)
    signals.contract_signed.send(Signature, signature=made)
    return made


def _check_company(contract: Contract, side: str) -> None:
    """A suspended company signs nothing; one whose proof has ended keeps what it began."""
    if side == Signature.BUYER and contract.company.state == companies.SUSPENDED:
        raise ContractError("company")


@transaction.atomic
def terminate(*, contract: Contract, actor: Actor, why: str) -> None:
    """It ends before its time: nothing more is called off; orders that were placed go on. Raises IllegalMove.

    Pages call sharing.end, which cancels the open call-offs with their pools first and then this.
    """
    _locked(contract)
    states.CONTRACT.move(contract, states.TERMINATED, actor=actor, why=why)


@transaction.atomic
def complete(*, contract: Contract, actor: Actor) -> bool:
    """End a contract whose last day is over and of which no call-off is open; False if it is not so far."""
    locked = _locked(contract)
    open_ = locked.call_offs.exclude(state__in=[states.COMPLETED, states.CANCELLED])
    if locked.state != states.ACTIVE or locked.last >= today() or open_.exists():
        return False
    states.CONTRACT.move(contract, states.COMPLETED, actor=actor)
    return True


@transaction.atomic
def propose_amendment(
    *, contract: Contract, side: str, text: str, changes: Mapping[str, Any], person: Any, actor: Actor
) -> Amendment:
    """Another last day, other quantities or prices: takes effect once both have signed it. Orders keep their price.

    `changes`: {"last": "2027-06-30", "lines": {"<ContractLine id>": {"quantity": 1200, "unit_price": 250}}}, prices in
    minor units of the contract's currency. One is open at a time.
    `side`: of Signature.SIDES, who proposes it. Side effects: Amendment with its file, history row, signal (the other
    side has a mail). Raises ContractError "changes".
    """
    locked = _locked(contract)
    if locked.state != states.ACTIVE or locked.amendments.filter(Amendment.OPEN).exists():
        raise ContractError("changes")
    _check_changes(locked, changes)
    made = Amendment(
        contract=locked,
        number=locked.amendments.count() + 1,
        text=text,
        changes=dict(changes),
        side=side,
        proposed_by=person,
    )
    pdf = papers.amendment_pdf(made)
    made.sha256 = sha256(pdf).hexdigest()
    made.file.save(f"{locked.number}-{made.number}-{random_code(12)}.pdf", ContentFile(pdf), save=False)
    made.save()
    machine.record(locked, locked.state, locked.state, actor=actor, why=f"amendment {made.number} proposed")
    signals.amendment_proposed.send(Amendment, amendment=made, side=side)
    return made


@transaction.atomic
def end_amendment(*, amendment: Amendment, side: str, why: str, actor: Actor) -> None:
    """It is not to hold: its own side withdraws it, the other declines it, without a side it is over by itself.

    Side effects: the amendment, history row of the contract, signal (mails). Raises ContractError "ended".
    Pages and timetable call awarding.end_amendment.
    """
    contract = _locked(amendment.contract)
    amendment.refresh_from_db()
    if not amendment.is_open:
        raise ContractError("ended")
    how = Amendment.OVER
    if side:
        how = Amendment.WITHDRAWN if side == amendment.side else Amendment.DECLINED
    amendment.ended_at, amendment.ended, amendment.why = timezone.now(), how, why[:500]
    amendment.save(update_fields=["ended_at", "ended", "why"])
    said = f"amendment {amendment.number} {how}: {why}".removesuffix(": ")
    machine.record(contract, contract.state, contract.state, actor=actor, why=said)
    signals.amendment_ended.send(Amendment, amendment=amendment, side=side)


def check_open(amendment: Amendment) -> None:
    """Raises ContractError "ended" unless it still waits for signatures, and its contract runs."""
    if not amendment.is_open or amendment.contract.state != states.ACTIVE:
        raise ContractError("ended")


def _check_changes(contract: Contract, changes: Mapping[str, Any]) -> None:
    if not changes or not set(changes) <= {"last", "lines"}:
        raise ContractError("changes")
    if "last" in changes and date.fromisoformat(changes["last"]) < max(contract.first, today()):
        raise ContractError("changes")
    known = {str(line.pk): line for line in contract.lines.all()}
    for pk, change in changes.get("lines", {}).items():
        line = known.get(pk)
        if line is None or not change or not set(change) <= {"quantity", "unit_price"}:
            raise ContractError("changes")
        if not all(isinstance(n, int) and n > 0 for n in change.values()):
            raise ContractError("changes")
        quantity = change.get("quantity", line.quantity)
        if quantity + quantity * line.tolerance // 1000 < line.called_off:
            raise ContractError("changes")


@transaction.atomic
def sign_amendment(
    *,
    amendment: Amendment,
    side: str,
    name: str,
    position: str,
    person: Any,
    seen: str,
    actor: Actor,
    stamped: Any = None,
) -> Signature:
    """As sign(). With the second signature the changes hold.

    Raises ContractError "paper", "side", "ended", "changes", "company".
    """
    contract = _locked(amendment.contract)
    _check_company(contract, side)
    amendment = Amendment.objects.select_related("contract").get(pk=amendment.pk)
    if seen != amendment.sha256:
        raise ContractError("paper")
    if amendment.signatures.filter(side=side).exists():
        raise ContractError("side")
    check_open(amendment)
    _check_changes(contract, amendment.changes)
    made = Signature.objects.create(
        contract=contract,
        amendment=amendment,
        side=side,
        name=name,
        position=position,
        person=person,
        sha256=seen,
        at=timezone.now(),
        stamped=stamped or "",
    )
    if amendment.signatures.count() == len(Signature.SIDES):
        _take(contract, amendment)
        machine.record(
            contract, contract.state, contract.state, actor=actor, why=f"amendment {amendment.number}"
        )
    signals.contract_signed.send(Signature, signature=made)
    return made


def total(contract: Contract, amendment: Amendment | None = None) -> Money:
    """The sum of its goods; as it would be by an amendment that is not signed yet."""
    changes = amendment.changes.get("lines", {}) if amendment else {}
    found = Money(0, contract.currency)
    for line in contract.lines.all():
        change = changes.get(str(line.pk), {})
        price = Money(change.get("unit_price", line.unit_price), contract.currency)
        found += price * change.get("quantity", line.quantity)
    return found


def _take(contract: Contract, amendment: Amendment) -> None:
    if "last" in amendment.changes:
        Contract.objects.filter(pk=contract.pk).update(last=date.fromisoformat(amendment.changes["last"]))
    for pk, change in sorted(
        (int(key), change) for key, change in amendment.changes.get("lines", {}).items()
    ):
        contract.lines.filter(pk=pk).update(**change)
    Amendment.objects.filter(pk=amendment.pk).update(taken_at=timezone.now())


def due_days(contract: Contract, first: date) -> list[tuple[PaymentStep, date]]:
    """When each step of a call-off that begins on `first` is due; never before tomorrow."""
    soonest = today() + timedelta(days=1)
    return [(step, max(first - timedelta(days=step.days_before), soonest)) for step in contract.steps.all()]
