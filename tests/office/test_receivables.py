"""What companies owe, by age; the list for the accountant; reminders, each once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse
from django.utils import translation

from marketplace.fulfilment import states, tasks
from marketplace.fulfilment.services.tempo import end_of
from marketplace.notices.models import Mail
from marketplace.payments import receivables
from marketplace.payments.models import Due
from marketplace.reference import working_days
from tests.factories.catalogue import make_product, make_user
from tests.factories.companies import admin_of, make_company
from tests.factories.orders import placed_order
from tests.fulfilment.steps import bring, one_seller, parts, pay

pytestmark = pytest.mark.django_db
NOON = "2026-11-23 05:00+00:00"  # in Jakarta


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


def bill(company: Any, product: Any, late: int | None) -> Due:
    """Rp 165.000, `late` days after its last day; None: still on its way."""
    due = placed_order([(product, 1)], admin_of(company), company=company).due
    if late is not None:
        day = working_days.today() - timedelta(days=late)
        Due.objects.filter(pk=due.pk).update(due_at=end_of(day), is_estimate=False)
    due.refresh_from_db()
    return due


@time_machine.travel(NOON, tick=False)
def test_each_bill_stands_in_the_age_that_is_its_own() -> None:
    company, product, office = make_company(), make_product(), make_user("k@example.com", staff_role="office")
    for late in (None, -5, 0, 1, 30, 31, 60, 61, 90, 91, 400):
        due = bill(company, product, late)
        age = receivables.age_of(due)
        alone = receivables.aged(office).by_age
        assert alone[age].minor == 165_000
        assert receivables.aged(office).total.minor == 165_000
        wanted = next(
            name
            for name, most in [("not_yet", 0), ("to_30", 30), ("to_60", 60), ("to_90", 90), ("over_90", 9999)]
            if (late or 0) <= most
        )
        assert age == wanted
        pay(due)


@time_machine.travel(NOON, tick=False)
def test_the_pages_and_the_list(client: Any, django_assert_max_num_queries: Any) -> None:
    product = make_product()
    for number in range(3):
        company = make_company(make_user(f"c{number}@example.com"), name=f"=Contoh {number}")
        bill(company, product, None)
        bill(company, product, 40)
    client.force_login(make_user("k@example.com", staff_role="office"))
    with django_assert_max_num_queries(14):
        text = client.get(reverse("office:receivables")).content.decode()
    assert "Rp\xa0495.000" in text  # three of 165.000
    assert "Rp\xa0990.000" in text
    one = client.get(reverse("office:receivables-company", args=[company.pk])).content.decode()
    assert "40 days late" in one
    lines = b"".join(client.get(reverse("office:receivables-csv")).streaming_content).decode().splitlines()
    assert len(lines) == 7
    assert lines[1].startswith("'=Contoh 0,")
    assert lines[1].endswith(",165000,40")


def reminders() -> list[str]:
    keys = Mail.objects.filter(key__startswith="bill_reminder/").order_by("pk").values_list("key", flat=True)
    return [key.rsplit("/", 1)[1] for key in keys]


def test_reminders_come_once_each_at_daytime_and_stop_when_paid() -> None:
    with time_machine.travel(NOON, tick=False):
        company = make_company()
        placed = one_seller(buyer=admin_of(company), company=company)
        tasks.remind_bills()
        assert reminders() == []
        bring(parts(placed.order)[0], states.DELIVERED)
        last = Due.objects.get().due_on
        assert last.isoformat() == "2026-12-23"
    for late in (-4, -3, -3, -2, 0, 1, 7, 8, 14, 20):
        with time_machine.travel(f"{last + timedelta(days=late)} 05:00+00:00", tick=False):
            tasks.remind_bills()
            tasks.remind_bills()
    assert reminders() == ["-3", "0", "7", "14"]
    with time_machine.travel(f"{last + timedelta(days=30)} 15:00+00:00", tick=False):  # 22:00 in Jakarta
        tasks.remind_bills()
    assert reminders() == ["-3", "0", "7", "14"]
    pay(placed.due)
    with time_machine.travel(f"{last + timedelta(days=31)} 05:00+00:00", tick=False):
        tasks.remind_bills()
    assert reminders() == ["-3", "0", "7", "14"]
    assert not Mail.objects.filter(key__startswith="payment-reminder/").exists()


def test_a_sweep_that_was_away_writes_only_the_latest() -> None:
    with time_machine.travel(NOON, tick=False):
        company = make_company()
        bill(company, make_product(), 10)
        tasks.remind_bills()
    assert reminders() == ["7"]
    text = Mail.objects.get(key__startswith="bill_reminder/").text
    assert "165.000" in text


def test_the_office_verifies_and_gives_terms(client: Any) -> None:
    company = make_company(days=0, state="submitted")
    client.force_login(make_user("k@example.com", staff_role="office"))
    assert company.name in client.get(reverse("office:companies")).content.decode()
    until = (working_days.today() + timedelta(days=365)).isoformat()
    client.post(reverse("office:verify-company", args=[company.pk]), {"until": until})
    wrong = {"tempo_days": "30", "credit_limit": "0", "why": ""}
    text = client.post(reverse("office:company-terms", args=[company.pk]), wrong).content.decode()
    assert "Write a limit above 0" in text
    assert "Write why." in text
    right = {"tempo_days": "30", "credit_limit": "25.000.000", "why": "langganan lama"}
    client.post(reverse("office:company-terms", args=[company.pk]), right)
    company.refresh_from_db()
    assert (company.state, company.tempo_days, company.credit_limit) == ("verified", 30, 25_000_000)
    page = client.get(reverse("office:company", args=[company.pk])).content.decode()
    assert "langganan lama" in page


def test_an_own_company_is_decided_on_by_a_colleague(client: Any) -> None:
    clerk = make_user("k@example.com", staff_role="office")
    company = make_company(clerk, days=0, state="submitted")
    client.force_login(clerk)
    client.post(reverse("office:verify-company", args=[company.pk]))
    sent = {"tempo_days": "30", "credit_limit": "25.000.000", "why": "saya sendiri"}
    response = client.post(reverse("office:company-terms", args=[company.pk]), sent, follow=True)
    assert "saya sendiri" in response.content.decode()  # nothing typed is lost
    company.refresh_from_db()
    assert (company.state, company.tempo_days, company.credit_limit) == ("submitted", 0, 0)
