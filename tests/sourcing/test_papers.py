"""What the paper that both sign says of the goods, and that a paper which is made is not made anew."""

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from pypdf import PdfReader

from marketplace.sourcing import agreed, papers
from marketplace.sourcing.services import contracts
from marketplace.sourcing.services.demand import Slot
from tests.factories.sourcing import a_good, make_commodity, make_contract, make_demand, make_offer

pytestmark = pytest.mark.django_db


def text_of(contract: Any) -> str:
    """What the paper says, in one line."""
    pages = PdfReader(BytesIO(papers.contract_pdf(contract))).pages
    text = " ".join(page.extract_text() for page in pages)
    return re.sub(r"\s+", " ", re.sub("[\N{FIRST STRONG ISOLATE}\N{POP DIRECTIONAL ISOLATE}]", "", text))


def test_the_paper_says_goods_months_release_and_total_in_both_languages() -> None:
    january, march = date(2027, 1, 1), date(2027, 3, 1)
    months = [Slot(january, date(2027, 1, 31), 700), Slot(march, date(2027, 3, 31), 300)]
    good = replace(a_good(make_commodity(), grade="A", specification="di atas 55 mm"), slots=months)
    demand = make_demand([good], country="AE", regency=None, currency="USD", mode="air")
    contract = make_contract(make_offer(demand), signed=False, release_on="receipt")
    text = text_of(contract)
    for said in (
        "mutu A atau lebih baik; di atas 55 mm",
        "grade A or better; di atas 55 mm",
        "Januari 2027: 700 kg; Maret 2027: 300 kg",
        "January 2027: 700 kg; March 2027: 300 kg",
        "When the goods are weighed and graded at the packing house",
        "Goods in all",
        "US$ 2,900.00",
    ):
        assert said in text, (said, text)


def test_a_paper_that_is_made_is_not_made_anew(monkeypatch: Any) -> None:
    contract = make_contract(signed=False)
    first = contracts.paper(contract=contract)
    monkeypatch.setattr(papers, "contract_pdf", lambda contract: b"%PDF-other")
    again = contracts.paper(contract=contract)
    assert (again.file.name, again.sha256) == (first.file.name, first.sha256)


def test_the_schedule_adds_up_whatever_is_contracted() -> None:
    line = make_contract(make_offer(make_demand([a_good(make_commodity())]))).lines.get()
    first = line.demand_line.slots.get()
    first.quantity = 334
    first.save()
    for month in (1, 2):
        line.demand_line.slots.create(first=date(2027, month, 1), last=date(2027, month, 28), quantity=333)
    line.quantity = 500
    assert [part.units for part in agreed.schedule(line)] == [167, 167, 166]
