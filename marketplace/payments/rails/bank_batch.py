"""Transfers as a CSV file that a person uploads at the bank, and the bank's results as another.

The columns are assumed (A): no bank has been chosen, and each has its own. They carry what every bulk transfer of
the Indonesian banks we looked at asks for.
"""

import csv
from io import StringIO

from django.utils.translation import gettext as _

from marketplace.common.csv_lines import plain
from marketplace.payments import states
from marketplace.payments.models import PayoutBatch
from marketplace.payments.rails.port import MOST_BYTES, MOST_LINES, PayoutRail, Result
from marketplace.payments.statements import Fault, FileError

HEAD = ["reference", "bank", "account", "name", "amount", "currency"]
RESULT_HEAD = ["reference", "result", "bank_reference", "reason"]


class BankBatch(PayoutRail):
    """One line a transfer, in the order of their references."""

    def write(self, batch: PayoutBatch) -> bytes:
        """UTF-8, comma, CRLF; whole units of the currency. What was taken out is not in it."""
        out = StringIO()
        writer = csv.writer(out)
        writer.writerow(HEAD)
        rows = batch.payouts.exclude(state=states.RELEASED).select_related("account")
        for payout in rows.order_by("reference"):
            where = payout.account
            amount = f"{payout.total.to_decimal():f}"
            cells = [payout.reference, where.bank, where.number, where.holder, amount, payout.currency]
            writer.writerow([plain(str(cell)) for cell in cells])
        return out.getvalue().encode()

    def read(self, content: bytes) -> list[Result]:
        """Every line is looked at before anything is done."""
        rows = _rows(content)
        faults: list[Fault] = []
        found: list[Result] = []
        for line, row in rows:
            one = _result(line, row)
            (faults if isinstance(one, Fault) else found).append(one)  # type: ignore[arg-type]
        faults += _twice(found)
        if faults:
            raise FileError(*sorted(faults, key=lambda fault: fault.line))
        return found


def _rows(content: bytes) -> list[tuple[int, list[str]]]:
    """Lines with their numbers, without the head and empty ones."""
    if len(content) > MOST_BYTES:
        raise FileError(Fault(0, _("The file is larger than 1 MB.")))
    try:
        text = content.decode("utf-8-sig")
        lines = list(csv.reader(StringIO(text), strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise FileError(Fault(0, _("This is no CSV file in UTF-8."))) from None
    if "\0" in text or not lines or [cell.strip().lower() for cell in lines[0]] != RESULT_HEAD:
        raise FileError(Fault(1, _("The first line must be: %(head)s") % {"head": ",".join(RESULT_HEAD)}))
    rows = [(number, row) for number, row in enumerate(lines[1:], 2) if any(cell.strip() for cell in row)]
    if not rows or len(rows) > MOST_LINES:
        raise FileError(
            Fault(0, _("The file must have between 1 and %(most)s results.") % {"most": MOST_LINES})
        )
    return rows


def _result(line: int, row: list[str]) -> Result | Fault:
    if len(row) != len(RESULT_HEAD):
        return Fault(line, _("There must be %(count)s columns.") % {"count": len(RESULT_HEAD)})
    reference, said, bank_reference, why = (cell.strip() for cell in row)
    if said.lower() not in {"paid", "failed"}:
        return Fault(line, _("The result must be paid or failed."))
    is_paid = said.lower() == "paid"
    if is_paid and not 0 < len(bank_reference) <= 60:
        return Fault(line, _("A transfer that was paid needs the bank's reference, at most 60 characters."))
    if not is_paid and not why:
        return Fault(line, _("A transfer that failed needs a reason."))
    return Result(line, reference, is_paid, bank_reference, why[:200])


def _twice(found: list[Result]) -> list[Fault]:
    seen: set[str] = set()
    faults = []
    for one in found:
        keys = {f"r/{one.reference}"} | ({f"b/{one.bank_reference}"} if one.is_paid else set())
        if keys & seen:
            faults.append(Fault(one.line, _("This reference stands in the file twice.")))
        seen |= keys
    return faults
