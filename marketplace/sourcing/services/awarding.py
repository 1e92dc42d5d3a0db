"""A company takes a quote, or a change that costs more: at once, or above its approval limit after another member
agreed."""

import logging
from typing import Any

from django.db import transaction

from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.sourcing.models import Amendment, Contract, Quote, Signature
from marketplace.sourcing.services import contracts, quotes
from offtakers import approvals
from offtakers import states as companies
from offtakers.models import Approval

log = logging.getLogger(__name__)
KIND = "quote"  # of the approval; its reference is the number of the version
AMENDMENT = "amendment"  # its reference: number of the contract, "/", number of the amendment


@transaction.atomic
def take(*, quote: Quote, user: Any) -> Contract | Approval:
    """The contract that was drafted, or the Approval that waits for another member of the company.

    Locks the company before the demand, as the decision does (LOCKS.md). Side effects: those of contracts.award or
    of approvals.ask. Raises QuoteError "over", ContractError, ApprovalError "nobody", IllegalMove.
    """
    quotes.check_standing(quote)
    waits = approvals.ask_if_needed(
        company=quote.negotiation.demand.company,
        kind=KIND,
        reference=quote.number,
        amount=quote.amount,
        what=f"{quote.number}, {quote.negotiation.partner}",
        user=user,
    )
    return waits or contracts.award(quote=quote, actor=Actor.of(user))


def settled(approval: Approval, actor: Actor) -> None:
    """Agreed: the quote is taken now. One that ended meanwhile stays as it is, and its page says so."""
    if approval.state != companies.APPROVED:
        return
    quote = quote_of(approval)
    try:
        with transaction.atomic():
            contracts.award(quote=quote, actor=actor)
    except (quotes.QuoteError, contracts.ContractError, IllegalMove):
        log.info("Agreed too late: quote %s does not stand any more.", approval.reference)


def quote_of(approval: Approval) -> Quote:
    return Quote.objects.select_related("negotiation__demand").get(number=approval.reference)


def decline(*, quote: Quote, user: Any, why: str) -> None:
    """The company does not take this version; whoever was asked to agree need not decide any more.

    Side effects: Approval, state, history rows, signal. Raises IllegalMove.
    """
    approvals.withdraw(kind=KIND, reference=quote.number, actor=Actor.of(user))
    quotes.decline(quote=quote, actor=Actor.of(user), why=why)


@transaction.atomic
def sign_amendment(*, amendment: Amendment, user: Any, **signing: Any) -> Signature | Approval:
    """The company signs a change. One that makes the contract dearer needs an approver above the company's limit: the
    Approval that waits; once it is agreed to, whoever may sign signs.

    `signing` as contracts.sign_amendment takes it, whose side effects and errors these are, or those of approvals.ask.
    """
    contracts.check_open(amendment)
    contract = amendment.contract
    before, after = contracts.total(contract), contracts.total(contract, amendment)
    if after.minor > before.minor:
        waits = approvals.ask_if_needed(
            company=contract.company,
            kind=AMENDMENT,
            reference=_reference(amendment),
            amount=after,
            what=f"{contract.number}/{amendment.number}, {contract.seller}",
            user=user,
        )
        if waits:
            return waits
    return contracts.sign_amendment(amendment=amendment, **signing)


@transaction.atomic
def end_amendment(*, amendment: Amendment, side: str, why: str, actor: Actor) -> None:
    """A proposed change is withdrawn, declined, or over (side ""); nobody needs to agree to it any more.

    Locks the company before the contract (LOCKS.md). Side effects: Approval; those of contracts.end_amendment, whose
    errors these are.
    """
    approvals.withdraw(kind=AMENDMENT, reference=_reference(amendment), actor=actor)
    contracts.end_amendment(amendment=amendment, side=side, why=why, actor=actor)


def _reference(amendment: Amendment) -> str:
    return f"{amendment.contract.number}/{amendment.number}"
