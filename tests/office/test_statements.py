"""Pages of bank files: looked at first, refused in words, and lines that a person must look at."""

from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from marketplace.payments import services, states, tasks
from marketplace.payments.models import BankLine, Receipt, Statement
from marketplace.payments.statements import LAYOUTS, SAMPLES
from tests.factories.paid import OFFICE, World, receipt, world
from tests.payments.files import bca, bca_in, mandiri, mandiri_in, many


@pytest.fixture
def shop(db: None, client: Client) -> World:
    found = world(paid=False)
    client.force_login(found.office)
    return found


def upload(client: Client, content: bytes, name: str = "contoh.csv") -> Any:
    return client.post(reverse("office:statements"), {"file": SimpleUploadedFile(name, content)})


def said(response: Any) -> list[str]:
    return [str(message) for message in get_messages(response.wsgi_request)]


def test_upload_look_take_and_read(
    client: Client, shop: World, django_capture_on_commit_callbacks: Any
) -> None:
    response = upload(client, bca(bca_in("20/11", "90,000.00", "<b>=1+1</b> TOKO CONTOH")))
    found = Statement.objects.get()
    assert response.url == reverse("office:statement", args=[found.pk])
    page = client.get(response.url)
    assert page.context["seen"].in_count == 1
    assert b"&lt;b&gt;=1+1&lt;/b&gt;" in page.content
    assert Receipt.objects.count() == 0
    client.post(reverse("office:start-statement", args=[found.pk]))
    text = client.get(response.url).content.decode()
    assert ("data-progress" in text, "js/progress" in text, 'href="">' in text) == (True, True, True)
    tasks.read_statements()
    page = client.get(response.url)
    text = page.content.decode()
    assert ("data-progress" in text, "js/progress" in text) == (False, False)
    assert page.context["sums"] == {
        "in_count": 1,
        "in_sen": 9_000_000,
        "out_count": 0,
        "out_sen": 0,
        "asks": 0,
    }
    done = dict(states.STATEMENT_CHOICES)[states.READ]
    assert said(client.post(reverse("office:start-statement", args=[found.pk])))[0].endswith(f"{done}.")


def test_the_same_file_again_shows_the_first(client: Client, shop: World) -> None:
    content = mandiri(mandiri_in("20/11/26", "5.00"))
    first, second = upload(client, content), upload(client, content, "lain.csv")
    assert first.url == second.url
    assert Statement.objects.count() == 1


def test_a_bad_file_is_refused_line_by_line(client: Client, shop: World) -> None:
    response = upload(client, mandiri(mandiri_in("20/11/26", "x"), mandiri_in("kemarin", "5.00")))
    errors = response.context["form"].errors["file"]
    assert len(errors) == 2
    assert [str(number) in error for number, error in zip((2, 3), errors, strict=True)] == [True, True]
    assert Statement.objects.count() == 0


@pytest.mark.parametrize("content", [b"", b"x" * (2 * 1024 * 1024 + 1)])
def test_no_file_or_a_huge_one(client: Client, shop: World, content: bytes) -> None:
    assert list(upload(client, content).context["form"].errors) == ["file"]
    assert list(client.post(reverse("office:statements")).context["form"].errors) == ["file"]


def test_a_file_that_is_not_taken(client: Client, shop: World) -> None:
    upload(client, mandiri(mandiri_in("20/11/26", "5.00")))
    found = Statement.objects.get()
    client.post(reverse("office:refuse-statement", args=[found.pk]))
    found.refresh_from_db()
    assert found.state == states.REFUSED
    assert client.get(reverse("office:statement", args=[found.pk])).status_code == 200


@pytest.mark.parametrize("layout", LAYOUTS)
def test_the_example_is_the_sample(client: Client, shop: World, layout: str) -> None:
    response = client.get(reverse("office:statement-sample", args=[layout]))
    assert b"".join(response.streaming_content) == (SAMPLES / f"{layout}.csv").read_bytes()
    assert client.get(reverse("office:statement-sample", args=["lain"])).status_code == 404


def asked(client: Client) -> BankLine:
    receipt(90_000, "KWITANSI", "TOKO CONTOH")
    today = Receipt.objects.get().received_on.strftime("%d/%m/%Y")
    statement = services.upload(name="x", content=bca(bca_in(today, "90,000.00")), actor=OFFICE)
    services.start(statement=statement, actor=OFFICE)
    tasks.read_statements()
    return BankLine.objects.get()


def test_the_same_or_another(client: Client, shop: World) -> None:
    line = asked(client)
    assert list(client.get(reverse("office:transfers")).context["asking"]) == [line]
    address = reverse("office:bank-line", args=[line.pk])
    assert client.get(address).context["candidates"] == [Receipt.objects.get()]
    assert client.post(address, {"same": "999999"}).status_code == 404
    assert client.post(address, {"same": "x²"}).status_code == 404
    assert client.post(address, {"same": "9" * 5000}).status_code == 404
    client.post(address, {"same": Receipt.objects.get().pk})
    line.refresh_from_db()
    assert (line.state, Receipt.objects.count()) == (states.TAKEN, 1)
    client.post(address)  # a second press records nothing
    assert Receipt.objects.count() == 1


def test_typed_after_the_file_asks_too(client: Client, shop: World) -> None:
    receipt(90_000, "KLIKBCA-1", "TOKO CONTOH BANDUNG")
    typed = {
        "amount": "90.000",
        "received_on": str(Receipt.objects.get().received_on),
        "payer": "Toko Contoh",
        "bank_reference": "KWITANSI",
        "note": "",
    }
    response = client.post(reverse("office:transfers"), typed)
    assert response.context["alike"] == [Receipt.objects.get()]
    assert list(response.context["form"].errors) == ["another"]
    assert Receipt.objects.count() == 1
    client.post(reverse("office:transfers"), typed | {"another": "on"})
    assert Receipt.objects.count() == 2


@pytest.mark.parametrize("name", ["statements", "statement", "transfers", "ready", "approvals", "home"])
def test_queries_do_not_grow(
    client: Client, shop: World, django_assert_max_num_queries: Any, settings: Any, name: str
) -> None:
    statement = services.upload(name="x", content=mandiri(*many(20)), actor=OFFICE)
    services.start(statement=statement, actor=OFFICE)
    tasks.read_statements()
    address = reverse(f"office:{name}", args=[statement.pk] if name == "statement" else [])
    client.get(address)
    with django_assert_max_num_queries(32):
        client.get(address)
