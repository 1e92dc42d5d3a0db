"""Names and addresses of people met at events (see common/personal.py): they are mostly no users of the site."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from marketplace.common.personal import Holding, Rows, in_batches, update_in_batches
from marketplace.programme.models import Commitment, Lead, LeadNote, Settlement

KEPT = timedelta(days=3 * 365)
EVIDENCE_KEPT = timedelta(days=10 * 365)


def _export(person: Any) -> Rows:
    """What this person recorded, and leads under its own address."""
    recorded = Commitment.objects.filter(recorded_by=person).order_by("pk")
    rows = [{"number": row.number, "date": row.recorded_at.isoformat(), "what": row.what} for row in recorded]
    if person.email:
        leads = Lead.objects.filter(email__iexact=person.email).order_by("pk")
        rows += [
            {"number": row.number, "date": row.met_at.isoformat(), "company": row.company, "what": row.wants}
            for row in leads
        ]
    return rows


def _erase(person: Any) -> None:
    """Promises stay, they are of companies; the person's contact goes."""
    Commitment.objects.filter(recorded_by=person).update(recorded_by=None)
    Lead.objects.filter(by=person).update(by=None)
    LeadNote.objects.filter(by=person).update(by=None)
    if person.email:
        LeadNote.objects.filter(lead__email__iexact=person.email).delete()
        Lead.objects.filter(email__iexact=person.email).update(contact="", email="", phone="")


def _purge(now: datetime) -> int:
    """Contacts and notes of leads that are older than three years. The company and what it looked for stay."""
    old = Lead.objects.filter(met_at__lt=now - KEPT)
    notes = LeadNote.objects.filter(lead__in=old)
    ended = sum(LeadNote.objects.filter(pk__in=keys).delete()[0] for keys in in_batches(notes))
    return ended + update_in_batches(
        old.exclude(contact="", email="", phone=""), contact="", email="", phone=""
    )


PROMISES = Holding(
    code="promises",
    what=_("Contacts of people met at events, and what you recorded there"),
    purpose=_("So that promises of events are confirmed and followed up."),
    basis=_("Legitimate interest in what both sides agreed on"),
    kept=_("Contacts and notes three years"),
    export=_export,
    erase=_erase,
    purge=_purge,
)


def _purge_evidence(now: datetime) -> int:
    """The papers of what was settled ten years ago; amount, day and who confirmed stay."""
    ended = 0
    old = Settlement.objects.filter(created__lt=now - EVIDENCE_KEPT).exclude(file="")
    for keys in in_batches(old):
        with transaction.atomic():
            for row in Settlement.objects.filter(pk__in=keys).only("file"):
                storage, name = row.file.storage, str(row.file.name)
                transaction.on_commit(lambda storage=storage, name=name: storage.delete(name))  # type: ignore[misc]
            Settlement.objects.filter(pk__in=keys).update(file="", file_name="–")
        ended += len(keys)
    return ended


EVIDENCE = Holding(
    code="settlement_evidence",
    what=_("Transfer slips, invoices and receipts that show that a promise was settled elsewhere"),
    purpose=_("So that the other side and the office can check what was reported."),
    basis=_("Legitimate interest in figures that somebody can check"),
    kept=_("Ten years, as other papers of trade"),
    purge=_purge_evidence,
)
