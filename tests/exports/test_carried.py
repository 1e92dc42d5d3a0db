"""Freight, insurance and costs go along with goods that travel with another consignment: nothing is lost or made."""

import pytest

from marketplace.common.states import history
from marketplace.exports.models import Consignment
from marketplace.exports.services import costs, goods
from marketplace.fulfilment.audit import audit
from tests.exports.test_goods import empty, put
from tests.factories.exports import DESK, desk
from tests.factories.receiving import fresh, line_of, wanted

db = pytest.mark.django_db
Cost = tuple[int | None, int | None]


def costs_of(row: Consignment) -> dict[str, Cost]:
    return {cost.kind: (cost.estimate, cost.actual) for cost in row.costs.all()}


def again(*rows: Consignment) -> list[tuple[int, int]]:
    for row in rows:
        row.refresh_from_db()
    return [(row.freight, row.insurance) for row in rows]


@db
def test_a_third_of_the_weight_takes_a_third_of_the_costs() -> None:
    of = fresh(desk())
    first, second = empty(of, freight=100, insurance=10), empty(of, freight=7)
    (line,) = put(first, wanted(line_of(of, "manggis"), 300, packages=30, net_g=300_000, gross_g=330_000))
    costs.keep(consignment=first, told={"freight": (1_000, None, ""), "papers": (None, 2, "x")}, actor=DESK)
    goods.split(line=line, into=second, quantity=100, packages=10, actor=DESK)
    assert again(first, second) == [(67, 7), (33 + 7, 3)]
    assert costs_of(first) == {"freight": (667, None), "papers": (None, 1)}
    assert costs_of(second) == {"freight": (333, None), "papers": (None, 1)}
    told = history(second).last().why
    assert "100 × " in told
    assert "freight US$\N{NO-BREAK SPACE}0.33, insurance US$\N{NO-BREAK SPACE}0.03" in told
    goods.split(line=first.lines.get(), into=second, quantity=200, packages=20, actor=DESK)
    assert again(first, second) == [(0, 0), (107, 10)]
    assert (costs_of(first), costs_of(second)) == ({}, {"freight": (1_000, None), "papers": (None, 2)})
    assert audit() == []


@db
def test_costs_of_both_add_up_when_two_are_put_together() -> None:
    of = fresh(desk())
    first, second = empty(of, freight=100, insurance=5), empty(of, freight=30)
    put(first, wanted(line_of(of, "manggis"), 100))
    put(second, wanted(line_of(of, "jengkol"), 50))
    costs.keep(consignment=first, told={"packing": (5, 6, ""), "papers": (1, None, "")}, actor=DESK)
    costs.keep(consignment=second, told={"packing": (10, None, "kardus")}, actor=DESK)
    goods.merge(consignment=first, into=second, actor=DESK)
    assert again(first, second) == [(0, 0), (130, 5)]
    assert (costs_of(first), costs_of(second)) == ({}, {"packing": (15, 6), "papers": (1, None)})


@db
def test_without_costs_nothing_is_said() -> None:
    of = fresh(desk())
    first, second = empty(of, freight=0), empty(of, freight=0)
    (line,) = put(first, wanted(line_of(of, "manggis"), 300))
    goods.split(line=line, into=second, quantity=100, packages=10, actor=DESK)
    assert again(first, second) == [(0, 0), (0, 0)]
    assert history(second).last().why.endswith(f"from {first.number}")
