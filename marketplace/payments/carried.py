"""Money carried over from one order to another: how much is left to carry, and the way back (decision 0043)."""

from django.db.models import Sum
from django.utils import timezone

from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.posting import account, post
from marketplace.orders.models import Order
from marketplace.payments import held
from marketplace.payments.accounts import collected
from marketplace.payments.models import CarriedOver, CreditNote, Due


def is_carried(order: Order, partner_id: int) -> bool:
    """What was paid for this part counts for another order."""
    return CarriedOver.objects.filter(of_order=order, partner=partner_id, undone_at=None).exists()


def returned(order: Order, partner_id: int) -> int:
    """What credit notes gave back of the goods, in minor units."""
    notes = CreditNote.objects.filter(order=order, partner=partner_id)
    return sum(row["amount"] for note in notes for row in note.lines if row["line"])


def left(order: Order, partner_id: int, released: Money) -> Money:
    """Of what was `released` for these goods: neither given back by a credit note nor carried over yet."""
    carried = CarriedOver.objects.filter(of_order=order, partner=partner_id, undone_at=None)
    gone = returned(order, partner_id) + (carried.aggregate(sum=Sum("amount"))["sum"] or 0)
    return Money(max(released.minor - gone, 0), released.currency)


def give_back(due: Due) -> None:
    """The due ends unpaid: the seller has back what it had let count for it. The caller has locked the due.

    Also what it owed for it: a debt that was netted meanwhile cannot come back. Side effects: CarriedOver, journals,
    Due.
    """
    for row in CarriedOver.objects.filter(due=due, undone_at=None).order_by("pk"):
        owed = account(Kind.PAYABLE, row.currency, held.payable_ref(row.partner_id))
        post(f"carried-back/{row.pk}", "carried_back", [(collected(due), owed, row.total)])
        due.received -= row.amount
        Due.objects.filter(pk=due.pk).update(received=due.received)
        row.undone_at = timezone.now()
        row.save(update_fields=["undone_at"])
