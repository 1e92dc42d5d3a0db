"""A pesantren joins once, goes one stage at a time, or leaves with a reason."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.states import IllegalMove, history
from marketplace.programme import states
from marketplace.programme.models import Participation, ProgrammeYear
from marketplace.programme.services import giving, linking, officers, participations, years
from marketplace.programme.services.participations import ParticipationError
from marketplace.programme.years import queries as year_queries
from tests.factories.catalogue import make_pesantren, make_regency, make_user
from tests.factories.mentors import make_mentor
from tests.factories.programme import make_officer, make_participation, make_province, make_year

pytestmark = pytest.mark.django_db


def facts(**kw: Any) -> dict[str, Any]:
    return {
        "nspp": "510032040001", "name": "Pesantren Contoh", "regency": make_regency("32.04"),
        "district": "", "category": "start_up", "sector": "makanan", "product": "Roti", "contact": "", "phone": "",
    } | kw  # fmt: skip


def test_registered_once_and_the_refusal_names_the_year():
    first = make_year(2025)
    made = participations.register(year=first, facts=facts(), actor=SYSTEM)
    assert (made.state, made.reached, made.province) == ("registered", "registered", first.province)
    assert [change.after for change in history(made)] == ["registered"]
    with pytest.raises(ParticipationError) as refused:
        participations.register(year=make_year(2026), facts=facts(name="Lain"), actor=SYSTEM)
    assert (refused.value.code, refused.value.year) == ("joined", 2025)
    assert Participation.objects.count() == 1


def test_the_same_number_may_join_in_another_province():
    participations.register(year=make_year(), facts=facts(), actor=SYSTEM)
    other = make_year(2026, make_province())
    made = participations.register(
        year=other, facts=facts(regency=other.province.regencies.first()), actor=SYSTEM
    )
    assert made.province.code == "98"


@pytest.mark.parametrize("state", ["planned", "running", "closed"])
def test_only_an_open_year_registers(state: str):
    with pytest.raises(ParticipationError) as refused:
        participations.register(year=make_year(state=state), facts=facts(), actor=SYSTEM)
    assert refused.value.code == "closed"


@pytest.mark.django_db(transaction=True)
def test_two_who_register_the_same_at_once_make_one():
    years_, wanted, barrier, refused = [make_year(2025), make_year(2026)], facts(), Barrier(2), []

    def register(year: ProgrammeYear) -> None:
        barrier.wait()
        try:
            participations.register(year=year, facts=wanted, actor=SYSTEM)
        except ParticipationError as error:
            refused.append(error.code)
        finally:
            connection.close()

    threads = [Thread(target=register, args=[year]) for year in years_]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (Participation.objects.count(), refused) == (1, ["joined"])


def test_one_stage_on_at_a_time_to_the_last():
    found = make_participation()
    for stage in states.ORDER[1:]:
        participations.advance(participation=found, actor=SYSTEM)
        found.refresh_from_db()
        assert (found.state, found.reached) == (stage, stage)
    with pytest.raises(ParticipationError) as refused:
        participations.advance(participation=found, actor=SYSTEM)
    assert refused.value.code == "last"


def test_who_left_keeps_how_far_it_came_and_does_not_come_back():
    found = make_participation(state=states.AUDITION_1)
    participations.leave(participation=found, why="tidak terpilih", actor=SYSTEM)
    found.refresh_from_db()
    assert (found.state, found.reached, found.left_why) == ("left", "audition_1", "tidak terpilih")
    with pytest.raises(IllegalMove):
        participations.leave(participation=found, why="lagi", actor=SYSTEM)
    with pytest.raises(ParticipationError):
        participations.advance(participation=found, actor=SYSTEM)


def test_nobody_moves_in_a_closed_year():
    found = make_participation(make_year(state="closed"))
    for act in (
        lambda: participations.advance(participation=found, actor=SYSTEM),
        lambda: participations.leave(participation=found, why="x", actor=SYSTEM),
        lambda: participations.move_many(
            year=found.year, keys=[found.pk], stage="registered", why="", actor=SYSTEM
        ),
    ):
        with pytest.raises(ParticipationError, match="closed"):
            act()


def test_many_move_at_once_and_who_stands_elsewhere_stays():
    year, other = make_year(2026), make_year(2025)
    here = [make_participation(year) for _ in range(3)]
    ahead, foreign = make_participation(year, state="checked"), make_participation(other)
    keys = [one.pk for one in (*here, ahead, foreign)]
    office = Actor.of(make_user("o@example.com"))
    moved = participations.move_many(year=year, keys=keys, stage="registered", why="", actor=office)
    assert moved == 3
    assert [Participation.objects.get(pk=key).state for key in keys] == ["checked"] * 4 + ["registered"]
    change = history(here[0]).get()
    assert (change.before, change.after, change.actor_id) == ("registered", "checked", office.id)
    assert participations.move_many(year=year, keys=keys, stage="checked", why="mundur", actor=office) == 4
    assert set(Participation.objects.filter(year=year).values_list("state", "reached", "left_why")) == {
        ("left", "checked", "mundur")
    }


def test_mentors_only():
    found, mentor = make_participation(), make_mentor()
    participations.set_mentor(participation=found, mentor=mentor, actor=SYSTEM)
    assert Participation.objects.get().mentor == mentor
    with pytest.raises(ParticipationError, match="mentor"):
        participations.set_mentor(participation=found, mentor=make_user("x@example.com"), actor=SYSTEM)
    participations.set_mentor(participation=found, mentor=None, actor=SYSTEM)
    assert [change.after for change in history(found)] == ["mentor", "no mentor"]


def test_linked_to_who_sells_here_now_or_later():
    sells = make_pesantren("contoh-satu", nspp="510032040001")
    made = participations.register(year=make_year(), facts=facts(), actor=SYSTEM)
    assert made.partner == sells
    later = make_participation(nspp="510032040002")
    assert linking.link_partners() == 0
    joined = make_pesantren("contoh-dua", nspp="510032040002")
    assert (linking.link_partners(), linking.link_partners()) == (1, 0)
    later.refresh_from_db()
    assert later.partner == joined
    assert [change.after for change in history(later)] == ["linked"]


def test_never_linked_across_provinces():
    make_pesantren("contoh-satu", nspp="510032040009")
    make_participation(make_year(2026, make_province()), nspp="510032040009")
    assert linking.link_partners() == 0


def test_the_funnel_counts_who_came_so_far_and_who_left():
    year = make_year()
    for stage, count in (("registered", 2), ("checked", 3), ("internship", 1)):
        for _ in range(count):
            make_participation(year, state=stage)
    gone = make_participation(year, state="checked")
    participations.leave(participation=gone, why="x", actor=SYSTEM)
    make_participation(make_year(2025), state="audition_3")
    found = {one.code: (one.came, one.left) for one in year_queries.stages(year)}
    assert found == {
        "registered": (7, 0), "checked": (5, 1), "audition_1": (1, 0), "internship": (1, 0),
        "audition_2": (0, 0), "audition_3": (0, 0),
    }  # fmt: skip
    (row,) = [row for row in year_queries.years(year.province) if row.year == year]
    assert (row.registered, row.took_part) == (7, 1)


def test_shares_of_categories_sectors_and_places():
    year = make_year()
    make_participation(year, category="scale_up", sector="fesyen", state="internship")
    make_participation(year, regency=make_regency("32.73"))
    assert [(one.code, one.registered, one.took_part) for one in year_queries.shares(year, "category")] == [
        ("start_up", 1, 0), ("scale_up", 1, 1),
    ]  # fmt: skip
    sectors = {one.code: one.registered for one in year_queries.shares(year, "sector")}
    assert (sectors["fesyen"], sectors["makanan"]) == (1, 1)
    assert {(one.label, one.registered) for one in year_queries.shares(year, "regency")} == {
        ("Kabupaten Bandung", 1), ("Kota Bandung", 1),
    }  # fmt: skip


def test_a_grant_and_an_award_are_given_once():
    found = make_participation()
    grant = {"amount": 25_000_000, "given_on": "2026-01-05", "what_for": "Modal", "decree": ""}
    giving.record_grant(participation=found, facts=grant, actor=SYSTEM)
    with pytest.raises(giving.GivingError):
        giving.record_grant(participation=found, facts=grant, actor=SYSTEM)
    award = {"title": "Juara", "level": "province", "what": "roti", "amount": None}
    made = giving.give_award(participation=found, facts=award, actor=SYSTEM)
    assert (made.name, made.year, made.regency) == (found.name, found.year, found.regency)
    with pytest.raises(giving.GivingError):
        giving.give_award(participation=found, facts=award, actor=SYSTEM)
    assert (found.grants.count(), found.awards.count()) == (1, 1)


def test_a_year_is_there_once_in_each_province():
    home, other = make_year(2026).province, make_province()
    with pytest.raises(years.YearError, match="taken"):
        years.add_year(province=home, facts={"year": 2026}, actor=SYSTEM)
    made = years.add_year(province=other, facts={"year": 2026}, actor=SYSTEM)
    with pytest.raises(IllegalMove):
        years.move_year(year=made, to="running", actor=SYSTEM)
    years.change_year(year=made, facts={"target": 9}, actor=SYSTEM)
    assert [change.why for change in history(made)] == ["", "target: None → 9"]


def test_officers_hold_one_role_and_one_province():
    person, home, other = make_user("a@example.com"), make_province("32"), make_province()
    made = officers.name_officer(person=person, province=home, actor=SYSTEM)
    assert officers.name_officer(person=person, province=home, actor=SYSTEM) == made
    person.refresh_from_db()
    assert person.staff_role == "programme"
    with pytest.raises(officers.OfficerError, match="other"):
        officers.name_officer(person=person, province=other, actor=SYSTEM)
    with pytest.raises(officers.OfficerError, match="staff"):
        officers.name_officer(person=make_mentor(), province=home, actor=SYSTEM)
    officers.end_officer(officer=made, actor=SYSTEM)
    person.refresh_from_db()
    assert person.staff_role == ""
    assert [change.after for change in history(person)] == ["officer", "no officer"]


def test_an_officer_without_a_row_opens_nothing(client: Any):
    client.force_login(make_user("b@example.com", staff_role="programme"))
    assert client.get("/office/programme/").status_code == 404
    client.force_login(make_officer())
    assert client.get("/office/programme/").status_code == 200
    assert client.get("/account/").url == "/office/"
