"""The desk's board, events in two taps, files, temperatures; and what buyer, pesantren and the public see."""

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format

from marketplace.common.states import history
from marketplace.exports import states
from marketplace.exports.models import Consignment, Event
from marketplace.exports.services import consignments, events
from marketplace.exports.services.events import Told
from marketplace.exports.services.following import refold
from marketplace.exports.tracking import board, timeline
from marketplace.fulfilment.models import Fulfilment
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.companies import admin_of, make_overseas
from tests.factories.exports import DESK, Desk, a_consignment, a_coordinator, a_port, desk, many

pytestmark = pytest.mark.django_db


@pytest.fixture
def coordinator(client: Client) -> Any:
    person = a_coordinator()
    type(person).objects.filter(pk=person.pk).update(language="en")
    client.force_login(person)
    return person


def page(client: Client, name: str, *args: Any, language: str = "en", **query: Any) -> str:
    with translation.override(language):
        response = client.get(reverse(name, args=args), query)
    assert response.status_code == 200
    return str(response.content.decode())


def post(client: Client, name: str, *args: Any, **data: Any) -> Any:
    with translation.override("en"):
        return client.post(reverse(name, args=args), data)


def on_its_way(of: Desk | None = None, **more: Any) -> Consignment:
    made = a_consignment(of or desk(), transport_number="126-12345675", **more)
    told = Told("DEP", timezone.now() - timedelta(hours=3), Event.HAND, "dep")
    events.record(consignment=made, told=told, actor=DESK)
    return made


def test_what_is_due_next_stands_on_top_and_filters_find(client: Client, coordinator: Any) -> None:
    of = desk()
    later, sooner = (
        a_consignment(of, departs_at=timezone.now() + timedelta(days=n), arrives_at=None) for n in (9, 2)
    )
    left = on_its_way(of)
    ended = a_consignment(of, cancelled_at=timezone.now())
    for one in (later, sooner, ended):
        refold(consignment=one, actor=DESK)
    text = page(client, "office:exports")
    places = [text.index(one.number) for one in (sooner, later, left)]
    assert places == sorted(places)
    assert ended.number not in text
    assert "A part of an order could not be handed over" in text
    assert ended.number in page(client, "office:exports", state="cancelled")
    assert ended.number in page(client, "office:exports", q=ended.number.lower())
    assert page(client, "office:exports", q="126-1234").count("126-12345675") >= 1
    assert sooner.number not in page(client, "office:exports", q="126-1234")
    assert left.number in page(client, "office:exports", state="departed", country="ae")
    assert left.number not in page(client, "office:exports", country="IT")
    Consignment.objects.filter(pk=later.pk).update(next_due_at=timezone.now() - timedelta(hours=1))
    text = page(client, "office:exports", late="1")
    assert (later.number in text, sooner.number in text) == (True, False)
    page(client, "office:exports", state="'", country="<>", q="%", page="x")


def test_two_thousand_consignments_are_a_quick_page(client: Client, coordinator: Any) -> None:
    many(desk(), 2000, 40)
    assert Event.objects.count() == 80_000
    page(client, "office:exports")  # templates are read once
    spent = []
    for query in ({}, {"page": "40"}, {"q": "126"}, {"late": "1", "country": "AE"}):
        with CaptureQueriesContext(
            connection,
        ) as caught:
            page(client, "office:exports", **query)
        assert len(caught) <= 10, "\n".join(one["sql"][:200] for one in caught.captured_queries)
        begun = time.process_time()
        page(client, "office:exports", **query)
        spent.append(time.process_time() - begun)
    # 60 ms are promised of server time; this machine is shared, so the test leaves room (docs/bench.md measures).
    assert min(spent) < 0.2, spent


def test_two_taps_record_an_event(client: Client, coordinator: Any) -> None:
    made = a_consignment(desk())
    text = page(client, "office:exports-events", made.number)
    assert "?code=BKD" in text
    text = page(client, "office:exports-events", made.number, code="DEP")
    key = text.split('name="key" value="')[1].split('"')[0]
    when = text.split('name="time" value="')[1].split('"')[0]
    data = {"code": "DEP", "classifier": "ACT", "time": when, "key": key}
    for _twice in range(2):
        assert post(client, "office:exports-events", made.number, **data).status_code == 302
    event = Event.objects.get()
    assert abs(event.at - timezone.now()) < timedelta(minutes=2)  # now, on the clock of Jakarta
    assert (event.offset_minutes, event.actor_name) == (420, str(coordinator))
    made.refresh_from_db()
    assert made.state == states.DEPARTED
    text = page(client, "office:exports-events", made.number)
    assert "?code=ARR" in text
    wrong = {**data, "key": str(uuid4()), "code": "BKD", "classifier": "EST", "is_partial": "on"}
    text = post(client, "office:exports-events", made.number, **wrong).content.decode()
    assert "it only happens" in text
    assert "How many pieces?" in text
    assert Event.objects.count() == 1


def test_what_happens_by_hand_has_happened(client: Client, coordinator: Any) -> None:
    made = a_consignment(desk())
    now = timezone.now().astimezone(ZoneInfo("Asia/Jakarta"))

    def told(at: Any, classifier: str = "ACT") -> Any:
        when = at if isinstance(at, str) else at.strftime("%Y-%m-%dT%H:%M")
        data = {"code": "DEP", "classifier": classifier, "time": when, "key": str(uuid4())}
        return post(client, "office:exports-events", made.number, **data)

    future = "This time has not come yet, so nothing can have happened then."
    past = "This time lies long before the consignment was made. Look at day and year again."
    for at, said in ((now + timedelta(minutes=20), future), (now - timedelta(days=181), past)):
        assert told(at).context["form"].errors == {"time": [said]}
    assert told("9999-12-31T23:59").context["form"].errors == {"time": [future]}
    assert not Event.objects.exists()
    assert told(now + timedelta(days=20), "PLN").status_code == 302
    assert told(now + timedelta(minutes=10)).status_code == 302
    assert told(now - timedelta(days=179)).status_code == 302
    assert list(Event.objects.order_by("pk").values_list("classifier", flat=True)) == ["PLN", "ACT", "ACT"]


def test_what_is_taken_back_stays_in_the_list(client: Client, coordinator: Any) -> None:
    made = on_its_way()
    event = made.events.get()
    args = (made.number, event.pk)
    assert post(client, "office:exports-retract", *args).status_code == 200  # without a reason
    assert post(client, "office:exports-retract", *args, why="salah kiriman").status_code == 302
    assert post(client, "office:exports-retract", *args, why="lagi").status_code == 404
    text = page(client, "office:exports-events", made.number)
    assert "<s>Flight departed</s>" in text
    assert "salah kiriman" in text
    made.refresh_from_db()
    assert made.state == states.BOOKED


def test_the_office_reads_and_does_nothing(client: Client) -> None:
    made = on_its_way()
    client.force_login(make_user("kantor@example.com", staff_role="office"))
    assert "?code=" not in page(client, "office:exports-events", made.number)
    key = {"code": "ARR", "classifier": "ACT", "time": "2026-12-01T10:00", "key": str(uuid4())}
    assert post(client, "office:exports-events", made.number, **key).status_code == 404
    assert post(client, "office:exports-temperatures", made.number).status_code == 404


def test_nothing_of_a_file_is_written_unless_all_is_right(client: Client, coordinator: Any) -> None:
    made = a_consignment(desk())
    then = (timezone.now() - timedelta(days=3)).strftime("%Y-%m-%d %H:%M")
    rows = f"consignment,code,time\n{made.number},BKD,{then}\nNOBODY,DEP,{then}\n"
    file = SimpleUploadedFile("x.csv", rows.encode())
    text = post(client, "office:exports-events-file", file=file).content.decode()
    assert "No consignment has this number." in text
    assert "NOBODY,DEP" in text  # what was sent is there to be put right
    assert not Event.objects.exists()
    assert post(client, "office:exports-events-file", text=rows, leave_out="on").status_code == 302
    assert post(
        client, "office:exports-events-file", text=rows.replace("NOBODY,DEP", f"{made.number},FOH")
    ).url
    assert sorted(Event.objects.values_list("code", flat=True)) == ["BKD", "FOH"]
    assert post(client, "office:exports-events-file", text="\x00").status_code == 200
    with translation.override("en"):
        template = b"".join(client.get(reverse("office:exports-events-template")).streaming_content)  # type: ignore[attr-defined]
    assert template.startswith(b"consignment,code,classifier")


def test_a_temperature_log_is_drawn(client: Client, coordinator: Any) -> None:
    made = on_its_way()
    rows = "time,celsius\n" + "".join(f"2026-11-01 {hour:02}:00,{13 + hour % 5}\n" for hour in range(24))
    bad = SimpleUploadedFile("x.csv", b"time,celsius\n2026-12-01 10:00,900\n")
    text = post(client, "office:exports-temperatures", made.number, logger="L-7", file=bad).content.decode()
    assert "Row 2: 900.0 °C cannot be." in text
    good = SimpleUploadedFile("x.csv", rows.encode())
    assert (
        post(client, "office:exports-temperatures", made.number, logger="L-7", file=good).status_code == 302
    )
    text = page(client, "office:exports-temperatures", made.number)
    assert "<polyline" in text
    assert "17.0 °C" in text
    assert "(assumed)" in text


def test_a_calendar_needs_no_sign_in_and_ends_with_the_password(client: Client, coordinator: Any) -> None:
    made = on_its_way()
    coordinator.refresh_from_db()
    url = reverse("office:exports-calendar", args=[board.calendar_token(coordinator)])
    response = Client().get(url)
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert f"UID:{made.number}-arrival@testserver" in response.content.decode().replace("\r\n ", "")
    assert Client().get(url.replace(".ics", "x.ics")).status_code == 404
    coordinator.set_password("kebun manggis 99")
    coordinator.save()
    assert Client().get(url).status_code == 404


def test_anybody_with_the_link_follows_in_three_languages(client: Client) -> None:
    of = desk()
    made = on_its_way(of)
    for language, word in (("id", "Pesawat berangkat"), ("en", "Flight departed"), ("ar", "غادرت الطائرة")):
        text = page(client, "exports:track", made.token, language=language)
        assert word in text
        assert "#land" in text
        for secret in ("US$", "USD", of.company.name, "Contoh Street", "Contoh Trading", of.order.number):
            assert secret not in text
    Consignment.objects.filter(pk=made.pk).update(is_tracked_publicly=False)
    assert client.get(reverse("exports:track", args=[made.token])).status_code == 404
    for _try in range(45):
        answer = client.get(reverse("exports:track", args=["x" * 22]))
    assert answer.status_code == 429


def test_the_buyer_sees_its_own_and_what_it_may_read(client: Client, coordinator: Any) -> None:
    of = desk()
    made = on_its_way(of)
    made.papers.create(kind="packing_list", needed_before="loading", state="issued").versions.create(
        number=1, facts_sha256="x", actor_name="x", pdf=SimpleUploadedFile("packing.pdf", b"%PDF-1.4")
    )
    made.papers.create(kind="peb", needed_before="departure", state="accepted").versions.create(
        number=1, facts_sha256="x", actor_name="x", pdf=SimpleUploadedFile("peb.pdf", b"%PDF-1.4")
    )
    client.force_login(admin_of(of.company))
    assert made.number in page(client, "account:consignments")
    text = page(client, "account:consignment", made.number)
    assert "Flight departed" in text
    assert ("packing_list.pdf" in text, "peb.pdf" in text) == (True, False)
    paper = client.get(reverse("account:consignment-paper", args=[made.number, "packing_list"]))
    assert paper["Content-Type"] == "application/pdf"
    assert client.get(reverse("account:consignment-paper", args=[made.number, "peb"])).status_code == 404
    client.force_login(admin_of(make_overseas(make_user("lain@example.com"))))
    assert client.get(reverse("account:consignment", args=[made.number])).status_code == 404
    assert (
        client.get(reverse("account:consignment-paper", args=[made.number, "packing_list"])).status_code
        == 404
    )


def test_of_what_does_not_travel_nothing_is_expected(client: Client) -> None:
    """Neither of a cancelled consignment nor of one that was emptied; its invoice is no paper any more."""
    of = desk()
    client.force_login(admin_of(of.company))
    made = a_consignment(of)
    made.papers.create(kind="commercial_invoice", needed_before="loading", state="issued").versions.create(
        number=1, facts_sha256="x", actor_name="x", pdf=SimpleUploadedFile("invoice.pdf", b"%PDF-1.4")
    )
    told = Told("ARR", made.arrives_at, Event.HAND, "arr", classifier="EST")
    events.record(consignment=made, told=told, actor=DESK)
    paper = reverse("account:consignment-paper", args=[made.number, "commercial_invoice"])

    def seen() -> tuple[bool, ...]:
        mine, listed = page(client, "account:consignment", made.number), page(client, "account:consignments")
        public = page(client, "exports:track", made.token)
        with translation.override("en"):
            day = date_format(timezone.localtime(made.arrives_at), "j M Y")
        return (
            "expected" in mine,
            "expected" in public,
            day in listed,
            "commercial_invoice.pdf" in mine,
            client.get(paper).status_code == 200,
        )

    assert seen() == (True,) * 5
    lines = list(made.lines.all())
    made.lines.all().delete()
    assert seen() == (False,) * 5
    for line in lines:
        line.save(force_insert=True)
    assert seen() == (True,) * 5
    consignments.cancel(consignment=made, actor=DESK, why="hujan")
    assert seen() == (False,) * 5


def test_a_pesantren_sees_only_its_own_lines(client: Client) -> None:
    of = desk()
    made = on_its_way(of)
    second = of.parts[1].partner
    person = make_user("rambutan@example.com")
    make_member(person, second)
    client.force_login(person)
    assert made.number in page(client, "workspace:consignments")
    text = page(client, "workspace:consignment", made.number)
    assert ("Rambutan contoh-rambutan" in text, "Manggis contoh-manggis" in text) == (True, False)
    assert "US$" not in text
    stranger = make_user("lain@example.com")
    make_member(stranger, make_pesantren("contoh-lain"))
    client.force_login(stranger)
    assert client.get(reverse("workspace:consignment", args=[made.number])).status_code == 404


def test_the_buyer_chooses_who_reads_its_name(client: Client) -> None:
    made, name = on_its_way(of := desk()), "Contoh Trading LLC"
    person = make_user("rambutan@example.com")
    make_member(person, of.parts[1].partner)

    def seen() -> tuple[bool, bool]:
        client.force_login(person)
        mine = page(client, "workspace:consignment", made.number)
        client.logout()
        return name in mine, name in page(client, "exports:track", made.token)

    assert seen() == (False, False)
    for choice, shown in (("1", True), ("1", True), ("0", False)):
        client.force_login(admin_of(of.company))
        assert post(client, "account:consignment", made.number, shown=choice).status_code == 302
        assert seen() == (shown, shown)
    assert [step.why for step in history(made) if "name" in step.why] == [
        "the consignee's name is shown",
        "the consignee's name is not shown any more",
    ]
    client.force_login(person)
    assert post(client, "account:consignment", made.number, shown="1").status_code == 404


def test_what_people_wrote_of_a_place_is_not_public(client: Client) -> None:
    made = on_its_way(of := desk())
    told = Told("ARR", timezone.now(), Event.HAND, "arr", location="Gudang Contoh Trading")
    events.record(consignment=made, told=told, actor=DESK)
    assert "Gudang" not in page(client, "exports:track", made.token)
    client.force_login(admin_of(of.company))
    assert "Gudang" in page(client, "account:consignment", made.number)


def test_the_buyer_brings_the_log_while_something_is_to_be_signed(client: Client) -> None:
    made = on_its_way(of := desk())
    client.force_login(admin_of(of.company))
    rows = "time,celsius\n2026-11-20 10:00,13.5\n"
    data = {"logger": "L-9", "file": SimpleUploadedFile("log.csv", rows.encode())}
    assert post(client, "account:consignment-log", made.number, **data).status_code == 404  # not there yet
    Fulfilment.objects.filter(pk=of.parts[0].pk).update(state="delivered")
    assert "account/consignments" in page(client, "account:consignment-log", made.number)
    wrong = {"logger": "", "file": SimpleUploadedFile("log.csv", b"time,celsius\n=1+1,warm\n")}
    form = post(client, "account:consignment-log", made.number, **wrong).context["form"]
    assert set(form.errors) == {"logger", "file"}
    data["file"] = SimpleUploadedFile("log.csv", rows.encode())
    assert post(client, "account:consignment-log", made.number, **data).status_code == 302
    assert made.readings.get().logger == "L-9"
    last = history(made).last()
    assert (last.why, last.actor_id) == ("temperatures of logger L-9: 1 readings", admin_of(of.company).pk)
    client.force_login(admin_of(make_overseas(make_user("lain@example.com"))))
    assert client.get(reverse("account:consignment-log", args=[made.number])).status_code == 404


def test_the_first_export_names_sources_and_what_nobody_published(client: Client) -> None:
    text = page(client, "exports:first")
    for fact in ("600 kg", "300 kg", "200 kg", "50 kg", "1150 kg", "Epicstar Group", "republika.co.id"):
        assert fact in text
    assert text.count("not published") == 7


def test_a_place_that_nobody_reads_is_not_taken_for_the_destination(client: Client) -> None:
    """Unloaded in Singapore, a port we do not know: hidden from the public, and still not Jebel Ali."""
    made = a_consignment(desk(), mode="sea", origin=a_port("IDJKT"), destination=a_port("AEJEA"))
    now, there = timezone.now(), {"location": "SGSIN", "offset_minutes": 480}
    told = [
        Told("DEPA", now - timedelta(days=2), Event.HAND, "dep"),
        Told("ARRI", now, Event.HAND, "sin", **there),
    ]
    events.record_all(told=[(made, one) for one in told], actor=DESK)
    made.refresh_from_db()
    assert made.state == "departed"
    for is_public in (True, False):
        shown = timeline.of(made, is_public=is_public)
        assert [step.state for step in shown["steps"]] == ["done", "done", "current", "", ""]
        first = next(one for one in shown["log"] if one.event.code == "ARRI")
        assert first.where == ("" if is_public else "SGSIN")
        assert ("WIB" in first.when, "UTC" in first.when) == (True, not is_public)
