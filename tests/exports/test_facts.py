"""One base of facts: each contradiction is found by its name, and each paper shows its part, FOB apart."""

from copy import deepcopy
from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from pypdf import PdfReader

from marketplace.exports import documents
from marketplace.exports.documents.base import Head
from marketplace.exports.models import Consignment
from marketplace.exports.papers import checks, facts
from marketplace.exports.papers.facts import Facts, facts_of, fingerprint, shown
from tests.exports.papers_world import ready_consignment
from tests.factories.permits import a_rule

pytestmark = pytest.mark.django_db


@pytest.fixture
def base() -> Facts:
    return facts_of(ready_consignment())


def spoilt(base: Facts, path: str, value: Any) -> set[str]:
    """Which faults are found once this one fact is another."""
    wrong = deepcopy(base)
    *way, last = path.split(".")
    place: Any = wrong
    for step in way:
        place = place[int(step)] if step.isdigit() else place[step]
    place[last] = value
    return {fault.code for fault in checks.faults(wrong)}


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        ("goods.0.quantity", 0, "quantity"),
        ("goods.0.gross_g", 1, "gross"),
        ("goods.0.net_g", 599_000, "net"),
        ("goods.0.value", 1, "value"),
        ("goods.0.unit_value", 0, "no_value"),
        ("totals.gross_g", 1, "totals"),
        ("totals.packages", 94, "totals"),
        ("values.fob", 1, "fob"),
        ("values.total", 1, "total"),
        ("values.freight", 0, "freight"),
        ("goods.1.first_mark", 62, "gap"),
        ("goods.1.first_mark", 60, "overlap"),
        ("goods.2.last_mark", 96, "count"),
        ("consignment.incoterm", "CIF", "incoterm"),
        ("consignment.incoterm", "CIP", "insurance"),
        ("transport.destination", {"country": "SA", "code": "SAJED", "name": "Jeddah"}, "country"),
        ("consignee.address", "", "consignee"),
        ("notify.name", "Contoh", "notify"),
        ("peb.exporter name", "Lain", "exporter"),
        ("goods.0.hs_origin", "0804.50", "hs"),
        ("goods.0.hs_destination", "0805500000", "hs_destination"),
        ("goods.1.description", "Fresh manggis", "hs_differs"),
        ("goods", [], "goods"),
    ],
)
def test_each_contradiction_has_its_sentence(base: Facts, path: str, value: Any, code: str) -> None:
    assert checks.faults(base) == []
    assert code in spoilt(base, path, value)


def test_permits_are_looked_at_on_the_day_of_departure() -> None:
    made = ready_consignment()
    assert checks.faults_of(made) == []
    a_rule(made.lines.first().part.line.product, "gap", topic="orchard")
    found = checks.faults_of(made)
    assert {fault.code for fault in found} == {"permit"}
    assert checks.hindering(found, checks.ISSUING) == []
    assert len(checks.hindering(found, checks.CLEARING)) == 3


@pytest.mark.parametrize(
    ("incoterm", "total", "clause"),
    [("FCA", 181_500, ""), ("CPT", 271_500, ""), ("CIP", 276_500, "(A)"), ("CIF", 276_500, "(C)")],
)
def test_fob_stands_apart_and_the_total_follows_the_incoterm(incoterm: str, total: int, clause: str) -> None:
    made = ready_consignment(incoterm=incoterm, insurance=5_000)
    money = facts_of(made)["values"]
    assert (money["fob"], money["freight"], money["insurance"]) == (181_500, 90_000, 5_000)
    assert money["total"] == total
    assert clause in money["clause"]
    assert money["insured"] == 304_150  # 110 % of 2,765.00


def render(kind: str, base: Facts) -> tuple[str, list[list[Any]]]:
    part = shown(base, documents.shows(kind))
    head = Head("UJI-1", None, 1, base["exporter"]["name"], base["consignment"]["number"])
    text = "".join(
        page.extract_text() for page in PdfReader(BytesIO(documents.to_pdf(kind, part, head))).pages
    )
    book = load_workbook(BytesIO(documents.to_xlsx(kind, part, head)))
    return text, [
        [cell for cell in row if cell is not None] for row in book.active.iter_rows(values_only=True)
    ]


@pytest.mark.parametrize("kind", sorted(documents.MADE))
def test_every_paper_opens_as_pdf_and_xlsx_and_names_its_goods(base: Facts, kind: str) -> None:
    text, rows = render(kind, base)
    assert base["consignment"]["number"] in text
    cells = [cell for row in rows for cell in row]
    for goods in ("Fresh manggis", "Fresh jengkol", "Fresh rambutan"):
        assert goods in text
        assert any(str(cell).startswith(goods) for cell in cells)


def test_the_packing_list_shows_no_value_and_the_invoice_fob_apart() -> None:
    base = facts_of(ready_consignment(incoterm="CIP", insurance=5_000))
    text, _rows = render("packing_list", base)
    assert "1,815" not in text
    assert "997.5" in text
    text, rows = render("commercial_invoice", base)
    for figure in ("1,815.00", "900.00", "50.00", "2,765.00"):
        assert figure in text
    assert any("FOB value" in row and "USD 1,815.00" in row for row in rows)
    assert "(A)" in render("insurance_request", base)[0]


def test_what_people_typed_stays_text(base: Facts) -> None:
    base["goods"][0]["description"] = '=HYPERLINK("x") #emph[Fresh manggis]'
    text, rows = render("commercial_invoice", base)
    assert "#emph[Fresh manggis]" in text
    assert not any(str(cell).startswith("=") for row in rows for cell in row)


def test_the_fingerprint_knows_content_only() -> None:
    assert fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    assert fingerprint({"a": 1}) != fingerprint({"a": 2})


def test_facts_take_no_more_queries_for_more_lines(django_assert_max_num_queries: Any) -> None:
    made = ready_consignment()
    fresh = Consignment.objects.select_related("exporter__regency", "company", "origin", "destination").get(
        pk=made.pk
    )
    with django_assert_max_num_queries(4):
        facts.facts_of(fresh)
