"""Two pesantren, each with one of everything that the workspace shows; all words of one bear its mark."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile

from catalogue.models import Product, ProductImage
from catalogue.permits.models import Permit
from catalogue.services import listings
from marketplace.common.actor import Actor
from marketplace.fulfilment.models import AcceptancePhoto, Fulfilment
from marketplace.payments.models import CreditNote, PayoutAccount
from marketplace.pesantren import services as goods
from marketplace.pesantren.models import Member, Partner
from marketplace.pesantren.services import team
from marketplace.pesantren.weeks import monday
from marketplace.reference.working_days import today
from marketplace.sourcing.services import call_offs, contracts
from tests.access.lots import with_lots
from tests.access.programme_deals import with_deals
from tests.access.programme_events import in_shop
from tests.access.quoting import with_quotes
from tests.access.returned import coming_back
from tests.access.tracking import with_tracking
from tests.access.world import arrived
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.claims import a_claim
from tests.factories.companies import admin_of, make_company, make_overseas
from tests.factories.conversations import a_complaint, write
from tests.factories.imports import GOOD, as_csv, checked, table
from tests.factories.mentors import agreed
from tests.factories.orders import Buyer, placed_order
from tests.factories.paid import pay
from tests.factories.permits import a_permit
from tests.factories.sourcing import (
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_quote,
    stamp,
)
from tests.sourcing.test_contracts import asking

# Parts of an address that belong to nobody.
NEUTRAL = {
    "year": 2026,
    "month": 11,
    "week": monday(today()).isoformat(),
    "kind": "uji-courier-vehicle-pickup-01-120",  # the class that the factory gives both
    "listing_change": "texts",
    "listing_step": "pause",
    "lot_step": "end",
    "selling_amendment": 1,  # the first of each contract
    "mentor_step": "withdraw",
}


@dataclass
class Shop:
    """`values`: what its addresses are made of, by the names that tests/access/table.py uses. `more`: what its forms
    hold beside them."""

    mark: str
    partner: Partner
    member: Any
    values: dict[str, Any]
    more: dict[str, Any]


def make_shop(mark: str, permit_number: str) -> Shop:
    code = f"contoh-{mark.lower()}"
    partner = make_pesantren(code, name=f"Pesantren {mark}", phone="+6281234567890")
    member = make_user(f"{code}@example.com", name=f"Pengurus {mark}", language="en")
    membership = make_member(member, partner)
    product = make_product(partner, title=f"Sarung {mark}", description=f"Sarung katun {mark}")
    values = {"pesantren": code, "product": product.pk, "membership": membership.pk}
    more: dict[str, Any] = {}
    for part in (
        _orders(mark, product),
        _talk(mark, product),
        _listings(mark, product, member, permit_number),
        _people(mark, partner, member),
        with_quotes(partner),
        _selling(mark, partner),
        in_shop(partner),
    ):
        more |= part.pop("more", {})
        values |= part
    values |= _travelling(member, values["part"])
    return Shop(mark, partner, member, values, more)


def _selling(mark: str, partner: Partner) -> dict[str, Any]:
    """A contract straight with a company, an amendment and a delivery; it is no exporter, so offers are not there."""
    commodity = make_commodity(f"jual-{partner.code}"[:40])
    goods_sold = goods_of(partner, commodity)
    company = make_company(make_user(f"kontrak-{mark.lower()}@example.com"))
    demand = make_demand([a_good(commodity)], company=company)
    contract = make_contract(make_quote(demand, goods_sold, 500))
    call_off, line = call_offs.ask(**asking(contract, 100)), contract.lines.get()
    changes = {"lines": {str(line.pk): {"quantity": 600}}}
    amendment = contracts.propose_amendment(
        contract=contract, side="seller", text="Contoh", changes=changes, person=None, actor=SELLER
    )
    deals = with_deals(partner, company, mark)
    return {name: deals[name] for name in ("deal_event", "deal_commitment", "deal_settlement")} | {
        "selling": contract.number,
        "selling_signature": stamp(amendment, admin_of(company)).pk,
        "selling_call_off": call_off.pk,
    }


def _travelling(member: Any, part: str) -> dict[str, Any]:
    """The part is on its way to somebody abroad."""
    company = make_overseas(make_user(f"importir-{part.lower()}@example.com"))
    row = Fulfilment.objects.get(number=part)
    return {"consignment": with_tracking(company.pk, row, member)["consignment"]}


def _orders(mark: str, product: Product) -> dict[str, Any]:
    """A part to answer, with a credit note and a photo; and one that arrived, with a complaint."""
    buyer = make_user(f"pembeli-{mark.lower()}@example.com", name=f"Pembeli {mark}")
    who = Buyer(f"Pembeli {mark}", buyer.email or "", "+6281234567891", "id", buyer)
    paid, delivered, packed = (placed_order([(product, 1)], who) for _ in range(3))
    for one in (paid, delivered, packed):
        pay(one.due, one.due.reference)
    part, there = paid.order.fulfilments.get(), arrived(delivered)
    AcceptancePhoto.objects.create(
        fulfilment=part, token=(photo := uuid4()), file=ContentFile(b"webp", name=f"{photo}.webp")
    )
    note = CreditNote.objects.create(
        number=f"CN-{mark}",
        order=paid.order,
        partner=product.seller,
        amount=1,
        from_debt=1,
        why=mark,
        lines=[],
    )
    complaint = a_complaint(fulfilment=there, user=buyer, text=f"Sobek {mark}")
    lots = with_lots(product, buyer, packed.order.fulfilments.get())
    return {
        "part": part.number,
        "photo": photo,
        "credit_note": note.number,
        "complaint": complaint.number,
        "return": coming_back(there).number,
        **{key: value for key, value in lots.items() if key not in NEUTRAL},
    }


def _talk(mark: str, product: Product) -> dict[str, Any]:
    asks = make_user(f"bertanya-{mark.lower()}@example.com", name=f"Penanya {mark}")
    return {"thread": write(f"Apakah ada {mark}?", product=product, user=asks).thread.pk}


def _listings(mark: str, product: Product, member: Any, number: str) -> dict[str, Any]:
    """A draft with a photo, a permit and a claim that wait, days off."""
    kind, key, actor = product.product_class, uuid4(), Actor.of(member)
    draft = listings.start(
        partner=product.seller, kind=kind, key=key, answers={"name": f"Baru {mark}"}, actor=actor
    )
    image = ProductImage.objects.create(
        product=draft.product, original="products/none.webp", width=10, height=10
    )
    permit: Permit = a_permit(product, member, number=number)
    claim = a_claim(product, member, text=f"Sarung organik {mark}")
    made = make_product(product.seller, title=f"Seragam {mark}", weekly=10)
    file = as_csv(table([{**GOOD, "name": f"Keripik {mark}"}], kind=kind.slug))
    day = today() + timedelta(days=40)
    off = goods.close(partner=product.seller, first=day, last=day, reason=f"Libur {mark}", actor=actor)
    return {
        "draft": draft.product_id,
        "listing_photo": image.pk,
        "permit": permit.pk,
        "claim": claim.pk,
        "made": made.pk,
        "listing_import": checked(product.seller, member, file).pk,
        "more": {"draft_key": key, "closure": off.pk},
    }


def _people(mark: str, partner: Partner, member: Any) -> dict[str, Any]:
    """An invitation, a helper, and a bank account that waits."""
    invitation = team.invite(partner=partner, role=Member.HELPER, note=f"Undangan {mark}", person=member)
    helper = make_member(make_user(f"pembantu-{mark.lower()}@example.com", name=mark), partner, Member.HELPER)
    PayoutAccount.objects.create(
        partner=partner, bank=f"Bank {mark}", number="123456", holder=f"Contoh {mark}", proposed_by=member
    )
    mentor = make_user(f"pendamping-{mark.lower()}@example.com", name=mark, staff_role="mentor")
    return {
        "mentorship": agreed(partner, mentor, member).pk,
        "member_invitation": invitation.pk,
        "member_token": invitation.token,
        "more": {"helper": helper.pk},
    }


def make_shops() -> tuple[Shop, Shop]:
    """Their ids are far apart, so that none of one can be taken for one of the other."""
    return make_shop("Anggrek", "ID00110000011111"), make_shop("Bambu", "ID00110000022222")
