"""Numbers of carriers: the normal way of writing, or a sentence beside the field."""

import pytest
from django.core.exceptions import ValidationError

from marketplace.exports import identifiers, tariffs
from tests.factories.exports import a_port


@pytest.mark.parametrize(
    "text", ["126-12345675", "12612345675", " 126 1234 5675 ", "126-1234 5675", "١٢٦-١٢٣٤٥٦٧٥"]
)
def test_air_waybill(text: str) -> None:
    assert identifiers.air_waybill(text) == "126-12345675"


@pytest.mark.parametrize(
    ("text", "code"),
    [("126-12345674", "awb_digit"), ("126-1234567", "awb"), ("AB6-12345675", "awb"), ("", "awb")],
)
def test_no_air_waybill(text: str, code: str) -> None:
    with pytest.raises(ValidationError) as refused:
        identifiers.air_waybill(text)
    assert refused.value.code == code


def test_only_one_of_seven_digits_fits() -> None:
    fits = []
    for digit in range(10):
        try:
            fits.append(identifiers.air_waybill(f"176-7654321{digit}"))
        except ValidationError:
            continue
    assert fits == [f"176-7654321{7654321 % 7}"]


def test_container() -> None:
    assert identifiers.container("medu 123456-2") == "MEDU1234562"
    assert identifiers.container("TEMU9012348") == "TEMU9012348"
    assert identifiers.container("  ") == ""
    for text, code in (("MEDU1234563", "container_digit"), ("MEDX1234562", "container"), ("1", "container")):
        with pytest.raises(ValidationError) as refused:
            identifiers.container(text)
        assert refused.value.code == code


def test_transport_number_by_mode() -> None:
    assert identifiers.transport_number("12612345675", "air") == "126-12345675"
    assert identifiers.transport_number("medu jk 123456", "sea") == "MEDUJK123456"
    assert identifiers.transport_number(" ", "air") == ""
    with pytest.raises(ValidationError):
        identifiers.transport_number("MEDUJK123456", "air")


@pytest.mark.django_db
def test_ports_by_any_name_carriers_use() -> None:
    priok = a_port("IDJKT")
    assert identifiers.port("idtpp", "sea") == priok
    assert identifiers.port("CGK", "air").code == "IDCGK"
    for text, mode, code in (
        ("XXXXX", "sea", "port"),
        ("IDJKT", "air", "port_mode"),
        ("DXB", "sea", "port_mode"),
    ):
        with pytest.raises(ValidationError) as refused:
            identifiers.port(text, mode)
        assert refused.value.code == code


def test_tariff_codes_by_country() -> None:
    assert str(tariffs.codes("manggis", "ID")[0]) == "0804.50.30"
    assert [code.note for code in tariffs.codes("sarung", "ID")] == [
        "cotton",
        "man-made fibres",
        "other fibres",
    ]
    abroad = tariffs.codes("manggis", "AE")
    assert [(code.code, code.is_assumed) for code in abroad] == [("080450", False)]
    assert tariffs.codes("peci", "SA")[0].is_assumed
    assert tariffs.codes("batu", "AE") == ()
