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
from marketplace.pesantren.weeks import monday
from marketplace.reference.services import keep
from marketplace.reference.working_days import today
from offtakers.models import Company
from tests.access.companies import with_company
from tests.access.export_desk import with_export_desk
from tests.access.exporting import with_exporting
from tests.access.lots import with_lots
from tests.access.papers import with_papers
from tests.access.people import with_lost_phones, with_mentor
from tests.access.programme_deals import with_deals
from tests.access.programme_events import with_events
from tests.access.programme_seen_rows import with_statistics
from tests.access.programme_years import with_programme
from tests.access.quoting import with_quotes
from tests.access.returned import coming_back
from tests.access.sourcing import bought_in_volume
from tests.access.tracking import with_tracking
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_tariffs, make_user
from tests.factories.claims import a_claim
from tests.factories.conversations import a_complaint, write
from tests.factories.fees import fee_rule
from tests.factories.imports import GOOD, as_csv, checked, table
from tests.factories.joining import an_application
from tests.factories.orders import account, placed_order
from tests.factories.overseas import a_lock, deposit_and_balance, dues_of, export_order, letter_for
from tests.factories.permits import a_permit
from tests.factories.programme import make_officer

HOME = {
    "name": "Contoh Pembeli",
    "phone": "+6281234567890",
    "regency": "32.73",
    "district": "Coblong",
    "line1": "Jl. Contoh No. 1",
    "postcode": "40135",
}
DAY = date(2026, 11, 23)
A_MONTH = {"year": DAY.year, "month": DAY.month}


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
        "mentor": make_user("mentor@example.com", staff_role="mentor"),
        "office": make_user("office@example.com", staff_role="office"),
        "export": make_user("export@example.com", staff_role="export"),
        "other_officer": make_officer("other-officer@example.com"),  # of an invented province
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
    back = coming_back(order.fulfilments.get())
    return {"credit_note": note.number, "credit_note_token": link_token(order), "return": back.number}


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
        "claim": a_claim(product, person).pk,
        **an_invitation(partner, person),
        "application": an_application(make_user("joins@example.com")).pk,
        "requirement": "call",
        "application_step": "ask",
        "listing_photo": image.pk,
        "listing_change": "stock",
        "listing_step": "discard",
        "kind": kind.slug,
        "listing_import": checked(partner, person, as_csv(table([GOOD], kind=kind.slug))).pk,
    }


def with_weeks(partner: Partner) -> dict[str, Any]:
    """A listing made to order, and this week."""
    made = make_product(partner, title="Seragam uji", weekly=10)
    return {"made": made.pk, "week": monday(today()).isoformat()}


def a_basket_line(owner: Any, product: Product) -> int:
    basket = Basket.objects.create(owner=owner)
    basket.strategy = Selector().strategy()
    return basket.add_product(product, 1)[0].pk


def make_world() -> World:
    tariff = make_tariffs()[0]
    people = make_people()
    mine, other = make_pesantren("contoh-satu"), make_pesantren("contoh-dua")
    make_member(people["member"], mine)
    make_member(people["other_member"], other)
    product = make_product(mine, title="Sarung uji")
    paid, unpaid, delivered, packed = (
        placed_order(lines=[(product, 1)], buyer=account(people["buyer"])) for _ in range(4)
    )
    pay(paid, "BANK-1")
    pay(delivered, "BANK-2")
    pay(packed, "BANK-6")
    signable = arrived(delivered)
    part = paid.order.fulfilments.get()
    guest = {"guest_token": link_token(placed_order(lines=[(product, 1)]).order)}
    complaint = a_complaint(fulfilment=signable, user=people["buyer"])
    thread = write(product=product, user=people["buyer"]).thread
    values = {
        **from_abroad(people["office"]),
        **(guest | with_company(people["buyer"]) | with_statistics()),
        **to_be_paid_out(mine, people["member"]),
        "complaint": complaint.number,
        "complaint_token": complaint_token(complaint),
        "thread": thread.pk,
        "private_name": "private/acceptance/x.webp",
        "sector": product.categories.get().slug,
        "slug": product.slug,
        "product": product.pk,
        "pesantren": mine.code,
        "basket_line": a_basket_line(people["buyer"], product),
        "uid": "MQ",
        "bad_token": "no-such-token",
        "address": keep(user=people["buyer"], contact=HOME).pk,
        "saved_list": make_list(owner=people["buyer"], name="Belanja bulanan").pk,
        "order": paid.order.number,
        **A_MONTH,
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
        **with_lots(product, people["member"], packed.order.fulfilments.get()),
        "refund": payments.return_receipt(receipt=unknown_money("BANK-4"), actor=SYSTEM, why="unknown").pk,
        "dispute": a_dispute(paid.due).pk,
        **with_credit_note(paid.order),
        "fee_rule": fee_rule().pk,
        "courier": tariff.courier_id,
        "tariff": tariff.pk,
    }
    values |= bought_in_volume(values["company"]) | with_exporting(mine) | with_quotes(mine)
    values |= with_lost_phones() | with_mentor(people, mine) | with_papers(values["company"], part)
    values |= with_tracking(values["company"], part, people["export"]) | with_export_desk() | with_weeks(mine)
    values |= _of_the_programme(mine, values["company"])
    return World(people, values, part)


def _of_the_programme(mine: Partner, company: int) -> dict[str, Any]:
    return with_programme() | with_events(mine, company) | with_deals(mine, Company.objects.get(pk=company))
