"""The office edits couriers and tariffs: previewed, confirmed, kept in the history, never behind anybody's back."""

import re
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from marketplace.fulfilment.models import Courier, CourierChange, Fulfilment, Tariff
from marketplace.reference import working_days
from tests.factories.catalogue import (
    make_courier,
    make_product,
    make_regency,
    make_tariff,
    make_tariffs,
    make_user,
    make_zone,
)
from tests.factories.orders import placed_order

LONG_AGO = date(2020, 1, 1)


@pytest.fixture
def office(client: Client, db: None) -> Client:
    for code in ("32.04", "32.73"):
        make_regency(code)
    make_tariffs()
    client.force_login(make_user("office@example.com", name="Ibu Kantor", staff_role="office"))
    return client


@pytest.fixture
def kurir(office: Client) -> Courier:
    return Courier.objects.get(code="kurir")


def facts(courier: Courier, **changes: Any) -> dict[str, Any]:
    """The courier's form as it would be sent, with its version."""
    fields = ("name", "kind", "divisor", "minimum_kg", "step_g", "tolerance_g", "max_kg")
    found = {name: getattr(courier, name) or "" for name in fields} | {"tolerance_g": courier.tolerance_g}
    flags = ("carries_perishables", "works_sundays", "is_active")
    found |= {name: "on" for name in flags if getattr(courier, name)}
    return found | {"version": courier.version} | changes


def prices(**changes: Any) -> dict[str, Any]:
    """The form of the tariff Kurir, everywhere."""
    found = {"base": "5.000", "per_kg": "9.000", "minimum": "0", "days_least": 1, "days_most": 3}
    return found | {"first": working_days.today().isoformat(), "version": 1} | changes


def url(name: str, *args: Any) -> str:
    return reverse(f"office:{name}", args=args)


def send(client: Client, where: str, data: dict[str, Any]) -> str:
    answer = client.post("/en" + where.removeprefix("/en"), data)
    assert answer.status_code == 200
    return unescape(answer.content.decode()).replace("\xa0", " ")


def confirm(client: Client, where: str, data: dict[str, Any]) -> Any:
    """Preview, then press the button under it."""
    page = send(client, where, data)
    found = re.search(r'name="seen" value="(\w+)"', page)
    assert found, "no button under the preview"
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    return client.post(where, data | {"seen": found[1], "version": version[1]})


def cells(page: str, load: str) -> list[str]:
    """The texts of the rows of this load in the preview."""
    rows = re.findall(r"<tr.*?</tr>", page, re.DOTALL)
    return [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows if load in row]


def test_a_preview_shows_both_prices_and_saves_nothing(office: Client, kurir: Courier) -> None:
    page = send(office, url("edit-courier", kurir.pk), facts(kurir, divisor="4000"))
    kurir.refresh_from_db()
    assert (kurir.divisor, kurir.version, CourierChange.objects.count()) == (6000, 1, 0)
    # 40 × 40 × 40 cm: 10.67 kg by 6000 and 16 kg by 4000; base 5.000, 9.000 a kilogram.
    near, within = cells(page, "1 carton of 3 kg")[1], cells(page, "1 carton of 3 kg")[0]
    for row in (near, within):
        assert "Rp 104.000" in row
        assert "Rp 149.000" in row
        assert "changes" in row
        assert "16 kg by volume, 3 kg on the scales" in row
    assert "changes" not in cells(page, "1 parcel of 1 kg")[0]
    assert cells(page, "5 kg of fresh goods")[0].count("does not carry it") == 2
    assert "6000" in page
    assert "Confirm and save" in page


def test_confirmed_it_holds_and_stands_in_the_history(office: Client, kurir: Courier) -> None:
    where = url("edit-courier", kurir.pk)
    answer = confirm(office, where, facts(kurir, divisor="4000", carries_perishables="on"))
    assert answer.status_code == 302
    kurir.refresh_from_db()
    assert (kurir.divisor, kurir.carries_perishables, kurir.version) == (4000, True, 2)
    change = kurir.changes.get()
    assert (change.actor_name, change.tariff) == ("Ibu Kantor", None)
    assert change.before == {"divisor": 6000, "carries_perishables": False}
    assert change.after == {"divisor": 4000, "carries_perishables": True}
    page = unescape(office.get("/en" + url("courier", kurir.pk)).content.decode())
    assert "Volume divisor: 6000, now 4000; Carries perishable goods: no, now yes" in page
    assert "Ibu Kantor" in page


def test_nothing_different_is_not_saved(office: Client, kurir: Courier) -> None:
    page = send(office, url("edit-courier", kurir.pk), facts(kurir))
    assert "Nothing differs from what holds now." in page
    assert "Confirm and save" not in page


def test_an_own_load_is_tried(office: Client, kurir: Courier) -> None:
    product = make_product(title="Sarung uji", carton_cm="40x30x20", carton_quantity=10)
    own = {
        "try-product": f"https://example.com/en/products/{product.slug}/",
        "try-quantity": "11",
        "try-destination": "kota bandung",
    }
    page = send(office, url("edit-courier", kurir.pk), facts(kurir, minimum_kg="9", **own))
    (row,) = cells(page, "11 × Sarung uji")
    # Two cartons of 4 kg by volume: 8 kg, then the new least weight of 9 kg.
    assert "Rp 77.000" in row
    assert "Rp 86.000" in row
    assert "9 kg, the least this courier charges" in row
    typed = {
        "try-weight_g": "2500",
        "try-quantity": "2",
        "try-origin": "Kota Bandung",
        "try-destination": "Kabupaten Bandung",
    }
    page = send(office, url("edit-courier", kurir.pk), facts(kurir, minimum_kg="9", **typed))
    assert "Rp 50.000" in cells(page, "2 × 2500 g")[0]


@pytest.mark.parametrize(
    ("own", "sentence"),
    [
        ({"try-product": "no-such"}, "No listing has this address."),
        ({"try-quantity": "3"}, "Write what one unit weighs, or name a listing."),
        ({"try-weight_g": "3"}, "Choose where the goods are sent from."),
        ({"try-destination": "Atlantis"}, "Choose a kabupaten or kota of the list."),
        ({"try-carton_cm": "40x30"}, "Write three sides in cm, for example 40x30x20."),
        ({"try-carton_cm": "40x0x20"}, "Write three sides in cm, for example 40x30x20."),
        ({"try-weight_g": "-3"}, "Write a whole number in digits, for example 250 or 1,500."),
    ],
)
def test_a_load_that_cannot_be_tried(office: Client, kurir: Courier, own: dict, sentence: str) -> None:
    page = send(office, url("edit-courier", kurir.pk), facts(kurir, minimum_kg="9", **own))
    assert sentence in page
    assert 'value="9"' in page
    assert "Confirm and save" not in page


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"name": ""}, "Write the courier's name."),
        ({"name": "truk KARGO"}, "Another courier has this name."),
        ({"name": "كوريير"}, "Write a name with Latin letters or digits."),
        ({"divisor": "0"}, "This must be at least 1."),
        ({"divisor": "viel"}, "Write a whole number in digits, for example 250 or 1,500."),
        ({"minimum_kg": ""}, "Write the least weight, 1 if there is none."),
        ({"tolerance_g": "500", "step_g": "500"}, "The tolerance must be less than the step it charges."),
        ({"step_g": "700"}, "Select a valid choice."),
    ],
)
def test_bad_facts_of_a_courier(office: Client, kurir: Courier, change: dict, sentence: str) -> None:
    page = send(office, url("edit-courier", kurir.pk), facts(kurir, **change))
    assert sentence in page
    assert "<title>Error: " in page
    kurir.refresh_from_db()
    assert kurir.version == 1


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"base": ""}, "Write an amount; 0 if there is none."),
        ({"per_kg": "sembilan"}, "Write the amount in digits, in whole rupiah, for example 1.500.000."),
        ({"days_most": "0"}, "This cannot be less than the least number of days."),
        ({"days_most": "61"}, "This can be at most 60."),
        ({"first": "2020-01-01"}, "This day is over. Choose today or a later day."),
        ({"first": "9999-01-01"}, "Choose a day within the next two years."),
        ({"first": "besok"}, "Write a date, for example 2026-11-23."),
    ],
)
def test_bad_prices(office: Client, kurir: Courier, change: dict, sentence: str) -> None:
    where = url("edit-tariff", kurir.pk, kurir.tariffs.get().pk)
    assert sentence in send(office, where, prices(**change))
    assert kurir.tariffs.get().base == 5_000


def test_a_new_price_from_today_leaves_placed_orders_alone(office: Client, kurir: Courier) -> None:
    placed_order([(make_product(), 1)], fee=14_000)
    kept = Fulfilment.objects.values().get()
    old = kurir.tariffs.get()
    answer = confirm(office, url("edit-tariff", kurir.pk, old.pk), prices(base="Rp 7.500"))
    assert answer.status_code == 302
    today = working_days.today()
    rows = list(kurir.tariffs.order_by("valid_from").values_list("base", "valid_from", "valid_to"))
    assert rows == [(5_000, LONG_AGO, today - timedelta(days=1)), (7_500, today, None)]
    (now,) = Tariff.objects.in_force(today).filter(courier=kurir)
    assert (now.base, now.per_kg) == (7_500, 9_000)
    assert Fulfilment.objects.values().get() == kept
    assert kurir.changes.get().after == {"base": 7_500, "valid_from": today.isoformat()}


def test_a_price_from_a_later_day_is_changed_itself_before_it_begins(office: Client, kurir: Courier) -> None:
    today = working_days.today()
    later, latest = today + timedelta(days=10), today + timedelta(days=20)
    old = kurir.tariffs.get()
    confirm(office, url("edit-tariff", kurir.pk, old.pk), prices(base="8000", first=later.isoformat()))
    assert [one.base for one in Tariff.objects.in_force(today).filter(courier=kurir)] == [5_000]
    assert [one.base for one in Tariff.objects.in_force(later).filter(courier=kurir)] == [8_000]
    new = kurir.tariffs.get(base=8_000)
    where = url("edit-tariff", kurir.pk, new.pk)
    confirm(office, where, prices(base="9000", first=later.isoformat()))
    assert kurir.tariffs.count() == 2
    page = send(office, where, prices(base="9000", first=(later - timedelta(days=1)).isoformat()))
    assert "another tariff of this courier holds in this zone." in page
    page = send(office, url("edit-tariff", kurir.pk, old.pk), prices(base="1", first=latest.isoformat()))
    assert "This tariff ends before that day. Add a new one instead." in page


def test_a_tariff_in_a_second_zone(office: Client, kurir: Courier) -> None:
    near = make_zone("kota", scope="regency", order=1)
    where = url("add-tariff", kurir.pk)
    page = send(office, where, prices(zone=kurir.tariffs.get().zone_id))
    assert "another tariff of this courier holds in this zone." in page
    assert confirm(office, where, prices(zone=near.pk, base="1.000")).status_code == 302
    assert kurir.changes.get().after["zone"] == "Zona kota"
    page = send(office, url("edit-courier", kurir.pk), facts(kurir, version=2, minimum_kg="2"))
    assert "Rp 10.000" in cells(page, "1 parcel of 1 kg")[0]  # within the kabupaten: the nearer zone
    assert "Rp 14.000" in cells(page, "1 parcel of 1 kg")[1]  # to the city: the wider one


def test_a_tariff_ends_at_once(office: Client, kurir: Courier) -> None:
    yesterday = working_days.today() - timedelta(days=1)
    where = url("end-tariff", kurir.pk, kurir.tariffs.get().pk)
    data = {"last": yesterday.isoformat(), "version": 1}
    assert cells(send(office, where, data), "1 parcel of 1 kg")[0].endswith("does not carry it")
    confirm(office, where, data)
    assert not Tariff.objects.in_force(working_days.today()).filter(courier=kurir).exists()
    assert office.get(where).status_code == 404  # what is over is not edited
    assert "Without a tariff" in unescape(office.get("/en" + url("courier", kurir.pk)).content.decode())


@pytest.mark.parametrize(
    ("last", "sentence"),
    [
        ("2019-12-31", "This day is over."),
        ("2026-02-30", "Write a date, for example 2026-11-23."),
        ("9999-12-31", "Choose a day within the next two years."),
    ],
)
def test_a_day_that_no_tariff_ends_on(office: Client, kurir: Courier, last: str, sentence: str) -> None:
    where = url("end-tariff", kurir.pk, kurir.tariffs.get().pk)
    assert sentence in send(office, where, {"last": last, "version": 1})


def test_somebody_else_was_faster(office: Client, kurir: Courier) -> None:
    where, mine = url("edit-courier", kurir.pk), facts(kurir, divisor="4000")
    seen = re.search(r'name="seen" value="(\w+)"', send(office, where, mine))
    assert seen
    other = Client()
    other.force_login(make_user("office2@example.com", name="Pak Lain", staff_role="office"))
    confirm(other, where, facts(kurir, minimum_kg="3"))
    page = send(office, where, mine | {"seen": seen[1]})
    assert "Nothing was saved: Pak Lain changed this courier meanwhile." in page
    assert 'value="4000"' in page  # what was typed stays
    assert 'name="version" value="2"' in page
    assert "Least weight in kg" in page
    kurir.refresh_from_db()
    assert (kurir.divisor, kurir.minimum_kg) == (6000, 3)
    assert confirm(office, where, mine | {"minimum_kg": "3"}).status_code == 302
    kurir.refresh_from_db()
    assert (kurir.divisor, kurir.minimum_kg) == (4000, 3)


def test_what_was_edited_after_the_preview_is_not_saved(office: Client, kurir: Courier) -> None:
    where = url("edit-courier", kurir.pk)
    seen = re.search(r'name="seen" value="(\w+)"', send(office, where, facts(kurir, divisor="4000")))
    assert seen
    page = send(office, where, facts(kurir, divisor="400", seen=seen[1]))
    assert "you changed something after the preview" in page
    kurir.refresh_from_db()
    assert kurir.divisor == 6000


def test_a_new_courier_is_offered_once_it_has_a_tariff(office: Client) -> None:
    data = facts(Courier(name="Contoh Baru", kind="cargo", divisor=5000, minimum_kg=10))
    assert confirm(office, url("add-courier"), data).status_code == 302
    new = Courier.objects.get(code="contoh-baru")
    assert (new.is_example, new.divisor, new.minimum_kg) == (False, 5000, 10)
    page = unescape(office.get("/en" + url("courier", new.pk)).content.decode())
    assert "Without a tariff it is not offered to anybody." in page
    assert "Name: Contoh Baru" in page


def test_a_list_does_not_ask_more_for_more_couriers(office: Client) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(url("couriers")).status_code == 200
        return len(queries)

    asked()  # the first visit also starts the session
    few = asked()
    for number in range(20):
        make_tariff(make_courier(f"Contoh {number}"))
    assert asked() == few


def test_history_is_paged_and_asks_no_more(office: Client, kurir: Courier) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            assert office.get(url("courier", kurir.pk)).status_code == 200
        return len(queries)

    row = kurir.tariffs.get()
    CourierChange.objects.create(courier=kurir, tariff=row, after={"base": 1}, actor_name="x")
    asked()  # the first visit also starts the session
    few = asked()
    CourierChange.objects.bulk_create(
        CourierChange(courier=kurir, tariff=row, after={"base": one}, actor_name="x") for one in range(24)
    )
    assert asked() == few
    CourierChange.objects.create(courier=kurir, after={"max_kg": None}, actor_name="x")
    assert "?page=2" in office.get(url("courier", kurir.pk)).content.decode()
