"""Applications to sell here, with the requirements that tests need."""

from typing import Any

from marketplace.pesantren.joining import services
from marketplace.pesantren.joining.models import Application, Requirement
from tests.factories.catalogue import make_regency

ASKED = [
    ("nspp", Requirement.COMPUTED, True),
    ("place", Requirement.COMPUTED, True),
    ("call", Requirement.VERIFIED, True),
    ("nib", Requirement.VERIFIED, False),
    ("responsible", Requirement.ATTESTED, True),
]
FACTS = {
    "nspp": "510032040001",
    "name": "Pesantren Contoh Baru",
    "sector": "makanan",
    "product": "Roti",
    "phone": "+6281234567892",
    "nib": "",
    "npwp": "",
}


def make_requirements() -> None:
    for place, (code, kind, is_required) in enumerate(ASKED):
        texts = dict.fromkeys(("text_id", "text_en", "text_ar"), code)
        facts = {"kind": kind, "is_required": is_required, "place": place, **texts}
        Requirement.objects.get_or_create(code=code, defaults=facts)


def an_application(person: Any, **facts: Any) -> Application:
    """Sent, everything ticked; every fact may be given."""
    make_requirements()
    known = FACTS | {"regency": make_regency("32.04")} | facts
    return services.apply(person=person, facts=known, attested={"responsible"})
