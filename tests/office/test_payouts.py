"""The office pays pesantren: two people, a file, the bank's results; and the account it pays to."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import translation

from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Kind
from marketplace.payments import states
from marketplace.payments.models import Payout, PayoutAccount, PayoutBatch
from tests.factories.catalogue import make_member, make_pesantren, make_user
from tests.fulfilment import steps
from tests.payments.test_payouts import ready

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def two() -> list[Client]:
    found = []
    for name in ("one", "two"):
        client = Client()
        client.force_login(make_user(f"{name}@example.com", staff_role="office", language="en"))
        found.append(client)
    return found


def move(client: Client, step: str) -> str:
    batch = PayoutBatch.objects.get()
    client.post(reverse("office:move-batch", args=[batch.number, step]))
    return PayoutBatch.objects.get().state


def bring(client: Client, text: str) -> Any:
    file = SimpleUploadedFile("hasil.csv", text.encode())
    return client.post(
        reverse("office:payout-batch", args=[PayoutBatch.objects.get().number]), {"file": file}
    )


def test_from_draft_to_done(two: list[Client]) -> None:
    _a, _b, owed = ready()
    one, other = two
    one.post(reverse("office:draft-payouts"))
    assert move(one, "prepare") == states.PREPARED
    assert move(one, "approve") == states.PREPARED  # not by the same person
    batch = PayoutBatch.objects.get()
    page = one.get(reverse("office:payout-batch", args=[batch.number]))
    assert page.context["is_preparer"] is True
    assert one.get(reverse("office:payout-file", args=[batch.number])).status_code == 404
    assert move(other, "approve") == states.APPROVED
    assert move(other, "cancel") == states.APPROVED  # too late
    file = other.get(reverse("office:payout-file", args=[batch.number]))
    assert str(owed) in file.content.decode()
    assert move(other, "sent") == states.SENT
    payout = Payout.objects.get()
    wrong = bring(one, f"reference,result,bank_reference,reason\n{payout.reference},paid,,\n")
    assert wrong.status_code == 200
    assert "Line 2" in wrong.content.decode()
    done = bring(one, f"reference,result,bank_reference,reason\n{payout.reference},paid,B-1,\n")
    assert done.status_code == 302
    assert (PayoutBatch.objects.get().state, steps.total(Kind.PAYING)) == (states.DONE, 0)
    assert audit() == []
    sent_back = one.post(reverse("office:payout", args=[payout.pk]), {"why": "account closed"})
    assert sent_back.status_code == 302
    assert steps.total(Kind.PAYABLE) == owed
    assert audit() == []


def test_taken_out_of_a_draft(two: list[Client]) -> None:
    _a, _b, owed = ready()
    two[0].post(reverse("office:draft-payouts"))
    payout = Payout.objects.get()
    url = reverse("office:payout", args=[payout.pk])
    assert two[0].post(url, {"why": ""}).context["form"].errors["why"]
    two[0].post(url, {"why": "asks for another account"})
    payout.refresh_from_db()
    assert (payout.state, steps.total(Kind.PAYABLE)) == (states.RELEASED, owed)
    assert move(two[0], "prepare") == states.DRAFT  # nothing is left in it
    assert move(two[0], "cancel") == states.BATCH_CANCELLED


def test_nothing_to_draft_and_no_such_step(two: list[Client]) -> None:
    two[0].post(reverse("office:draft-payouts"))
    assert not PayoutBatch.objects.exists()
    PayoutBatch.objects.create(number="PB-9")
    assert two[0].post(reverse("office:move-batch", args=["PB-9", "burn"])).status_code == 404


def an_account() -> PayoutAccount:
    partner = make_pesantren("contoh-tiga")
    owner = make_user("owner@example.com")
    make_member(owner, partner)
    return PayoutAccount.objects.create(
        partner=partner, bank="Bank Contoh", number="1234567", holder="Contoh", proposed_by=owner
    )


def test_an_account_is_confirmed_after_a_call(two: list[Client]) -> None:
    account = an_account()
    url = reverse("office:payout-account", args=[account.pk])
    assert "1234567" in two[0].get(url).content.decode()
    assert two[0].post(url, {}).context["form"].errors["spoken"]
    account.refresh_from_db()
    assert account.confirmed_by is None
    assert two[0].post(url, {"spoken": "on"}).status_code == 302
    account.refresh_from_db()
    assert (account.confirmed_by.email, account.state) == ("one@example.com", states.ACCOUNT_PROPOSED)


def test_an_account_is_refused_with_a_reason(two: list[Client]) -> None:
    account = an_account()
    url = reverse("office:payout-account", args=[account.pk])
    assert two[0].post(url, {"refuse": "1", "why": ""}).context["form"].errors["why"]
    two[0].post(url, {"refuse": "1", "why": "nobody knows of it"})
    account.refresh_from_db()
    assert account.state == states.ACCOUNT_REFUSED


def many(count: int) -> None:
    batch = PayoutBatch.objects.get_or_create(number="PB-9")[0]
    for place in range(count):
        partner = make_pesantren(f"contoh-{place}-{count}")
        owner = make_user(f"o{place}-{count}@example.com")
        account = PayoutAccount.objects.create(
            partner=partner, bank="B", number="12345", holder="C", proposed_by=owner
        )
        reference = f"PB-9-{partner.pk}"
        Payout.objects.create(batch=batch, partner=partner, account=account, reference=reference, amount=1)


@pytest.mark.parametrize("name", ["payouts", "payout-accounts", "payout-batch"])
def test_queries_do_not_grow(two: list[Client], name: str, django_assert_num_queries: Any) -> None:
    many(1)
    url = reverse(f"office:{name}", args=["PB-9"] if name == "payout-batch" else [])
    two[0].get(url)
    with CaptureQueriesContext(connection) as few:
        two[0].get(url)
    many(9)
    with django_assert_num_queries(len(few)):
        two[0].get(url)
