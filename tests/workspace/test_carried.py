"""Goods in a consignment abroad are delivered when that arrives, never by a word of their pesantren."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone, translation

from marketplace.common.states import history
from marketplace.exports.models import Consignment
from marketplace.exports.services import parts as following
from marketplace.exports.services import pick_ups, receiving
from marketplace.exports.services.pick_ups import Stop
from marketplace.fulfilment import services
from marketplace.fulfilment.models import Fulfilment
from marketplace.people.models import User
from marketplace.reference.working_days import today
from marketplace.workspace import inbox
from tests.factories.catalogue import make_member, make_user
from tests.factories.exports import DESK, Desk, a_consignment, desk
from tests.factories.receiving import a_house

pytestmark = pytest.mark.django_db
WORDS = "These goods travel with a consignment"
ASKS = "Say that it arrived"


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def on_the_way(of: Desk) -> tuple[Fulfilment, User]:
    """The first part left its pesantren; with one of its people."""
    part = of.parts[0]
    services.pack(fulfilment=part, actor=DESK)
    services.hand_over(fulfilment=part, actor=DESK, carrier="D 1234 XY", tracking_number="")
    member = make_user("anggota@example.com", language="en")
    make_member(member, part.partner)
    return part, member


def pages(client: Any, part: Fulfilment) -> list[str]:
    home, orders = reverse("workspace:home"), reverse("workspace:fulfilments")
    own = [reverse(f"workspace:{name}", args=[part.number]) for name in ("fulfilment", "delivered")]
    return [client.get(url).content.decode() for url in (home, orders, *own)]


def press(client: Any, part: Fulfilment) -> str:
    """Posts "Yes, it arrived"; gives what the page then says."""
    response = client.post(reverse("workspace:delivered", args=[part.number]))
    assert response["Location"] == reverse("workspace:fulfilment", args=[part.number])
    part.refresh_from_db()
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


def refused(client: Any, part: Fulfilment, member: User) -> None:
    client.force_login(member)
    home, orders, page, asks = pages(client, part)
    link = reverse("workspace:delivered", args=[part.number])
    assert (link in home, link in page, ASKS in home, ASKS in orders) == (False, False, False, False)
    assert "left" not in orders.split(part.number)[1].split("</li>")[0], "its days are the consignment's"
    assert (WORDS in page, WORDS in asks, "Yes, it arrived" in asks) == (True, True, False)
    assert list(inbox.waiting(member)) == []
    assert WORDS in press(client, part)
    assert (part.state, part.delivered_at, part.claim_until) == ("handed_over", None, None)
    assert history(part).last().after == "handed_over"


def test_a_part_in_a_consignment_is_delivered_by_its_arrival_alone(client: Any) -> None:
    of = desk()
    made = a_consignment(of)
    part, member = on_the_way(of)
    refused(client, part, member)
    Consignment.objects.filter(pk=made.pk).update(state="delivered")
    made.refresh_from_db()
    following.follow(consignment=made, actor=DESK)
    part.refresh_from_db()
    assert (part.state, part.claim_until is None) == ("delivered", False)


def test_what_the_desk_has_fetched_or_weighs_waits_for_its_consignment(client: Any) -> None:
    of = desk()
    truck = pick_ups.plan(
        house=a_house(of.exporter),
        day=today(),
        vehicle="D 1234 XY",
        driver="",
        capacity_kg=None,
        stops=[Stop(of.parts[0], None)],
        actor=DESK,
    )
    part, member = on_the_way(of)
    refused(client, part, member)
    receiving.open_receipt(part=part, house=truck.house, actor=DESK)
    pick_ups.cancel(pick_up=truck, actor=DESK, why="rusak")
    refused(client, part, member)


@pytest.mark.parametrize("cancelled", [True, False])
def test_without_a_consignment_the_pesantren_says_it(client: Any, cancelled: bool) -> None:
    of = desk()
    if cancelled:
        a_consignment(of, cancelled_at=timezone.now(), state="cancelled")
    part, member = on_the_way(of)
    client.force_login(member)
    link = reverse("workspace:delivered", args=[part.number])
    assert [link in page for page in pages(client, part)[::2]] == [True, True]
    assert [(row[0], row[1]) for row in inbox.waiting(member)] == [("part", part.pk)]
    assert press(client, part) == "Delivered. The buyer has been asked to sign."
    assert part.state == "delivered"
