"""What the access table needs of sourcing: a draft, an open demand with a quote, a contract that runs."""

from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile

from marketplace.common.actor import SYSTEM
from marketplace.sourcing.services import contracts
from marketplace.sourcing.services import demand as services
from offtakers.models import Company
from tests.factories.catalogue import make_pesantren
from tests.factories.companies import picture
from tests.factories.sourcing import a_good, goods_of, make_commodity, make_contract, make_demand, make_quote


def bought_in_volume(company: int) -> dict[str, Any]:
    """Of the company with this id."""
    buyer = Company.objects.get(pk=company)
    manggis = make_commodity()
    listing = goods_of(make_pesantren("contoh-pemasok"), manggis)
    draft = make_demand([a_good(manggis)], company=buyer, open_it=False)
    services.attach(demand=draft, file=ContentFile(picture(), name=f"{uuid4()}.png"), name="gambar.png")
    quote = make_quote(make_demand([a_good(manggis)], company=buyer), listing, sample=(50_000, 18_000))
    contract = make_contract(make_quote(make_demand([a_good(manggis)], company=buyer), listing))
    line = contract.lines.get()
    change = {"lines": {str(line.pk): {"quantity": line.quantity + 1}}}
    amended = contracts.propose_amendment(
        contract=contract, side="seller", text="Contoh", changes=change, person=None, actor=SYSTEM
    )
    return {
        "demand_draft": draft.number,
        "demand_line_at": 1,
        "demand_file": draft.attachments.get().token,
        "demand": quote.negotiation.demand.number,
        "quote": quote.number,
        "contract": contract.number,
        "amendment": amended.number,
        "contract_side": "seller",
    }
