"""Mails to whoever sells under contracts, and to the pesantren that an exporter buys from; news arrive as signals.

What becomes of quotes and offers has its own mails: here are contracts and deliveries.
"""

from collections import defaultdict
from typing import Any

from django.dispatch import receiver

from marketplace.notices.services import send_to
from marketplace.orders.links import absolute
from marketplace.pesantren.models import Partner
from marketplace.sourcing import signals, states
from marketplace.sourcing.models import (
    Amendment,
    CallOff,
    PurchaseAgreement,
    Signature,
)
from marketplace.sourcing.supply_queries import supply_talk


@receiver(signals.contract_signed)
def signed(signature: Signature, **kwargs: Any) -> None:
    """By the buyer; the seller knows of its own."""
    contract = signature.contract
    if signature.side == Signature.BUYER:
        path = ("workspace:contract", contract.number)
        _tell(contract.seller, f"contract-signed/{signature.pk}", "signed", path, number=contract.number)


@receiver(signals.amendment_proposed)
def amended(amendment: Amendment, side: str, **kwargs: Any) -> None:
    """Proposed by the buyer."""
    contract = amendment.contract
    if side == Signature.BUYER:
        path = ("workspace:contract", contract.number)
        _tell(contract.seller, f"amendment/{amendment.pk}", "amended", path, number=contract.number)


@receiver(signals.amendment_ended)
def not_amended(amendment: Amendment, side: str, **kwargs: Any) -> None:
    """By the buyer, or by itself."""
    contract = amendment.contract
    if side != Signature.SELLER:
        path, key = ("workspace:contract", contract.number), f"amendment-ended/{amendment.pk}"
        _tell(contract.seller, key, "not_amended", path, number=contract.number, amendment=amendment)


@receiver(signals.call_off_moved)
def called_off(call_off: CallOff, **kwargs: Any) -> None:
    """Asked for, or confirmed by all pesantren; each once."""
    composed = call_off.lines.filter(contract_line__product=None).exists()
    if call_off.state == states.PLANNED or (call_off.state == states.CONFIRMED and composed):
        path = ("workspace:call-off", call_off.pk)
        more = {"call_off": call_off, "number": str(call_off)}
        _tell(
            call_off.contract.seller, f"call-off/{call_off.pk}/{call_off.state}", call_off.state, path, **more
        )


@receiver(signals.call_off_moved)
def fell_away(call_off: CallOff, **kwargs: Any) -> None:
    """Its order has ended, and something of it did not come, or nobody paid for it."""
    if call_off.state in (states.COMPLETED, states.CANCELLED) and call_off.fallen:
        path, key = ("workspace:call-off", call_off.pk), f"call-off/{call_off.pk}/fell"
        more = {"rows": call_off.fallen, "number": str(call_off)}
        _tell(call_off.contract.seller, key, "fell", path, **more)


@receiver(signals.supply_bought)
def bought(agreements: list[PurchaseAgreement], **kwargs: Any) -> None:
    """To the people of each pesantren what is bought from it: one mail for all its lines."""
    by_partner: dict[Partner, list[PurchaseAgreement]] = defaultdict(list)
    for one in agreements:
        by_partner[one.partner].append(one)
    for partner, rows in by_partner.items():
        key = f"bought/{'-'.join(str(one.pk) for one in rows)}"
        contract = rows[0].contract_line.contract
        talk = supply_talk(rows[0])
        page = ("workspace:talk", talk.pk) if talk else ("workspace:home",)
        _tell(partner, key, "bought", page, rows=rows, number=contract.seller.name)


def _tell(partner: Partner, key: str, event: str, path: tuple[Any, ...], **more: Any) -> None:
    name, *args = path
    for member in partner.members.filter(user__is_active=True).select_related("user").order_by("pk"):
        person = member.user
        link = absolute(name, *args, language=person.language)
        send_to(
            person,
            key=key,
            template="seller_news",
            event=event,
            partner=partner,
            link=link,
            **more,
        )
