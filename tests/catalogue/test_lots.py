"""A lot: made, made again, corrected, recalled; its public passport, and who is named there."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone, translation
from hypothesis import given, settings
from hypothesis import strategies as st

from catalogue.lots import queries, services, states
from catalogue.lots.models import ALPHABET, Grower, Lot, LotCorrection, new_code, usual_days
from catalogue.lots.personal import CONSENTS
from catalogue.models import Certificate, Commodity, Product
from catalogue.permits import services as permits
from catalogue.permits.models import Permit
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove, history
from marketplace.reference.working_days import today
from tests.common.race import race
from tests.factories.catalogue import make_member, make_pesantren, make_product, make_user
from tests.factories.lots import a_grower, a_lot, a_place, facts
from tests.factories.permits import a_permit

DAY = date(2026, 11, 23)


@pytest.fixture
def goods(db: None) -> Product:
    return make_product(make_pesantren("contoh-kebun"), title="Manggis")


def page(lot: Lot, language: str = "en", **kw: Any) -> str:
    prefix = "" if language == "id" else f"/{language}"
    response = Client().get(f"{prefix}/lot/{lot.code}/", **kw)
    assert response.status_code == 200
    return str(response.content.decode())


def fix(lot: Lot, why: str = "", **kw: Any) -> bool:
    """Correct these facts of a lot."""
    now = {name: getattr(lot, name) for name in services.Facts.__dataclass_fields__}
    return services.correct(lot=lot, facts=services.Facts(**(now | kw)), why=why, actor=SYSTEM)


def test_codes_are_long_and_read_one_way_only() -> None:
    assert len(ALPHABET) ** len(new_code()) > 10**14
    assert not set("01il9o") & set(ALPHABET)
    assert len({new_code() for _ in range(1000)}) == 1000


def test_numbers_follow_each_other_within_a_pesantren_and_a_second_press_makes_none(goods: Product) -> None:
    key = uuid4()
    first = a_lot(goods, day=DAY, key=key)
    other = make_product(goods.seller, title="Salak")
    assert [a_lot(goods, day=DAY, key=key), a_lot(other, day=DAY).number] == [first, "261123-2"]
    assert (first.number, first.state, first.used) == ("261123-1", states.OPEN, 0)
    assert a_lot(make_product(make_pesantren("contoh-lain")), day=DAY).number == "261123-1"
    with pytest.raises(Lot.DoesNotExist):  # a key that another listing used
        a_lot(other, key=key)
    assert history(first).get().after == "open"


def test_again_takes_over_the_place_and_who_still_agrees(goods: Product) -> None:
    assert services.again(product=goods, on=DAY, key=uuid4(), actor=SYSTEM) is None
    grower = a_grower(goods.seller)
    place = a_place("32.05.01")
    a_lot(goods, 80, district=place, grower=grower, note="x", best_before=today() + timedelta(days=3))
    key = uuid4()
    made = services.again(product=goods, on=DAY, key=key, actor=SYSTEM)
    assert made is not None
    assert services.again(product=goods, on=DAY, key=key, actor=SYSTEM) == made
    assert (made.made_to, made.quantity, made.district, made.grower) == (DAY, 80, place, grower)
    assert (made.note, made.best_before) == ("", None)
    services.withdraw_grower(grower=grower, actor=SYSTEM)
    third = services.again(product=goods, on=DAY, key=uuid4(), actor=SYSTEM)
    assert third is not None
    assert third.grower is None


def test_a_correction_before_goods_left_is_kept_but_not_published(goods: Product) -> None:
    lot = a_lot(goods)
    assert fix(lot) is False
    assert fix(lot, district=a_place("32.05.01"), quantity=60) is True
    row = LotCorrection.objects.get()
    assert row.before == {"district": "Soreang, Kabupaten Bandung", "quantity": 50}
    assert row.after == {"district": "Garut Kota, Kabupaten Garut", "quantity": 60}
    assert (row.is_public, lot.quantity) == (False, 60)
    assert "Soreang" not in page(lot)
    with pytest.raises(Exception, match="append-only"), transaction.atomic():
        LotCorrection.objects.update(why="x")


def test_after_goods_left_a_correction_says_why_and_the_passport_tells(goods: Product) -> None:
    lot = a_lot(goods, day=DAY)
    services.take(amounts={lot.pk: 30})
    services.leave(lots=[lot.pk])
    lot.refresh_from_db()
    with pytest.raises(services.NoReason):
        fix(lot, made_from=DAY - timedelta(days=2))
    with pytest.raises(services.Packed) as packed:
        fix(lot, "hitung ulang", quantity=29)
    assert packed.value.used == 30
    fix(lot, "hitung ulang", quantity=40)  # how much there was is nobody else's business
    assert "hitung ulang" not in page(lot)
    fix(lot, "salah tanggal", made_from=DAY - timedelta(days=2))
    shown = page(lot)
    assert "First day was 23 November 2026, is 21 November 2026" in shown
    assert "salah tanggal" in shown


def test_the_database_refuses_more_than_was_made(goods: Product) -> None:
    lot = a_lot(goods)
    for wrong in (
        {"used": 51},
        {"quantity": 0},
        {"made_from": today() + timedelta(days=1)},
        {"state": "recalled"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Lot.objects.filter(pk=lot.pk).update(**wrong)


@settings(deadline=None, max_examples=25)
@given(st.lists(st.tuples(st.booleans(), st.integers(1, 30)), max_size=12))
@pytest.mark.django_db
def test_whatever_is_taken_and_given_back_it_adds_up(steps: list[tuple[bool, int]]) -> None:
    with transaction.atomic():
        lot = a_lot(make_product(make_pesantren("contoh-kebun")))
        used = 0
        for takes, units in steps:
            if takes and used + units > 50:
                with pytest.raises(services.NotEnough) as refused:
                    services.take(amounts={lot.pk: units})
                assert refused.value.free == 50 - used
            elif takes:
                services.take(amounts={lot.pk: units})
                used += units
            elif units <= used:
                services.give_back(amounts={lot.pk: units})
                used -= units
        assert Lot.objects.get(pk=lot.pk).used == used
        transaction.set_rollback(True)


def test_nothing_is_packed_from_a_closed_lot_and_all_or_none(goods: Product) -> None:
    first, second = a_lot(goods), a_lot(goods)
    services.end(lot=second, actor=SYSTEM)
    with pytest.raises(services.NotOpen), transaction.atomic():
        services.take(amounts={first.pk: 10, second.pk: 10})
    with pytest.raises(Lot.DoesNotExist):
        services.take(amounts={10**9: 1})
    assert list(Lot.objects.values_list("used", flat=True)) == [0, 0]
    services.open_again(lot=second, actor=SYSTEM)
    assert [lot.pk for lot in queries.to_pack_from([goods.pk])] == [first.pk, second.pk]


def test_a_recall_and_its_end_stay_on_the_passport(goods: Product) -> None:
    lot = a_lot(goods)
    services.recall(lot=lot, actor=SYSTEM, why="Diduga tercampur pestisida")
    assert "Recalled: do not use it" in page(lot)
    assert "Diduga tercampur pestisida" in page(lot)
    with pytest.raises(services.NotOpen):
        services.leave(lots=[lot.pk])
    with pytest.raises(IllegalMove):
        services.recall(lot=lot, actor=SYSTEM, why="again")
    services.open_again(lot=lot, actor=SYSTEM, why="Hasil uji bersih")
    shown = page(lot)
    assert "do not use it" not in shown
    assert shown.index("The recall was lifted") < shown.index("Diduga tercampur pestisida")


def test_a_grower_is_named_only_while_they_agree(goods: Product) -> None:
    person = make_user("anggota@example.com")
    grower = a_grower(goods.seller, person, name="Santri Contoh", guardian="Wali Contoh")
    lots = [a_lot(goods, grower=grower), a_lot(goods, grower=grower)]
    assert all("Santri Contoh" in page(lot) for lot in lots)
    assert "Wali Contoh" not in page(lots[0])
    assert services.withdraw_grower(grower=grower, actor=Actor.of(person)) is True
    assert services.withdraw_grower(grower=grower, actor=Actor.of(person)) is False
    assert not any("Santri Contoh" in page(lot) for lot in lots)
    assert (grower.name, grower.guardian, grower.withdrawn_at is not None) == ("", "", True)
    assert [row.after for row in history(grower)] == ["agreed", "withdrawn"]
    with connection.cursor() as cursor:  # nowhere: not in what is never deleted either
        cursor.execute("select count(*) from common_statechange where why like '%%Contoh%%'")
        assert cursor.fetchone() == (0,)


def test_the_database_wants_a_guardian_and_a_name(goods: Product) -> None:
    for wrong in ({"needs_guardian": True}, {"name": ""}, {"withdrawn_at": timezone.now()}):
        with pytest.raises(IntegrityError), transaction.atomic():
            a_grower(goods.seller, **wrong)


def test_who_recorded_gets_a_copy_and_names_end_five_years_after_the_last_lot(goods: Product) -> None:
    person = make_user("anggota@example.com")
    old, young = a_grower(goods.seller, person), a_grower(goods.seller, person, name="Yang Baru")
    assert [row["pesantren"] for row in CONSENTS.export(person)] == [goods.seller.name] * 2
    CONSENTS.erase(person)
    assert CONSENTS.export(person) == []
    Grower.objects.update(recorded_at=timezone.now() - timedelta(days=2000))
    a_lot(goods, grower=young)
    a_lot(goods, grower=old, day=today() - timedelta(days=1900))
    assert [CONSENTS.purge(timezone.now()), CONSENTS.purge(timezone.now())] == [1, 0]
    assert list(Grower.objects.order_by("pk").values_list("name", flat=True)) == ["", "Yang Baru"]


def test_papers_are_those_that_were_valid_on_every_day_of_the_lot(goods: Product) -> None:
    person, office = make_user("anggota@example.com"), Actor(1, "Kantor")
    lot = a_lot(goods, made_from=DAY, made_to=DAY + timedelta(days=2))

    def confirmed(number: str, first: date | None, last: date) -> Permit:
        permit = a_permit(goods, person, "organic", number=number, valid_from=first, expires_on=last)
        permits.confirm(permit=permit, actor=office)
        return permit

    confirmed("ORG-HOLDS", DAY, DAY + timedelta(days=2))
    confirmed("ORG-LATE", DAY + timedelta(days=1), date(2028, 1, 1))
    confirmed("ORG-EARLY", None, DAY + timedelta(days=1))
    permits.refuse(permit=confirmed("ORG-REFUSED", None, date(2028, 1, 1)), actor=office, why="palsu")
    a_permit(goods, person, "organic", number="ORG-ASKED", expires_on=date(2028, 1, 1))
    Permit.objects.filter(number="ORG-HOLDS").update(state="expired")  # since then
    Certificate.objects.create(product=goods, kind="brand", number="MEREK-1")
    assert [paper.number for paper in queries.papers_of(lot)] == ["MEREK-1", "ORG-HOLDS"]
    shown = page(lot)
    assert "23 November 2026 to 25 November 2026" in shown
    assert "ORG-REFUSED" not in shown + page(lot, "id")


@pytest.mark.parametrize(
    ("days", "assumed", "least"),
    [("14..28", [], 14), ("7", [], 7), ("7..10", ["shelf_life_days"], 0), ("", [], 0)],
)
def test_how_long_it_keeps_is_said_only_from_a_source(
    goods: Product, days: str, assumed: list[str], least: int
) -> None:
    goods.commodity = Commodity.objects.create(
        code="manggis", name="Manggis", shelf_life_days=days, assumed=assumed
    )
    goods.save()
    assert usual_days(goods) == least
    lot = a_lot(goods, day=DAY)
    assert lot.usual_end == (DAY + timedelta(days=least) if least else None)
    assert ("usually keeps" in page(lot)) == bool(least)
    lot = a_lot(goods, day=DAY, best_before=date(2026, 12, 1))
    assert "Best before 1 December 2026" in page(lot)


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_the_passport_in_every_language_with_few_queries(
    goods: Product, language: str, django_assert_max_num_queries: Any
) -> None:
    lot = a_lot(goods, district=a_place("32.05.01"), day=DAY)
    a_permit(goods, make_user("anggota@example.com"))
    page(lot, language)
    with django_assert_max_num_queries(12):
        shown = page(lot, language)
    for text in ("Manggis", "Garut Kota", "Kabupaten Garut", "261123-1", goods.seller.name, "noindex"):
        assert text in shown
    assert "50 potong" not in shown  # how much was made is the pesantren's own


def test_a_passport_of_goods_that_are_off_sale_stays_without_the_link(goods: Product) -> None:
    lot = a_lot(goods)
    assert goods.get_absolute_url() in page(lot, "id")
    Product.objects.filter(pk=goods.pk).update(is_public=False, state="paused")
    assert goods.get_absolute_url() not in page(lot, "id")


def test_codes_are_not_found_by_trying(goods: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    lot = a_lot(goods)
    client = Client()
    response = client.get(f"/lot/{lot.code.upper()}/")  # typed from a label
    assert (response.status_code, response["X-Robots-Tag"]) == (200, "noindex")
    assert "no-cache" in response["Cache-Control"]
    assert {client.get(f"/lot/salah{n}/").status_code for n in range(30)} == {404}
    assert client.get(f"/lot/{lot.code}/").status_code == 429
    assert client.get(f"/lot/{lot.code}/", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_members_see_their_own_lots_and_growers_only(goods: Product) -> None:
    mine, other = make_user("a@example.com"), make_user("b@example.com")
    make_member(mine, goods.seller)
    make_member(other, make_pesantren("contoh-lain"))
    lot, grower = a_lot(goods), a_grower(goods.seller)
    assert list(queries.of_members(mine)) == [lot]
    assert list(queries.growers_of(mine)) == [grower]
    assert not queries.of_members(other) | queries.of_members(make_user("c@example.com"))
    assert not queries.growers_of(other)


def test_a_link_for_a_label_is_absolute_and_in_its_language(goods: Product) -> None:
    lot = a_lot(goods)
    with translation.override("en"):
        assert lot.link("id") == f"http://testserver/lot/{lot.code}/"
        assert lot.link("ar") == f"http://testserver/ar/lot/{lot.code}/"


@pytest.mark.django_db(transaction=True)
def test_eight_people_record_and_pack_at_once() -> None:
    goods = make_product(make_pesantren("contoh-kebun"))
    lot, place = a_lot(goods, 50, day=DAY), a_place()

    def take() -> None:
        with transaction.atomic():
            services.take(amounts={lot.pk: 20})

    def make() -> str:
        made = services.make(product=goods, facts=facts(day=DAY, district=place), key=uuid4(), actor=SYSTEM)
        return str(made.number)

    results = race(take, make, take, make, take, make, take, make)
    assert sum(isinstance(one, services.NotEnough) for one in results) == 2
    assert sorted(one for one in results if isinstance(one, str)) == [f"261123-{n}" for n in (2, 3, 4, 5)]
    assert Lot.objects.get(pk=lot.pk).used == 40
