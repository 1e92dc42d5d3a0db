"""A promise that is recorded, disputed, corrected, settled elsewhere, taken back and asked about, and a lead: each mail
once."""

from datetime import timedelta
from uuid import uuid4

from django.core.files.base import ContentFile

from marketplace.common.actor import SYSTEM
from marketplace.ledger.money import Money
from marketplace.programme.models import Commitment
from marketplace.programme.services import commitments, leads, reminders, settlements
from marketplace.programme.services.commitments import Promise, version
from marketplace.programme.states import SIDES
from marketplace.reference.working_days import is_working_day, today
from tests.factories.catalogue import make_member, make_user
from tests.factories.companies import picture
from tests.factories.programme import make_event, make_exhibitor, make_guest, make_participation


def life_of_promises(language: str) -> None:
    ended = today() - timedelta(days=40)
    event = make_event(starts_on=ended, ends_on=ended)
    seller, buyer = make_exhibitor(event), make_guest(event, language=language)
    make_member(make_user(f"janji-{language}@example.com", language=language), seller.partner)
    mentor = make_user(f"damping-{language}@example.com", language=language, staff_role="mentor")
    make_participation(event.year, partner=seller.partner, mentor=mentor)
    officer = make_user(f"petugas-{language}@example.com", language=language, staff_role="office")
    promise = Promise(kind="commitment", what="Roti", value=Money(12_000_000))
    made = commitments.record(
        event=event, exhibitor=seller, guest=buyer, promise=promise, key=uuid4(), actor=SYSTEM
    )
    Commitment.objects.filter(pk=made.pk).update(recorded_by=officer)
    commitments.dispute(commitment=made, side="buyer", why="bukan", actor=SYSTEM)
    commitments.correct(commitment=made, promise=promise, why="sama", actor=SYSTEM)
    for side in SIDES:
        commitments.confirm(commitment=made, side=side, seen=version(made), actor=SYSTEM)
    file = ContentFile(picture(), name="bukti.png")
    file.kind = "png"  # type: ignore[attr-defined]
    told = settlements.report(
        commitment=made, by="office", rupiah=1, settled_on=today(), file=file, actor=SYSTEM
    )
    settlements.answer(settlement=told, side="seller", is_so=True, actor=SYSTEM)
    settlements.answer(settlement=told, side="buyer", is_so=True, actor=SYSTEM)
    settlements.take_back(settlement=told, why="Kuitansi janji lain", actor=SYSTEM)
    day = next(day for n in range(9) if is_working_day(day := today() + timedelta(days=n)))
    reminders.remind_all(day)
    facts = {"company": "Contoh LLC", "wants": "kopi", "email": f"llc-{language}@example.com"}
    lead = leads.note(event=event, facts=facts, key=uuid4(), actor=SYSTEM)
    leads.invite(lead=lead, language=language, actor=SYSTEM)
