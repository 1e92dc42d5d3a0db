"""A draft's lines are added and changed with all that is wished of them, month by month; files come and go."""

from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import translation
from openpyxl import Workbook, load_workbook

from marketplace.account.line_forms import month_choices, slots
from marketplace.common.actor import SYSTEM
from marketplace.reference.working_days import today
from marketplace.sourcing.models import Demand
from marketplace.sourcing.services import demand as services
from offtakers.models import Company
from tests.factories.catalogue import make_pesantren, make_user
from tests.factories.companies import admin_of, blank_pdf, make_company, picture
from tests.factories.sourcing import a_good, goods_of, make_commodity, make_demand

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def english() -> Any:
    with translation.override("en"):
        yield


@pytest.fixture
def draft(client: Any) -> Demand:
    """A draft in dollars of one line, by somebody who is signed in."""
    company: Company = make_company(make_user("pembeli-besar@example.com"))
    client.force_login(admin_of(company))
    return make_demand([a_good(make_commodity())], company, open_it=False, currency="USD", country="AE")


def url(name: str, *args: Any) -> str:
    return reverse(f"account:{name}", args=args)


def typed(**more: Any) -> dict[str, Any]:
    start = month_choices()[1][0]
    facts = {"name": "Manggis", "quantity": "1.000", "unit": "kg", "start": start, "months": "3"}
    wishes = {"grade": "A", "specification": "over 55 mm", "tolerance": "2", "target": "2.50"}
    return {**facts, **wishes, "do": "line", **more}


def parts(demand: Demand, at: int = 1) -> list[int]:
    return [slot.quantity for slot in demand.lines.get(position=at).slots.all()]


def test_a_further_line_carries_all_that_the_first_can(client: Any, draft: Demand) -> None:
    page = client.get(url("demand-lines", draft.number))
    assert len(page.context["form"].in_sight) == 5
    assert client.post(url("demand-lines", draft.number), typed(do="add")).status_code == 302
    line = draft.lines.get(position=2)
    assert (line.grade, line.specification, line.tolerance, line.target_price) == ("A", "over 55 mm", 20, 250)
    assert "A or better" in client.get(url("demand", draft.number)).text


def test_a_line_is_changed_and_keeps_its_months(client: Any, draft: Demand) -> None:
    address = url("demand-line", draft.number, 1)
    assert client.post(address, typed()).status_code == 302
    months = month_choices()[1:4]
    uneven = dict(zip([code for code, _name in months], ("500", "0", "500"), strict=True))
    assert client.post(address, {**uneven, "do": "months"}).status_code == 302
    assert parts(draft) == [500, 500]
    page = client.get(address)
    shown = page.context["form"]
    names = ("quantity", "months", "grade", "tolerance", "target")
    assert [shown[name].value() for name in names] == ["1,000", "3", "A", "2", "2.50"]
    assert [field.value() for field in page.context["months"]] == ["500", "0", "500"]
    client.post(address, typed(quantity="2.000", grade="Super"))
    line = draft.lines.get()
    assert (line.grade, line.quantity, line.commodity, parts(draft)) == (
        "Super",
        2_000,
        make_commodity(),
        [1_000, 1_000],
    )
    client.post(address, typed(months="4"))
    assert parts(draft) == [250, 250, 250, 250], "other months: equal parts anew"


def test_months_that_do_not_add_up_are_refused(client: Any, draft: Demand) -> None:
    address = url("demand-line", draft.number, 1)
    client.post(address, typed())
    codes = [code for code, _name in month_choices()[1:4]]
    page = client.post(address, {"do": "months", **dict(zip(codes, ("500", "300", "190"), strict=True))})
    said = "The months add up to 990, but the line asks for 1,000. Change one of them."
    assert page.context["months"].errors[codes[-1]] == [said]
    assert "990 kg" in page.text
    wrong = client.post(address, {"do": "months", codes[0]: "x", codes[1]: "", codes[2]: "1000"})
    assert set(wrong.context["months"].errors) == set(codes[:2])
    assert parts(draft) == [334, 333, 333]


def test_a_grade_that_the_good_does_not_have_is_refused(client: Any, draft: Demand) -> None:
    address = url("demand-line", draft.number, 1)
    errors = client.post(address, typed(grade="C")).context["form"].errors
    assert errors["grade"] == ["For this good choose one of these: Super, A, B."]
    assert client.post(address, typed(name="Anyaman", grade="C")).status_code == 302
    assert client.post(address, typed(name="Anyaman", grade="Super")).context["form"].errors["grade"]


def test_a_line_of_a_listing_keeps_it(client: Any, draft: Demand) -> None:
    listing = goods_of(make_pesantren("contoh-satu"), make_commodity())
    good = services.Good(
        name=listing.title,
        unit=listing.unit,
        quantity=10,
        slots=slots(10, today().replace(day=1), 1),
        product=listing,
    )
    services.correct(demand=draft, terms={}, goods=[good], actor=SYSTEM)
    address = url("demand-line", draft.number, 1)
    assert "name" not in client.get(address).context["form"].fields
    client.post(address, typed(quantity="20", months="1", start=f"{today():%Y-%m}", grade="B"))
    line = draft.lines.get()
    assert (line.product, line.quantity, line.grade) == (listing, 20, "B")


def test_only_a_draft_changes_and_only_lines_that_are_there(client: Any, draft: Demand) -> None:
    assert client.get(url("demand-line", draft.number, 2)).status_code == 404
    assert client.get(url("demand-line", draft.number, 0)).status_code == 404
    Demand.objects.filter(pk=draft.pk).update(state="closed")
    assert client.get(url("demand-line", draft.number, 1)).url == url("demand", draft.number)
    file = SimpleUploadedFile("a.pdf", blank_pdf())
    assert client.post(url("demand-file-add", draft.number), {"attachment": file}).status_code == 302
    assert not draft.attachments.exists()


def test_files_come_up_to_the_limit_and_go(
    client: Any, draft: Demand, django_capture_on_commit_callbacks: Any
) -> None:
    add = url("demand-file-add", draft.number)
    bad = client.post(add, {"attachment": SimpleUploadedFile("x.exe", b"MZ")})
    assert (bad.status_code, bool(bad.context["form"].errors["attachment"])) == (200, True)
    for number in range(services.MOST_FILES):
        file = SimpleUploadedFile(f"gambar {number}.png", picture())
        assert client.post(add, {"attachment": file}).status_code == 302
    page = client.get(url("demand", draft.number))
    assert page.context["form"] is None
    assert "5 of at most 5." in page.text
    over = client.post(add, {"attachment": SimpleUploadedFile("enam.pdf", blank_pdf())})
    assert over.context["form"].errors["attachment"] == ["Five files are there already."]
    one = draft.attachments.order_by("pk")[0]
    assert default_storage.exists(one.file.name)
    gone = url("demand-file-remove", draft.number, one.token)
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(gone).status_code == 302
    assert client.post(gone).status_code == 302, "twice is once"
    assert (draft.attachments.count(), default_storage.exists(one.file.name)) == (4, False)
    Demand.objects.filter(pk=draft.pk).update(state="open")
    client.post(url("demand-file-remove", draft.number, draft.attachments.first().token))
    assert draft.attachments.count() == 4
    assert client.post(url("demand-file-remove", draft.number, uuid4())).status_code == 302


def sheet(*rows: Any) -> Any:
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return SimpleUploadedFile("lines.xlsx", file.getvalue())


def test_a_spreadsheet_has_the_same_wishes(client: Any, draft: Demand) -> None:
    address, month = url("demand-lines", draft.number), month_choices()[2][0]
    template = load_workbook(BytesIO(b"".join(client.get(url("demand-sheet"))))).worksheets[0]
    heads = [cell.value for cell in template[1]]
    assert heads[5:] == [
        "Grade, or better",
        "Size, pack, what else",
        "More or less, in per cent",
        "Price you have in mind, of one",
    ]
    good = ("Manggis", "kg", 500, month, 1, "super", "over 65 mm", "10 %", "2.25")
    assert client.post(address, {"do": "sheet", "sheet": sheet(heads, good)}).status_code == 302
    line = draft.lines.get(position=2)
    found = (line.grade, line.specification, line.tolerance, line.target_price)
    assert found == ("Super", "over 65 mm", 100, 225)
    bad = ("Manggis", "kg", 500, month, 1, "istimewa", "", "60", "x")
    said = client.post(address, {"do": "sheet", "sheet": sheet(heads, bad)}).context["faults"]
    assert [text for _href, text in said] == [
        "Cell F2, Grade, or better: Write one of these grades: Super, A, B, C.",
        "Cell H2, More or less, in per cent: This can be at most 50.",
        "Cell I2, Price you have in mind, of one: Write the amount in digits, for example 1,250.00.",
    ]
