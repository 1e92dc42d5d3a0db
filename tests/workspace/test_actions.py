"""What a member does with a part: by whom, when, how often, and what the books say after."""

from html import unescape
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse

from marketplace.common.states import history
from marketplace.fulfilment import services
from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.queries import balance
from marketplace.payments import held
from marketplace.payments.models import Refund
from tests.common.race import race
from tests.factories import catalogue as cat
from tests.factories.paid import OFFICE, World, world

ACTIONS = {
    "accept": {},
    "decline": {"why": "Panen gagal"},
    "pack": {},
    "hand-over": {"carrier": "JNE", "tracking_number": "JT-1"},
    "delivered": {},
}
GOODS, FEE = 20 * 150_000, 15_000


@pytest.fixture
def shop(db: None) -> World:
    return world()


def url(name: str, shop: World) -> str:
    return reverse(f"workspace:{name}", args=[shop.part.number])


def do(client: Any, shop: World, name: str, who: Any = None, **data: str) -> Any:
    client.force_login(who or shop.member)
    return client.post(url(name, shop), ACTIONS[name] | data)


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def reach(shop: World, state: str) -> None:
    """Bring the part of `mine` to this state."""
    part = shop.part
    steps = {
        "accepted": lambda: services.accept(fulfilment=part, actor=OFFICE),
        "packed": lambda: services.pack(fulfilment=part, actor=OFFICE),
        "handed_over": lambda: services.hand_over(
            fulfilment=part, actor=OFFICE, carrier="JNE", tracking_number="JT-1"
        ),
        "delivered": lambda: services.deliver(fulfilment=part, actor=OFFICE),
    }
    for name, step in steps.items():
        if part.state != state:
            step()
            assert part.state == name


@pytest.mark.parametrize(
    ("before", "action", "after"),
    [
        ("offered", "accept", "accepted"),
        ("offered", "decline", "declined"),
        ("accepted", "decline", "declined"),
        ("accepted", "pack", "packed"),
        ("packed", "hand-over", "handed_over"),
    ],
)
def test_the_member_moves_the_part(client: Any, shop: World, before: str, action: str, after: str) -> None:
    reach(shop, before)
    response = do(client, shop, action)
    assert response.status_code == 302
    assert response["Location"] == url("fulfilment", shop)
    assert shop.part.state == after
    assert history(shop.part).last().actor_id == shop.member.pk
    assert shop.other_part.state == "offered"
    assert audit() == []


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize("who", ["stranger", "buyer", "office", "export"])
def test_nobody_else_finds_it(client: Any, shop: World, action: str, who: str) -> None:
    assert do(client, shop, action, getattr(shop, who)).status_code == 404
    assert client.get(url(action, shop)).status_code == 404
    assert shop.part.state == "offered"


@pytest.mark.parametrize("action", ACTIONS)
def test_a_guest_signs_in_first(client: Any, shop: World, action: str) -> None:
    response = client.post(url(action, shop), ACTIONS[action])
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("customer:login"))
    assert shop.part.state == "offered"


@pytest.mark.parametrize("action", ACTIONS)
def test_a_double_tap_changes_nothing_the_second_time(client: Any, action: str, db: None) -> None:
    shop = world(kind="vehicle" if action == "delivered" else "courier")
    reach(
        shop, {"pack": "accepted", "hand-over": "packed", "delivered": "handed_over"}.get(action, "offered")
    )
    do(client, shop, action)
    moves = history(shop.part).count()
    second = do(client, shop, action)
    assert second.status_code == 302
    assert history(shop.part).count() == moves
    assert len(said(second)) == 2  # what was done, and that it was done already
    assert Refund.objects.count() == (action == "decline")
    assert audit() == []


@pytest.mark.parametrize(
    ("state", "action"),
    [("offered", "pack"), ("offered", "hand-over"), ("accepted", "accept"), ("handed_over", "decline")],
)
def test_an_old_page_gets_a_sentence(client: Any, shop: World, state: str, action: str) -> None:
    reach(shop, state)
    response = do(client, shop, action)
    assert response.status_code == 302
    assert shop.part.state == state
    label = str(shop.part.get_state_display())
    assert len(said(response)) == 1
    assert label in unescape(client.get(response["Location"]).content.decode())
    assert audit() == []


def test_a_form_that_is_too_late_says_so(client: Any, shop: World) -> None:
    reach(shop, "handed_over")
    client.force_login(shop.member)
    page = client.get(url("decline", shop))
    assert page.status_code == 200
    assert b"<textarea" not in page.content


def test_decline_wants_a_reason_and_keeps_the_form(client: Any, shop: World) -> None:
    response = do(client, shop, "decline", why="  ")
    assert response.status_code == 200
    assert list(response.context["form"].errors) == ["why"]
    assert shop.part.state == "offered"


def test_decline_refunds_exactly_this_part_and_frees_its_stock(client: Any, shop: World) -> None:
    record, other = shop.sarong.stockrecords.get(), shop.coffee.stockrecords.get()
    assert (record.num_allocated, other.num_allocated) == (20, 3)
    do(client, shop, "decline")
    record.refresh_from_db()
    other.refresh_from_db()
    assert (record.num_in_stock, record.num_allocated) == (100, 0)
    assert (other.num_in_stock, other.num_allocated) == (50, 3)
    refund = Refund.objects.get()
    assert (refund.total, refund.reason, refund.order) == (Money(GOODS + FEE), "declined", shop.order)
    where = held.ref(shop.order.number, shop.mine.pk)
    assert balance(Kind.HELD, "IDR", where) == Money(0)
    assert balance(Kind.SHIPPING_DUE, "IDR", where) == Money(0)
    assert balance(Kind.REFUND_DUE, "IDR", f"refund/{refund.key}") == Money(GOODS + FEE)
    theirs = held.ref(shop.order.number, shop.theirs.pk)
    assert balance(Kind.HELD, "IDR", theirs) == Money(3 * 90_000)
    assert balance(Kind.SHIPPING_DUE, "IDR", theirs) == Money(FEE)
    assert audit() == []


@pytest.mark.parametrize(("missing", "kind"), [("tracking_number", "courier"), ("carrier", "vehicle")])
def test_hand_over_asks_for_what_the_way_needs(client: Any, db: None, missing: str, kind: str) -> None:
    shop = world(kind=kind)
    reach(shop, "packed")
    response = do(client, shop, "hand-over", **{missing: ""})
    assert response.status_code == 200
    assert list(response.context["form"].errors) == [missing]
    kept = ({"carrier": "JNE", "tracking_number": "JT-1"} | {missing: ""}).values()
    form = response.context["form"]
    assert [form[name].value() for name in ("carrier", "tracking_number")] == list(kept)
    assert shop.part.state == "packed"


def test_hand_over_keeps_carrier_and_number_and_takes_the_stock(client: Any, shop: World) -> None:
    reach(shop, "packed")
    do(client, shop, "hand-over")
    assert (shop.part.carrier, shop.part.tracking_number) == ("JNE", "JT-1")
    record = shop.sarong.stockrecords.get()
    assert (record.num_in_stock, record.num_allocated) == (80, 0)


@pytest.mark.parametrize("kind", ["vehicle", "cargo", "pickup"])
def test_the_member_says_that_it_arrived(client: Any, db: None, kind: str) -> None:
    shop = world(kind=kind)
    reach(shop, "handed_over")
    client.force_login(shop.member)
    assert client.get(url("delivered", shop)).status_code == 200
    do(client, shop, "delivered")
    assert shop.part.state == "delivered"
    assert audit() == []


def test_a_couriers_parcel_is_not_the_members_to_call_delivered(client: Any, shop: World) -> None:
    reach(shop, "handed_over")
    do(client, shop, "delivered")
    assert shop.part.state == "handed_over"


def test_accept_and_pack_are_presses_only(client: Any, shop: World) -> None:
    client.force_login(shop.member)
    assert client.get(url("accept", shop)).status_code == 405
    assert client.get(url("pack", shop)).status_code == 405
    client.force_login(shop.stranger)
    assert client.get(url("accept", shop)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_two_members_accept_and_decline_at_once() -> None:
    from django.test import Client

    shop = world()
    colleague = cat.make_user("rekan@example.com")
    cat.make_member(colleague, shop.mine)

    def press(name: str, who: Any) -> int:
        client = Client()
        client.force_login(who)
        return int(client.post(url(name, shop), ACTIONS[name]).status_code)

    codes = race(lambda: press("decline", shop.member), lambda: press("decline", colleague))
    assert codes == [302, 302]
    assert shop.part.state == "declined"
    assert Refund.objects.count() == 1
    assert audit() == []


def test_a_service_is_done_without_packing(client: Any, db: None) -> None:
    shop = world(kind="")
    reach(shop, "accepted")
    do(client, shop, "hand-over")
    assert shop.part.state == "accepted"
    client.force_login(shop.member)
    assert client.get(url("delivery-note", shop)).status_code == 404
    can = client.get(url("fulfilment", shop)).context["can"]
    assert [name for name, yes in can.items() if yes] == ["decline", "short", "deliver"]
    do(client, shop, "delivered")
    assert shop.part.state == "delivered"
    assert audit() == []
