"""Invoice and delivery note: right data in three languages, and typed text that stays text."""

from typing import Any

import pytest

from marketplace.common import pdf
from marketplace.fulfilment import states
from marketplace.fulfilment.documents import delivery_note as note
from marketplace.fulfilment.documents import invoice as bill
from marketplace.orders.models import Line, Order
from marketplace.pesantren.models import Partner
from tests.factories.overseas import export_order
from tests.fulfilment.steps import bring, one_seller, paid, pay, two_sellers

pytestmark = pytest.mark.django_db
HOSTILE = '#read("/etc/passwd") $x$ *b* _i_ `c` <label> @ref #panic() \\ ] ['


@pytest.fixture
def handed(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """The data each paper was made of; the paper is really made."""
    seen: list[dict[str, Any]] = []
    original = pdf.render

    def watch(template: str, data: dict[str, Any]) -> bytes:
        seen.append(data)
        return original(template, data)

    monkeypatch.setattr(pdf, "render", watch)
    return seen


def test_unpaid_invoice_asks_for_the_money(handed: list[dict[str, Any]]) -> None:
    placed = two_sellers()
    assert bill.invoice(placed.order, "en").startswith(b"%PDF-")
    (data,) = handed
    assert (data["state"], data["number"]) == ("Not paid yet", placed.order.number)
    assert [part["seller"] for part in data["parts"]] == [
        "Pesantren Contoh Sarung",
        "Pesantren Contoh Jengkol",
    ]
    assert data["parts"][0]["lines"] == [
        {"title": "Sarung", "quantity": "20 potong", "price": "Rp\u00a0150.000", "sum": "Rp\u00a03.000.000"}
    ]
    assert data["total"] == ["Total", "Rp\u00a03.230.000"]
    assert ["Reference", placed.due.reference, "figure"] in data["pay"]
    assert "tax" not in str(data).lower()


def test_paid_invoice_says_so_and_asks_for_nothing(handed: list[dict[str, Any]]) -> None:
    placed = one_seller()
    paid(placed)
    bill.invoice(Order.objects.get(), "en")
    assert (handed[0]["state"], handed[0]["pay"]) == ("Paid", [])


def test_in_dollars_it_names_the_account_for_dollars(handed: list[dict[str, Any]], settings: Any) -> None:
    order = export_order(sellers=1)
    due = order.dues.get()
    bill.invoice(order, "en")
    assert handed[0]["pay"] == [
        ["Bank", "Bank Contoh"],
        ["Address of the bank", "Jl. Contoh No. 0, Jakarta"],
        ["SWIFT/BIC", "CONTIDJ0"],
        ["Account number or IBAN", "CONTOH-USD-000"],
        ["Account name", "Contoh Pengelola Pasar"],
        ["Amount", str(due.missing), "figure"],
        ["Reference", due.reference, "figure"],
    ]
    settings.OPERATOR_ACCOUNTS = {}
    bill.invoice(order, "en")
    assert handed[1]["pay"][0] == ["Bank", "Please ask the office for the bank account of this currency."]
    assert [row[0] for row in handed[1]["pay"]] == ["Bank", "Amount", "Reference"]


def test_part_payment_asks_for_the_rest(handed: list[dict[str, Any]]) -> None:
    placed = one_seller()
    pay(placed.due, 500_000)
    bill.invoice(Order.objects.get(), "en")
    assert ["Amount", "Rp\u00a015.000", "figure"] in handed[0]["pay"]


@pytest.mark.parametrize("language", ["id", "en", "ar"])
def test_papers_in_every_language(language: str) -> None:
    (part,) = paid(one_seller())
    part = bring(part, states.HANDED_OVER)
    for made in (bill.invoice(part.order, language), note.delivery_note(part, language)):
        assert made.startswith(b"%PDF-")
        assert len(made) > 8000


def test_delivery_note_names_no_price(handed: list[dict[str, Any]]) -> None:
    (part,) = paid(one_seller())
    note.delivery_note(bring(part, states.HANDED_OVER), "en")
    assert "Rp" not in str(handed[0]["lines"]) + str(handed[0]["facts"])
    assert handed[0]["lines"] == [
        {"no": "1", "title": "Sarung uji", "quantity": "10 potong", "weight": "4.0 kg"}
    ]
    assert ["Receipt or vehicle number", "R-1", "figure"] in handed[0]["facts"]
    assert handed[0]["from"][0] == part.partner.name


def test_what_people_typed_is_never_markup(handed: list[dict[str, Any]]) -> None:
    """Typst would refuse the file, or read it, if any of this were markup."""
    placed = one_seller()
    Order.objects.update(buyer_name=HOSTILE)
    Partner.objects.update(name=HOSTILE)
    Line.objects.update(title_texts={"id": HOSTILE})
    order = Order.objects.get(pk=placed.order.pk)
    plain = bill.invoice(order, "id")
    note.delivery_note(order.fulfilments.get(), "id")
    assert (
        handed[0]["to"][0]
        == handed[0]["parts"][0]["seller"]
        == handed[0]["parts"][0]["lines"][0]["title"]
        == HOSTILE
    )
    assert b"root:x:0" not in plain


def test_template_can_not_leave_its_folder(tmp_path: Any, settings: Any) -> None:
    folder = tmp_path / "templates" / "pdf"
    folder.mkdir(parents=True)
    (folder / "bad.typ").write_text('#read("/../../etc/passwd")')
    settings.BASE_DIR = tmp_path
    with pytest.raises(Exception, match=r"outside|not found|denied|escape"):
        pdf.render("bad", {})


def test_long_orders_run_over_pages() -> None:
    data = {
        "language": "id", "title": "Invoice", "number": "1", "state": "", "operator": {"name": "X"},
        "labels": dict.fromkeys(["from", "to", "product", "quantity", "price", "sum", "pay"], "x"),
        "from": ["x"], "to": ["y"], "facts": [], "sums": [], "total": ["T", "1"], "pay": [], "note": "",
        "parts": [{
            "number": "1-1", "seller": "S", "place": "P", "delivery": "D", "fee": "1",
            "lines": [{"title": f"Baris {n}", "quantity": "1", "price": "1", "sum": "1"} for n in range(120)],
        }],
    }  # fmt: skip
    assert (
        pdf.render("invoice", data).count(b"/Type /Page\n")
        + pdf.render("invoice", data).count(b"/Type/Page/")
        > 1
    )
