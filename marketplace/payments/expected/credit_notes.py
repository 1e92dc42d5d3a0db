"""Credit notes: who bore them. What goes back to buyers stands among the refunds, what came off a bill in its due."""

from collections import defaultdict

from marketplace.ledger.models import Kind
from marketplace.payments import held, states
from marketplace.payments.models import CreditNote, Due


def expect(books: defaultdict[tuple[str, str, str], int]) -> None:
    """The operator gave back its fee's share, the state its tax, the pesantren the rest: out of what it is owed (or
    will be, once the company has paid), else as a debt."""
    waits = set(Due.objects.filter(state=states.OPEN, terms_days__gt=0).values_list("order", flat=True))
    for note in CreditNote.objects.select_related("order").iterator():
        owed, currency = held.payable_ref(note.partner_id), note.currency
        books[Kind.COMMISSION, "", currency] -= note.commission
        books[Kind.TAX_DUE, held.TAX_REF, currency] -= note.tax
        books[Kind.SELLER_DEBT, owed, currency] += note.from_debt
        if note.order_id in waits:
            where = held.ref(note.order.number, note.partner_id)
            books[Kind.PAYABLE_LATER, where, currency] -= note.from_payable
        else:
            books[Kind.PAYABLE, owed, currency] -= note.from_payable
