"""The printable catalogue: who comes, what they show, at public prices; made once, in the background."""

from io import BytesIO

import pytest
from django.conf import settings
from django.utils import translation
from pypdf import PdfReader

from catalogue.models import Product
from marketplace.common.refused import Refused
from marketplace.programme import states
from marketplace.programme.events import catalogue as event_catalogue
from marketplace.programme.events import tasks as event_tasks
from marketplace.programme.models import EventCatalogue
from marketplace.programme.services import catalogues, exhibitors
from marketplace.programme.services.exhibitors import Samples
from tests.factories.programme import make_event, make_exhibitor
from tests.programme.codes import Runs, code_of, codes_in
from tests.programme.events import DESK, Meeting, a_meeting

pytestmark = pytest.mark.django_db


def shown() -> Meeting:
    meeting = a_meeting()
    for seller, product in zip(meeting.sellers, meeting.goods, strict=True):
        exhibitors.show(exhibitor=seller, goods={product.pk: Samples(5)}, actor=DESK)
    return meeting


def text_of(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def codes_of(*goods: Product, language: str = "en") -> list[Runs]:
    """Each leads to the product's page in the language of the paper."""
    with translation.override(language):
        return [code_of(f"{settings.BASE_URL}{one.get_absolute_url()}") for one in goods]


SAID_OF_CODES = "Each code leads to the product's page"


def test_it_shows_who_comes_where_and_at_which_public_price():
    meeting = shown()
    content = event_catalogue.make(meeting.event, "en")
    text = text_of(content)
    for wanted in (
        meeting.event.name,
        meeting.sellers[0].partner.name,
        "Kabupaten Bandung",
        "Roti 1",
        "Rp 150.000",
        "Booth A1",
        "2 pesantren · 2 products",
        SAID_OF_CODES,
    ):
        assert wanted in text.replace("\xa0", " "), wanted
    assert codes_in(content) == codes_of(*meeting.goods)  # the code of each leads to its own page


def test_of_who_does_not_come_neither_name_nor_product_nor_code_is_there():
    meeting = shown()
    exhibitors.answer(side=meeting.sellers[0], comes=False, actor=DESK)
    content = event_catalogue.make(meeting.event, "en")
    text = text_of(content)
    assert meeting.sellers[0].partner.name not in text
    assert "Roti 1" not in text
    assert meeting.sellers[1].partner.name in text
    assert "Roti 2" in text
    assert "1 pesantren · 1 product" in text
    assert codes_in(content) == codes_of(meeting.goods[1])


def test_what_is_not_public_is_left_out_with_its_code_and_the_words_about_codes():
    meeting = shown()
    Product.objects.filter(pk=meeting.goods[1].pk).update(is_public=False)
    content = event_catalogue.make(meeting.event, "en")
    assert "Roti 2" not in text_of(content)
    assert codes_in(content) == codes_of(meeting.goods[0])
    Product.objects.update(is_public=False)
    content = event_catalogue.make(meeting.event, "en")
    text = text_of(content)
    assert all(seller.partner.name in text for seller in meeting.sellers)
    assert "Roti" not in text
    assert "Rp" not in text
    assert text.count("Products are shown at the booth.") == 2
    assert SAID_OF_CODES not in text
    assert "Prices as shown to everybody" not in text
    assert codes_in(content) == []


def test_codes_lead_to_pages_in_the_language_of_the_paper():
    meeting = shown()
    found = codes_in(event_catalogue.make(meeting.event, "ar"))
    assert found == codes_of(*meeting.goods, language="ar")
    assert set(found).isdisjoint(codes_of(*meeting.goods))  # one link is told from another


@pytest.mark.parametrize("language", ["id", "ar"])
def test_it_is_made_in_the_background_once(language, queued, django_capture_on_commit_callbacks):
    meeting, heard = shown(), list[int]()
    with django_capture_on_commit_callbacks(execute=True):
        row = catalogues.ask(event=meeting.event, language=language)
        assert catalogues.ask(event=meeting.event, language=language) == row
    assert queued.count(("programme.make_catalogue", row.pk)) == 1
    event_tasks.sweep_events()
    event_tasks.make_catalogue(row.pk)
    row.refresh_from_db()
    assert (row.state, row.step, row.steps, row.tries) == (states.DONE, 2, 2, 1)
    assert row.file.read(5) == b"%PDF-"
    assert row.file.name.startswith("private/")
    event_catalogue.make(meeting.event, language, heard.append)
    assert heard == [2]
    newer = catalogues.ask(event=meeting.event, language=language)
    event_tasks.make_catalogue(newer.pk)
    assert EventCatalogue.objects.get() == newer  # the older file is gone


def test_what_fails_three_times_says_why(monkeypatch):
    row = catalogues.ask(event=shown().event, language="id")
    monkeypatch.setattr(event_catalogue, "make", lambda *args: 1 / 0)
    for _n in range(4):
        event_tasks.make_catalogue(row.pk)
    row.refresh_from_db()
    assert (row.state, row.tries, row.problem) == (states.FAILED, 3, "ZeroDivisionError: division by zero")


def test_none_is_made_of_nobody():
    with pytest.raises(Refused):
        catalogues.ask(event=make_event(), language="id")


def test_a2_stands_before_a10_and_no_booth_last():
    event = make_event()
    for booth in ("A10", "", "A2", "B1"):
        make_exhibitor(event, booth=booth)
    found = sorted((row.booth for row in event.exhibitors.all()), key=event_catalogue._booth)
    assert found == ["A2", "A10", "B1", ""]
