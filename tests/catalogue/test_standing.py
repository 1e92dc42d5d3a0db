"""A pesantren is suspended and lifted again: what buyers see, what goes on, and what races do."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from catalogue import states
from catalogue.models import Product
from catalogue.permits.models import Permit
from catalogue.permits.services import confirm
from catalogue.search.models import Entry
from catalogue.services import listings, standing
from checkout.basket import terms
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import history
from marketplace.fulfilment import services as fulfilment
from marketplace.notices.models import Mail
from marketplace.orders.models import Order
from marketplace.payments import queries as payments
from marketplace.pesantren.exceptions import NotSelling
from marketplace.pesantren.models import Partner, StockRecord
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.claims import facts_of
from tests.factories.orders import placed_order
from tests.factories.paid import pay
from tests.factories.permits import a_permit, a_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def mine() -> Partner:
    return make_pesantren("contoh-satu")


def suspend(partner: Partner, why: str = "Pesanan tidak dijawab") -> int:
    return standing.suspend(partner=partner, actor=SYSTEM, why=why)


def standing_of(partner: Partner) -> dict[str, tuple[str, bool, bool]]:
    rows = Product.objects.filter(partner=partner)
    return {one.title_ind: (one.state, one.is_public, one.is_held) for one in rows}


def test_everything_comes_back_as_it_was(mine: Partner) -> None:
    sold, hidden = make_product(mine, title="Dijual"), make_product(mine, title="Sembunyi", is_public=False)
    paused = make_product(mine, title="Libur", state=states.PAUSED, is_public=False)
    theirs = make_product(make_pesantren("contoh-dua"))
    before = standing_of(mine)
    assert suspend(mine) == 1
    assert not Product.objects.filter(partner=mine, is_public=True).exists()
    assert list(Entry.objects.values_list("product_id", flat=True)) == [theirs.pk]
    assert Client().get(sold.get_absolute_url()).status_code == 404
    assert standing.lift(partner=mine, actor=SYSTEM) == 1
    assert standing_of(mine) == before
    assert {hidden.pk, paused.pk}.isdisjoint(Entry.objects.values_list("product_id", flat=True))
    assert [(row.before, row.after, row.why) for row in history(mine)] == [
        ("sells", "suspended", "Pesanan tidak dijawab"),
        ("suspended", "sells", ""),
    ]


def test_what_its_people_do_meanwhile_holds_afterwards(mine: Partner) -> None:
    one, two = make_product(mine, title="Satu"), make_product(mine, title="Dua")
    off = make_product(mine, title="Tiga", state=states.PAUSED, is_public=False)
    suspend(mine)
    listings.pause(product=one, actor=SYSTEM)
    listings.relist(product=off, actor=SYSTEM)
    assert (off.state, off.is_public, off.is_held) == (states.ON_SALE, False, True)
    two.refresh_from_db()
    assert listings.change(product=two, facts=facts_of(two, name="Dua baru"), actor=SYSTEM) is None
    standing.lift(partner=mine, actor=SYSTEM)
    assert standing_of(mine) == {
        "Satu": (states.PAUSED, False, False),
        "Dua baru": (states.ON_SALE, True, False),
        "Tiga": (states.ON_SALE, True, False),
    }


def test_a_permit_that_ended_meanwhile_keeps_it_off_sale(mine: Partner) -> None:
    product = make_product(mine)
    suspend(mine)
    a_rule(product, "halal")
    assert standing.lift(partner=mine, actor=SYSTEM) == 0
    product.refresh_from_db()
    assert (product.state, product.is_public, product.is_held) == (states.STOPPED, False, False)


def test_a_permit_confirmed_meanwhile_shows_nothing_before_the_lift(mine: Partner) -> None:
    product = make_product(mine, state=states.STOPPED, is_public=False)
    a_rule(product, "halal")
    suspend(mine)
    permit = a_permit(product, make_user("x@example.com"))
    confirm(permit=permit, actor=SYSTEM)
    product.refresh_from_db()
    assert (product.state, product.is_public, product.is_held) == (states.ON_SALE, False, True)
    standing.lift(partner=mine, actor=SYSTEM)
    product.refresh_from_db()
    assert product.is_public
    assert Permit.objects.get().state == "confirmed"


def test_whatever_shows_a_listing_the_database_holds_it(mine: Partner) -> None:
    product = make_product(mine)
    suspend(mine)
    Product.objects.filter(pk=product.pk).update(is_public=True, is_held=False)
    assert standing_of(mine) == {"Sarung uji": (states.ON_SALE, False, True)}
    made = make_product(mine, title="Baru")
    made.refresh_from_db()
    assert (made.is_public, made.is_held) == (False, True)
    with pytest.raises(IntegrityError, match="partner_suspended_with_reason"), transaction.atomic():
        Partner.objects.filter(pk=mine.pk).update(suspended_why="")


def test_nothing_new_is_ordered_and_what_was_ordered_goes_on(mine: Partner) -> None:
    product = make_product(mine, stock=10)
    placed = placed_order([(product, 2)])
    pay(placed.due)
    suspend(mine)
    part = placed.order.fulfilments.get()
    fulfilment.accept(fulfilment=part, actor=SYSTEM)
    fulfilment.pack(fulfilment=part, actor=SYSTEM)
    fulfilment.hand_over(fulfilment=part, actor=SYSTEM, carrier="JNE", tracking_number="1")
    fulfilment.deliver(fulfilment=part, actor=SYSTEM)
    lines = {line.pk: line.quantity for line in part.lines.all()}
    fulfilment.sign(fulfilment=part, actor=SYSTEM, signed_name="A", accepted=lines, reasons={})
    assert payments.owed_to([mine.pk])[mine.pk].minor == 2 * 150_000 + 15_000
    record = StockRecord.objects.select_related("partner", "product").get()
    problem = terms.problem(record, 1)
    assert problem
    assert problem.code == terms.NOT_SELLING
    with pytest.raises(NotSelling):
        placed_order([(product, 1)])
    assert Order.objects.count() == 1


def test_its_people_and_nobody_else_are_told_why(mine: Partner) -> None:
    make_member(make_user("m@example.com", language="en"), mine)
    make_member(make_user("h@example.com"), mine)
    make_member(make_user("other@example.com"), make_pesantren("contoh-dua"))
    suspend(mine)
    first = {mail.to: mail.text for mail in Mail.objects.all()}
    assert set(first) == {"m@example.com", "h@example.com"}
    assert "The reason: Pesanan tidak dijawab" in first["m@example.com"]
    standing.lift(partner=mine, actor=SYSTEM)
    suspend(mine, "Lagi")
    assert Mail.objects.filter(to="m@example.com").count() == 3


@pytest.mark.parametrize("step", ["suspend", "lift"])
def test_refused_twice_and_by_its_own_people(mine: Partner, step: str) -> None:
    person = make_user("both@example.com", staff_role="office")
    make_member(person, mine)
    if step == "lift":
        suspend(mine)
    work = {"suspend": lambda actor: standing.suspend(partner=mine, actor=actor, why="x"),
            "lift": lambda actor: standing.lift(partner=mine, actor=actor)}[step]  # fmt: skip
    with pytest.raises(standing.StandingError, match="own"):
        work(Actor.of(person))
    work(SYSTEM)
    with pytest.raises(standing.StandingError, match="already"):
        work(SYSTEM)
    listed = make_pesantren("nyata", sells=False)
    with pytest.raises(standing.StandingError, match="already"):
        suspend(listed)


def test_buyers_read_neutral_words_and_its_people_the_reason(mine: Partner) -> None:
    make_product(mine)
    person = make_user("m@example.com", language="en")
    make_member(person, mine)
    suspend(mine, "Tidak menjawab")
    with translation.override("en"):
        page = Client().get(mine.get_absolute_url()).content.decode()
        listed = Client().get(reverse("pesantren:list")).content.decode()
    assert "This pesantren takes no new orders at the moment." in page
    assert "Tidak menjawab" not in page
    assert "Not selling now" in listed
    client = Client()
    client.force_login(person)
    with translation.override("en"):
        for name in ("workspace:home", "workspace:products"):
            assert "The office writes: Tidak menjawab" in client.get(reverse(name)).content.decode()


@pytest.mark.django_db(transaction=True)
def test_an_order_at_the_same_moment_is_before_it_or_refused() -> None:
    mine = make_pesantren("contoh-satu")
    product = make_product(mine, stock=100)
    found = race(
        lambda: placed_order([(product, 1)]),
        lambda: suspend(mine),
        lambda: placed_order([(product, 1)]),
        lambda: listings.pause(product=product, actor=SYSTEM),
    )
    mine.refresh_from_db()
    product.refresh_from_db()
    assert not product.is_public
    for one in (found[0], found[2]):
        if isinstance(one, Exception):
            assert isinstance(one, NotSelling), one
        else:
            assert one.order.date_placed <= mine.suspended_at + timedelta(seconds=5)
    placed = Order.objects.count()
    with pytest.raises(NotSelling):
        placed_order([(product, 1)])
    assert Order.objects.count() == placed
    assert mine.suspended_at <= timezone.now()


@pytest.mark.django_db(transaction=True)
def test_shown_and_suspended_at_the_same_moment_is_hidden() -> None:
    mine = make_pesantren("contoh-satu")
    off = [make_product(mine, title=f"P{n}", state=states.PAUSED, is_public=False) for n in range(3)]
    works = [lambda one=one: listings.relist(product=one, actor=SYSTEM) for one in off]  # type: ignore[misc]
    found = race(*works, lambda: suspend(mine), lambda: suspend(mine))
    assert [type(one).__name__ for one in found[:3]] == ["NoneType"] * 3
    assert sorted(type(one).__name__ for one in found[3:]) == ["StandingError", "int"]
    assert not Product.objects.filter(is_public=True).exists()
    assert Product.objects.filter(is_held=True, state=states.ON_SALE).count() == 3
