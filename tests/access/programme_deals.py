"""For the access table: an event of the home province, one promise there with a settlement, a lead."""

from typing import Any
from uuid import uuid4

from django.core.files.base import ContentFile

from marketplace.common.actor import SYSTEM
from marketplace.pesantren.models import Partner
from marketplace.programme.services import leads, settlements
from marketplace.reference.working_days import today
from offtakers.models import Company
from tests.factories.companies import picture
from tests.factories.programme import make_commitment, make_event, make_exhibitor, make_guest


def with_deals(partner: Partner, company: Company, mark: str = "Contoh") -> dict[str, Any]:
    event = make_event(name=f"Temu {mark}")
    buyer = make_guest(event, company=company, name=f"Tamu {mark}")
    made = make_commitment(make_exhibitor(event, partner), buyer, what=f"Roti {mark}")
    file = ContentFile(picture(), name="bukti.png")
    file.kind = "png"  # type: ignore[attr-defined]
    row = settlements.report(
        commitment=made, by="buyer", rupiah=1_000, settled_on=today(), file=file, actor=SYSTEM
    )
    facts = {"company": f"LLC {mark}", "wants": "kopi", "email": "llc@example.com"}
    lead = leads.note(event=event, facts=facts, key=uuid4(), actor=SYSTEM)
    return {
        "deal_event": event.number,
        "deal_commitment": made.number,
        "deal_settlement": row.token,
        "deal_token": made.seller_token,
        "deal_lead": lead.number,
    }
