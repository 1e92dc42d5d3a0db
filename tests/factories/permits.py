"""Permits for tests: proposed by somebody, for one listing, with a small PDF as evidence."""

from datetime import date, timedelta
from typing import Any

from catalogue.models import Commodity, Product
from catalogue.permits import services
from catalogue.permits.models import Permit, PermitRule
from marketplace.reference.working_days import today
from tests.factories.companies import a_proof

LONG_AGO = date(2020, 1, 1)


def a_permit(product: Product, person: Any, kind: str = "halal", **kw: Any) -> Permit:
    """Proposed, valid for another year; every argument of services.propose may be given."""
    facts = {
        "kind": kind,
        "number": "ID00110000012345",
        "issuer": "Lembaga Contoh",
        "valid_from": None,
        "expires_on": today() + timedelta(days=365),
        "products": [product],
        "evidence": a_proof(),
    }
    return services.propose(partner=product.seller, person=person, **(facts | kw))


def a_rule(
    product: Product,
    *kinds: str,
    topic: str = "halal",
    since: date = LONG_AGO,
    good: Commodity | None = None,
) -> PermitRule:
    """Goods of this product's class need one of these kinds since then; with `good`, only those that are this one."""
    return PermitRule.objects.create(
        product_class=product.product_class,
        commodity=good,
        topic=topic,
        kinds=list(kinds),
        valid_from=since,
        source="uji",
    )
