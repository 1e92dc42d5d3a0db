"""Office pages of the programme's years: what they show, refuse and ask twice; nothing of another province."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from marketplace.common.actor import SYSTEM
from marketplace.programme.models import Award, Grant, Officer, Participation, ProgrammeYear, RoleModel
from marketplace.programme.services import participations
from tests.factories.catalogue import make_pesantren, make_regency, make_sector, make_user
from tests.factories.mentors import make_mentor
from tests.factories.programme import HOME, make_officer, make_participation, make_province, make_year

pytestmark = pytest.mark.django_db
BASE = "/en/office/programme/"
FACTS = {
    "nspp": "5100 3204 0001", "name": "Pesantren Contoh", "regency": "32.04", "category": "start_up",
    "sector": "makanan", "phone": "0812 3456 7890",
}  # fmt: skip


def text(answer: Any) -> str:
    return str(answer.content.decode())


def test_a_year_is_added_opened_changed_and_closed(officer: Client):
    made = officer.post(
        f"{BASE}years/add/", {"year": "2027", "target": "1.000", "target_value": "60.000.000.000"}
    )
    assert made.url == f"{BASE}2027/"
    year = ProgrammeYear.objects.get()
    assert (year.province.code, year.target, year.target_value, year.state) == (
        HOME,
        1000,
        60_000_000_000,
        "planned",
    )
    officer.post(f"{BASE}2027/move/", {"to": "open"})
    officer.post(f"{BASE}2027/move/", {"to": "planned"})  # no way back
    officer.post(f"{BASE}2027/edit/", {"target": "900", "opens_on": "2027-01-05"})
    year.refresh_from_db()
    assert (year.state, year.target, year.target_value) == ("open", 900, None)
    officer.post(f"{BASE}2027/move/", {"to": "closed"})
    year.refresh_from_db()
    assert year.state == "closed"
    again = officer.post(f"{BASE}years/add/", {"year": "2027"})
    assert "There is this year already." in text(again)


def test_days_the_wrong_way_round_keep_what_was_typed(officer: Client):
    answer = officer.post(
        f"{BASE}years/add/", {"year": "27", "opens_on": "2027-02-01", "closes_on": "2027-01-01"}
    )
    page = text(answer)
    assert "Write the year, for example 2027." in page
    assert "This day lies before the first day of registration." in page
    assert 'value="27"' in page


def test_registration_of_2020_for_2027_is_refused_beside_its_field(officer: Client):
    said = "Registration for 2027 is in that year or the one before."
    typed = {"year": "2027", "opens_on": "2020-01-05", "closes_on": "2028-01-01"}
    page = officer.post(f"{BASE}years/add/", typed)
    assert page.context["form"].errors == {"opens_on": [said], "closes_on": [said]}
    assert not ProgrammeYear.objects.exists()
    officer.post(f"{BASE}years/add/", typed | {"opens_on": "2026-11-01", "closes_on": "2027-12-31"})
    kept = ProgrammeYear.objects.get()
    assert (str(kept.opens_on), str(kept.closes_on)) == ("2026-11-01", "2027-12-31")
    page = officer.post(f"{BASE}2027/edit/", {"opens_on": "2025-12-31"})
    assert page.context["form"].errors == {"opens_on": [said]}


def test_registered_by_hand_and_refused_with_the_year(officer: Client):
    make_regency("32.04")
    make_sector("makanan", "Makanan")
    make_year(2025), make_year(2026)
    made = officer.post(f"{BASE}2025/participants/add/", FACTS)
    found = Participation.objects.get()
    assert made.url == f"{BASE}participants/{found.pk}/"
    assert (found.nspp, found.phone, found.year.year) == ("510032040001", "+6281234567890", 2025)
    refused = text(officer.post(f"{BASE}2026/participants/add/", FACTS | {"name": "Nama Lain"}))
    assert "This pesantren joined in 2025 already. A pesantren takes part once." in refused
    assert "Nama Lain" in refused


def test_places_of_another_province_cannot_be_chosen(officer: Client):
    make_year(2026), make_province(), make_sector("makanan", "Makanan")
    answer = officer.post(f"{BASE}2026/participants/add/", FACTS | {"regency": "98.01"})
    assert "Choose one of the list." in text(answer)
    assert "Contoh Utara" not in text(answer)


def test_the_list_is_found_by_each_filter(officer: Client):
    year = make_year()
    first = make_participation(
        year, name="Pesantren Alif", sector="fesyen", category="scale_up", state="checked"
    )
    second = make_participation(year, name="Pesantren Ba", regency=make_regency("32.73"))
    for code in ("fesyen", "makanan"):
        make_sector(code, code.title())

    def names(**query: str) -> list[str]:
        return [row.name for row in officer.get(f"{BASE}2026/participants/", query).context["rows"]]

    assert names() == [first.name, second.name]
    for query in (
        {"q": "alif"},
        {"q": first.nspp[:11] + first.nspp[11]},
        {"stage": "checked"},
        {"sector": "fesyen"},
    ):
        assert names(**query) == [first.name], query
    assert names(category="start_up") == names(regency="32.73") == [second.name]
    assert names(stage="nonsense") == [first.name, second.name]
    assert names(q="tidak ada") == []


def test_queries_do_not_grow_with_rows(officer: Client):
    year, mentor = make_year(), make_mentor()
    pages = [f"{BASE}", f"{BASE}2026/", f"{BASE}2026/participants/"]

    def counted() -> list[int]:
        found = []
        for page in pages:
            officer.get(page)
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert officer.get(page).status_code == 200
            found.append(len(queries))
        return found

    make_participation(year, mentor=mentor)
    before = counted()
    for _ in range(30):
        make_participation(year, mentor=mentor)
    make_year(2025)
    assert counted() == before
    rows = officer.get(pages[2]).context["rows"]
    assert len(rows) == 25


def test_many_are_moved_after_a_second_look(officer: Client):
    year = make_year()
    ones = [make_participation(year) for _ in range(3)]
    keys = [str(one.pk) for one in ones[:2]]
    move = f"{BASE}2026/participants/move/"
    page = text(officer.post(move, {"one": keys, "which": "", "query": ""}))
    assert "2 participants at the stage Registration" in page
    assert set(Participation.objects.values_list("state", flat=True)) == {"registered"}
    officer.post(move, {"one": keys, "which": "", "query": "", "seen": "registered-2", "what": "on"})
    assert sorted(Participation.objects.values_list("state", flat=True)) == [
        "checked",
        "checked",
        "registered",
    ]
    officer.post(
        move, {"one": keys, "which": "", "query": "", "seen": "registered-2", "what": "on"}
    )  # pressed twice
    assert Participation.objects.filter(state="checked").count() == 2


def test_all_that_the_filter_finds_leave_with_a_reason(officer: Client):
    year = make_year()
    for _ in range(30):
        make_participation(year, sector="fesyen")
    kept = make_participation(year, sector="makanan")
    make_sector("fesyen"), make_sector("makanan", "Makanan")
    move = f"{BASE}2026/participants/move/"
    asked = {"which": "all", "query": "sector=fesyen", "seen": "registered-30", "what": "leave"}
    assert "Write why." in text(officer.post(move, asked))
    officer.post(move, asked | {"why": "kuota penuh"})
    assert Participation.objects.filter(state="left", left_why="kuota penuh").count() == 30
    kept.refresh_from_db()
    assert kept.state == "registered"


def test_different_stages_are_not_moved_together(officer: Client):
    year = make_year()
    keys = [str(make_participation(year, state=state).pk) for state in ("registered", "checked")]
    answer = officer.post(f"{BASE}2026/participants/move/", {"one": keys, "which": ""}, follow=True)
    assert "one and the same stage" in text(answer)


def test_one_participant_step_by_step(officer: Client):
    found = make_participation(state="audition_1")
    page = f"{BASE}participants/{found.pk}/"
    assert "On to: Training and internship" in text(officer.get(page))
    for _ in range(2):  # pressed twice on the same page
        officer.post(f"{page}advance/", {"seen": "audition_1"})
    found.refresh_from_db()
    assert found.state == "internship"
    assert "Write why." in text(officer.post(f"{page}leave/", {"why": ""}))
    officer.post(f"{page}leave/", {"why": "mundur"})
    found.refresh_from_db()
    assert (found.state, found.reached, found.left_why) == ("left", "internship", "mundur")
    assert "mundur" in text(officer.get(page))


def test_a_mentor_is_named_by_the_exact_address(officer: Client):
    found, mentor = make_participation(), make_mentor("m@example.com", name="Contoh Pendamping")
    make_user("buyer@example.com")
    page = f"{BASE}participants/{found.pk}/"
    refused = text(officer.post(f"{page}mentor/", {"mentor": "buyer@example.com"}))
    assert "No mentor has exactly this address or number." in refused
    officer.post(f"{page}mentor/", {"mentor": "M@example.com"})
    found.refresh_from_db()
    assert found.mentor == mentor
    officer.post(f"{page}mentor/", {"mentor": ""})
    found.refresh_from_db()
    assert found.mentor is None


def test_a_grant_is_written_after_a_second_look_and_once(officer: Client):
    found = make_participation()
    page = f"{BASE}participants/{found.pk}/grant/"
    typed = {"amount": "25.000.000", "given_on": "2026-01-05", "what_for": "Modal usaha"}
    first = officer.post(page, typed)
    assert "Rp\N{NO-BREAK SPACE}25.000.000" in text(first)
    assert Grant.objects.count() == 0
    seen = first.context["seen"]
    officer.post(page, typed | {"amount": "26.000.000", "seen": seen})  # another sum: looked at anew
    assert Grant.objects.count() == 0
    officer.post(page, typed | {"seen": seen})
    again = text(officer.post(page, typed | {"seen": seen}))
    assert "This was recorded for this pesantren already." in again
    assert list(Grant.objects.values_list("amount", "what_for")) == [(25_000_000, "Modal usaha")]
    later = (timezone.localdate() + timedelta(days=2)).isoformat()
    assert "still to come" in text(officer.post(page, typed | {"given_on": later}))
    early = officer.post(page, typed | {"given_on": "1900-01-05"})
    assert early.context["form"].errors == {
        "given_on": ["This day lies before the year of the programme, 2026."]
    }


def test_an_award_is_written_after_a_second_look(officer: Client):
    found = make_participation(state="audition_3")
    page = f"{BASE}participants/{found.pk}/award/"
    typed = {"title": "Juara OPOP", "level": "province", "what": "roti", "amount": "200.000.000"}
    seen = officer.post(page, typed).context["seen"]
    officer.post(page, typed | {"seen": seen})
    made = Award.objects.get()
    assert (made.participation, made.amount, made.year) == (found, 200_000_000, found.year)
    assert "Juara OPOP" in text(officer.get(f"{BASE}2026/"))


def test_role_models_are_added_changed_and_taken_out(officer: Client):
    make_province(HOME)
    page = f"{BASE}role-models/"
    officer.post(page, {"name": "Pesantren Contoh", "what_id": "Belajar roti", "what_en": "Learn to bake"})
    found = RoleModel.objects.get()
    assert "Learn to bake" in text(officer.get(page))
    assert "in the list already" in text(officer.post(page, {"name": "Pesantren Contoh", "what_id": "x"}))
    officer.post(f"{page}{found.pk}/", {"name": "Pesantren Contoh", "what_id": "Belajar kue"})
    found.refresh_from_db()
    assert (found.what_id, found.what_en) == ("Belajar kue", "")
    officer.post(f"{page}{found.pk}/end/")
    assert RoleModel.objects.count() == 0


def test_the_office_names_officers_of_its_own_province(client: Client):
    make_province(HOME)
    client.force_login(make_user("office@example.com", staff_role="office", language="en"))
    person, stranger = make_user("baru@example.com"), make_officer()
    page = f"{BASE}officers/"
    assert "Nobody here has exactly this address" in text(client.post(page, {"name": "x@example.com"}))
    assert "another province" in text(client.post(page, {"name": stranger.email}))
    client.post(page, {"name": person.email})
    made = Officer.objects.get(user=person)
    assert made.province.code == HOME
    assert stranger.email not in text(client.get(page))
    assert client.post(f"{page}{stranger.programme_officer.pk}/end/").status_code == 404
    client.post(f"{page}{made.pk}/end/")
    person.refresh_from_db()
    assert person.staff_role == ""


def test_officers_see_the_programme_and_no_other_room(officer: Client):
    page = officer.get(BASE)
    menu = ["Today", "OPOP programme", "Reports", "Events", "Promises", "Leads"]
    assert [label for label, _url, _here, _n in page.context["nav"]] == menu
    for _label, url, _here, _n in page.context["nav"]:
        assert officer.get(url).status_code == 200, url
    for room in ("orders", "transfers", "payouts", "pesantren-list", "programme-officers"):
        assert officer.get(reverse(f"office:{room}")).status_code == 404
    assert officer.get("/en/account/").url == "/en/office/"  # what waits today, of the programme alone
    assert "OPOP programme" in text(officer.get("/en/account/orders/"))


def test_an_officer_of_another_province_sees_and_changes_nothing(stranger: Client):
    """Every page with an object of West Java is a 404, every list of the own province empty of it, no POST acts."""
    year = make_year(2026)
    home = year.province
    found = make_participation(year, name="Pesantren Rahasia")
    model = RoleModel.objects.create(province=home, name="Teladan Rahasia", what_id="x")
    mentor = make_mentor("m@example.com", name="Pendamping Rahasia")
    participations.set_mentor(participation=found, mentor=mentor, actor=SYSTEM)
    before = [
        list(rows.values_list()) for rows in (ProgrammeYear.objects, Participation.objects, RoleModel.objects)
    ]
    of_home = ["2026/", "2026/edit/", "2026/participants/", "2026/participants/add/", "2026/files/",
               f"participants/{found.pk}/", f"participants/{found.pk}/leave/", f"participants/{found.pk}/grant/",
               f"participants/{found.pk}/award/", f"role-models/{model.pk}/"]  # fmt: skip
    for path in of_home:
        assert stranger.get(f"{BASE}{path}").status_code == 404, path
    acts = ["2026/move/", "2026/participants/move/", f"participants/{found.pk}/advance/",
            f"participants/{found.pk}/mentor/", f"role-models/{model.pk}/end/"]  # fmt: skip
    for path in [*of_home, *acts]:
        data = {
            "to": "closed",
            "why": "x",
            "one": str(found.pk),
            "name": "x",
            "what_id": "x",
            "seen": "registered-1",
        }
        assert stranger.post(f"{BASE}{path}", data).status_code in {404, 405}, path  # 405: only to be read
    make_year(2026, make_province())
    mine = make_participation(make_year(2026, make_province()), name="Pesantren Sendiri")
    shown = [text(stranger.get(f"{BASE}{path}")) for path in (
        "", "2026/", "2026/participants/", "2026/participants/add/", "role-models/", f"participants/{mine.pk}/",
    )]  # fmt: skip
    assert "Pesantren Sendiri" in shown[2]
    for whole in shown:
        assert "OPOP <bdi>Provinsi Contoh</bdi>" in whole
        page = whole.split("<body")[1].split("<footer")[0]  # the shop's own name stands around it
        assert "Rahasia" not in page
        assert "Jawa Barat" not in page
        assert "Kabupaten Bandung" not in page
    data = {
        "which": "",
        "query": "",
        "one": [str(found.pk), str(mine.pk)],
        "seen": "registered-1",
        "what": "on",
    }
    stranger.post(f"{BASE}2026/participants/move/", data)
    mine.refresh_from_db()
    assert mine.state == "checked"
    left = [
        list(ProgrammeYear.objects.filter(province=home).values_list()),
        list(Participation.objects.filter(province=home).values_list()),
        list(RoleModel.objects.values_list()),
    ]
    assert left == before


def test_the_same_nspp_of_a_seller_elsewhere_is_not_shown(stranger: Client):
    make_pesantren("contoh-satu", nspp="510032040001")
    mine = make_participation(make_year(2026, make_province()), nspp="510032040001")
    assert "Not yet" in text(stranger.get(f"{BASE}participants/{mine.pk}/"))


def test_around_the_office_stands_whose_programme_it_is(officer: Client, stranger: Client, client: Client):
    client.force_login(make_user("kantor@example.com", staff_role="office"))
    for who, named in (
        (officer, "OPOP <bdi>Jawa Barat</bdi>"),
        (stranger, "OPOP <bdi>Provinsi Contoh</bdi>"),
        (client, "OPOP Jawa Barat"),
    ):
        assert named in text(who.get("/en/office/"))
        assert "OPOP Jawa Barat" in text(who.get("/en/"))  # whose shop it is
