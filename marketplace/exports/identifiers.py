"""Numbers that carriers give, checked before anybody prints them on a paper. Each gives the normal way of writing, or
raises ValidationError with a sentence for the field.

AWB: three digits of the airline, seven digits, and those seven modulo 7. Container: ISO 6346. Ports: UN/LOCODE.
"""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import iso6346
from stdnum.exceptions import ValidationError as BadNumber

from marketplace.common.forms import ascii_digits
from marketplace.exports import states
from marketplace.reference import queries
from marketplace.reference.models import Port

AIR_WAYBILL = re.compile(r"(\d{3})[\s-]*(\d{7})(\d)")
BILL_OF_LADING = re.compile(r"[A-Z0-9][A-Z0-9/-]{3,34}")


def air_waybill(text: str) -> str:
    """ "126 1234 5675" gives "126-12345675"."""
    plain = re.sub(r"[\s-]", "", ascii_digits(text))
    found = AIR_WAYBILL.fullmatch(plain)
    if found is None:
        raise ValidationError(
            _("An AWB number has 11 digits: three of the airline and eight more, for example 126-12345675."),
            code="awb",
        )
    prefix, serial, digit = found.groups()
    if int(serial) % 7 != int(digit):
        raise ValidationError(
            _("The last digit of this AWB number does not fit the others. Please look at it again."),
            code="awb_digit",
        )
    return f"{prefix}-{serial}{digit}"


def bill_of_lading(text: str) -> str:
    """Carriers number as they like: capitals, digits, dashes."""
    plain = "".join(text.split()).upper()
    if not BILL_OF_LADING.fullmatch(plain):
        raise ValidationError(
            _("A B/L number has 4 to 35 letters and digits, for example MEDUJK123456."), code="bl"
        )
    return plain


def transport_number(text: str, mode: str) -> str:
    """The AWB by air, the B/L by sea; "" stays ""."""
    if not text.strip():
        return ""
    return air_waybill(text) if mode == states.AIR else bill_of_lading(text)


def container(text: str) -> str:
    """ "MEDU 123456-2" gives "MEDU1234562"; "" stays ""."""
    if not text.strip():
        return ""
    plain = re.sub(r"[\s/-]", "", ascii_digits(text)).upper()
    if not re.fullmatch(r"[A-Z]{3}[UJZ]\d{7}", plain):
        raise ValidationError(
            _("A container number has four letters and seven digits, for example MEDU1234562."),
            code="container",
        )
    try:
        return str(iso6346.validate(plain))
    except BadNumber as error:
        raise ValidationError(
            _("The last digit of this container number does not fit the others. Please look at it again."),
            code="container_digit",
        ) from error


def port(text: str, mode: str) -> Port:
    """By its UN/LOCODE or another code that carriers use for it ("IDTPP", "CGK"), served by this mode."""
    found = queries.port(text[:20])
    if found is None:
        raise ValidationError(
            _("We know no port with this code. Write its UN/LOCODE, for example IDCGK."), code="port"
        )
    if not (found.by_air if mode == states.AIR else found.by_sea):
        words = (
            _("%(port)s is no airport. Choose another place, or the sea.")
            if mode == states.AIR
            else _("%(port)s is no seaport. Choose another place, or the air.")
        )
        raise ValidationError(words, code="port_mode", params={"port": str(found)})
    return found
