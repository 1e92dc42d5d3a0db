"""Who asked, quoted, remarked and signed (see common/personal.py)."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from marketplace.common.personal import Holding, Rows
from marketplace.sourcing import states
from marketplace.sourcing.models import Contract, Counter, Demand, Quote, Remark, Signature


def _export(person: Any) -> Rows:
    """What this person wrote and signed. Companies' and pesantren's own papers are theirs, not one person's."""
    remarks = Remark.objects.filter(author=person).order_by("pk")
    signed = Signature.objects.filter(person=person).select_related("contract").order_by("pk")
    return [
        *({"date": row.at.isoformat(), "text": row.text} for row in remarks),
        *({"date": row.at.isoformat(), "signed": row.contract.number, "as": row.name} for row in signed),
    ]


def _hinders(person: Any) -> list[str]:
    """A contract that runs keeps its signatories."""
    running = Contract.objects.filter(signatures__person=person, state__in=[states.SIGNED, states.ACTIVE])
    text = _("You signed contract %(number)s, which is still running.")
    return [
        text % {"number": number} for number in running.order_by("pk").values_list("number", flat=True)[:5]
    ]


def _erase(person: Any) -> None:
    """What was agreed stays with the company and the pesantren; who typed it goes. A signature stays: it proves a
    contract (KUHPerdata art. 1320, 1338)."""
    Demand.objects.filter(asked_by=person).update(asked_by=None)
    Quote.objects.filter(sent_by=person).update(sent_by=None)
    Counter.objects.filter(by=person).update(by=None)
    Remark.objects.filter(author=person).update(author=None)


SOURCING = Holding(
    code="sourcing",
    what=gettext_lazy("What you wrote in negotiations, and your signatures under contracts"),
    purpose=gettext_lazy("So that both sides can show what was agreed."),
    basis=gettext_lazy("The contract with you or your company"),
    kept=gettext_lazy("Ten years after the contract ended"),
    export=_export,
    hinders=_hinders,
    erase=_erase,
)
