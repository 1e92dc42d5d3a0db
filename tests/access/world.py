"""One small world for the access table: two buyers, two pesantren, one paid order, one delivered part."""

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from catalogue.models import Product, ProductImage
from catalogue.services import listings
from checkout.basket.models import Basket
from checkout.lists.services import make as make_list
from marketplace.common.actor import SYSTEM, Actor
from marketplace.complaints.queries import link_token as complaint_token
from marketplace.fulfilment import services
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.models import Account
from marketplace.ledger.money import Money
from marketplace.orders.queries import link_token
from marketplace.payments import services as payments
from marketplace.payments.models import Attempt, CreditNote, Dispute, Due, Payout, PayoutAccount, PayoutBatch
from marketplace.payments.statements import SAMPLES
from marketplace.pesantren.models import Member, Partner
from marketplace.pesantren.services import team
from marketplace.pesantren.strategy import Selector
from marketplace.reference.services import keep
from offtakers.services import invite
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_tariffs, make_user
from tests.factories.companies import a_proof, make_company
from tests.factories.conversations import a_complaint, write
from tests.factories.fees import fee_rule
from tests.factories.joining import an_application
from tests.factories.orders import account, placed_order
from tests.factories.overseas import a_lock, deposit_and_balance, dues_of, export_order, letter_for
from tests.factories.permits import a_permit

HOME = {
    "name": "Contoh Pembeli",
    "phone": "+6281234567890",
    "regency": "32.73",
    "district": "Coblong",
    "line1": "Jl. Contoh No. 1",
    "postcode": "40135",
}
DAY = date(2026, 11, 23)


@dataclass
class World:
    people: dict[str, Any]
    values: dict[str, Any]
    part: Fulfilment


def pay(placed: Any, reference: str) -> None:
    receipt = payments.record_receipt(
        amount=placed.due.total,
        received_on=DAY,
        payer="Contoh",
        bank_reference=reference,
        note=placed.due.reference,
        actor=SYSTEM,
    )
    payments.match(receipt=receipt, due=placed.due, actor=SYSTEM)


def make_people() -> dict[str, Any]:
    return {
        "buyer": make_user("buyer@example.com"),
        "other_buyer": make_user("other@example.com"),
        "member": make_user("pesantren@example.com"),
        "other_member": make_user("pesantren2@example.com"),
        "office": make_user("office@example.com", staff_role="office"),
        "export": make_user("export@example.com", staff_role="export"),
    }


def arrived(placed: Any) -> Fulfilment:
    """The part of a paid order, brought to the buyer's door."""
    part = placed.order.fulfilments.get()
    services.accept(fulfilment=part, actor=SYSTEM)
    services.pack(fulfilment=part, actor=SYSTEM)
    services.hand_over(fulfilment=part, actor=SYSTEM, carrier="JNE", tracking_number="1")
    services.deliver(fulfilment=part, actor=SYSTEM)
    return part


def unknown_money(reference: str) -> Any:
    return payments.record_receipt(
        amount=Money(5000), received_on=DAY, payer="Siapa", bank_reference=reference, note="", actor=SYSTEM
    )


def bank_file(name: str) -> Any:
    content = (SAMPLES / f"{name}.csv").read_bytes()
    return payments.upload(name=f"{name}.csv", content=content, actor=SYSTEM)


def bank_line() -> Any:
    """A line of a file that was read."""
    payments.start(statement=(read := bank_file("mandiri")), actor=SYSTEM)
    payments.read_on(read)
    return read.lines.order_by("pk").first()


def of_the_bank() -> dict[str, Any]:
    """Money of nobody, two files of the bank, and an action that waits for a second person."""
    office2 = Actor.of(make_user("office2@example.com"))
    return {
        "receipt": unknown_money("BANK-3").pk,
        "statement": bank_file("klikbca").pk,
        "layout": "klikbca",
        "line": bank_line().pk,
        "approval": payments.propose_return(receipt=unknown_money("BANK-5"), why="?", actor=office2).pk,
    }


def from_abroad(office: Any) -> dict[str, Any]:
    """An order in dollars, an open balance of it, and the letter of credit for another."""
    deposit, balance = deposit_and_balance(5_000)
    steps = [deposit, replace(balance, share=2_500), replace(balance, share=2_500)]
    order = export_order(steps, sellers=1)
    return {
        "export_token": link_token(order),
        "balance": dues_of(order)[1].reference,
        "letter": letter_for(dues_of(order)[2], office).pk,
        "rate_lock": a_lock(order).pk,
    }


def with_company(user: Any) -> dict[str, Any]:
    """The company of this person, and somebody who is invited to it."""
    company = make_company(user, proof=a_proof())
    return {
        "company": company.pk,
        "company_member": company.members.get().pk,
        "invitation": invite(company=company, email="z@example.com", role="buyer", language="id").pk,
    }


def to_be_paid_out(partner: Any, member: Any) -> dict[str, Any]:
    """An account that waits, and a draft with one transfer to the one before."""
    waits = PayoutAccount.objects.create(
        partner=partner, bank="Bank Contoh", number="123456", holder="Contoh", proposed_by=member
    )
    batch = PayoutBatch.objects.create(number="PB-1")
    transfer = Payout.objects.create(
        batch=batch, partner=partner, account=waits, reference="PB-1-1", amount=1_000
    )
    return {
        "payout_account": waits.pk,
        "payout_batch": batch.number,
        "payout": transfer.pk,
        "batch_step": "prepare",
    }


def long_ago(placed: Any) -> Fulfilment:
    """The part of an order that was paid 70 days ago."""
    Due.objects.filter(order=placed.order).update(settled_at=timezone.now() - timedelta(days=70))
    return placed.order.fulfilments.get()


def a_dispute(due: Any) -> Dispute:
    """An old one, won: it changes nothing else in this world."""
    paid = Attempt.objects.create(due=due, number=1, amount=due.amount, state="paid", intent_id="pi_1")
    return Dispute.objects.create(attempt=paid, provider_id="du_1", amount=due.amount, state="won")


def with_credit_note(order: Any) -> dict[str, Any]:
    partner = order.fulfilments.get().partner
    note = CreditNote.objects.create(
        number="CN-1", order=order, partner=partner, amount=1, from_debt=1, why="uji", lines=[]
    )
    return {"credit_note": note.number, "credit_note_token": link_token(order)}


def an_invitation(partner: Partner, person: Any) -> dict[str, Any]:
    made = team.invite(partner=partner, role="helper", note="Contoh", person=person)
    membership = Member.objects.get(partner=partner, user=person)
    return {"member_invitation": made.pk, "member_token": made.token, "membership": membership.pk}


def with_draft(partner: Partner, product: Product, person: Any) -> dict[str, Any]:
    """A listing that is not published yet, with a photo, and a permit that waits for the office."""
    kind = product.product_class
    draft = listings.start(partner=partner, kind=kind, key=uuid4(), answers={}, actor=SYSTEM)
    image = ProductImage.objects.create(
        product=draft.product, original="products/none.webp", width=10, height=10
    )
    return {
        "draft": draft.product_id,
        "permit": a_permit(product, person).pk,
        **an_invitation(partner, person),
        "application": an_application(make_user("joins@example.com")).pk,
        "requirement": "call",
        "application_step": "ask",
        "listing_photo": image.pk,
        "listing_change": "stock",
        "listing_step": "discard",
    }


def make_world() -> World:
    tariff = make_tariffs()[0]
    people = make_people()
    mine, other = make_pesantren("contoh-satu"), make_pesantren("contoh-dua")
    make_member(people["member"], mine)
    make_member(people["other_member"], other)
    product = make_product(mine, title="Sarung uji")
    paid, unpaid, delivered = (
        placed_order(lines=[(product, 1)], buyer=account(people["buyer"])) for _ in range(3)
    )
    pay(paid, "BANK-1")
    pay(delivered, "BANK-2")
    signable = arrived(delivered)
    refund = payments.return_receipt(receipt=unknown_money("BANK-4"), actor=SYSTEM, why="unknown")
    basket = Basket.objects.create(owner=people["buyer"])
    basket.strategy = Selector().strategy()
    line, _ = basket.add_product(product, 1)
    part = paid.order.fulfilments.get()
    guest = placed_order(lines=[(product, 1)])
    complaint = a_complaint(fulfilment=signable, user=people["buyer"])
    thread = write(product=product, user=people["buyer"]).thread
    values = {
        **from_abroad(people["office"]),
        **with_company(people["buyer"]),
        **to_be_paid_out(mine, people["member"]),
        "guest_token": link_token(guest.order),
        "complaint": complaint.number,
        "complaint_token": complaint_token(complaint),
        "thread": thread.pk,
        "private_name": "private/acceptance/x.webp",
        "sector": product.categories.get().slug,
        "slug": product.slug,
        "product": product.pk,
        "pesantren": mine.code,
        "basket_line": line.pk,
        "uid": "MQ",
        "bad_token": "no-such-token",
        "address": keep(user=people["buyer"], contact=HOME).pk,
        "saved_list": make_list(owner=people["buyer"], name="Belanja bulanan").pk,
        "order": paid.order.number,
        "year": 2026,
        "month": 11,
        "long_held": long_ago(paid).number,
        "book_account": Account.objects.get(kind="bank", currency="IDR").pk,
        "token": link_token(unpaid.order),
        "attempt": Attempt.objects.create(due=unpaid.due, number=1, amount=unpaid.due.amount).pk,
        "signable_token": link_token(delivered.order),
        "signable_part": signable.number,
        "photo": uuid4(),
        "part": part.number,
        **with_draft(mine, product, people["member"]),
        **of_the_bank(),
        "refund": refund.pk,
        "dispute": a_dispute(paid.due).pk,
        **with_credit_note(paid.order),
        "fee_rule": fee_rule().pk,
        "courier": tariff.courier_id,
        "tariff": tariff.pk,
    }
    return World(people, values, part)
