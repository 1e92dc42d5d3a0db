"""Kabupaten, kota and kecamatan: the packaged list, the choices of the forms, and who may keep the answer."""

import pytest
from django.test import Client

from catalogue.loading import places, rows
from marketplace.reference.distance import kilometres
from marketplace.reference.models import District, Province, Regency
from marketplace.reference.queries import districts_of, regency_choices
from tests.factories.catalogue import make_regency

pytestmark = pytest.mark.django_db


@pytest.fixture
def loaded(db: None) -> rows.Tally:
    tally = rows.Tally()
    places.load(tally)
    return tally


def test_all_of_indonesia(loaded: rows.Tally) -> None:
    assert (loaded.new["province"], loaded.new["regency"], loaded.new["district"]) == (38, 514, 7277)
    assert str(Regency.objects.get(code="31.71")) == "Kota Administrasi Jakarta Pusat"
    assert str(Regency.objects.get(code="73.10")) == "Kabupaten Pangkajene dan Kepulauan"
    assert set(Province.objects.filter(code__in=["31", "34"]).values_list("name", flat=True)) == {
        "DKI Jakarta",
        "Daerah Istimewa Yogyakarta",
    }
    assert District.objects.get(code="32.73.02").regency.code == "32.73"


def test_only_west_java_has_centroids(loaded: rows.Tally) -> None:
    known = Regency.objects.filter(latitude__isnull=False, longitude__isnull=False)
    assert set(known.values_list("province__code", flat=True)) == {"32"}
    assert known.count() == Regency.objects.filter(province__code="32").count() == 27


def test_a_second_load_writes_nothing_and_mends_what_differs(
    loaded: rows.Tally, django_assert_num_queries
) -> None:
    again = rows.Tally()
    with django_assert_num_queries(6):  # what stands there: country, three kinds of areas, two kinds of codes
        places.load(again)
    assert (again.new.total(), again.changed.total(), again.same["district"]) == (0, 0, 7277)
    District.objects.filter(code="32.73.02").update(name="Salah")
    mended = rows.Tally()
    places.load(mended)
    assert (mended.new.total(), mended.changed) == (0, {"province": 0, "regency": 0, "district": 1})
    assert District.objects.get(code="32.73.02").name == "Coblong"


def test_west_java_stands_first_then_the_alphabet(loaded: rows.Tally, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        found = regency_choices()
    names = [name for name, _ in found]
    assert names[0] == "Jawa Barat"
    assert names[1:] == sorted(names[1:])
    assert len(names) == 38
    assert found[0][1][0] == ("32.04", "Kabupaten Bandung")
    assert sum(len(group) for _, group in found) == 514


def test_kecamatan_of_one_regency_only(loaded: rows.Tally) -> None:
    bandung = districts_of("32.73")
    assert len(bandung) == 30
    assert bandung["Coblong"] == "32.73.02"
    assert list(bandung) == sorted(bandung)
    assert districts_of("99.99") == districts_of("") == districts_of("\0") == {}


def test_an_unknown_distance_is_nothing() -> None:
    here, far = make_regency("32.73"), make_regency("31.71", latitude=None, longitude=None)
    assert kilometres(here, make_regency("32.04")) == 20
    assert kilometres(here, far) is None
    assert kilometres(far, here) is None


def test_the_answer_is_for_everybody_and_may_be_kept_a_day(client: Client) -> None:
    make_regency("32.73")
    answer = client.get("/places/districts/", {"regency": "32.73"})
    assert answer.json() == ["Coblong", "Lengkong"]
    assert answer["Cache-Control"] == "public, max-age=86400"
    assert not answer.cookies
    same = client.get("/places/districts/", {"regency": "32.73"}, headers={"If-None-Match": answer["ETag"]})
    assert (same.status_code, same.content) == (304, b"")


@pytest.mark.parametrize("asked", ["", "99.99", "32.73' or 1=1", "\0"])
def test_an_unknown_regency_is_not_found(client: Client, asked: str) -> None:
    make_regency("32.73")
    assert client.get("/places/districts/", {"regency": asked}).status_code == 404


def test_it_is_only_read(client: Client) -> None:
    assert client.post("/places/districts/").status_code == 405
