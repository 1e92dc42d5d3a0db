"""Mails to a company about its requests, quotes, contracts and call-offs; the news arrive as signals.

They go to the members who buy (owners and buyers), by day where they live.
"""

from typing import Any

from django.dispatch import receiver

from marketplace.common.links import absolute
from marketplace.notices.services import send_to
from marketplace.sourcing import signals, states
from marketplace.sourcing.models import Amendment, CallOff, Contract, Negotiation, Quote, Remark, Signature
from offtakers.models import Company, Role


def _tell(
    company: Company, *, key: str, template: str, page: str, args: tuple[Any, ...], **more: Any
) -> None:
    found = company.members.filter(user__is_active=True, roles__overlap=[Role.OWNER, Role.BUYER])
    for member in found.select_related("user").order_by("pk"):
        link = absolute(page, *args, language=member.user.language)
        send_to(member.user, key=key, template=template, company=company, link=link, **more)


def _concerns_buyer(talk: Negotiation) -> bool:
    return talk.kind != Negotiation.SUPPLY


@receiver(signals.quote_sent)
def quote_sent(quote: Quote, **kwargs: Any) -> None:
    """The first version, or one that answers a counter-offer."""
    talk = quote.negotiation
    if _concerns_buyer(talk):
        _tell(
            talk.demand.company,
            key=f"quote/{quote.pk}",
            template="quote_received",
            page="account:quote",
            args=(quote.number,),
            quote=quote,
            seller=talk.partner,
            demand=talk.demand,
        )


@receiver(signals.quote_ending)
def quote_ending(quote: Quote, **kwargs: Any) -> None:
    """It stands for two days more."""
    talk = quote.negotiation
    _tell(
        talk.demand.company,
        key=f"quote-ending/{quote.pk}",
        template="quote_ending",
        page="account:quote",
        args=(quote.number,),
        quote=quote,
        seller=talk.partner,
        demand=talk.demand,
    )


@receiver(signals.amendment_proposed)
def amendment_proposed(amendment: Amendment, side: str, **kwargs: Any) -> None:
    """By the seller."""
    contract = amendment.contract
    if side == Signature.SELLER:
        _tell(
            contract.company,
            key=f"amendment/{amendment.pk}",
            template="amendment_to_sign",
            page="account:contract",
            args=(contract.number,),
            contract=contract,
            seller=contract.seller,
            amendment=amendment,
        )


@receiver(signals.amendment_ended)
def amendment_ended(amendment: Amendment, side: str, **kwargs: Any) -> None:
    """By the seller, or by itself."""
    contract = amendment.contract
    if side != Signature.BUYER:
        _tell(
            contract.company,
            key=f"amendment-ended/{amendment.pk}",
            template="amendment_ended",
            page="account:contract",
            args=(contract.number,),
            contract=contract,
            seller=contract.seller,
            amendment=amendment,
        )


@receiver(signals.remarked)
def remarked(remark: Remark, **kwargs: Any) -> None:
    """The seller asked or answered."""
    talk = remark.negotiation
    newest = talk.quotes.filter(sent_at__isnull=False).order_by("-version").first()
    if remark.side == Remark.SELLER and _concerns_buyer(talk) and newest:
        _tell(
            talk.demand.company,
            key=f"remark/{remark.pk}",
            template="quote_remark",
            page="account:quote",
            args=(newest.number,),
            seller=talk.partner,
            demand=talk.demand,
            text=remark.text,
        )


@receiver(signals.quote_accepted)
def quote_accepted(contract: Contract | None = None, **kwargs: Any) -> None:
    if contract is not None:
        _sign(contract, f"contract/{contract.pk}")


@receiver(signals.contract_signed)
def contract_signed(signature: Signature, **kwargs: Any) -> None:
    """The seller signed; the buyer reads whether its own name is still missing."""
    contract = signature.contract
    if signature.side != Signature.SELLER:
        return
    both = {row.side for row in contract.signatures.filter(amendment=signature.amendment)}
    if Signature.BUYER not in both:
        _sign(contract, f"contract-signed/{signature.pk}")


def _sign(contract: Contract, key: str) -> None:
    _tell(
        contract.company,
        key=key,
        template="contract_to_sign",
        page="account:contract",
        args=(contract.number,),
        contract=contract,
        seller=contract.seller,
    )


@receiver(signals.call_off_moved)
def call_off_moved(call_off: CallOff, **kwargs: Any) -> None:
    """It became an order."""
    if call_off.state == states.ORDERED and call_off.order is not None:
        contract = call_off.contract
        _tell(
            contract.company,
            key=f"call-off/{call_off.pk}",
            template="call_off_ordered",
            page="account:contract",
            args=(contract.number,),
            contract=contract,
            order=call_off.order,
        )


@receiver(signals.call_off_moved)
def call_off_fell(call_off: CallOff, **kwargs: Any) -> None:
    """Its order has ended, and something of it can be called off again while the contract runs."""
    contract = call_off.contract
    if call_off.state not in (states.COMPLETED, states.CANCELLED) or contract.state != states.ACTIVE:
        return
    if call_off.fallen:
        _tell(
            contract.company,
            key=f"call-off/{call_off.pk}/fell",
            template="call_off_fell",
            page="account:contract",
            args=(contract.number,),
            contract=contract,
            order=call_off.order,
            rows=call_off.fallen,
        )
