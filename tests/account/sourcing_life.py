"""From a demand abroad to an ordered delivery, so that every mail of sourcing is written once."""

from typing import Any
from uuid import uuid4

from django.utils import timezone

from marketplace.fulfilment.services import Buyer, cancel_unpaid
from marketplace.pooling import services as pooling
from marketplace.pooling.models import Share
from marketplace.sourcing.models import Remark, Signature
from marketplace.sourcing.services import awarding, call_offs, composing, contracts, quotes, sharing
from marketplace.sourcing.services.composing import Rules
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.companies import admin_of, make_overseas
from tests.factories.sourcing import (
    BUYER,
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_exporter,
    make_quote,
    offer_terms,
)
from tests.sourcing.test_contracts import asking


def life_of_sourcing(language: str) -> None:
    """One pesantren supplies, an exporter composes, both sides write, sign, and a delivery is ordered."""
    importer = make_user("importir-besar@example.com", language=language)
    exporter, manggis = make_exporter("contoh-penyusun"), make_commodity("manggis-surat")
    product = goods_of(make_pesantren("contoh-pemasok-surat"), manggis)
    for email, partner in (("penyusun@example.com", exporter), ("pemasok@example.com", product.seller)):
        make_member(make_user(email, language=language), partner)
    abroad = {"country": "AE", "regency": None, "currency": "USD", "mode": "air"}
    demand = make_demand([a_good(manggis)], make_overseas(importer), **abroad)
    make_quote(demand, product, 1_000, 20_000, kind="supply")
    planned = composing.plan(demand=demand, composer=exporter, rules=Rules(), actor=SELLER)
    offer = composing.offer(
        demand=demand,
        composer=exporter,
        planned=planned,
        rules=Rules(),
        costs={},
        terms=offer_terms(),
        actor=SELLER,
    )
    quotes.send(quote=offer, person=None, actor=SELLER)
    _talk(offer)
    quotes.remind(quote=offer, now=timezone.now())
    contract = make_contract(offer)
    _amended(contract)
    composing.agree(contract=contract, actor=SELLER)
    call_off = call_offs.ask(**asking(contract, 500))
    sharing.share_out(call_off=call_off, rules=Rules(), actor=SELLER)
    pooling.confirm_share(share=Share.objects.get(pool__reference__startswith="C-"), actor=SELLER)
    buyer = Buyer(contract.company.name, importer.email or "", "", language, importer)
    shares = sharing.confirmed_shares(call_off)
    call_off.refresh_from_db()
    order = call_offs.order(call_off=call_off, shares=shares, buyer=buyer, actor=BUYER)
    cancel_unpaid(order=order, actor=BUYER)


def _amended(contract: Any) -> None:
    """Each side proposes a change that ends in each way, and one that holds."""
    for side in (Signature.SELLER, Signature.BUYER):
        for ends in (Signature.SELLER, Signature.BUYER, ""):
            made = _proposed(contract, side)
            awarding.end_amendment(amendment=made, side=ends, why="Contoh" if ends else "", actor=SELLER)
    for side in (Signature.SELLER, Signature.BUYER):
        made = _proposed(contract, side)
        for signs in ("buyer", "seller"):
            contracts.sign_amendment(
                amendment=made,
                side=signs,
                name="Contoh",
                position="",
                person=admin_of(contract.company),
                seen=made.sha256,
                actor=BUYER,
            )


def _proposed(contract: Any, side: str) -> Any:
    more = contract.lines.get().quantity + 1
    return contracts.propose_amendment(
        contract=contract,
        side=side,
        text="Contoh",
        changes={"lines": {str(contract.lines.get().pk): {"quantity": more}}},
        person=None,
        actor=SELLER,
    )


def _talk(offer: Any) -> None:
    lines = {offer.lines.get().pk: (900, 120)}
    quotes.counter(quote=offer, key=uuid4(), lines=lines, note="", person=None)
    for side in (Remark.BUYER, Remark.SELLER):
        quotes.remark(negotiation=offer.negotiation, key=uuid4(), side=side, text="Kapan?", person=None)
