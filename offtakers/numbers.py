"""Numbers a company is registered under: NPWP and NIB at home, tax numbers of other countries."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import get_cc_module
from stdnum.exceptions import ValidationError as WrongNumber
from stdnum.id import npwp as npwp_rules

OTHER = re.compile(r"[A-Z0-9]{5,20}")


def check_npwp(text: str) -> None:
    """The tax number has 15 digits (until 2024) or 16; points and dashes are left out before."""
    if not re.fullmatch(r"\d{15,16}", text):
        raise ValidationError(_("An NPWP has 15 or 16 digits."), code="npwp")
    try:
        npwp_rules.validate(text)
    except WrongNumber:
        raise ValidationError(_("This NPWP is not right: please check each digit."), code="npwp") from None


def check_nib(text: str) -> None:
    if not re.fullmatch(r"\d{13}", text):
        raise ValidationError(_("An NIB has 13 digits."), code="nib")


def tax_number(country: str, text: str) -> str:
    """The number as it is compared: capitals and digits only, checked by the rules of its country.

    Rules: python-stdnum's VAT number of the country; a country it does not know has 5 to 20 letters and digits.
    Raises ValidationError.
    """
    number = re.sub(r"[\s.\-/]", "", text).upper()
    if not OTHER.fullmatch(number):
        raise ValidationError(_("A tax number has 5 to 20 letters and digits."), code="tax")
    if rules := get_cc_module(country.lower(), "vat"):
        try:
            return str(rules.validate(number)).upper()
        except WrongNumber:
            raise ValidationError(
                _("This is no tax number of this country: please check each digit."), code="tax"
            ) from None
    return number
