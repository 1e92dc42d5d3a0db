"""What needs a person of the office today of money: dues, transfers, disputed cards, letters of credit, lost phones."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from marketplace.fulfilment import overseas
from marketplace.office.waiting import Waiting
from marketplace.payments import letters, receivables, states
from marketplace.payments import queries as payments
from marketplace.payments.models import Dispute, PayoutAccount, PayoutBatch
from marketplace.people.second_factor import queries as second_factor
from marketplace.people.second_factor import states as reset_states


def waiting(user: Any) -> Iterator[Waiting]:
    """The kinds that are counted together; for the office."""
    yield from _of_buyers(user)
    yield from _of_cards_and_phones(user)
    yield from _to_pesantren()


def _of_buyers(user: Any) -> Iterator[Waiting]:
    late = overseas.open_balances().filter(due_at__lt=timezone.now())
    yield Waiting(_("Balances that are overdue"), late, "due_at", reverse("office:overseas"))
    proposed = payments.approvals(user).filter(state=states.PROPOSED)
    yield Waiting(_("Steps for a second person"), proposed, "proposed_at", reverse("office:approvals"))
    unread = payments.statements(user).filter(state=states.UPLOADED)
    yield Waiting(_("Bank files not taken yet"), unread, "uploaded_at", reverse("office:statements"))
    owed = payments.refunds(user).filter(state=states.OWED)
    yield Waiting(_("Refunds to pay"), owed, "created", reverse("office:refunds"))
    bills = receivables.overdue(user)
    yield Waiting(_("Overdue bills of companies"), bills, "due_at", reverse("office:receivables"))


def _to_pesantren() -> Iterator[Waiting]:
    """Money on its way to pesantren."""
    accounts = PayoutAccount.objects.filter(state=states.ACCOUNT_PROPOSED, usable_from=None)
    yield Waiting(_("Bank accounts to confirm"), accounts, "proposed_at", reverse("office:payout-accounts"))
    batches = PayoutBatch.objects.filter(state__in=states.BATCH_WAITS)
    yield Waiting(_("Payouts that wait"), batches, "created", reverse("office:payouts"))


def _of_cards_and_phones(user: Any) -> Iterator[Waiting]:
    disputes, room = Dispute.objects.filter(state=states.DISPUTED), reverse("office:disputes")
    asked = disputes.filter(closed_at=None)
    yield Waiting(_("Card disputes that ask for evidence"), asked, "opened_at", room, until="evidence_by")
    lost = disputes.exclude(closed_at=None)
    yield Waiting(_("Lost card disputes: who bears it"), lost, "closed_at", room)
    # Who asked for one waits for a colleague.
    resets = second_factor.resets(user).filter(state=reset_states.PROPOSED).exclude(proposed_by=user.pk)
    label = _("Lost phones of colleagues, for a second person")
    yield Waiting(label, resets, "proposed_at", reverse("office:two-step"))


def letters_near(user: Any) -> tuple[int, date | None, str, None, date | None]:
    """Letters whose next step is near or missed, as the rest of a Work: how many, since when, where, by which day.

    Two queries.
    """
    found = letters.letters(user).filter(state__in=letters.OPEN)
    days = [step.by for _letter, step in overseas.next_steps(list(found)) if step and step.is_near]
    room = reverse("office:letters")
    if not days:
        return 0, None, room, None, None
    return len(days), min(days) - timedelta(days=letters.REMIND_DAYS[0]), room, None, min(days)
