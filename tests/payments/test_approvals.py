"""Above the limit two people of the office move money, never one, whichever way it is tried."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment.audit import audit
from marketplace.payments import queries, services, states
from marketplace.payments.models import Approval, Due, Receipt, Refund
from tests.common.race import race
from tests.factories import catalogue as cat
from tests.factories.paid import World, receipt, world


@pytest.fixture
def shop(db: None, settings: Any) -> World:
    found = world(paid=False)
    settings.SECOND_PERSON_ABOVE = 1_000_000
    return found


@pytest.fixture
def first(shop: World) -> Actor:
    return Actor.of(shop.office)


@pytest.fixture
def second(shop: World) -> Actor:
    return Actor.of(cat.make_user("kantor2@example.com", name="Contoh Kedua", staff_role="office"))


def proposed(shop: World, actor: Actor) -> Approval:
    return services.propose_match(receipt=receipt(shop.due.amount), due=shop.due, actor=actor)


def test_one_person_alone_cannot(shop: World, first: Actor):
    money = receipt(shop.due.amount)
    with pytest.raises(services.SecondPersonNeeded):
        services.match(receipt=money, due=shop.due, actor=first)
    with pytest.raises(services.SecondPersonNeeded):
        services.return_receipt(receipt=money, actor=first, why="?")
    assert Receipt.objects.get().state == states.UNMATCHED
    assert list(audit()) == []


@pytest.mark.parametrize(("limit", "needed"), [(1_000_000, False), (999_999, True), (0, True)])
def test_the_limit_itself_needs_one(shop: World, first: Actor, settings: Any, limit: int, needed: bool):
    settings.SECOND_PERSON_ABOVE = limit
    money = receipt(1_000_000)
    if needed:
        with pytest.raises(services.SecondPersonNeeded):
            services.return_receipt(receipt=money, actor=first, why="?")
    else:
        services.return_receipt(receipt=money, actor=first, why="?")


def test_two_people_match(shop: World, first: Actor, second: Actor):
    approval = proposed(shop, first)
    with pytest.raises(services.SamePerson):
        services.confirm(approval=approval, actor=first)
    with pytest.raises(services.SamePerson):
        services.confirm(approval=approval, actor=SYSTEM)
    services.confirm(approval=approval, actor=second)
    approval.refresh_from_db()
    assert (approval.state, approval.decided_by_id) == (states.CONFIRMED, second.id)
    assert Due.objects.get().state == states.SETTLED
    assert list(audit()) == []
    with pytest.raises(IllegalMove):
        services.confirm(approval=approval, actor=second)


def test_the_database_refuses_one_person_too(shop: World, first: Actor):
    approval = proposed(shop, first)
    with pytest.raises(IntegrityError), transaction.atomic():
        Approval.objects.filter(pk=approval.pk).update(state=states.CONFIRMED, decided_by_id=first.id)


def test_while_proposed_the_money_is_claimed(shop: World, first: Actor, second: Actor, settings: Any):
    approval = proposed(shop, first)
    money = Receipt.objects.get()
    with pytest.raises(services.Claimed):
        services.propose_return(receipt=money, why="?", actor=second)
    settings.SECOND_PERSON_ABOVE = 10**12  # the limit was raised meanwhile
    with pytest.raises(services.Claimed):
        services.match(receipt=money, due=shop.due, actor=second)
    assert queries.ready(shop.office) == []
    assert queries.waits_to_be_matched(shop.due)
    services.withdraw(approval=approval, actor=first)
    services.match(receipt=money, due=shop.due, actor=second)
    assert list(audit()) == []


def test_only_who_proposed_withdraws_and_only_another_rejects(shop: World, first: Actor, second: Actor):
    approval = proposed(shop, first)
    with pytest.raises(services.SamePerson):
        services.withdraw(approval=approval, actor=second)
    with pytest.raises(services.SamePerson):
        services.reject(approval=approval, actor=first, why="?")
    services.reject(approval=approval, actor=second, why="Bukan pesanan ini")
    assert Receipt.objects.get().state == states.UNMATCHED
    services.propose_return(receipt=Receipt.objects.get(), why="?", actor=first)


def test_another_outcome_than_proposed_is_refused(shop: World, first: Actor, second: Actor):
    approval = proposed(shop, first)
    small = receipt(5_000, "KECIL")
    services.match(receipt=small, due=shop.due, actor=first)
    with pytest.raises(services.Changed):
        services.confirm(approval=approval, actor=second)
    approval.refresh_from_db()
    assert approval.state == states.PROPOSED
    assert list(audit()) == []


def test_two_people_return_and_refund(shop: World, first: Actor, second: Actor):
    approval = services.propose_return(receipt=receipt(2_000_000), why="Tidak dikenal", actor=first)
    services.confirm(approval=approval, actor=second)
    refund = Refund.objects.get()
    with pytest.raises(services.SecondPersonNeeded):
        services.pay_refund(refund=refund, bank_reference="OUT 1", actor=second)
    paying = services.propose_refund(refund=refund, bank_reference="OUT 1", actor=second)
    services.confirm(approval=paying, actor=first)
    refund.refresh_from_db()
    assert (refund.state, refund.bank_reference) == (states.PAID, "OUT 1")
    assert list(audit()) == []


def test_a_used_reference_cannot_be_proposed(shop: World, first: Actor, second: Actor):
    for number in ("1", "2"):
        approval = services.propose_return(receipt=receipt(2_000_000, number), why="?", actor=first)
        services.confirm(approval=approval, actor=second)
    one, two = Refund.objects.order_by("pk")
    services.confirm(
        approval=services.propose_refund(refund=one, bank_reference="OUT 1", actor=first), actor=second
    )
    with pytest.raises(services.KnownReference):
        services.propose_refund(refund=two, bank_reference="out1", actor=first)


def test_an_approval_of_other_money_opens_nothing(shop: World, first: Actor, second: Actor):
    approval = proposed(shop, first)
    services.confirm(approval=approval, actor=second)
    other = receipt(2_000_000, "LAIN")
    with pytest.raises(services.SecondPersonNeeded):
        services.return_receipt(receipt=other, actor=first, why="?", approval=approval)


@pytest.mark.django_db(transaction=True)
def test_confirm_withdraw_and_reject_at_once_is_one_of_them(settings: Any):
    shop = world(paid=False)
    settings.SECOND_PERSON_ABOVE = 1_000_000
    mine = Actor.of(shop.office)
    others = [Actor.of(cat.make_user(f"kantor{n}@example.com", staff_role="office")) for n in (2, 3)]
    pk = proposed(shop, mine).pk
    results = race(
        lambda: services.confirm(approval=Approval.objects.get(pk=pk), actor=others[0]),
        lambda: services.confirm(approval=Approval.objects.get(pk=pk), actor=others[1]),
        lambda: services.withdraw(approval=Approval.objects.get(pk=pk), actor=mine),
    )
    assert sorted(type(result).__name__ for result in results) == ["IllegalMove", "IllegalMove", "NoneType"]
    assert list(audit()) == []


@pytest.mark.django_db(transaction=True)
def test_two_propose_at_once(settings: Any):
    shop = world(paid=False)
    settings.SECOND_PERSON_ABOVE = 1_000_000
    money = receipt(shop.due.amount)
    other = Actor.of(cat.make_user("kantor2@example.com", staff_role="office"))
    results = race(
        lambda: services.propose_match(receipt=money, due=shop.due, actor=Actor.of(shop.office)),
        lambda: services.propose_return(receipt=money, why="?", actor=other),
    )
    assert sorted(type(result).__name__ for result in results) == ["Approval", "Claimed"]
