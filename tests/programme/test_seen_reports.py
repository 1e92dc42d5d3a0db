"""Reports of a quarter or a year: the figures, made once in the background, whatever dies; PDF and workbook."""

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import translation
from openpyxl import load_workbook
from pypdf import PdfReader

from marketplace.exports.models import Consignment
from marketplace.exports.models import Event as ExportEvent
from marketplace.exports.numbers import consignment_number
from marketplace.programme import numbers, states
from marketplace.programme.models import Appointment, Event, Report, Slot
from marketplace.programme.public.shown import Shown
from marketplace.programme.reports import content as report_content
from marketplace.programme.reports import files as report_files
from marketplace.programme.reports.tasks import make_report, sweep_reports
from marketplace.programme.services import reports
from offtakers.models import Company
from tests.factories.companies import make_overseas
from tests.factories.exports import a_port
from tests.factories.programme import make_year
from tests.programme import seen_world as world
from tests.programme.test_sums import accepted

pytestmark = pytest.mark.django_db
Q2 = {"year": "2026", "part": "2", "language": "en"}


def asked(**facts: Any) -> Report:
    more: dict[str, Any] = {
        "province": world.home(),
        "period": Report.QUARTER,
        "first": date(2026, 4, 1),
        "last": date(2026, 6, 30),
        "language": "en",
        "person": None,
    }
    return reports.ask(**(more | facts))


def a_quarter() -> Event:
    """Four pesantren promise 100, 200, 400 and 800 on 1 June; one more waits; two meetings were held, one was not."""
    year = world.this_year()
    event = world.an_event(year, name="Contoh Temu Bisnis", city="Bandung", ends_on=date(2026, 6, 2))
    for at in range(4):
        partner = world.seller(f"lap{at}")
        registered = datetime(2026, 5, 1, tzinfo=UTC) if at else datetime(2026, 3, 31, 16, tzinfo=UTC)
        world.participant(year, f"30{at}", partner=partner, registered_at=registered)
        world.promised(event, partner, f"Contoh Pembeli {at}", 100 * 2**at)
        slot = Slot.objects.create(
            event=event,
            starts_at=datetime(2026, 6, 1, 2 + at, tzinfo=UTC),
            ends_at=datetime(2026, 6, 1, 3 + at, tzinfo=UTC),
        )
        commitment = event.commitments.get(rupiah=100 * 2**at)
        state = Appointment.MET if at < 2 else Appointment.MISSED
        Appointment.objects.create(
            event=event,
            slot=slot,
            exhibitor=commitment.exhibitor,
            guest=commitment.guest,
            why="both",
            state=state,
        )
    world.promised(event, partner, "Contoh Pembeli 9", 1600, state=states.RECORDED)
    event.guests.update(accepted_at=datetime(2026, 5, 20, tzinfo=UTC))
    return event


def content(report: Report) -> report_content.Content:
    with translation.override("en"):
        return report_content.of(report)


def test_the_figures_of_the_quarter() -> None:
    """31 March 16:00 UTC is 23:00 in Jakarta: not of this quarter. 17:00 would be."""
    a_quarter()
    found = content(asked())
    assert found.title == "OPOP report, quarter 2 of 2026"
    assert dict(found.figures) == {
        "Pesantren registered": 3,
        "Events": 1,
        "Pesantren at events": 4,
        "Buyers at events": 5,
        "Meetings held": 2,
        "Commitments recorded": 5,
        "Exports that left": 0,
        "Exports handed to the consignee": 0,
        "Open follow-ups today": 1,
    }
    nbsp = "\N{NO-BREAK SPACE}"
    assert [tuple(text.replace(nbsp, " ") for text in row) for row in found.three] == [
        ("Committed", "Rp 1.500", "Rp 375 for each pesantren"),
        ("Reported", "Rp 0", "Rp 0 for each pesantren"),
        ("Realised", "Rp 0", "Rp 0 for each pesantren"),
    ]
    assert found.table("commitments").rows[:2] == [
        ["Recorded, waits for both sides", 1],
        ["Confirmed by both sides", 4],
    ]
    assert found.table("sector").rows[0][1:] == [1500, 0, 0, 4, 375]
    assert found.table("events").rows[0][3:] == [4, 5, 2]
    assert found.table("stages").rows[0] == ["Registration", 4, 0]


def an_export(*told: tuple[str, datetime, str], **facts: Any) -> Consignment:
    """From Jakarta to Dubai by air, with these events: code, time, port ("": where it usually happens)."""
    made = Consignment.objects.create(
        number=consignment_number(),
        exporter=world.seller("ekspor"),
        company=Company.objects.filter(country="AE").first() or make_overseas(),
        consignee_name="Contoh Trading LLC",
        country="AE",
        mode="air",
        incoterm="CPT",
        place="Dubai (AEDXB)",
        origin=a_port("IDCGK"),
        destination=a_port("AEDXB"),
        currency="USD",
        **facts,
    )
    for code, at, port in told:
        an_event_of(made, code, at, port=a_port(port) if port else None)
    return made


def an_event_of(made: Consignment, code: str, at: datetime, **facts: Any) -> ExportEvent:
    known = {"family": "FSU", "source": ExportEvent.FILE, "source_id": f"{code}-{at:%m%d%H%M}"}
    return ExportEvent.objects.create(
        consignment=made, code=code, at=at, actor_name="Contoh", **known | facts
    )


def exports_of(**facts: Any) -> tuple[int, int]:
    found = dict(content(asked(**facts)).figures)
    return found["Exports that left"], found["Exports handed to the consignee"]


def test_an_export_counts_once_by_all_its_events_together(django_assert_num_queries: Any) -> None:
    """A later leg is no second departure; a day that was corrected, and what was taken back, count no more."""
    june, july = datetime(2026, 6, 20, 3, tzinfo=UTC), datetime(2026, 7, 2, 3, tzinfo=UTC)
    third = {"first": date(2026, 7, 1), "last": date(2026, 9, 30)}
    an_export(("DEP", june, ""), ("DEP", july, "ITMXP"), ("DLV", july, ""))  # by way of Milan
    corrected = an_export()
    first = an_event_of(corrected, "DEP", june, source_id="nota@1")
    an_event_of(
        corrected, "DEP", july, source_id="nota@2", recorded_at=first.recorded_at + timedelta(hours=1)
    )
    gone = an_export()
    wrong = an_event_of(gone, "DEP", june, source=ExportEvent.HAND)
    an_event_of(gone, "DEP", june, source=ExportEvent.HAND, source_id="retract:1", retracts=wrong)
    unseen = an_export(("DLV", june, ""))
    an_event_of(unseen, "DLV", june, source_id=f"retract:DLV-{june:%m%d%H%M}")
    an_export(("DEP", june, ""), cancelled_at=june)
    planned = an_export()
    an_event_of(planned, "DEP", june, classifier="PLN")
    assert exports_of() == (1, 0)
    assert exports_of(**third) == (1, 1)
    home = world.home()
    span = report_content.Span(date(2026, 4, 1), date(2026, 9, 30), home.zone)
    for _more in range(2):
        with django_assert_num_queries(2):
            report_content.travelled(home, span)
        an_export(("DEP", june, ""), ("DLV", july, ""))


def test_what_is_not_shown_stands_behind_the_smallest_sum(monkeypatch: pytest.MonkeyPatch) -> None:
    sums_of = {"Kopi": None, "Makanan": 0, "Roti": 5, "Sarung": 9, "Teh": None}
    rows = [Shown(name, name, committed, 0, 0, 3, 3, 3, None, None) for name, committed in sums_of.items()]
    monkeypatch.setattr(report_content.shown, "of_period", lambda *_args: rows)
    assert [row[0] for row in content(asked()).table("sector").rows] == [
        "Sarung",
        "Roti",
        "Makanan",
        "Kopi",
        "Teh",
    ]


def test_another_quarter_and_another_province_have_nothing_of_it() -> None:
    from marketplace.reference.models import Province

    a_quarter()
    nothing = [0] * 8
    found = content(asked(first=date(2026, 7, 1), last=date(2026, 9, 30)))
    assert [value for _label, value in found.figures][:8] == nothing
    elsewhere = Province.objects.create(code="98", name="Provinsi Contoh")
    found = content(asked(province=elsewhere))
    assert [value for _label, value in found.figures] == [0] * 9
    assert found.table("sector").rows == []


def test_small_groups_are_not_in_the_tables_of_a_report() -> None:
    """The sums of a sector with two buyers are not shown, as on the public page."""
    event = a_quarter()
    event.commitments.filter(rupiah__in=[400, 800]).delete()
    assert content(asked()).table("sector").rows[0][1:4] == ["not shown", 0, 0]


def test_small_groups_are_not_in_the_headline_of_a_report() -> None:
    """Nor the sum of two buyers, nor how many they are, nor what one of them alone paid in the period."""
    event = a_quarter()
    event.commitments.filter(rupiah__in=[400, 800]).delete()
    with time_machine.travel(datetime(2026, 6, 20, 3, tzinfo=UTC)):
        accepted(event.commitments.get(rupiah=200))
    found = content(asked())
    assert found.three == [
        ("Committed", "not shown", "–"),
        ("Reported", "Rp\N{NO-BREAK SPACE}0", "Rp\N{NO-BREAK SPACE}0 for each pesantren"),
        ("Realised", "not shown", "–"),
    ]
    assert found.three_note == (
        "Of commitments recorded in this period; participants: 4, buyers: not shown. Never added. "
        "Realised in this period, whenever it was promised: not shown."
    )
    report = asked()
    make_report(report.pk)
    report.refresh_from_db()
    page = PdfReader(report.pdf.open("rb")).pages[0].extract_text().replace("\N{NO-BREAK SPACE}", " ")
    assert "Committed" in page
    assert [sum_ for sum_ in ("Rp 300", "Rp 500.000", "Rp 125.000") if sum_ in page] == []


def test_what_three_paid_in_the_period_is_told_in_the_headline() -> None:
    event = a_quarter()
    with time_machine.travel(datetime(2026, 6, 20, 3, tzinfo=UTC)):
        for rupiah in (100, 200, 400):
            accepted(event.commitments.get(rupiah=rupiah), quantity=1)
    found = content(asked())
    assert found.three[2][1].replace("\N{NO-BREAK SPACE}", " ") == "Rp 150.000"
    assert found.three_note.replace("\N{NO-BREAK SPACE}", " ").endswith("promised: Rp 150.000.")
    later = content(asked(first=date(2026, 7, 1), last=date(2026, 9, 30)))
    assert later.three_note.replace("\N{NO-BREAK SPACE}", " ").endswith("promised: Rp 0.")


def test_queries_do_not_grow_with_rows(django_assert_max_num_queries: Any) -> None:
    from django.test.utils import CaptureQueriesContext

    event = a_quarter()
    report = asked()

    def count() -> int:
        cache.clear()
        with CaptureQueriesContext(connection) as caught:
            content(report)
        return len(caught)

    first = count()
    for at in range(5):
        world.promised(event, world.seller(f"lebih{at}", "32.05"), f"Contoh Lebih {at}", 50)
    assert count() == first


# ---- made once


def test_pressed_twice_is_made_once(queued: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        first = asked()
        again = asked()
        other = asked(language="id")
    assert (first.pk == again.pk, other.pk == first.pk) == (True, False)
    assert queued == [(reports.TASK, first.pk), (reports.TASK, other.pk)]


def test_a_finished_report_may_be_made_anew() -> None:
    first = asked()
    make_report(first.pk)
    assert asked().pk != first.pk


def test_it_is_made_in_the_background_and_twice_changes_nothing() -> None:
    a_quarter()
    report = asked()
    make_report(report.pk)
    report.refresh_from_db()
    assert (report.state, report.step, report.tries) == (states.DONE, report.steps, 1)
    name = report.pdf.name
    make_report(report.pk)
    report.refresh_from_db()
    assert (report.pdf.name, report.tries) == (name, 1)
    page = PdfReader(report.pdf.open("rb"))
    assert len(page.pages) == 1
    text = page.pages[0].extract_text()
    assert "OPOP report, quarter 2 of 2026" in text
    assert "Rp 1.500" in text.replace("\N{NO-BREAK SPACE}", " ")


def test_a_report_whose_worker_died_is_made_by_the_sweep() -> None:
    report = asked()
    Report.objects.filter(pk=report.pk).update(state=states.WORKING, step=2, tries=1)
    sweep_reports()
    report.refresh_from_db()
    assert (report.state, report.tries, bool(report.xlsx)) == (states.DONE, 2, True)


def test_after_three_tries_it_has_failed_with_the_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: Any) -> bytes:
        raise ValueError("no paper")

    monkeypatch.setattr(report_files, "to_pdf", broken)
    report = asked()
    for state in (states.WAITING, states.WAITING, states.FAILED):
        sweep_reports()
        report.refresh_from_db()
        assert report.state == state
    assert report.problem == "ValueError: no paper"
    sweep_reports()
    report.refresh_from_db()
    assert report.tries == 3


def test_a_report_that_kills_its_worker_is_not_tried_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is caught when a worker is killed: the count of tries stands before the work."""

    class Killed(BaseException):
        pass

    begun: list[int] = []

    def kill(*args: Any) -> bytes:
        begun.append(1)
        raise Killed

    monkeypatch.setattr(report_files, "to_pdf", kill)
    report = asked()
    for tries in (1, 2, 3):
        with pytest.raises(Killed):
            sweep_reports()
        report.refresh_from_db()
        assert (report.state, report.tries) == (states.WORKING, tries)
    sweep_reports()
    report.refresh_from_db()
    assert (report.state, report.tries, len(begun)) == (states.FAILED, 3, 3)
    assert report.problem == "The worker died each time"
    assert asked().pk != report.pk  # whoever asks again gets a new one


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_make_the_same_one() -> None:
    """Another session holds the lock: this worker leaves it alone."""
    import psycopg

    report = asked()
    facts = connection.get_connection_params()
    named = {key: facts[key] for key in ("dbname", "user", "host", "port") if facts.get(key)}
    with psycopg.connect(**named) as other:
        other.execute("select pg_advisory_lock(%s, %s)", [reports.LOCKS, report.pk])
        make_report(report.pk)
    report.refresh_from_db()
    assert (report.state, report.tries) == (states.WAITING, 0)
    make_report(report.pk)
    report.refresh_from_db()
    assert report.state == states.DONE


def test_the_workbook_has_a_sheet_for_each_table_and_no_formula() -> None:
    event = a_quarter()
    Event.objects.filter(pk=event.pk).update(name="=SUM(1;2)")
    report = asked()
    make_report(report.pk)
    report.refresh_from_db()
    book = load_workbook(BytesIO(report.xlsx.open("rb").read()))
    assert book.sheetnames == [
        "Figures",
        "Participants by stage",
        "Events",
        "Commitments by state",
        "Sums by sector",
        "Sums by kabupaten and kota",
        "Open follow-ups",
    ]
    figures = [[cell.value for cell in row] for row in book["Figures"].iter_rows()]
    assert ["Pesantren registered", 3, None] in figures
    assert ["Committed", 1500, 375] in figures
    assert ["Reported", 0, 0] in figures
    assert [cell.value for cell in book["Sums by sector"][2]][1:] == [1500, 0, 0, 4, 375]
    assert book["Events"]["A2"].value == "'=SUM(1;2)"
    assert book["Events"]["A2"].data_type == "s"


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_no_name_of_a_sheet_is_cut(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    a_quarter()
    given: list[str] = []
    kept = report_files._sheet
    monkeypatch.setattr(
        report_files, "_sheet", lambda book, name, *args: given.append(name) or kept(book, name, *args)
    )
    with translation.override(language):
        report_files.to_xlsx(report_content.of(asked(language=language)), language)
    assert (len(given), len(set(given)), max(map(len, given)) <= 31) == (7, 7, True)


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_one_page_in_every_language(language: str) -> None:
    a_quarter()
    report = asked(language=language)
    make_report(report.pk)
    report.refresh_from_db()
    assert report.state == states.DONE, report.problem
    assert len(PdfReader(report.pdf.open("rb")).pages) == 1


# ---- pages


def test_an_officer_asks_follows_and_takes_a_report(officer: Client) -> None:
    a_quarter()
    page = officer.post(reverse("office:reports"), Q2, follow=True)
    report = Report.objects.get()
    assert page.redirect_chain == [(reverse("office:report", args=[report.token]), 302)]
    assert "data-progress" in page.content.decode()
    assert officer.get(reverse("office:report-pdf", args=[report.token])).status_code == 404
    make_report(report.pk)
    page = officer.get(reverse("office:report", args=[report.token]))
    assert "data-progress" not in page.content.decode()
    answer: Any = officer.get(reverse("office:report-pdf", args=[report.token]))
    assert b"".join(answer.streaming_content)[:5] == b"%PDF-"
    assert answer["Content-Disposition"] == 'inline; filename="opop-32-2026-Q2-en.pdf"'
    answer = officer.get(reverse("office:report-xlsx", args=[report.token]))
    assert answer["Content-Disposition"] == 'attachment; filename="opop-32-2026-Q2-en.xlsx"'
    assert "Quarter 2 of 2026" in officer.get("/en" + reverse("office:reports")).content.decode()


def test_an_officer_of_another_province_finds_nothing_of_it(officer: Client, stranger: Client) -> None:
    officer.post(reverse("office:reports"), Q2)
    report = Report.objects.get()
    make_report(report.pk)
    assert list(stranger.get(reverse("office:reports")).context["page_obj"]) == []
    for name in ("report", "report-pdf", "report-xlsx"):
        assert stranger.get(reverse(f"office:{name}", args=[report.token])).status_code == 404


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({**Q2, "year": "2018"}, "year"),
        ({**Q2, "part": "5"}, "part"),
        ({**Q2, "language": "de"}, "language"),
        ({**Q2, "year": ""}, "year"),
    ],
)
def test_what_is_no_period_is_refused_beside_the_field(
    officer: Client, data: dict[str, str], field: str
) -> None:
    page = officer.post(reverse("office:reports"), data)
    assert page.status_code == 200
    assert list(page.context["form"].errors) == [field]
    assert Report.objects.count() == 0


def test_a_quarter_that_lies_ahead_is_refused(officer: Client) -> None:
    with time_machine.travel(datetime(2026, 8, 15, tzinfo=UTC)):
        page = officer.post("/en" + reverse("office:reports"), {**Q2, "part": "4"})
        assert page.context["form"].errors == {"part": ["This quarter has not begun yet."]}
        assert officer.post(reverse("office:reports"), {**Q2, "part": "3"}).status_code == 302


def test_a_year_known_from_sources_alone_is_not_offered_and_refused(
    officer: Client, stranger: Client
) -> None:
    make_year(2021, is_historic=True)
    path = "/en" + reverse("office:reports")
    assert 2021 not in [year for year, _label in officer.get(path).context["form"].fields["year"].choices]
    for part in ("2", "year"):
        page = officer.post(path, {**Q2, "year": "2021", "part": part})
        assert page.context["form"].errors == {
            "year": [
                "This year is known from sources alone: a report would count nothing but zeros. Its figures stand, "
                "with their sources, on the public page of the programme."
            ]
        }
    assert Report.objects.count() == 0
    assert (
        stranger.post(path, {**Q2, "year": "2021"}).status_code == 302
    )  # another province's year is its own
    assert officer.post(path, {**Q2, "year": "2020"}).status_code == 302


def test_lists_are_paged(officer: Client) -> None:
    for at in range(26):
        Report.objects.create(
            province=world.home(),
            token=numbers.token(),
            period=Report.YEAR,
            first=date(2000 + at, 1, 1),
            last=date(2000 + at, 12, 31),
        )
    assert len(officer.get(reverse("office:reports")).context["page_obj"]) == 25
