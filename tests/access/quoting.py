"""What the access table needs of sourcing: a demand that was told, a draft, a version that was sent, and a share."""

from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile

from marketplace.pesantren.models import Partner
from marketplace.sourcing.models import Negotiation
from marketplace.sourcing.services import demand as services
from marketplace.sourcing.services import inviting
from tests.factories.catalogue import make_user
from tests.factories.companies import make_company, picture
from tests.factories.pooling import compose, make_pool, offer
from tests.factories.sourcing import BUYER, a_good, goods_of, make_commodity, make_demand, make_quote


def with_quotes(partner: Partner) -> dict[str, Any]:
    """All of this pesantren alone: nobody else has the commodity that is asked for."""
    commodity = make_commodity(f"buah-{partner.code}"[:40])
    goods = goods_of(partner, commodity)
    company = make_company(make_user(f"pembeli-buah-{partner.code}@example.com"))
    demand = make_demand([a_good(commodity)], company=company, open_it=False)
    file = services.attach(
        demand=demand, file=ContentFile(picture(), name=f"{uuid4()}.png"), name="gambar.png"
    )
    services.open_(demand=demand, actor=BUYER)
    inviting.invite(demand=demand)
    sent = make_quote(demand, goods)
    draft = make_quote(demand, goods, kind=Negotiation.SUPPLY, send=False, basis="loco")
    pool = make_pool(reference=f"contoh/{partner.code}")
    offer(pool, partner.code, partner=partner, committed=100)
    return {
        "request": demand.number,
        "request_file": file.token,
        "quote_draft": draft.number,
        "quote_sent": sent.number,
        "talk": sent.negotiation_id,
        "share": compose(pool)[0].pk,
    }
