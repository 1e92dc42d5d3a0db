"""Is this line of the bank known already? Compared by reference, amount, day and likeness of the texts."""

import re
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db.models import F, FloatField, Func, Q, QuerySet, Value
from django.db.models.functions import Greatest

from marketplace.payments import states
from marketplace.payments.models import BankLine, Receipt, Refund, Statement, reference_key
from marketplace.payments.statements import Contents, read
from marketplace.reference import working_days

ALIKE = 0.5  # how much of the payer's name or text must stand in the other text
DAYS_TO_LEAVE = 3  # a refund may leave the account some days before or after it was written down


def with_reference(rows: QuerySet[Receipt], reference: str) -> QuerySet[Receipt]:
    """Receipts with this bank reference, however it is spaced and whichever its case."""
    return rows.annotate(same=reference_key(F("bank_reference"))).filter(same=reference_key(Value(reference)))


def refunds_with(reference: str) -> QuerySet[Refund]:
    keyed = Refund.objects.annotate(same=reference_key(F("bank_reference")))
    return keyed.filter(same=reference_key(Value(reference)))


def receipt_of(line: BankLine) -> Receipt | None:
    """The receipt that somebody typed with this very reference and amount, if no line stands for it yet."""
    if not line.reference:
        return None
    found = with_reference(Receipt.objects.filter(lines=None), line.reference).first()
    return found if found and found.currency == "IDR" and found.amount * 100 == line.sen else None


def _stands_in(part: F | Value, whole: F | Value) -> Func:
    """How much of `part` stands in `whole`, from 0 to 1 (pg_trgm)."""
    return Func(part, whole, function="word_similarity", output_field=FloatField())


def alike(receipt: Receipt) -> list[Receipt]:
    """Receipts of the same day and amount with a like payer or text; `receipt` need not be stored."""
    text = f"{receipt.payer} {receipt.note}"
    same = Receipt.objects.filter(
        amount=receipt.amount, currency=receipt.currency, received_on=receipt.received_on
    ).exclude(pk=receipt.pk)
    payer, note = Value(receipt.payer), Value(receipt.note)
    likeness = Greatest(
        _stands_in(F("payer"), Value(text)), _stands_in(payer, F("note")), _stands_in(note, F("note"))
    )
    return list(same.annotate(likeness=likeness).filter(likeness__gte=ALIKE).order_by("-likeness", "pk")[:5])


def maybe_known(line: BankLine, others: frozenset[str] = frozenset()) -> list[Receipt]:
    """Receipts that this line may be again: a person looks. `others`: keys of lines in the same file, which
    the bank itself tells apart from this one."""
    found = list(with_reference(Receipt.objects.all(), line.reference)) if line.reference else []
    new = Receipt(
        amount=line.sen // 100,
        received_on=line.booked_on,
        payer=line.payer or line.text[:100],
        note=line.text,
    )
    for receipt in alike(new):
        beside = receipt.lines.filter(key__in=others).exists() if others else False
        if not beside and receipt not in found:
            found.append(receipt)
    return found


def refund_paid_by(line: BankLine) -> Refund | None:
    """The refund that this money out paid: by the bank's reference, else by amount about that day."""
    paid = Refund.objects.filter(state=states.PAID, amount=-line.sen // 100, lines=None)
    keyed = paid.annotate(same=reference_key(F("bank_reference")))
    if line.reference and (found := keyed.filter(same=reference_key(Value(line.reference))).first()):
        return found
    span = timedelta(days=DAYS_TO_LEAVE)
    near = Q(paid_at__date__gte=line.booked_on - span, paid_at__date__lte=line.booked_on + span)
    found_near = list(paid.filter(near)[:2])
    return found_near[0] if len(found_near) == 1 else None


@dataclass(frozen=True)
class Preview:
    """What reading a file will do, before a person says yes. Sums in hundredths of a rupiah."""

    contents: Contents
    known: int  # rows that came in another file already
    in_count: int
    in_sen: int
    out_count: int
    out_sen: int

    @property
    def is_other_account(self) -> bool:
        """Whether the file is of another account than the one buyers pay to."""
        theirs, ours = (
            re.sub(r"\D", "", text) for text in (self.contents.account, settings.OPERATOR["account"])
        )
        return bool(theirs) and theirs != ours


def preview(statement: Statement) -> Preview:
    """Read the file without keeping a row. One query. Raises FileError."""
    contents = read(bytes(statement.content), working_days.today())
    keys = [row.key for row in contents.rows]
    known = set(BankLine.objects.filter(key__in=keys).values_list("key", flat=True))
    new = [row.sen for row in contents.rows if row.key not in known]
    money_in, money_out = [sen for sen in new if sen > 0], [sen for sen in new if sen < 0]
    return Preview(contents, len(known), len(money_in), sum(money_in), len(money_out), sum(money_out))
