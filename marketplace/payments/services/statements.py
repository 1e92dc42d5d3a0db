"""Files of bank lines: uploaded, looked at by a person, then read row by row in the background."""

from hashlib import sha256
from time import monotonic

from django.db import IntegrityError, transaction
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import SYSTEM, Actor
from marketplace.common.queue import enqueue
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.payments import bank_lines, states
from marketplace.payments.exceptions import KnownFile, KnownReference, PaymentError
from marketplace.payments.models import BankLine, Receipt, Statement
from marketplace.payments.services.receipts import record_receipt
from marketplace.payments.statements import FileError, Row, read
from marketplace.reference import working_days

READ_SECONDS = 120  # of one task; the sweep goes on with what is left


def upload(*, name: str, content: bytes, actor: Actor) -> Statement:
    """Keep a file that can be read whole; nothing is booked before a person has seen what it holds.

    Side effects: Statement, history row. Raises FileError with all that is wrong, KnownFile.
    """
    contents = read(content, working_days.today())
    digest = sha256(content).hexdigest()
    try:
        with transaction.atomic():
            statement = Statement.objects.create(
                layout=contents.layout.key,
                name=name[:150],
                sha256=digest,
                content=content,
                rows=len(contents.rows),
                opening=contents.opening,
                closing=contents.closing,
            )
            machine.record(statement, "", states.UPLOADED, actor=actor)
            return statement
    except IntegrityError as error:
        same = Statement.objects.exclude(state=states.REFUSED).get(sha256=digest)
        raise KnownFile(same.pk) from error


@transaction.atomic
def start(*, statement: Statement, actor: Actor) -> None:
    """A person has seen the preview: read it. Side effects: Statement, history row, task. Raises IllegalMove."""
    states.STATEMENT.move(statement, states.READING, actor=actor)
    enqueue("payments.read_statement", statement.pk)


def set_aside(*, statement: Statement, actor: Actor, why: str) -> None:
    """Do not take this file. Side effects: Statement, history row. Raises IllegalMove once it is being read."""
    with transaction.atomic():
        locked = Statement.objects.select_for_update(no_key=True).defer("content").get(pk=statement.pk)
        if locked.state != states.UPLOADED:
            raise IllegalMove(statement, locked.state, states.REFUSED)
        states.STATEMENT.move(statement, states.REFUSED, actor=actor, why=why)


def read_on(statement: Statement) -> None:
    """Read the rows that are left; any number of workers, killed at any moment, take each row once.

    Side effects: Statement, and for each row what _take does. Ends early after READ_SECONDS.
    """
    try:
        contents = read(bytes(statement.content), working_days.today())
    except FileError as error:  # it could be read when it came: our reader has changed since
        states.STATEMENT.move(statement, states.REFUSED, actor=SYSTEM, why=str(error))
        return
    keys = frozenset(row.key for row in contents.rows)
    until = monotonic() + READ_SECONDS
    while monotonic() < until and _read_next(statement, contents.rows, keys):
        pass


@transaction.atomic
def _read_next(statement: Statement, rows: tuple[Row, ...], keys: frozenset[str]) -> bool:
    """One row in a transaction of its own, with the place in the file; false when nothing is left."""
    found = Statement.objects.select_for_update(no_key=True).defer("content").get(pk=statement.pk)
    if found.state != states.READING:
        return False
    if found.done == len(rows):
        states.STATEMENT.move(found, states.READ, actor=SYSTEM, read_at=timezone.now())
        return False
    _take(found, rows[found.done], keys)
    Statement.objects.filter(pk=found.pk).update(done=found.done + 1)
    return True


def _take(statement: Statement, row: Row, keys: frozenset[str]) -> None:
    """Keep one row, unless it came in another file. Side effects: BankLine; for money in, its Receipt."""
    line, created = BankLine.objects.get_or_create(
        key=row.key,
        defaults={
            "statement": statement,
            "number": row.number,
            "booked_on": row.booked_on,
            "text": row.text,
            "payer": row.payer,
            "reference": row.reference,
            "sen": row.sen,
            "balance": row.balance,
            "state": states.ASIDE if row.sen % 100 else states.TAKEN,
        },
    )
    if not created or line.state == states.ASIDE:
        return
    if row.sen < 0:
        line.refund = bank_lines.refund_paid_by(line)
    elif known := bank_lines.receipt_of(line):
        line.receipt = known
    elif bank_lines.maybe_known(line, keys):
        line.state = states.ASKS
    else:
        try:
            line.receipt = _receipt(line, line.reference or _our_reference(line), SYSTEM)
        except KnownReference:  # typed by somebody since we looked
            line.state = states.ASKS
    line.save(update_fields=["state", "receipt", "refund"])


def _record(line: BankLine, actor: Actor) -> Receipt:
    """The receipt of a line, under the bank's reference or, where it has none or a used one, under our own."""
    ours = _our_reference(line)
    try:
        return _receipt(line, line.reference or ours, actor)
    except KnownReference:
        return _receipt(line, ours, actor)


def _our_reference(line: BankLine) -> str:
    return f"{line.statement.layout}-{line.booked_on:%Y%m%d}-{line.key[:12]}".upper()


def _receipt(line: BankLine, reference: str, actor: Actor) -> Receipt:
    return record_receipt(
        amount=Money(line.sen // 100),
        received_on=line.booked_on,
        payer=line.payer or line.text[:100] or "–",
        bank_reference=reference,
        note=line.text[:300],
        actor=actor,
    )


@transaction.atomic
def same_as(*, line: BankLine, receipt: Receipt, actor: Actor) -> None:
    """A person says: this line is the transfer that stands in the list already. Nothing is booked.

    Side effects: BankLine, history row. Raises IllegalMove if it was decided before, PaymentError if the
    amounts differ.
    """
    if line.sen != receipt.amount * 100:
        raise PaymentError("The amounts differ.")
    states.LINE.move(line, states.TAKEN, actor=actor, why=receipt.bank_reference, receipt=receipt)


@transaction.atomic
def another(*, line: BankLine, actor: Actor) -> Receipt:
    """A person says: this line is money of its own.

    Side effects: BankLine, history row, and those of record_receipt. Raises IllegalMove if it was decided before.
    """
    states.LINE.move(line, states.TAKEN, actor=actor)
    receipt = _record(line, actor)
    BankLine.objects.filter(pk=line.pk).update(receipt=receipt)
    return receipt
