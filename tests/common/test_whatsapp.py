"""Links that open WhatsApp: the number with its country, the message encoded so that every phone reads it whole."""

from urllib.parse import parse_qs, urlsplit

import pytest

from marketplace.common import whatsapp

TEXT = "Halo & selamat, 1+1=2? Lihat: https://example.com/a/?b=c#d — مرحبا"


@pytest.mark.parametrize(
    ("phone", "number"),
    [
        ("+6281234567890", "6281234567890"),
        ("0812-3456-7890", "6281234567890"),
        ("6281234567890", "6281234567890"),
        ("00971 50 123 4567", "971501234567"),
        ("+971 (50) 123.4567", "971501234567"),
    ],
)
def test_the_number_has_its_country(phone: str, number: str) -> None:
    assert whatsapp.link(phone, "Halo") == f"https://wa.me/{number}?text=Halo"


@pytest.mark.parametrize(
    "phone", ["", "+", "-", "belum ada", "0812a", "123", "+1234567890123456", "٠٨١٢٣٤٥٦٧٨٩"]
)
def test_no_number_no_link(phone: str) -> None:
    assert whatsapp.link(phone, "Halo") == ""


@pytest.mark.parametrize("link", [whatsapp.link("+6281234567890", TEXT), whatsapp.share(TEXT)])
def test_the_message_arrives_as_it_was_written(link: str) -> None:
    query = urlsplit(link).query
    assert parse_qs(query) == {"text": [TEXT]}
    assert not set(query.removeprefix("text=")) & set(" +/?#&=")


def test_without_a_number_whatsapp_asks_to_whom() -> None:
    assert whatsapp.share("Halo ya") == "https://wa.me/?text=Halo%20ya"
