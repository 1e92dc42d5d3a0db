"""Claims for tests: what counts as one, and a listing whose text waits for the office."""

from typing import Any

from catalogue.claims.models import Claim, ProposedChange, Sign
from catalogue.models import Product, ProductAttribute
from catalogue.services import listings
from catalogue.services.writing import Facts
from marketplace.common.actor import SYSTEM, Actor

SIGNS = [
    ("halal", ["halal"], "word", "halal"),
    ("halal", ["halal"], "word", "حلال"),
    ("organic", ["organic"], "word", "organik"),
    ("organic", ["organic"], "word", "عضوي"),
    ("free-from", [], "word", "bebas *"),
    ("best", [], "word", "nomor 1"),
    ("grade", [], "attribute", "grade"),
]


def make_claims() -> None:
    for code, permits, kind, text in SIGNS:
        names = dict.fromkeys(("text_id", "text_en", "text_ar"), code.capitalize())
        claim, _ = Claim.objects.get_or_create(code=code, defaults={"permits": permits, **names})
        Sign.objects.get_or_create(kind=kind, text=text, defaults={"claim": claim, "source": "uji"})


def make_grade(product: Product) -> ProductAttribute:
    """A question of the listing's class whose answer is a claim."""
    facts = {"name": "Mutu", "type": ProductAttribute.TEXT}
    kind = product.product_class
    return ProductAttribute.objects.get_or_create(product_class=kind, code="grade", defaults=facts)[0]


def facts_of(product: Product, **kw: Any) -> Facts:
    """What the listing says now; every fact may be given anew."""
    known = {
        "name": product.title_ind,
        "description": product.description_ind or "",
        "unit": product.unit,
        "sector": None,
    }
    return Facts(**(known | kw))


def a_claim(product: Product, person: Any = None, text: str = "Sarung organik") -> ProposedChange:
    """A new description that waits."""
    make_claims()
    actor = Actor.of(person) if person else SYSTEM
    change = listings.change(product=product, facts=facts_of(product, description=text), actor=actor)
    assert change is not None
    return change
