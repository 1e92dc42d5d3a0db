"""What the access table needs of a company: its people, a place, something that waits for an approver."""

from typing import Any

from marketplace.common.actor import SYSTEM
from marketplace.ledger.money import Money
from offtakers import approvals
from offtakers.services import invite, keep_place
from offtakers.services.trading import LIMIT
from tests.factories.companies import a_proof, join_as, make_company

PLACE = {
    "kind": "branch",
    "name": "Contoh Cabang",
    "address": "Jl. Contoh 9",
    "country": "ID",
    "contact": "",
    "email": "",
    "phone": "",
}


def with_company(user: Any) -> dict[str, Any]:
    """The company of this person, a colleague who asks for something, and somebody who is invited."""
    company = make_company(user, proof=a_proof())
    colleague = join_as(company, "approver@example.com", "approver")
    invited = invite(company=company, email="z@example.com", roles=["buyer"], language="id", actor=SYSTEM)
    company.members.filter(user=user).update(roles=["owner", "buyer", "approver"])
    asked = approvals.ask(company=company, kind=LIMIT, reference="x", amount=Money(9_000_000), user=colleague)
    return {
        "company": company.pk,
        "company_member": company.members.get(user=colleague).pk,
        "company_place": keep_place(company=company, facts=PLACE, actor=SYSTEM).pk,
        "company_approval": asked.pk,
        "invitation": invited.pk,
        "proof_which": "first",
    }
