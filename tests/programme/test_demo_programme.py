"""The programme of the demonstration: two provinces, fictional pesantren at several stages."""

import pytest
from django.core.management import CommandError, call_command

from marketplace.office import demo_programme
from marketplace.people.models import User
from marketplace.programme import demo_province
from marketplace.programme.access import province_of
from marketplace.programme.models import Participation, ProgrammeYear
from marketplace.programme.years import queries as year_queries
from marketplace.reference.queries import regency_choices
from tests.factories.catalogue import make_pesantren, make_regency, make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def made() -> None:
    for code in ("32.04", "32.05", "32.73"):
        make_regency(code)
    for code in demo_programme.SELLING:
        make_pesantren(code)
    call_command("demo_programme", verbosity=0)


def test_two_years_in_two_provinces(made: None):
    years = {year.province.code: year for year in ProgrammeYear.objects.select_related("province")}
    assert set(years) == {"32", "98"}
    assert all(year.is_fictional and year.state == "open" for year in years.values())
    assert Participation.objects.filter(province__code="32").count() == 43
    assert Participation.objects.filter(province__code="98").count() == 9
    came = [stage.came for stage in year_queries.stages(years["32"])]
    assert came == [43, 33, 23, 13, 7, 3]
    linked = Participation.objects.filter(partner__isnull=False).values_list("partner__code", flat=True)
    assert set(linked) == set(demo_programme.SELLING)


def test_every_name_says_that_it_is_invented(made: None):
    others = Participation.objects.filter(partner=None)
    assert all("fiktif" in one.name for one in others)
    assert all("fiktif" in province.name for province in [demo_province.put()])


def test_twice_changes_nothing(made: None):
    before = list(Participation.objects.order_by("pk").values_list())
    call_command("demo_programme", verbosity=0)
    assert list(Participation.objects.order_by("pk").values_list()) == before


def test_nobody_lives_in_the_invented_province(made: None):
    assert "Contoh" not in str(regency_choices())


def test_only_in_the_demonstration(settings):
    settings.DEMO = False
    with pytest.raises(CommandError):
        call_command("demo_programme", verbosity=0)


def test_an_officer_is_named_from_the_server():
    person = make_user("petugas@example.com")
    demo_province.put()
    with pytest.raises(CommandError, match="no province"):
        call_command("name_officer", person.email, "99", verbosity=0)
    call_command("name_officer", person.email, "98", verbosity=0)
    found = province_of(User.objects.get(pk=person.pk))
    assert found is not None
    assert found.code == "98"
