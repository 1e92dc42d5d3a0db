"""Registrations from a workbook: what may do harm is refused, each row is judged, nothing is written before a yes."""

import zipfile
from datetime import timedelta
from io import BytesIO
from time import monotonic
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from openpyxl import load_workbook

from catalogue.imports.faults import FileError
from marketplace.common.actor import SYSTEM
from marketplace.common.refused import Refused
from marketplace.common.states import IllegalMove, history
from marketplace.programme.models import Participation, RegistrationFile
from marketplace.programme.registrations import sheet as registration_sheet
from marketplace.programme.registrations.personal import FILES
from marketplace.programme.registrations.tasks import read_registrations, sweep_registrations
from marketplace.programme.services import registration_files as services
from marketplace.programme.services import trying
from tests.factories.catalogue import make_pesantren, make_regency, make_sector, make_user
from tests.factories.programme import make_participation, make_province, make_year
from tests.factories.registrations import GOOD, book, previewed, sent

pytestmark = pytest.mark.django_db


@pytest.fixture
def year() -> Any:
    for code in ("32.04", "32.05", "32.73"):
        make_regency(code)
    make_sector("makanan", "Makanan")
    return make_year()


@pytest.fixture
def person() -> Any:
    return make_user("office@example.com", staff_role="office", language="en")


def faults(run: RegistrationFile) -> list[tuple[int, str, str]]:
    return [(row["line"], one["column"], one["said"]) for row in run.rows for one in row["faults"]]


def test_the_template_is_read_back_with_no_row(year: Any):
    content = registration_sheet.template(year.province).read()
    with pytest.raises(FileError, match="Tidak ada baris"):
        registration_sheet.read(content)
    values = load_workbook(BytesIO(content))["values"]
    places = {row[0].value for row in values.iter_rows(min_row=2)}
    assert {"Kabupaten Bandung", "Kota Bandung"} <= places
    assert not any("Contoh" in str(place) for place in places)


def test_a_good_row_is_written_only_after_a_yes(year: Any, person: Any, queued: Any):
    make_pesantren("contoh-satu", nspp=GOOD["nspp"])
    run = previewed(year, person, [GOOD])
    assert (run.state, run.steps, faults(run), run.file.name) == ("previewed", 1, [], "")
    assert Participation.objects.count() == 0
    services.confirm(run=run, without_likely=True, actor=SYSTEM)
    read_registrations(run.pk)
    run.refresh_from_db()
    assert (run.state, run.written, run.step) == ("done", 1, 1)
    made = Participation.objects.select_related("partner").get()
    assert (made.nspp, made.regency.code, made.category, made.phone) == (
        "510032040001", "32.04", "start_up", "+6281234567890",
    )  # fmt: skip
    assert made.partner
    assert made.partner.code == "contoh-satu"
    assert history(made).get().actor_name == str(person)


def test_yes_twice_writes_once(year: Any, person: Any):
    run = previewed(year, person, [GOOD])
    services.confirm(run=run, without_likely=False, actor=SYSTEM)
    with pytest.raises(IllegalMove):
        services.confirm(run=run, without_likely=False, actor=SYSTEM)
    for _ in range(3):
        read_registrations(run.pk)
    assert Participation.objects.count() == 1
    assert services.drop(run=run, actor=SYSTEM) is False


def test_every_fault_in_words_beside_its_row(year: Any, person: Any):
    make_participation(make_year(2021), nspp="510032049999")
    rows = [
        GOOD | {"nspp": "12"},
        GOOD | {"nspp": "510032049999"},
        GOOD | {"nspp": "510032040002", "regency": "Bandung"},
        GOOD | {"nspp": "510032040003", "regency": "Contoh Utara"},
        GOOD | {"nspp": "510032040004", "category": "besar", "sector": "tambang"},
        GOOD | {"nspp": "510032040005", "phone": "12", "name": ""},
        GOOD | {"nspp": "510032040006", "name": '=HYPERLINK("http://x")'},
        GOOD,
        GOOD | {"name": "Lain"},
        GOOD | {"nspp": "510032040007", "name": "x" * 129},
    ]
    run = previewed(year, person, rows)
    assert faults(run) == [
        (2, "NSPP number", "An NSPP number has 12 digits."),
        (3, "NSPP number", "This pesantren joined in 2021 already. A pesantren takes part once."),
        (4, "Kabupaten or kota", "There is a kabupaten and a kota of this name: write which."),
        (5, "Kabupaten or kota", "There is no such kabupaten or kota in this province."),
        (6, "Category", "Write start_up or scale_up."),
        (6, "Sector", "There is no such sector. The sheet “values” has all ten."),
        (7, "Name of the pesantren", "This cell is empty."),
        (7, "Telephone", "This is not a telephone number. For example: 0812 3456 7890."),
        (8, "Name of the pesantren", "This looks like a formula. Write the value itself."),
        (10, "NSPP number", "This number stands in row 9, too."),
        (11, "Name of the pesantren", "At most 128 characters."),
    ]
    services.confirm(run=run, without_likely=False, actor=SYSTEM)
    read_registrations(run.pk)
    assert Participation.objects.filter(year=year).count() == 1


@pytest.mark.parametrize(
    "way", ["Kab. Bandung", "kabupaten bandung", "32.04", "KAB BANDUNG", "Kabupaten  Bandung"]
)
def test_places_are_read_as_people_write_them(year: Any, person: Any, way: str):
    run = previewed(year, person, [GOOD | {"regency": way, "sector": "Makanan", "nspp": 510032040001}])
    assert faults(run) == []
    assert run.rows[0]["facts"]["regency"] == make_regency("32.04").pk


def test_likely_duplicates_are_named_and_left_out_if_wanted(year: Any, person: Any):
    make_participation(make_year(2021), nspp="510032041111", name="Pondok Pesantren Al-Hidayah")
    elsewhere = make_regency("32.05")
    make_participation(make_year(2021), nspp="510032052222", name="Darul Falah", regency=elsewhere)
    rows = [
        GOOD | {"name": "Ponpes Al Hidayah"},
        GOOD | {"nspp": "510032040002", "name": "Pesantren Darul Falah"},
        GOOD | {"nspp": "510032040003", "name": "Nurul Iman"},
        GOOD | {"nspp": "510032040004", "name": "NURUL  IMAN"},
    ]
    run = previewed(year, person, rows)
    assert [row["likely"] for row in run.rows] == [
        ["Pondok Pesantren Al-Hidayah (2021, NSPP 510032041111)"], [], [], ["row 4 of this file"],
    ]  # fmt: skip
    services.confirm(run=run, without_likely=True, actor=SYSTEM)
    read_registrations(run.pk)
    names = Participation.objects.filter(year=year).values_list("name", flat=True)
    assert set(names) == {"Pesantren Darul Falah", "Nurul Iman"}


def test_a_bomb_a_picture_and_an_empty_file_are_not_opened(year: Any, person: Any):
    bomb = BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/workbook.xml", b"0" * 50_000_000)
    plain = BytesIO()
    with zipfile.ZipFile(plain, "w") as packed:
        packed.writestr("a.txt", "x")
    for content in (
        b"",
        b"nspp;name\n1;2",
        b"\x89PNG\r\n",
        bomb.getvalue(),
        plain.getvalue(),
        b"x" * 6_000_000,
    ):
        with pytest.raises(FileError):
            sent(year, person, content)
    assert RegistrationFile.objects.count() == 0


def test_a_foreign_table_and_a_missing_column_are_told(year: Any, person: Any):
    for content in (book([], head=["a", "b"]), book([GOOD], head=["nspp", "name"])):
        run = sent(year, person, content)
        read_registrations(run.pk)
        run.refresh_from_db()
        assert (run.state, run.file.name) == ("failed", "")
        assert run.problem
    assert "regency, category, sector" in run.problem


def test_too_many_rows_are_refused(year: Any, person: Any, monkeypatch: Any):
    monkeypatch.setattr(registration_sheet, "MOST_ROWS", 2)
    run = sent(year, person, book([GOOD] * 3))
    read_registrations(run.pk)
    run.refresh_from_db()
    assert (run.state, "more than 2 rows" in run.problem) == ("failed", True)


def test_only_an_open_year_takes_a_file(person: Any):
    closed = make_year(state="closed")
    with pytest.raises(Refused):
        sent(closed, person, book([GOOD]))
    year = make_year(2027)
    make_regency("32.04")
    run = previewed(year, person, [GOOD])
    type(year).objects.filter(pk=year.pk).update(state="running")
    with pytest.raises(Refused):
        services.confirm(run=run, without_likely=False, actor=SYSTEM)


def test_the_sweep_goes_on_where_a_worker_was_killed(year: Any, person: Any, monkeypatch: Any):
    monkeypatch.setattr(services, "CHUNK", 2)
    rows = [GOOD | {"nspp": f"51003204{n:04d}", "name": f"Contoh {n} {chr(97 + n) * 5}"} for n in range(5)]
    run = sent(year, person, book(rows))
    sweep_registrations()
    run.refresh_from_db()
    services.confirm(run=run, without_likely=False, actor=SYSTEM)
    services.write_on(run, until=monotonic() - 1)
    assert services._write_some(run) is False  # one chunk, then the worker is gone
    run.refresh_from_db()
    assert (run.state, run.step, run.written) == ("working", 2, 2)
    sweep_registrations()
    run.refresh_from_db()
    assert (run.state, run.step, run.written) == ("done", 5, 5)
    assert Participation.objects.count() == 5


def test_who_joined_meanwhile_is_not_registered_again(year: Any, person: Any):
    run = previewed(year, person, [GOOD])
    make_participation(make_year(2025), nspp=GOOD["nspp"])
    services.confirm(run=run, without_likely=False, actor=SYSTEM)
    read_registrations(run.pk)
    run.refresh_from_db()
    assert (run.state, run.written) == ("done", 0)


def test_a_file_that_kills_workers_is_refused(year: Any, person: Any):
    run = sent(year, person, book([GOOD]))
    RegistrationFile.objects.filter(pk=run.pk).update(tries=trying.MOST_TRIES)
    run.refresh_from_db()
    read_registrations(run.pk)
    run.refresh_from_db()
    assert run.state == "failed"
    assert run.problem == "This file cannot be read. Save it anew, or send it in parts."
    assert (run.file.name, history(run).last().after) == ("", "failed")


def test_a_fault_of_ours_is_tried_three_times_and_hides_behind_plain_words(
    year: Any, person: Any, monkeypatch: Any
):
    run = sent(year, person, book([GOOD]))
    monkeypatch.setattr(services, "Desk", lambda year: 1 / 0)
    seen = []
    for _ in range(4):
        read_registrations(run.pk)
        run.refresh_from_db()
        seen.append((run.state, run.tries))
    assert seen == [("waiting", 1), ("waiting", 2), ("failed", 3), ("failed", 3)]
    assert run.problem == "This file cannot be read. Save it anew, or send it in parts."


def test_what_was_thrown_away_while_it_was_read_stays_away(year: Any, person: Any, monkeypatch: Any):
    run = sent(year, person, book([GOOD]))
    monkeypatch.setattr(services, "name_likely", lambda rows, year: services.drop(run=run, actor=SYSTEM))
    read_registrations(run.pk)
    assert not RegistrationFile.objects.exists()


def test_a_late_worker_leaves_what_is_being_written_alone(year: Any, person: Any):
    run = previewed(year, person, [GOOD])
    late = RegistrationFile.objects.get(pk=run.pk)
    services.confirm(run=run, without_likely=False, actor=SYSTEM)
    services.read_file(late)
    run.refresh_from_db()
    assert (run.state, run.tries) == ("working", 1)


def test_3000_rows_within_a_minute(year: Any, person: Any):
    """Measured: 2.0 to 2.4 s to read them and 2.3 to 3.2 s to write them, on two busy cores (docs/programme.md)."""
    places = ["Kabupaten Bandung", "Kota Bandung", "Kabupaten Garut"]
    make_participation(make_year(2021), nspp="510032999999", name="Contoh Nomor 17")
    rows = [
        GOOD | {"nspp": f"5100{n:08d}", "name": f"Contoh Nomor {n}", "regency": places[n % 3]}
        for n in range(3000)
    ]
    content, began = book(rows), monotonic()
    run = sent(year, person, content)
    read_registrations(run.pk)
    run.refresh_from_db()
    services.confirm(run=run, without_likely=False, actor=SYSTEM)
    read_registrations(run.pk)
    assert monotonic() - began < 60
    run.refresh_from_db()
    assert (run.state, run.written) == ("done", 3000)


def test_what_was_typed_goes_after_thirty_days(year: Any, person: Any):
    old, new = previewed(year, person, [GOOD]), previewed(year, person, [GOOD])
    RegistrationFile.objects.filter(pk=old.pk).update(created=timezone.now() - timedelta(days=31))
    assert FILES.purge(timezone.now()) == 1
    assert list(RegistrationFile.objects.values_list("pk", flat=True)) == [new.pk]


def test_the_pages_from_template_to_participants(officer: Client, year: Any):
    address = f"/en/office/programme/{year.year}/files/"
    assert officer.get("/en/office/programme/registration.xlsx").status_code == 200
    wrong = officer.post(address, {"file": SimpleUploadedFile("a.xlsx", b"no")})
    assert "This is not an XLSX file." in wrong.content.decode()
    content = book([GOOD, GOOD | {"nspp": "7"}])
    answer = officer.post(address, {"file": SimpleUploadedFile("daftar.xlsx", content)})
    run = RegistrationFile.objects.get()
    page = officer.get(answer.url).content.decode()
    assert "data-progress" in page
    read_registrations(run.pk)
    page = officer.get(answer.url).content.decode()
    assert "data-progress" not in page
    assert "1 row is faulty" in page
    table = b"".join(officer.get(f"{answer.url}errors.csv").streaming_content).decode()
    assert "3,Pesantren Contoh Satu,NSPP number,7,An NSPP number has 12 digits." in table
    officer.post(f"{answer.url}confirm/")
    read_registrations(run.pk)
    assert "1 pesantren was registered." in officer.get(answer.url).content.decode()
    second = previewed(year, make_user("z@example.com"), [GOOD])
    officer.post(f"/en/office/programme/files/{second.pk}/drop/")
    assert not RegistrationFile.objects.filter(pk=second.pk).exists()


def test_an_officer_of_another_province_touches_no_file(stranger: Client, year: Any, person: Any):
    run = previewed(year, person, [GOOD])
    for path in ("", "errors.csv"):
        assert stranger.get(f"/en/office/programme/files/{run.pk}/{path}").status_code == 404
    for path in ("confirm", "drop"):
        assert stranger.post(f"/en/office/programme/files/{run.pk}/{path}/").status_code == 404
    run.refresh_from_db()
    assert run.state == "previewed"
    values = load_workbook(BytesIO(stranger.get("/en/office/programme/registration.xlsx").getvalue()))[
        "values"
    ]
    assert {row[0].value for row in values.iter_rows(min_row=2)} - {None} == {
        str(one) for one in make_province().regencies.all()
    }
