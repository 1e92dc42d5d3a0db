"""The rules as data: every row is known, sourced or marked; what goods need where."""

import csv
from datetime import UTC, date, datetime, timedelta

import pytest

from marketplace.exports import documents, states, tables
from marketplace.exports.papers import facts, rules, schedule
from marketplace.exports.papers.rules import Goods

ROOT = tables.DATA.parents[2]
DAY = date(2027, 1, 15)
FRUIT, COFFEE = Goods("fresh_produce", "manggis", "08045030"), Goods("beverage", "kopi", "09011110")
BAMBOO, SARONG, HONEY = (
    Goods("craft", "", "46021100"),
    Goods("sarong", "", "62114230"),
    Goods("dry_food", "", "04090000"),
)
SHRIMP, BRICKS = Goods("frozen_food", "udang-beku", "03061700"), Goods("building", "", "69041000")
PLANT = {"phyto_request", "phytosanitary"}
BASE = {"proforma_invoice", "commercial_invoice", "packing_list", "shipping_marks", "letter_of_instruction"}
BASE |= {"booking", "transport_document", "peb_data", "peb", "npe"}


def needed(
    *goods: Goods, country: str = "AE", mode: str = "air", incoterm: str = "CPT", day: date = DAY
) -> set[str]:
    return set(rules.needs(list(goods), country=country, mode=mode, incoterm=incoterm, day=day))


def column(path: str, name: str) -> set[str]:
    with (ROOT / path).open(encoding="utf-8") as file:
        return {row[name] for row in csv.DictReader(file)}


def test_every_row_has_the_columns_of_its_table() -> None:
    """A comma that is not quoted would cut a source short, and take the mark of an assumption with it."""
    for path in sorted(tables.DATA.glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        assert [row for row in rows if len(row) != len(head)] == [], path.name
    assert {rule.source for rule in rules.all_rules() if rule.kind == "npe"} == {
        "OPOP export facts, documents: NPE; OPOP export facts, rules by goods and country"
    }


def test_every_kind_is_complete() -> None:
    for kind in rules.kinds().values():
        assert all(kind.name_in(code) for code in ("id", "en", "ar")), kind.code
        assert kind.issuer, kind.code
        assert set(kind.needs_first) <= set(rules.kinds()), kind.code
        assert set(kind.against) <= set(documents.AGAINST), kind.code
        assert not (kind.made_here and kind.against), kind.code
        assert len(kind.code) <= 30
    assert {code for code, kind in rules.kinds().items() if kind.made_here} == set(documents.MADE)


def test_every_rule_names_what_exists_and_says_where_it_is_from() -> None:
    classes = column("catalogue/data/product_classes.csv", "code")
    commodities = column("catalogue/data/commodities.csv", "code")
    terms = column("marketplace/reference/data/incoterms.csv", "term")
    used = set()
    for rule in rules.all_rules():
        for token in rule.goods:
            sort, colon, value = token.partition(":")
            known = token == "*" or token in classes if not colon else value.isdigit() or value in commodities
            assert known, rule
            assert not colon or sort in {"commodity", "hs"}
        assert rule.kind in rules.kinds()
        assert rule.country in {"*", "AE", "IT", "SA", "TR"}
        assert rule.mode in {"*", "air", "sea"}
        assert set(rule.incoterms) <= terms | {"*"}
        assert rule.needed_before in rules.STAGES
        assert rule.source
        assert len(rule.source) <= 200
        assert rule.is_assumed or rule.source.startswith("OPOP export facts"), (
            f"{rule}: no source and not marked as assumed"
        )
        used.add(rule.kind)
    assert used == set(rules.kinds()), "a kind that nothing asks for"


def test_no_paper_needs_itself_first() -> None:
    place = {code: at for at, code in enumerate(rules.order())}
    for kind in rules.kinds().values():
        assert all(place[first] < place[kind.code] for first in kind.needs_first), kind.code


def test_the_fixed_fields_of_a_peb_are_those_of_the_facts() -> None:
    assert rules.peb_fields() == documents.MADE["peb_data"].SHOWS["peb"]


def test_incoterms_are_those_of_the_reference() -> None:
    with (ROOT / "marketplace/reference/data/incoterms.csv").open(encoding="utf-8") as file:
        rows = {row["term"]: row for row in csv.DictReader(file)}
    assert {term for term, row in rows.items() if row["main_carriage"] == "seller"} == facts.WITH_FREIGHT
    assert {term for term, row in rows.items() if row["insurance"]} == set(facts.WITH_INSURANCE)
    assert {term for term, row in rows.items() if row["modes"] == "sea"} == facts.SEA_ONLY


@pytest.mark.parametrize(
    ("goods", "country", "more"),
    [
        (
            FRUIT,
            "AE",
            {
                "phyto_request",
                "phytosanitary",
                "import_permit",
                "origin_request",
                "origin_iuae",
                "mofa_attestation",
            },
        ),
        (FRUIT, "IT", {"phyto_request", "phytosanitary", "rex_statement"}),
        (SARONG, "SA", {"origin_request", "origin", "saber"}),
        (SARONG, "IT", {"rex_statement", "fibre_label"}),
        (COFFEE, "IT", {"phyto_request", "phytosanitary", "ico_origin", "eudr_statement", "health"}),
        (HONEY, "IT", {"health", "eu_honey_listing"}),
        (BAMBOO, "AE", {"phytosanitary", "fumigation", "origin_request", "origin_iuae", "mofa_attestation"}),
        (SHRIMP, "SA", {"health", "sfda_plant", "import_permit"}),
        (BRICKS, "TR", set()),
    ],
    ids=[
        "fruit AE",
        "fruit IT",
        "sarong SA",
        "sarong IT",
        "coffee IT",
        "honey IT",
        "bamboo AE",
        "shrimp SA",
        "bricks TR",
    ],
)
def test_what_goods_need_beside_the_base(goods: Goods, country: str, more: set[str]) -> None:
    assert needed(goods, country=country) == BASE | more


def test_mode_and_incoterm_add_papers() -> None:
    assert needed(SARONG, mode="sea") - needed(SARONG) == {"vgm"}
    assert needed(SARONG, incoterm="CIP") - needed(SARONG) == {"insurance_request", "insurance_certificate"}


def test_rules_hold_from_their_day_on() -> None:
    assert "eudr_statement" not in needed(COFFEE, country="IT", day=date(2026, 12, 29))
    assert "eudr_statement" in needed(COFFEE, country="IT", day=date(2026, 12, 30))


def test_of_papers_that_do_alike_the_certain_one_is_enough() -> None:
    alone = rules.needs([BAMBOO], country="AE", mode="sea", incoterm="FOB", day=DAY)
    assert alone["fumigation"].instead == {"phytosanitary"}
    mixed = rules.needs([BAMBOO, FRUIT], country="AE", mode="air", incoterm="FCA", day=DAY)
    assert "fumigation" not in mixed
    assert mixed["phytosanitary"].instead == frozenset()


def test_the_schedule_counts_back_in_working_days_and_chains() -> None:
    """Friday 15 January 2027, 10.00 WIB is the cut-off: the NPE is asked for on Thursday, so the PEB is there by then,
    and is asked for on Wednesday, when invoice and booking are there."""
    cutoff = datetime(2027, 1, 15, 3, tzinfo=UTC)
    plan = schedule.Plan(cutoff, cutoff + timedelta(hours=8), cutoff + timedelta(hours=38))
    goods = rules.needs([FRUIT], country="AE", mode="air", incoterm="CPT", day=DAY)
    days = schedule.days_of({kind: need.rule.needed_before for kind, need in goods.items()}, plan)
    assert (days["npe"].due_at, days["npe"].start_at) == (cutoff, cutoff - timedelta(days=1))
    assert (days["peb"].due_at, days["peb"].start_at) == (days["npe"].start_at, cutoff - timedelta(days=2))
    assert days["commercial_invoice"].due_at == days["peb_data"].start_at == cutoff - timedelta(days=2)
    assert days["booking"].due_at == cutoff - timedelta(days=2)
    assert days["booking"].start_at == cutoff - timedelta(days=4)  # two working days before Wednesday
    assert days["import_permit"].start_at == cutoff - timedelta(
        days=13
    )  # ten: two Sundays and a holiday are off
    # It follows the departure, and pulls PEB, NPE and AWB no further forward.
    assert days["origin_request"].start_at >= plan.departs_at
    assert days["transport_document"].due_at == plan.departs_at
    assert goods["origin_iuae"].rule.needed_before == states.BEFORE_ARRIVAL


def test_a_peb_is_not_asked_for_before_its_seven_days() -> None:
    departs = datetime(2027, 1, 29, 3, tzinfo=UTC)
    plan = schedule.Plan(None, departs, departs + timedelta(days=20))
    days = schedule.days_of({"peb": "loading", "npe": "loading"}, plan)
    assert days["peb"].start_at >= departs - timedelta(days=7)
    assert schedule.days_of({"peb": "loading"}, schedule.Plan(None, None, None)) == {}
