"""Paid by card with the bank's question, accepted in part, the rest back to the card, the pesantren paid and told.

The card page is our fake's, on a port of its own: the form of our page leads there as it would lead to Stripe.
"""

import re
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.orders.queries import link_token
from marketplace.payments import held, tasks
from marketplace.payments.models import Payout, PayoutAccount, PayoutBatch, ProviderEvent, Refund
from tests.factories.catalogue import make_member, make_user
from tests.fakestripe.fixtures import SECRET_KEY, WEBHOOK_SECRET
from tests.fakestripe.server import Server
from tests.fulfilment.steps import bring, one_seller, total
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.steps import Person

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]
WHOLE, ACCEPTED = 515_000, 6 * 50_000 + 15_000
ASKS_FIRST = "4000 0027 6000 3184"


@pytest.fixture
def cards(live: str, settings: Any) -> Iterator[Server]:
    server = Server(webhook=f"{live}/stripe/webhook/", secret=WEBHOOK_SECRET)
    settings.STRIPE_SECRET_KEY, settings.STRIPE_API_BASE = SECRET_KEY, server.url
    settings.STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    policy = deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["form-action"] = [*policy["DIRECTIVES"]["form-action"], server.url]
    settings.CONTENT_SECURITY_POLICY = policy
    server.start()
    yield server
    server.shutdown()


@pytest.mark.parametrize(
    ("language", "viewport"),
    [("id", PHONE), ("en", DESKTOP), ("ar", PHONE)],
    ids=["id-phone", "en-desktop", "ar-phone"],
)
def test_card_to_payout(cards: Server, person: Any, language: str, viewport: dict[str, int]) -> None:
    name = f"{language}-{viewport['width']}"
    order = one_seller(language=language).order
    buyer = person(language, viewport)
    pays_by_card(buyer, f"/orders/{link_token(order)}/", name)
    part = bring(order.fulfilments.get(), "delivered")
    accepts_six(buyer, f"/orders/{link_token(order)}/", part)
    tasks.send_refunds()
    refund = Refund.objects.get()
    assert (refund.amount, refund.state) == (4 * 50_000, "paid")
    assert held.owed(part.partner_id) == Money(ACCEPTED)

    owner = with_account(part.partner)
    pays_out([person("id", DESKTOP), person("id", DESKTOP)], name)
    assert (held.owed(part.partner_id).minor, total(Kind.PAYING), audit()) == (0, 0, [])

    seller = person("id", PHONE)
    seller.sign_in(owner)
    seller.open(f"/workspace/money/{part.partner.code}/account/")
    seller.sees("Rp\N{NO-BREAK SPACE}315.000")
    seller.page.screenshot(path=screen(f"bank-account-{name}"), full_page=True)
    today = timezone.localdate()
    seller.open(f"/workspace/money/{part.partner.code}/{today.year}-{today.month}/")
    seller.sees("315.000")
    seller.page.screenshot(path=screen(f"statement-{name}"), full_page=True)


def pays_by_card(buyer: Person, path: str, name: str) -> None:
    """Turned down once, then approved by the bank; the page that the buyer comes back to knows it at once."""
    buyer.open(path)
    buyer.page.screenshot(path=screen(f"pay-{name}"), full_page=True)
    buyer.page.locator('main form[action$="/pay/"] button').click()
    page = buyer.page
    page.locator("#card").fill("4000 0000 0000 0002")
    page.locator("#pay").click()
    expect(page.locator("#error")).to_be_visible()
    page.locator("#card").fill(ASKS_FIRST)
    page.locator("#pay").click()
    page.locator("#approve").click()
    page.wait_for_url(re.compile("/paid/"))
    buyer.looks_right()
    buyer.sees("515.000")
    page.screenshot(path=screen(f"paid-{name}"), full_page=True)
    buyer.open(path)
    expect(page.locator('form[action$="/pay/"]')).to_have_count(0)
    for row in ProviderEvent.objects.filter(done_at=None):
        tasks.handle_event(row.pk)
    assert total(Kind.HELD) + total(Kind.SHIPPING_DUE) == WHOLE


def accepts_six(buyer: Person, path: str, part: Any) -> None:
    buyer.open(path)
    buyer.follow(f"/parts/{part.number}/sign/")
    line = part.lines.get()
    buyer.page.locator(f'main [name*="{line.pk}"]').first.fill("6")
    buyer.page.locator(f'main [name*="{line.pk}"]').nth(1).fill("4 rusak")
    buyer.fill(signed_name="Contoh Pembeli")
    buyer.press("main")
    part.refresh_from_db()
    assert part.state == "received"


def with_account(partner: Any) -> str:
    """A member of the pesantren, and its account in use."""
    owner = make_user("owner@example.com")
    make_member(owner, partner)
    PayoutAccount.objects.create(
        partner=partner,
        bank="Bank Contoh",
        number="1234567890",
        holder="Contoh",
        state="active",
        proposed_by=owner,
        confirmed_by=make_user("caller@example.com", staff_role="office"),
        usable_from=timezone.now(),
    )
    return str(owner.email)


def pays_out(office: list[Person], name: str) -> None:
    """Drafted and prepared by one, approved by the other, given to the bank, its results taken."""
    for place, one in enumerate(office):
        make_user(f"office{place}@example.com", staff_role="office")
        one.sign_in(f"office{place}@example.com")
    first, second = office
    first.open("/office/payouts/")
    first.press("/draft/")
    batch = PayoutBatch.objects.get()
    first.press("/prepare/")
    expect(first.page.locator('form[action$="/approve/"]')).to_have_count(0)
    second.open(f"/office/payouts/{batch.number}/")
    second.press("/approve/")
    with second.page.expect_download() as file:
        second.page.locator(f'main a[href$="{batch.number}.csv"]').click()
    assert "1234567890" in file.value.path().read_text()
    second.press("/sent/")
    second.page.screenshot(path=screen(f"payout-batch-{name}"), full_page=True)
    results = f"reference,result,bank_reference,reason\n{Payout.objects.get().reference},paid,BANK-9,\n"
    upload = {"name": "hasil.csv", "mimeType": "text/csv", "buffer": results.encode()}
    second.page.locator("input[type=file]").set_input_files(upload)  # type: ignore[arg-type]
    second.page.locator("main form[enctype] button").click()
    second.page.wait_for_load_state()
    second.looks_right()
    batch.refresh_from_db()
    assert batch.state == "done"
