"""Which papers and declarations there are, and what their numbers look like.

Numbers: docs of the trade (design/domain.md, 4): P-IRT 15 digits, halal "ID" and digits. MD numbers are assumed to
have 12 digits; the office looks at the paper in any case.
"""

import re

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    HALAL = "halal", _("Halal certificate")
    PIRT = "pirt", _("P-IRT (home industry food)")
    MD = "md", _("BPOM registration (MD)")
    SKP = "skp", _("Fish processing certificate (SKP)")
    COSMETIC = "cosmetic", _("Cosmetic notification (BPOM)")
    PKRT = "pkrt", _("Household health supply (PKRT)")
    FERTILISER = "fertiliser", _("Fertiliser registration")
    SNI = "sni", _("SNI certificate")
    ORGANIC = "organic", _("Organic certificate")
    PHYTO = "phyto", _("Phytosanitary certificate")
    GAP = "gap", _("Registered orchard (GAP)")
    BRAND = "brand", _("Registered brand")
    # Declarations: the pesantren says so, the office believes it; they have no number.
    SHORT_LIFE = "short_life", _("Declaration: keeps less than seven days")
    NON_HALAL = "non_halal", _("Declaration: not halal, and marked so")
    NOT_NEEDED = "not_needed", _("Declaration: no registration is needed")


DECLARED = frozenset({Kind.SHORT_LIFE, Kind.NON_HALAL, Kind.NOT_NEEDED})
PAPERS = [(kind.value, kind.label) for kind in Kind if kind not in DECLARED]
ENDLESS = frozenset({Kind.BRAND, *DECLARED})  # may be without a last day
PIRT = re.compile(r"^\d{15}$")
HALAL = re.compile(r"^ID\d{5,20}$")
MD = re.compile(r"^(MD)?\d{12}$")


def tidy(kind: str, number: str) -> str:
    """The number as it is compared: capitals, and without what people put between digits."""
    plain = " ".join(number.split()).upper()
    return re.sub(r"[\s.\-]", "", plain) if kind in {Kind.HALAL, Kind.PIRT, Kind.MD} else plain


def check(kind: str, number: str) -> None:
    """Raises ValidationError with what the number should look like. Expects tidy()."""
    if kind == Kind.PIRT and not PIRT.match(number):
        raise ValidationError(_("A P-IRT number has 15 digits."), code="pirt")
    if kind == Kind.HALAL and number.startswith("KH"):
        raise ValidationError(
            _("This is the number of the decision (KH). Write the certificate's own, which begins with ID."),
            code="kh",
        )
    if kind == Kind.HALAL and not HALAL.match(number):
        raise ValidationError(_("A halal number begins with ID, then digits."), code="halal")
    if kind == Kind.MD and not MD.match(number):
        raise ValidationError(_("An MD number has 12 digits."), code="md")
    if len(number) < 4:
        raise ValidationError(_("Write the whole number of the paper."), code="short")


def pirt_year(number: str) -> int:
    """The year a P-IRT ends, from its last two digits."""
    return 2000 + int(number[13:15])


def pirt_place(number: str) -> str:
    """Province and regency of a P-IRT as a Kemendagri code: "32.04"."""
    return f"{number[3:5]}.{number[5:7]}"
