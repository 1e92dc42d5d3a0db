"""For the access table: an exporter with an open demand and a sent offer, and a contract with a delivery."""

from typing import Any

from marketplace.common.actor import SYSTEM
from marketplace.sourcing.services import call_offs, contracts, exporters
from tests.factories.catalogue import make_class, make_pesantren, make_user
from tests.factories.companies import admin_of, make_overseas
from tests.factories.overseas import a_rate
from tests.factories.sourcing import (
    SELLER,
    a_good,
    goods_of,
    make_commodity,
    make_contract,
    make_demand,
    make_offer,
    make_quote,
    stamp,
)
from tests.sourcing.test_contracts import asking


def with_exporting(partner: Any) -> dict[str, Any]:
    """`partner` becomes an exporter; another pesantren quotes supply for what a company in Dubai asks for."""
    make_class([], False, False, 120)  # of services
    exporters.make_exporter(partner=partner, actor=SYSTEM, why="uji")
    a_rate("16000")
    company = make_overseas(make_user("importir-uji@example.com"))
    manggis = make_commodity()
    supplier = goods_of(make_pesantren("contoh-pemasok"), manggis)
    abroad = {"country": "AE", "regency": None, "currency": "USD", "mode": "air"}
    taken = make_demand([a_good(manggis)], company, **abroad)
    contract = make_contract(make_offer(taken, exporter=partner))
    call_off = call_offs.ask(**asking(contract, 100))
    line = contract.lines.get()
    amendment = contracts.propose_amendment(
        contract=contract,
        side="seller",
        text="Contoh",
        changes={"lines": {str(line.pk): {"quantity": 1_100}}},
        person=None,
        actor=SELLER,
    )
    asked = make_demand([a_good(manggis)], company, **abroad)
    make_quote(asked, supplier, 500, 20_000, kind="supply")
    offer = make_offer(asked, exporter=partner)
    return {
        "demand_to_offer": asked.number,
        "supplier": supplier.seller.code,
        "offer_version": offer.version,
        "offer_step": "withdraw",
        "demand_taken": taken.number,
        "taken_version": contract.quote.version,
        "selling": contract.number,
        "selling_line": line.pk,
        "selling_amendment": amendment.number,
        "selling_signature": stamp(amendment, admin_of(company)).pk,
        "selling_call_off": call_off.pk,
    }
