"""Rows of a file: judged by the questions of the pages, written only after the yes, once, and never over somebody."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation

from catalogue import states as listing
from catalogue.imports import queries, states, writing
from catalogue.imports.columns import Layout
from catalogue.models import ListingDraft, Product
from marketplace.common.actor import SYSTEM
from marketplace.common.states import history
from marketplace.pesantren import services as goods
from marketplace.pesantren import weeks
from marketplace.pesantren.models import CapacityWeek
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.factories.claims import make_claims
from tests.factories.imports import (
    EVERY,
    GOOD,
    as_csv,
    as_zip,
    checked,
    exported,
    faults,
    lines,
    make_kind,
    on_sale,
    sent,
    sent_back,
    table,
    taken,
)  # fmt: skip
from tests.factories.permits import a_rule
from tests.workspace.photos import a_photo

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def mine() -> Any:
    return make_pesantren("contoh-satu")


@pytest.fixture
def person(mine: Any) -> Any:
    found = make_user("member@example.com", name="Contoh Penjaga", language="en")
    make_member(found, mine)
    return found


@pytest.fixture
def kind() -> Any:
    return make_kind()


# New rows


def test_a_row_without_photo_becomes_a_draft_with_its_answers(mine: Any, person: Any, kind: Any) -> None:
    run = sent(mine, person, {**GOOD, "from_1": "50", "price_1": "Rp 19.500", "a_hand_made": "ya"})
    (row,) = lines(run)
    assert (run.state, run.rows, run.done, row.outcome) == (states.CHECKED, 1, 1, states.NEW)
    assert row.changes == [["State", "", "Draft: a photo is missing"]]
    assert not Product.objects.exists(), "nothing is written before the yes"
    run = taken(run)
    (row,) = lines(run)
    assert (run.state, row.result) == (states.TAKEN, states.DRAFT)
    draft = ListingDraft.objects.get()
    assert (draft.product.state, draft.product.partner, row.product) == (listing.DRAFT, mine, draft.product)
    assert {name: draft.answers[name] for name in ("name", "price", "from_1", "price_1", "a_hand_made")} == {
        "name": "Keripik pisang 250 g", "price": "21.000", "from_1": "50", "price_1": "Rp 19.500", "a_hand_made": "1",
    }  # fmt: skip
    assert [(one.after, one.actor_name) for one in history(draft.product)] == [("draft", "Contoh Penjaga")]


def test_a_row_with_photos_goes_on_sale_with_its_steps(mine: Any, person: Any, kind: Any) -> None:
    photos = as_zip({"foto/Depan.jpg": a_photo("red", (60, 40)), "belakang.png": a_photo("blue", (60, 40))})
    row = {
        **GOOD,
        "photos": "depan.jpg; belakang.png",
        "from_1": "50",
        "price_1": "19500",
        "a_moisture": "4,5",
    }
    run = taken(sent(mine, person, row, photos=photos))
    product = Product.objects.get()
    record = product.stockrecords.get()
    assert lines(run)[0].result == states.ON_SALE
    assert (product.state, product.is_public, product.images.count()) == (listing.ON_SALE, True, 2)
    assert (int(record.price), record.num_in_stock) == (21_000, 40)
    assert [(tier.quantity, tier.price) for tier in record.tiers.all()] == [(50, 19_500)]
    assert product.attribute_values.get(attribute__code="moisture").value == 4.5
    assert [one.after for one in history(product)] == ["draft", "on_sale"]


def test_what_lacks_a_permit_is_stopped(mine: Any, person: Any, kind: Any) -> None:
    a_rule(on_sale(mine, kind), "pirt", topic="distribution")
    photos = as_zip({"a.jpg": a_photo(size=(60, 40))})
    run = taken(sent(mine, person, {**GOOD, "photos": "a.jpg"}, photos=photos))
    assert [(one.result, one.product.state) for one in lines(run)] == [(states.STOPPED, "stopped")]  # type: ignore[union-attr]
    assert "P-IRT" in lines(run)[0].said


def test_claims_wait_for_the_office_and_the_page_says_so(mine: Any, person: Any, kind: Any) -> None:
    make_claims()
    seen = on_sale(mine, kind)
    (row,) = exported(mine, kind)
    photos = as_zip({"a.jpg": a_photo(size=(60, 40))})
    new = {**GOOD, "name": "Opak organik", "photos": "a.jpg"}
    run = taken(sent(mine, person, new, {**row, "description": "Rengginang organik"}, photos=photos))
    assert [one.result for one in lines(run)] == [states.STOPPED, states.DONE]
    assert lines(run)[0].said == "claims that the office has not confirmed"
    assert lines(run)[1].said.startswith("Its new text waits for the office")
    seen.refresh_from_db()
    assert seen.description_ind == "Gurih"


@pytest.mark.parametrize(
    ("cell", "typed", "label", "said", "right"),
    [
        ("name", "", "Name of the product", "Write what you sell.", ""),
        ("price", "murah", "Price of one, in rupiah", "Write the amount in digits", ""),
        ("price", "", "Price of one, in rupiah", "Write the price of one unit.", ""),
        ("unit", "gajah", "The price is for one", "Choose one of the list.", "kg, pcs"),
        ("stock", "12.5", "How many are ready now", "Write a whole number in digits", ""),
        ("stock", "-3", "How many are ready now", "Write a whole number in digits", ""),
        ("sector", "mars", "Sector", "Select a valid choice", "makanan"),
        ("a_moisture", "basah", "moisture", "Write a number.", "12.5"),
        ("a_hand_made", "mungkin", "hand_made", "Write yes or no.", "ya, tidak"),
        ("from_1", "50", "Step 1: price of one, in rupiah", "Write the price from this quantity on.", ""),
        ("description", "=HYPERLINK(\"http://example.com\")", "Description", "This looks like a formula.", ""),
        ("description", "@SUM(1+1)*cmd|' /C calc'!A0", "Description", "This looks like a formula.", ""),
        ("description", "+cmd|' /C calc'!A0", "Description", "This looks like a formula.", ""),
        ("description", "#REF!", "Description", "Your spreadsheet shows an error here.", ""),
        ("description", "x" * 4_001, "Description", "This is longer than 4000 characters.", ""),
        ("description", "a\x07b", "Description", "There are signs here that cannot be read.", ""),
        ("photos", "a.jpg", "Photos", "No ZIP with photos came.", ""),
        ("number", "999999999", "Number", "You have no product with this number.", ""),
        ("number", "satu", "Number", "You have no product with this number.", ""),
    ],
)  # fmt: skip
def test_each_fault_is_said_of_its_cell(
    mine: Any, person: Any, kind: Any, cell: str, typed: str, label: str, said: str, right: str
) -> None:
    run = sent(mine, person, {**GOOD, cell: typed})
    (row,) = lines(run)
    assert row.outcome == states.FAULTY
    (fault,) = row.faults
    assert (fault["column"], fault["right"]) == (label, right)
    assert fault["said"].startswith(said)


def test_every_fault_of_a_row_at_once(mine: Any, person: Any, kind: Any) -> None:
    run = sent(mine, person, GOOD, {**GOOD, "price": "x", "unit": "y", "name": "=1"}, GOOD)
    assert [column for column, _said in faults(run, 1)] == [
        "Name of the product", "Price of one, in rupiah", "The price is for one",
    ]  # fmt: skip
    assert faults(run, 2) == [("Name of the product", "Row 3 says the same already.")]
    assert queries.counts(run)[0] == {"faulty": 2, "new": 1, "changed": 0, "same": 0}
    run = taken(run)
    assert [row.result for row in lines(run)] == [states.DRAFT, "", ""], "faulty rows stay out"


def test_amounts_and_choices_as_people_write_them(mine: Any, person: Any, kind: Any) -> None:
    ways = [("1.500.000", "PCS"), ("1500000", "potong"), ("Rp 1.500.000,-", "pcs"), ("1,500,000", "Kg")]
    rows = [
        {**GOOD, "name": f"Barang {n}", "price": price, "unit": unit} for n, (price, unit) in enumerate(ways)
    ]
    run = sent(mine, person, *rows)
    assert [row.outcome for row in lines(run)] == [states.NEW] * 4
    taken(run)
    assert {one.answers["unit"] for one in ListingDraft.objects.all()} == {"pcs", "kg"}


def test_the_same_file_again_makes_nothing_twice(mine: Any, person: Any, kind: Any) -> None:
    taken(sent(mine, person, GOOD))
    number = Product.objects.get().pk
    again = sent(mine, person, GOOD)
    assert faults(again) == [
        ("Name of the product", f"You have a product with this name already: number {number}.")
    ]


# Export, edit, import


def test_an_export_sent_back_as_it_is_changes_nothing(mine: Any, person: Any, kind: Any) -> None:
    on_sale(mine, kind, steps=[(10, 19_000)], description="=1+1 & 'tanda'\nbaris dua")
    on_sale(mine, kind, "'+62 keripik", attributes={"moisture": -18.0, "hand_made": None})
    taken(sent(mine, person, {**GOOD, "lead_days": "3"}))
    rows = exported(mine, kind)
    assert [row["name"] for row in rows] == ["Rengginang", "''+62 keripik", "Keripik pisang 250 g"]
    assert rows[0]["description"] == "'=1+1 & 'tanda'\nbaris dua"
    assert (rows[0]["price"], rows[0]["from_1"], rows[1]["a_moisture"]) == (20_000, 10, -18)
    run = sent_back(mine, person, rows)
    assert [(row.outcome, row.faults) for row in lines(run)] == [(states.SAME, [])] * 3
    text = "".join(writing.csv_listings(mine, Layout(kind)))
    again = checked(mine, person, text.encode())
    assert [(row.outcome, row.faults) for row in lines(again)] == [(states.SAME, [])] * 3
    before = list(Product.objects.values())
    taken(again)
    assert list(Product.objects.values()) == before


def test_price_stock_terms_and_texts_change_as_on_the_pages(mine: Any, person: Any, kind: Any) -> None:
    product, other = on_sale(mine, kind, steps=[(10, 19_000)]), on_sale(mine, kind, "Opak")
    (row, same) = exported(mine, kind)
    row |= {"price": 25_000, "from_1": 20, "price_1": "24.000", "stock": 120, "minimum": 15, "multiple": 5}
    row |= {"name": "Rengginang manis", "a_hand_made": "tidak"}
    run = sent_back(mine, person, [row, same])
    assert [one.outcome for one in lines(run)] == [states.CHANGED, states.SAME]
    assert lines(run)[0].changes == [
        ["Name of the product", "Rengginang", "Rengginang manis"],
        ["Price of one, in rupiah", "20000", "25000"],
        ["How many are ready now", "100", "120"],
        ["Smallest order", "1", "15"],
        ["Sold in steps of", "1", "5"],
        ["hand_made", "ya", ""],
        ["Step 1: from how many", "10", "20"],
        ["Step 1: price of one, in rupiah", "19000", "24000"],
    ]
    assert [one.result for one in lines(taken(run))] == [states.DONE, ""]
    product.refresh_from_db()
    record = product.stockrecords.get()
    assert (product.title_ind, int(record.price), record.num_in_stock) == ("Rengginang manis", 25_000, 120)
    assert (record.minimum, record.multiple, record.lead_days) == (15, 5, 2)
    assert [(tier.quantity, tier.price) for tier in record.tiers.all()] == [(20, 24_000)]
    assert {one.attribute.code for one in product.attribute_values.all()} == {
        "shelf_life",
        "moisture",
        "hand_made",
    }
    assert [one.why.split(":")[0] for one in history(record)] == ["stock", "price", "terms"]
    assert {one.actor_name for one in history(record)} == {"Contoh Penjaga"}
    assert list(history(other)) == list(history(other).filter(actor_name="system"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"minimum": 1, "multiple": 1, "steps": [(10, 19_000)]}, {"minimum": 20, "multiple": 1, "from_1": 50}),
        ({"minimum": 20, "multiple": 1, "steps": [(50, 19_000)]}, {"minimum": 1, "multiple": 1, "from_1": 10}),
        ({"minimum": 10, "multiple": 10, "steps": [(100, 19_000)]}, {"minimum": 5, "multiple": 7, "from_1": 14}),
    ],
    ids=["price first", "terms first", "neither fits"],
)  # fmt: skip
def test_price_and_terms_that_depend_on_each_other(
    mine: Any, person: Any, kind: Any, before: dict[str, Any], after: dict[str, Any]
) -> None:
    product = on_sale(mine, kind, **before)
    run = sent_back(mine, person, [exported(mine, kind)[0] | after | {"price_1": 18_500}])
    assert lines(taken(run))[0].result == states.DONE
    record = product.stockrecords.get()
    assert (record.minimum, record.multiple) == (after["minimum"], after["multiple"])
    assert [(tier.quantity, tier.price) for tier in record.tiers.all()] == [(after["from_1"], 18_500)]


def test_what_does_not_fit_is_said_before_the_yes(mine: Any, person: Any, kind: Any) -> None:
    product = on_sale(mine, kind, steps=[(10, 19_000)])
    product.stockrecords.get().allocate(60)
    row = exported(mine, kind)[0]
    other = make_kind("bakery_two")
    cases: list[tuple[dict[str, Any], str, str]] = [
        ({"stock": 59}, "How many are ready now", "Open orders need 60."),
        ({"minimum": 10}, "Smallest order", "This must be more than 10"),
        ({"price": 18_000}, "Step 1: price of one, in rupiah", "This must be less than Rp 18.000"),
        ({"version": "v1-x"}, "Version", "Take this row from a new export"),
        ({"version": ""}, "Version", "Take this row from a new export"),
    ]
    for change, column, said in cases:
        run = sent_back(mine, person, [row | change])
        ((found, text),) = faults(run)
        assert (found, text.startswith(said)) == (column, True), (change, text)
    lines_ = table([row], columns=list(row), kind=other.slug)
    lines_[0] = [f"class={other.slug}", *row]
    run = checked(mine, person, as_csv(lines_))
    assert faults(run)[0][1].startswith("This product is of another kind")


def test_somebody_else_was_quicker(mine: Any, person: Any, kind: Any) -> None:
    """Changed since the export: refused where both changed the same, kept where they changed different things."""
    product = on_sale(mine, kind)
    record, row = product.stockrecords.get(), exported(mine, kind)[0]
    goods.set_price(record=record, price=30_000, steps=[], actor=SYSTEM)
    goods.sell_elsewhere(record=record, quantity=10, seen=100, actor=SYSTEM)
    run = sent_back(mine, person, [row | {"price": 25_000}])
    said = "Somebody changed this after your export: now it is “30.000”. Export anew and change it there."
    assert faults(run) == [("Price of one, in rupiah", said)]
    run = sent_back(mine, person, [row | {"price": 30_000, "lead_days": 4}])
    assert [one.changes for one in lines(run)] == [[["Working days until it is ready", "2", "4"]]]
    taken(run)
    record.refresh_from_db()
    assert (int(record.price), record.num_in_stock, record.lead_days) == (30_000, 90, 4), (
        "the stock stays as sold"
    )


def test_changed_between_the_preview_and_the_yes(mine: Any, person: Any, kind: Any) -> None:
    product, gone = on_sale(mine, kind), on_sale(mine, kind, "Opak")
    rows = exported(mine, kind)
    run = sent_back(mine, person, [rows[0] | {"stock": 150, "price": 25_000}, rows[1] | {"price": 26_000}])
    assert [one.outcome for one in lines(run)] == [states.CHANGED] * 2
    record = product.stockrecords.get()
    goods.sell_elsewhere(record=record, quantity=10, seen=100, actor=SYSTEM)
    Product.objects.filter(pk=gone.pk).update(partner=make_pesantren("contoh-dua"))
    run = taken(run)
    assert [one.result for one in lines(run)] == [states.KEPT] * 2
    assert lines(run)[0].said == (
        "How many are ready now: Somebody changed this after your export: now it is “90”. "
        "Export anew and change it there."
    )
    assert "You have no product with this number" in lines(run)[1].said
    record.refresh_from_db()
    assert (int(record.price), record.num_in_stock) == (20_000, 90), "the whole row stays out"


def test_a_draft_is_filled_in_and_published_by_a_second_file(mine: Any, person: Any, kind: Any) -> None:
    taken(sent(mine, person, GOOD))
    row = exported(mine, kind)[0]
    photos = as_zip({"a.jpg": a_photo(size=(60, 40))})
    run = sent_back(mine, person, [row | {"price": 22_000, "photos": "a.jpg"}], photos)
    assert [one.changes for one in lines(run)] == [
        [["Price of one, in rupiah", "21000", "22000"], ["Photos", "", "a.jpg"],
         ["State", "", "On sale, if no permit is missing and no claim has to be confirmed first"]],
    ]  # fmt: skip
    assert lines(taken(run))[0].result == states.ON_SALE
    product = Product.objects.get()
    assert (product.is_public, int(product.stockrecords.get().price), product.images.count()) == (
        True,
        22_000,
        1,
    )
    row = exported(mine, kind)[0]
    assert lines(taken(sent_back(mine, person, [row | {"photos": "a.jpg"}], photos)))[0].result == states.DONE
    assert product.images.count() == 1, "the same photo is one"


def test_numbers_of_another_pesantren_are_not_there(mine: Any, person: Any, kind: Any) -> None:
    theirs = on_sale(make_pesantren("contoh-dua"), kind)
    row = exported(theirs.seller, kind)[0] | {"price": 1}
    assert faults(sent_back(mine, person, [row]))[0][1].startswith("You have no product with this number.")


# Made to order


def test_made_to_order_needs_no_stock(mine: Any, person: Any, kind: Any) -> None:
    photos = as_zip({"a.jpg": a_photo(size=(60, 40))})
    row = {**GOOD, "stock": "", "weekly_capacity": "30", "photos": "a.jpg"}
    run = sent(mine, person, row, photos=photos, columns=[*EVERY, "weekly_capacity"])
    assert lines(taken(run))[0].result == states.ON_SALE
    record = Product.objects.get().stockrecords.get()
    assert (record.is_made_to_order, record.weekly_capacity) == (True, 30)
    back = exported(mine, kind)[0]
    assert (back["stock"], back["weekly_capacity"]) == ("", 30)
    assert lines(sent_back(mine, person, [back]))[0].outcome == states.SAME
    assert faults(sent_back(mine, person, [back | {"stock": 5}])) == [
        ("How many are ready now", "This is made to order: leave the stock empty.")
    ]


def test_from_stock_to_order_and_back(mine: Any, person: Any, kind: Any) -> None:
    record = on_sale(mine, kind, stock=100).stockrecords.get()
    row = exported(mine, kind)[0] | {"weekly_capacity": 30}
    assert lines(taken(sent_back(mine, person, [row])))[0].result == states.DONE
    record.refresh_from_db()
    assert (record.weekly_capacity, record.num_in_stock) == (30, 100)
    row = exported(mine, kind)[0] | {"weekly_capacity": ""}
    assert faults(sent_back(mine, person, [row])) == [("How many are ready now", "Write a number.")]
    assert lines(taken(sent_back(mine, person, [row | {"stock": 40}])))[0].result == states.DONE
    record.refresh_from_db()
    assert (record.weekly_capacity, record.num_in_stock) == (None, 40)


def test_weeks_that_are_promised_are_not_taken_back(mine: Any, person: Any, kind: Any) -> None:
    record = on_sale(mine, kind, weekly_capacity=30).stockrecords.get()
    row = exported(mine, kind)[0] | {"weekly_capacity": 5}
    monday = weeks.monday(today()) + timedelta(days=7)
    CapacityWeek.objects.create(stockrecord=record, week=monday, capacity=30, held=20)
    (found,) = lines(taken(sent_back(mine, person, [row])))
    assert (found.result, found.said[:30]) == (states.KEPT, "20 are promised in the week of")
    record.refresh_from_db()
    assert record.weekly_capacity == 30


def test_terms_for_export_stay_as_they_are(mine: Any, person: Any, kind: Any) -> None:
    record = on_sale(mine, kind).stockrecords.get()
    goods.set_export_terms(record=record, minimum=500, multiple=50, actor=SYSTEM)
    assert (
        lines(taken(sent_back(mine, person, [exported(mine, kind)[0] | {"minimum": 3}])))[0].result == "done"
    )
    record.refresh_from_db()
    assert (record.minimum, record.export_minimum, record.export_multiple) == (3, 500, 50)
