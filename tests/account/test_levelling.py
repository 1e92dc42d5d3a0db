"""Quotes under different Incoterms brought to one by what the buyer assumes."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from catalogue.loading import rows, trade
from marketplace.account.levelling import covered
from marketplace.reference.models import Incoterm, Port
from marketplace.sourcing.models import Demand, Negotiation
from marketplace.sourcing.services import quotes
from tests.factories.companies import admin_of, make_overseas
from tests.factories.sourcing import (
    SELLER,
    a_good,
    make_commodity,
    make_demand,
    make_exporter,
    offer_terms,
)

pytestmark = pytest.mark.django_db


def offer(demand: Demand, code: str, incoterm: str, unit_price: int) -> None:
    row = demand.lines.get()
    made = quotes.draft(
        demand=demand,
        partner=make_exporter(code),
        kind=Negotiation.OFFER,
        lines=[quotes.Offered(demand_line=row, product=None, quantity=1_000, unit_price=unit_price)],
        terms=replace(offer_terms(), incoterm=incoterm),
        actor=SELLER,
    )
    quotes.send(quote=made, person=None, actor=SELLER)


@pytest.fixture
def demand(client: Client) -> Demand:
    """FCA at 2.00, CPT at 2.90, CIP at 2.80: US$ a kilogram, by air."""
    trade.load(rows.Tally())
    company = make_overseas(currency="USD")
    abroad = {"country": "AE", "regency": None, "currency": "USD", "mode": "air"}
    made = make_demand([a_good(make_commodity())], company, **abroad)
    for code, incoterm, price in (("satu", "FCA", 200), ("dua", "CPT", 290), ("tiga", "CIP", 280)):
        offer(made, f"contoh-{code}", incoterm, price)
    client.force_login(admin_of(company))
    return made


def page(client: Client, demand: Demand, **typed: str) -> Any:
    line = demand.lines.get().pk
    asked = {name if name == "by" else f"{name}-{line}": value for name, value in typed.items()}
    return client.get(reverse("account:demand-compare", args=[demand.number]), asked)


def cells(answer: Any) -> list[tuple[str, str | None, bool]]:
    found = answer.context["rows"][0].cells
    return [
        (cell.quote.incoterm, cell.level.total and str(cell.level.total), cell.level.is_best)
        for cell in found
    ]


def test_what_each_rule_covers(demand: Demand) -> None:
    said = {row.code: sorted(covered(row)) for row in Incoterm.objects.all()}
    assert said["EXW"] == []
    assert said["FCA"] == said["FOB"] == said["FAS"] == ["export"]
    assert said["CPT"] == said["CFR"] == ["export", "freight"]
    assert said["CIP"] == said["CIF"] == said["DAP"] == said["DPU"] == ["export", "freight", "insurance"]
    assert said["DDP"] == ["duty", "export", "freight", "insurance"]


def test_what_lacks_is_added_from_the_assumption(client: Client, demand: Demand) -> None:
    answer = page(client, demand, by="CIP", freight="0.70", insurance="0.05")
    assert cells(answer) == [
        ("FCA", "US$\xa02.75", True),
        ("CIP", "US$\xa02.80", False),
        ("CPT", "US$\xa02.95", False),
    ]
    assert [name.split("-")[0] for name in answer.context["form"].fields] == ["by", "freight", "insurance"]
    for text in ("US$\xa00.70", "US$\xa00.05", "perkiraan Anda"):
        assert text in answer.text


def test_without_an_assumption_nothing_is_guessed(client: Client, demand: Demand) -> None:
    answer = page(client, demand, by="CIP", freight="0.70")
    assert cells(answer)[0] == ("CIP", "US$\xa02.80", False)  # alone, it is the best of nothing
    assert {row[1] for row in cells(answer)[1:]} == {None}
    zero = page(client, demand, by="CIP", freight="0.90", insurance="0")
    assert cells(zero) == [
        ("CIP", "US$\xa02.80", True),
        ("FCA", "US$\xa02.90", False),
        ("CPT", "US$\xa02.90", False),
    ]
    wrong = page(client, demand, by="CIP", freight="banyak", insurance="0.05")
    assert list(wrong.context["form"].errors) == [f"freight-{demand.lines.get().pk}"]
    assert [row[:2] for row in cells(wrong)] == [
        ("CIP", "US$\xa02.80"),
        ("CPT", "US$\xa02.95"),
        ("FCA", None),
    ]


def test_what_is_beyond_is_unknown_and_not_marked(client: Client, demand: Demand) -> None:
    answer = page(client, demand, by="CPT", freight="1.00")
    assert cells(answer) == [
        ("CPT", "US$\xa02.90", True),
        ("FCA", "US$\xa03.00", False),
        ("CIP", None, False),
    ]
    assert "jumlahnya tidak ditunjukkan penjual" in answer.text


def test_only_rules_that_fit_the_way_are_offered(client: Client, demand: Demand) -> None:
    answer = page(client, demand, by="CIF")
    assert list(answer.context["form"].errors) == ["by"]
    assert answer.context["rows"][0].cells[0].level is None
    assert [code for code, _label in answer.context["form"].fields["by"].choices] == [
        *("", "EXW", "FCA", "CPT", "CIP", "DAP", "DPU", "DDP")
    ]


def test_a_new_request_begins_with_the_term_and_the_port_the_company_prefers(
    client: Client, demand: Demand
) -> None:
    company = demand.company
    company.incoterms.set(Incoterm.objects.filter(code="CIP"))
    company.ports.set(Port.objects.filter(code="AEDXB"))
    asked = client.get(reverse("account:demand-new")).context["form"].initial
    assert (asked["country"], asked["incoterm"], asked["place"]) == ("AE", "CIP", "Dubai (AEDXB)")
    company.incoterms.set(Incoterm.objects.filter(code__in=["CIP", "DAP"]))
    form = client.get(reverse("account:demand-new")).context["form"]
    assert form.initial["incoterm"] == ""
    assert [code for code, _label in form.fields["incoterm"].choices][:3] == ["", "CIP", "DAP"]
