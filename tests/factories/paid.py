"""A paid order of two pesantren with the people around it, for tests of the workspace and the office."""

from dataclasses import dataclass
from typing import Any

from marketplace.common.actor import Actor
from marketplace.fulfilment.models import Fulfilment
from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import services as payments
from marketplace.payments.models import Due, Receipt
from marketplace.people.models import User
from marketplace.reference import working_days
from tests.factories import catalogue as cat
from tests.factories import orders as buy

OFFICE = Actor(id=None, name="Contoh Kantor")


@dataclass
class World:
    """Two pesantren (`mine`, `theirs`), their members, a buyer, staff, and one order of both."""

    mine: Any
    theirs: Any
    member: User
    stranger: User
    buyer: User
    office: User
    export: User
    sarong: Any
    coffee: Any
    order: Order
    due: Due

    @property
    def part(self) -> Fulfilment:
        return Fulfilment.objects.get(order=self.order, partner=self.mine)

    @property
    def other_part(self) -> Fulfilment:
        return Fulfilment.objects.get(order=self.order, partner=self.theirs)


def receipt(amount: int, reference: str = "BCA-1", payer: str = "CONTOH PEMBELI", note: str = "") -> Receipt:
    return payments.record_receipt(
        amount=Money(amount),
        received_on=working_days.today(),
        payer=payer,
        bank_reference=reference,
        note=note,
        actor=OFFICE,
    )


def pay(due: Due, reference: str = "BCA-1") -> None:
    payments.match(receipt=receipt(due.amount, reference), due=due, actor=OFFICE)
    due.refresh_from_db()


def world(kind: str = "courier", paid: bool = True) -> World:
    """20 sarongs at Rp 150.000 of `mine`, 3 coffee at Rp 90.000 of `theirs`; Rp 15.000 delivery each."""
    mine = cat.make_pesantren("contoh-sarung", name="Pesantren Contoh Sarung")
    theirs = cat.make_pesantren("contoh-kopi", name="Pesantren Contoh Kopi")
    member, stranger = cat.make_user("anggota@example.com"), cat.make_user("lain@example.com")
    cat.make_member(member, mine)
    cat.make_member(stranger, theirs)
    buyer = cat.make_user("pembeli@example.com", name="Toko Contoh Bandung", phone="+6281234567890")
    sarong = cat.make_product(mine, "Sarung uji", 150_000, stock=100)
    coffee = cat.make_product(theirs, "Kopi uji", 90_000, stock=50)
    placed = buy.placed_order([(sarong, 20), (coffee, 3)], buyer, kind=kind)
    if paid:
        pay(placed.due)
    return World(
        mine,
        theirs,
        member,
        stranger,
        buyer,
        cat.make_user("kantor@example.com", staff_role="office"),
        cat.make_user("ekspor@example.com", staff_role="export"),
        sarong,
        coffee,
        placed.order,
        placed.due,
    )
