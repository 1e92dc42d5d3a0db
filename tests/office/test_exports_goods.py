"""The desk's pages of consignments: made from an order, packed, split, planned; nothing typed is lost."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from marketplace.common.states import history
from marketplace.exports.models import Consignment
from marketplace.exports.papers.facts import facts_of, fingerprint
from marketplace.exports.services import goods
from tests.factories.catalogue import make_user
from tests.factories.exports import DESK, Desk, a_consignment, a_port, desk
from tests.factories.receiving import fresh, line_of, wanted

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def url(name: str, *args: Any) -> str:
    return reverse(f"office:export{name}", args=args)


def new_url(of: Desk) -> str:
    return f"{url('-new')}?order={of.order.number}"


def asked(of: Desk, form: Any, **changes: Any) -> dict[str, Any]:
    """What the browser would send of the form as it came, with changes."""
    found = {field.html_name: field.value() for field in form if field.value() not in (None, False)}
    found = {name: getattr(value, "pk", value) for name, value in found.items()}
    return found | changes


def test_a_consignment_from_an_order(coordinator: Client) -> None:
    of = fresh(desk())
    a_port("AEDXB")
    page = coordinator.get(url("-new"))
    assert of.order.number in page.content.decode()
    page = coordinator.get(new_url(of))
    form = page.context["form"]
    assert (form["mode"].value(), form["country"].value(), str(form["setpoint"].value())) == (
        "air",
        "AE",
        "12",
    )
    line = line_of(of, "manggis")
    facts = asked(of, form, destination="dxb", place="Dubai (AEDXB)")
    wrong = coordinator.post(new_url(of), facts | {f"take_{line.pk}_0": "601", "destination": "XXXXX"})
    text = wrong.content.decode()
    assert "This can be at most 600." in text
    assert "We know no port with this code." in text
    assert 'value="601"' in text
    answer = coordinator.post(new_url(of), facts | {f"take_{line.pk}_0": "400"})
    row = Consignment.objects.get()
    assert answer.url == url("-goods", row.number)
    assert (row.destination.code, row.consignee_name) == ("AEDXB", of.company.name)
    first = row.lines.get(part=line)
    assert (first.quantity, first.net_g, first.unit_value, first.packages) == (400, 400_000, 200, 40)


def test_goods_are_packed_split_and_put_together(coordinator: Client) -> None:
    of = fresh(desk())
    row, other = a_consignment(of, with_goods=False), a_consignment(of, with_goods=False)
    (line,) = goods.add(consignment=row, goods=[wanted(line_of(of, "manggis"), 400)], actor=DESK)
    more = {f"take_{line_of(of, 'jengkol').pk}_0": "50"}
    coordinator.post(url("-goods", row.number), more)
    assert row.lines.count() == 2
    page = coordinator.get(url("-line", row.number, line.pk))
    facts = asked(of, page.context["form"], net_g="401,5", gross_g="400", unit_value="2,10", packages="41")
    facts["hs_origin"] = "0804.50.30"
    wrong = coordinator.post(url("-line", row.number, line.pk), facts)
    assert "cannot weigh less than the goods alone" in wrong.content.decode()
    assert 'value="401,5"' in wrong.content.decode()
    coordinator.post(url("-line", row.number, line.pk), facts | {"gross_g": "420,25"})
    line.refresh_from_db()
    assert (line.net_g, line.gross_g, line.unit_value, line.packages) == (401_500, 420_250, 210, 41)
    assert line.hs_origin == "08045030"
    share = {"into": other.pk, "quantity": "100", "packages": "10"}
    coordinator.post(url("-split", row.number, line.pk), share)
    assert other.lines.get().quantity == 100
    coordinator.post(url("-merge", other.number), {"into": row.pk})
    other.refresh_from_db()
    assert (other.state, row.lines.get(pk=line.pk).quantity) == ("cancelled", 400)
    coordinator.post(url("-line", row.number, line.pk), {"remove": "1"})
    assert row.lines.count() == 1


def test_a_plan_with_wrong_numbers_comes_back_filled(coordinator: Client) -> None:
    row = a_consignment(desk(paid=False), with_goods=False)
    page = coordinator.get(url("-plan", row.number))
    facts = asked(None, page.context["form"], freight="1.250,50", booking="CONTOH-9")  # type: ignore[arg-type]
    facts |= {
        name: page.context["form"][name].value().strftime("%Y-%m-%dT%H:%M")
        for name in ("departs_at", "arrives_at")
    }
    wrong = coordinator.post(url("-plan", row.number), facts | {"transport_number": "126-12345674"})
    text = wrong.content.decode()
    assert "The last digit of this AWB number does not fit" in text
    assert 'value="126-12345674"' in text
    assert 'value="CONTOH-9"' in text
    answer = coordinator.post(url("-plan", row.number), facts | {"transport_number": "12612345675"})
    assert answer.status_code == 302
    row.refresh_from_db()
    assert (row.transport_number, row.freight, row.state) == ("126-12345675", 125_050, "booked")


def test_a_plan_saved_as_it_stands_changes_nothing(coordinator: Client) -> None:
    """A browser sends the lines of an address with other ends than we keep."""
    kept = {"consignee_address": "Contoh Street 1\nDubai", "notify_address": "Gate 2\nJebel Ali"}
    row = a_consignment(desk(paid=False), with_goods=False, **kept)
    row.refresh_from_db()
    before = fingerprint(facts_of(row))
    form = coordinator.get(url("-plan", row.number)).context["form"]
    facts = asked(None, form)  # type: ignore[arg-type]
    for name in ("departs_at", "arrives_at"):
        facts[name] = form[name].value().strftime("%Y-%m-%dT%H:%M")
    facts |= {name: text.replace("\n", "\r\n") for name, text in kept.items()}
    assert coordinator.post(url("-plan", row.number), facts).status_code == 302
    row.refresh_from_db()
    assert (fingerprint(facts_of(row)), history(row).count()) == (before, 0)


def test_costs_beside_their_estimate(coordinator: Client) -> None:
    row = a_consignment(desk(paid=False), with_goods=False)
    facts = {"freight_estimate": "14.000.000", "freight_actual": "15.500.000", "freight_note": "solar naik"}
    coordinator.post(url("-costs", row.number), facts)
    text = coordinator.get(url("-costs", row.number)).content.decode()
    assert "Dearer" in text
    assert "Rp\N{NO-BREAK SPACE}1.500.000" in text


def test_the_office_reads_and_changes_nothing(client: Client) -> None:
    row = a_consignment(desk(paid=False), with_goods=False)
    client.force_login(make_user("kantor@example.com", staff_role="office"))
    for name in ("", "-goods", "-plan", "-costs"):
        page = client.get(url(name, row.number))
        assert page.status_code == 200
        assert "btn bad" not in page.content.decode()
    assert client.post(url("-cancel", row.number), {"why": "x"}).status_code == 404
    row.refresh_from_db()
    assert row.state == "preparing"


def test_queries_do_not_grow_with_rows(coordinator: Client, django_assert_max_num_queries: Any) -> None:
    of = fresh(desk())
    row = a_consignment(of)
    for page in (url("", row.number), url("-goods", row.number)):
        with django_assert_max_num_queries(30):
            coordinator.get(page)
