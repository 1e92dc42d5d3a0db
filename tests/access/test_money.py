"""What moves money, or says where it goes, asks for a code; the list is complete, and each entry is tried."""

import ast
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from marketplace.people.second_factor.models import SecondFactor
from tests.access.test_table import undone
from tests.access.whole import TABLE
from tests.access.world import make_world
from tests.factories.second_factor import FIELD, code, with_app

pytestmark = [pytest.mark.django_db, pytest.mark.second_factor]
BASE = Path(__file__).resolve().parent.parent.parent

# Names of addresses: what a POST there does goes on only after a code (decision 0036).
MOVES_MONEY = {
    "workspace:bank-account",
    "office:transfers",
    "office:match",
    "office:ready",
    "office:return-transfer",
    "office:provider-transfer",
    "office:start-statement",
    "office:bank-line",
    "office:pay-refund",
    "office:confirm-approval",
    "office:draft-payouts",
    "office:payout-batch",
    "office:move-batch",
    "office:payout",
    "office:payout-account",
    "office:credit-note",
    "office:dispute",
    "office:add-fee",
    "office:end-fee",
    "office:exchange",
    "office:add-letter",
    "office:move-letter",
    "office:company-terms",
    # these open somebody's account
    "office:sign-in-link",
    "office:two-step-person",
    "office:two-step-decide",
}
# A change of one's own two-step verification; asked for where it is on.
OF_ONESELF = {"customer:second-factor-set-up", "customer:second-factor-renew", "customer:second-factor-off"}
# Modules of pages that call a service of payments and yet move nothing, each with the reason.
MOVE_NOTHING = {
    "marketplace/office/views/rates.py",  # rates of the day, shown as indicative; a promise has its own page
}


def views(resolver: URLResolver, space: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {}
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            found |= views(pattern, f"{space}{pattern.namespace}:" if pattern.namespace else space)
        elif isinstance(pattern, URLPattern):
            found[f"{space}{pattern.name}"] = pattern.callback
    return found


def test_exactly_these_ask() -> None:
    asking = {name for name, view in views(get_resolver()).items() if hasattr(view, "asks_code")}
    assert asking == MOVES_MONEY | OF_ONESELF


def calls_payments(source: str) -> bool:
    """Whether a module of pages uses what books, pays or promises money."""
    return any(
        isinstance(node, ast.ImportFrom)
        and node.module is not None
        and (
            node.module.startswith("marketplace.payments.services")
            or (node.module == "marketplace.payments" and any(a.name == "services" for a in node.names))
        )
        for node in ast.walk(ast.parse(source))
    )


def test_no_page_calls_payments_without_a_thought_about_codes() -> None:
    """A new page that moves money and asks for nothing is found here."""
    pages = [*BASE.glob("marketplace/office/views/*.py"), *BASE.glob("marketplace/workspace/views/*.py")]
    assert len(pages) > 30
    silent = {
        str(path.relative_to(BASE))
        for path in pages
        if calls_payments(path.read_text()) and "asks_code" not in path.read_text()
    }
    assert silent == MOVE_NOTHING
    assert calls_payments("from marketplace.payments import queries, services")
    assert not calls_payments("from marketplace.payments import queries")


def test_nothing_moves_without_an_app_nor_with_an_old_code() -> None:
    world = make_world()
    for role, names in (
        ("office", MOVES_MONEY - {"workspace:bank-account"}),
        ("member", {"workspace:bank-account"}),
    ):
        person, found = world.people[role], {}
        client = Client()
        client.force_login(person)
        for name in names:
            row = TABLE[name]
            url = reverse(name, args=[world.values[key] for key in row.args])
            data = {**row.data, "typed": "Rp 1.000"}
            with undone():
                led = client.post(url, data)
                if not (
                    led.status_code == 302 and led.url.startswith(reverse("customer:second-factor-set-up"))
                ):
                    found[name] = ("no app", led.status_code)
            with undone():
                with_app(person)
                asked = client.post(url, data)
                if asked.status_code != 403 or 'name="typed" value="Rp 1.000"' not in asked.content.decode():
                    found[name] = ("old code", asked.status_code)
                passed = client.post(url, {**data, FIELD: code(person)})
                if (
                    passed.status_code not in {200, 302}
                    or 'name="typed" value="Rp 1.000"' in passed.content.decode()
                ):
                    found[name] = ("right code", passed.status_code)
        assert found == {}
    assert not SecondFactor.objects.filter(user=world.people["office"]).exists()
