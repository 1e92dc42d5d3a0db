"""What the bank's files say, and steps that two people of the office take together."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from marketplace.ledger.money import Money
from marketplace.orders.models import Order
from marketplace.payments import states
from marketplace.payments.models.dues import Due, Receipt, Refund
from marketplace.payments.statements.layout import in_rupiah


class Statement(models.Model):
    """One file that the bank's internet banking gave out. Kept as it came; read row by row."""

    layout = models.CharField(max_length=20)  # a key of payments.statements.LAYOUTS
    name = models.CharField(max_length=150)
    sha256 = models.CharField(max_length=64)
    content = models.BinaryField()
    rows = models.PositiveIntegerField()  # booked rows in the file
    done = models.PositiveIntegerField(default=0)  # of them read; the one writer is services.statements
    opening = models.BigIntegerField(null=True)  # balances in hundredths, where the layout has them
    closing = models.BigIntegerField(null=True)
    state = models.CharField(
        max_length=10, choices=states.STATEMENT_CHOICES, default=states.UPLOADED, db_index=True
    )
    uploaded_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"], condition=~Q(state=states.REFUSED), name="statement_file_once"
            ),
            models.CheckConstraint(condition=Q(done__lte=F("rows")), name="statement_rows"),
        ]

    def __str__(self) -> str:
        return self.name


class BankLine(models.Model):
    """One booked row of a statement: money in, with its receipt, or money out, with the refund it paid."""

    statement = models.ForeignKey(Statement, on_delete=models.PROTECT, related_name="lines")
    key = models.CharField(max_length=64, unique=True)  # the same row in another file is known by it
    number = models.PositiveIntegerField()  # line of the file
    booked_on = models.DateField()
    text = models.CharField(max_length=500)
    payer = models.CharField(max_length=100, blank=True)  # as far as the text shows
    reference = models.CharField(max_length=60, blank=True)
    # In hundredths of a rupiah, since banks write interest and tax with them; below zero: money out.
    sen = models.BigIntegerField()
    balance = models.BigIntegerField(null=True)  # after this row, where the layout has it
    state = models.CharField(max_length=10, choices=states.LINE_CHOICES)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True, related_name="lines")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="lines")

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(sen=0), name="line_amount")]
        indexes = [models.Index(fields=["state", "booked_on"], name="line_state_on")]

    def __str__(self) -> str:
        return f"{self.booked_on}: {self.sen}"

    @property
    def money(self) -> str:
        return in_rupiah(self.sen)


class Approval(models.Model):
    """A payment step above the limit: proposed by one person of the office, decided by another."""

    action = models.CharField(max_length=10, choices=states.ACTIONS)
    receipt = models.ForeignKey(Receipt, on_delete=models.PROTECT, null=True, related_name="approvals")
    refund = models.ForeignKey(Refund, on_delete=models.PROTECT, null=True, related_name="approvals")
    # A credit note, or who bears lost disputes: the room above does it (payments.registry.step).
    order = models.ForeignKey(Order, on_delete=models.PROTECT, null=True, related_name="approvals")
    due = models.ForeignKey(Due, on_delete=models.PROTECT, null=True, related_name="approvals")
    amount = models.BigIntegerField()
    currency = models.CharField(max_length=3, default="IDR")
    # What the first person saw and typed: {"kind", "difference"} of a match, {"why"}, {"bank_reference"};
    # {"part", "lines", "seen", "after"} of a credit note, {"bearers", "seen"} of lost disputes.
    data = models.JSONField(default=dict)
    state = models.CharField(
        max_length=10, choices=states.APPROVAL_CHOICES, default=states.PROPOSED, db_index=True
    )
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    proposed_at = models.DateTimeField(auto_now_add=True)
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["receipt"], condition=Q(state=states.PROPOSED), name="approval_one_of_receipt"
            ),
            models.UniqueConstraint(
                fields=["refund"], condition=Q(state=states.PROPOSED), name="approval_one_of_refund"
            ),
            models.UniqueConstraint(
                fields=["order"], condition=Q(state=states.PROPOSED), name="approval_one_of_order"
            ),
            models.CheckConstraint(
                condition=Q(receipt__isnull=False, refund=None, order=None)
                | Q(receipt=None, refund__isnull=False, order=None)
                | Q(receipt=None, refund=None, order__isnull=False),
                name="approval_of_one",
            ),
            # The database itself refuses that one person does both.
            models.CheckConstraint(
                condition=~Q(state__in=[states.CONFIRMED, states.REJECTED])
                | (Q(decided_by__isnull=False) & ~Q(decided_by=F("proposed_by"))),
                name="approval_two_people",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.receipt_id or self.refund_id or self.order_id}"

    @property
    def total(self) -> Money:
        return Money(self.amount, self.currency)
