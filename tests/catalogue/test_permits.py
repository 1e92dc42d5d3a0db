"""Which goods need which paper on which day; proposed, confirmed, refused, over; listings follow."""

import csv
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.utils import translation

from catalogue import states as listing
from catalogue.loading.rows import DATA
from catalogue.models import Certificate, Product
from catalogue.permits import kinds, queries, services, states, tasks
from catalogue.permits.models import Permit, PermitRule
from catalogue.services import listings
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove, history
from marketplace.notices.models import Mail
from marketplace.reference.working_days import today
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.permits import a_permit, a_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Any:
    return make_user("member@example.com")


@pytest.fixture
def sarong(person: Any) -> Product:
    mine = make_pesantren()
    make_member(person, mine)
    return make_product(mine, title="Keripik")


@pytest.fixture
def office() -> Actor:
    return Actor.of(make_user("office@example.com", staff_role="office"))


def state_of(product: Product) -> tuple[str, bool, str]:
    product.refresh_from_db()
    return product.state, product.is_public, product.stopped_why


@pytest.mark.parametrize(
    ("kind", "number", "said"),
    [
        ("pirt", "12345", "A P-IRT number has 15 digits."),
        ("halal", "KH12345678", "This is the number of the decision (KH)."),
        ("halal", "12345678", "A halal number begins with ID, then digits."),
        ("md", "12", "An MD number has 12 digits."),
        ("gap", "12", "Write the whole number of the paper."),
    ],
)
def test_numbers_that_cannot_be(kind: str, number: str, said: str) -> None:
    with pytest.raises(ValidationError) as wrong:
        kinds.check(kind, kinds.tidy(kind, number))
    with translation.override("en"):
        assert wrong.value.messages[0].startswith(said)


def test_numbers_are_tidied_and_read() -> None:
    number = kinds.tidy("pirt", " 206 3204 01 0123-28".replace(" ", ""))
    assert kinds.tidy("halal", "id 3211-0000 123456") == "ID32110000123456"
    assert number == "2063204010123-28".replace("-", "")
    full = "206320401012328"
    kinds.check("pirt", full)
    assert (kinds.pirt_year(full), kinds.pirt_place(full)) == (2028, "32.04")


def test_a_rule_binds_from_its_day_to_its_last(sarong: Product) -> None:
    rule = a_rule(sarong, "halal", "non_halal", since=date(2026, 10, 18))
    PermitRule.objects.filter(pk=rule.pk).update(valid_until=date(2027, 1, 1))
    days = [date(2026, 10, 17), date(2026, 10, 18), date(2027, 1, 1), date(2027, 1, 2)]
    assert [len(queries.missing(sarong, day)) for day in days] == [0, 1, 1, 0]


def test_a_permit_counts_on_its_days_only_when_confirmed(sarong: Product, person: Any, office: Actor) -> None:
    a_rule(sarong, "halal")
    first, last = today(), today() + timedelta(days=10)
    permit = a_permit(sarong, person, valid_from=first, expires_on=last)
    assert len(queries.missing(sarong)) == 1
    services.confirm(permit=permit, actor=office)
    days = [first - timedelta(days=1), first, last, last + timedelta(days=1)]
    assert [len(queries.missing(sarong, day)) for day in days] == [1, 0, 0, 1]


def test_two_topics_are_asked_apart(sarong: Product, person: Any, office: Actor) -> None:
    a_rule(sarong, "halal")
    a_rule(sarong, "pirt", "md", topic="distribution")
    services.confirm(permit=a_permit(sarong, person), actor=office)
    assert [need.topic for need in queries.missing(sarong)] == ["distribution"]


def test_missing_takes_two_queries_for_any_number(sarong: Product, django_assert_num_queries: Any) -> None:
    a_rule(sarong, "halal")
    goods = [sarong, *(make_product(sarong.seller, title=f"Keripik {n}") for n in range(20))]
    with django_assert_num_queries(2):
        found = queries.missing_of(goods)
    assert all(len(needs) == 1 for needs in found.values())


def test_a_listing_without_its_permit_is_stopped_and_comes_back(
    sarong: Product, person: Any, office: Actor
) -> None:
    a_rule(sarong, "halal")
    listings.pause(product=sarong, actor=SYSTEM)
    listings.relist(product=sarong, actor=SYSTEM)
    assert state_of(sarong) == ("stopped", False, "Sertifikat halal")
    with pytest.raises(IllegalMove):
        listings.relist(product=sarong, actor=SYSTEM)
    permit = a_permit(sarong, person)
    assert services.confirm(permit=permit, actor=office) == 1
    assert state_of(sarong) == ("on_sale", True, "")
    paper = Certificate.objects.get()
    assert (paper.product, paper.kind, paper.number) == (sarong, "halal", "ID00110000012345")
    assert [(h.before, h.after, h.actor_name) for h in history(permit)] == [
        ("", "proposed", "Member"),
        ("proposed", "confirmed", "Office"),
    ]
    assert Mail.objects.get().key == f"permit-confirmed/{permit.pk}/{person.pk}"


def test_nobody_confirms_the_own(sarong: Product) -> None:
    both = make_user("both@example.com", staff_role="office")
    permit = a_permit(sarong, both)
    with pytest.raises(services.OwnPermit):
        services.confirm(permit=permit, actor=Actor.of(both))
    permit.refresh_from_db()
    assert permit.state == states.PROPOSED


def test_refused_after_all_takes_it_off_sale(sarong: Product, person: Any, office: Actor) -> None:
    a_rule(sarong, "halal")
    permit = a_permit(sarong, person)
    services.confirm(permit=permit, actor=office)
    services.refuse(permit=permit, actor=office, why="Palsu")
    assert state_of(sarong) == ("stopped", False, "Sertifikat halal")
    assert not Certificate.objects.exists()


def test_another_valid_paper_keeps_it_on_sale(sarong: Product, person: Any, office: Actor) -> None:
    a_rule(sarong, "halal", "non_halal")
    old, new = a_permit(sarong, person), a_permit(sarong, person, number="ID00110000099999")
    for permit in (old, new):
        services.confirm(permit=permit, actor=office)
    services.refuse(permit=old, actor=office, why="diganti")
    assert state_of(sarong)[0] == "on_sale"


def test_goods_of_another_pesantren_are_left_out(sarong: Product, person: Any) -> None:
    theirs = make_product(make_pesantren("lain"))
    permit = a_permit(sarong, person, products=[sarong, theirs])
    assert list(permit.products.all()) == [sarong]


def test_a_declaration_is_not_shown_unless_not_halal(sarong: Product, person: Any, office: Actor) -> None:
    for kind in ("short_life", "non_halal"):
        permit = a_permit(sarong, person, kind, number="", expires_on=None, evidence=None)
        services.confirm(permit=permit, actor=office)
    assert [paper.kind for paper in Certificate.objects.all()] == ["non_halal"]


def test_the_daily_look_ends_stops_and_warns(sarong: Product, person: Any, office: Actor) -> None:
    a_rule(sarong, "halal")
    permit = a_permit(sarong, person, expires_on=today() + timedelta(days=61))
    services.confirm(permit=permit, actor=office)
    Mail.objects.all().delete()
    begun = today()
    for day in range(64):
        with time_machine.travel(f"{begun + timedelta(days=day)} 05:00+00:00", tick=False):
            tasks.daily()
            tasks.daily()
    keys = [mail.key.rsplit("/", 1)[0] for mail in Mail.objects.order_by("pk")]
    number = permit.pk
    assert keys == [
        f"permit-ends/{number}/60",
        f"permit-ends/{number}/30",
        f"permit-ends/{number}/7",
        f"permit-ended/{number}",
    ]
    permit.refresh_from_db()
    assert permit.state == states.EXPIRED
    assert state_of(sarong) == ("stopped", False, "Sertifikat halal")


def test_a_new_rule_stops_what_lacks_it_on_its_first_day(sarong: Product) -> None:
    real = make_product(make_pesantren("nyata", sells=False), title="Hanya terdaftar")
    a_rule(sarong, "halal", since=today() + timedelta(days=1))
    tasks.daily()
    assert state_of(sarong)[0] == "on_sale"
    with time_machine.travel(f"{today() + timedelta(days=1)} 05:00+00:00", tick=False):
        tasks.daily()
        tasks.daily()
    assert state_of(sarong) == ("stopped", False, "Sertifikat halal")
    assert state_of(real)[0] == "on_sale", "listed from public sources, not sold here"
    assert [mail.key.split("/")[0] for mail in Mail.objects.all()] == ["listing-stopped"]


@pytest.mark.django_db(transaction=True)
def test_confirmed_and_withdrawn_at_once_is_one_of_both() -> None:
    person = make_user("member@example.com")
    product = make_product(make_pesantren())
    permit = a_permit(product, person)
    office = Actor.of(make_user("office@example.com", staff_role="office"))
    found = race(
        lambda: services.confirm(permit=Permit.objects.get(), actor=office),
        lambda: services.withdraw(permit=Permit.objects.get(), actor=Actor.of(person)),
    )
    assert [isinstance(one, IllegalMove) for one in found].count(True) == 1
    permit.refresh_from_db()
    assert Certificate.objects.count() == (permit.state == states.CONFIRMED)


def test_publishing_without_a_permit_waits_for_it(sarong: Product) -> None:
    a_rule(sarong, "halal")
    Product.objects.filter(pk=sarong.pk).update(state=listing.PAUSED, is_public=False)
    listings.relist(product=sarong, actor=SYSTEM)
    assert sarong.state == listing.STOPPED


def test_the_rules_of_the_catalogue_name_known_kinds_and_a_source() -> None:
    rows, known = (
        list(csv.DictReader((DATA / f"{name}.csv").read_text().splitlines()))
        for name in ("permit_rules", "product_classes")
    )
    classes = {row["code"] for row in known}
    assert {row["class_code"] for row in rows} <= classes
    assert all(set(row["kinds"].split()) <= set(kinds.Kind.values) and row["source"] for row in rows)
    food = {"dry_food", "bakery", "beverage", "frozen_food", "dairy"}
    for kind in ("frozen_food", "dairy"):
        asked = [row["kinds"] for row in rows if row["class_code"] == kind and row["topic"] == "distribution"]
        assert "pirt" not in asked[0].split(), "P-IRT is not for milk or frozen food"
    assert {row["class_code"] for row in rows if row["topic"] == "halal"} == food
