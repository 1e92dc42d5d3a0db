"""Lots for tests: recorded by the services, harvested today in Soreang unless told otherwise."""

from typing import Any
from uuid import uuid4

from catalogue.lots import services
from catalogue.lots.models import Grower, Lot
from catalogue.models import Product
from marketplace.common.actor import SYSTEM
from marketplace.pesantren.models import Partner
from marketplace.reference.models import District
from marketplace.reference.working_days import today
from tests.factories.catalogue import make_regency


def a_place(code: str = "32.04.37") -> District:
    make_regency(code[:5])
    return District.objects.select_related("regency").get(code=code)


def facts(**kw: Any) -> services.Facts:
    day = kw.pop("day", None) or today()
    found = {"made_from": day, "made_to": day, "district": kw.get("district") or a_place(), "quantity": 50}
    return services.Facts(**(found | kw))


def a_lot(product: Product, quantity: int = 50, **kw: Any) -> Lot:
    """Every argument of Facts may be given, and `day` for both days."""
    key = kw.pop("key", None) or uuid4()
    return services.make(product=product, facts=facts(quantity=quantity, **kw), key=key, actor=SYSTEM)


def a_grower(partner: Partner, person: Any = None, **kw: Any) -> Grower:
    """Agreed on paper today; with a `guardian` for a santri."""
    found = {
        "name": "Contoh Petani",
        "guardian": kw.get("guardian", ""),
        "needs_guardian": bool(kw.get("guardian")),
        "agreed_on": today(),
        "how": "paper",
    }
    if person is None:
        return Grower.objects.create(partner=partner, **(found | kw))
    return services.add_grower(partner=partner, person=person, **(found | kw))
