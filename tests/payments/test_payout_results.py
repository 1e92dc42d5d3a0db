"""The file for the bank and the bank's answer: the same bytes, every line checked, once."""

import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from marketplace.common.states import IllegalMove
from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Kind
from marketplace.notices.models import Mail
from marketplace.payments import states
from marketplace.payments.exceptions import PaymentError
from marketplace.payments.models import Payout, PayoutAccount, PayoutBatch
from marketplace.payments.rails import BankBatch, Result
from marketplace.payments.services import payout_results, payouts
from marketplace.payments.statements import FileError
from tests.common.race import race
from tests.fulfilment import steps
from tests.payments.test_payouts import ready

pytestmark = pytest.mark.django_db(transaction=True)
HEAD = "reference,result,bank_reference,reason\r\n"


def sent() -> tuple[PayoutBatch, Payout, int]:
    a, b, owed = ready()
    batch = payouts.draft(actor=steps.OFFICE)
    assert batch
    payouts.prepare(batch=batch, person=a)
    payouts.approve(batch=batch, person=b)
    payouts.mark_sent(batch=batch, actor=steps.OFFICE)
    return batch, batch.payouts.get(), owed


def take(batch: PayoutBatch, *lines: str) -> payout_results.Taken:
    content = (HEAD + "\r\n".join(lines)).encode()
    return payout_results.take(batch=batch, content=content, actor=steps.OFFICE)


def faults(batch: PayoutBatch, *lines: str) -> list[tuple[int, str]]:
    with pytest.raises(FileError) as found:
        take(batch, *lines)
    return [(fault.line, fault.text) for fault in found.value.faults]


def test_the_file_stands_once_it_is_approved() -> None:
    batch, one, owed = sent()
    content = payouts.file_of(batch)
    rows = list(csv.reader(StringIO(content.decode())))
    assert rows == [
        ["reference", "bank", "account", "name", "amount", "currency"],
        [one.reference, "Bank Contoh", "12345", "Contoh", str(owed), "IDR"],
    ]
    assert payouts.file_of(batch) == content
    PayoutAccount.objects.update(number="99999")  # nobody's way of doing it, but if it happened
    with pytest.raises(PaymentError):
        payouts.file_of(batch)


def test_no_file_before_two_people_agreed() -> None:
    ready()
    batch = payouts.draft(actor=steps.OFFICE)
    assert batch
    with pytest.raises(PaymentError):
        payouts.file_of(batch)


def test_a_name_is_no_formula() -> None:
    batch, _one, _owed = sent()
    PayoutAccount.objects.update(holder="=1+1")
    assert "'=1+1" in BankBatch().write(batch).decode()


def test_paid_once_however_often_it_is_told() -> None:
    batch, one, owed = sent()
    bank = steps.total(Kind.BANK)
    line = f"{one.reference},paid,B-1,"
    assert take(batch, line) == payout_results.Taken(1, 0, 0)
    batch.refresh_from_db()
    assert batch.state == states.DONE
    assert take(batch, line) == payout_results.Taken(0, 0, 1)
    assert (steps.total(Kind.BANK), steps.total(Kind.PAYING)) == (bank - owed, 0)
    assert audit() == []


def test_failed_is_owed_again_and_goes_out_again() -> None:
    batch, one, owed = sent()
    assert take(batch, f"{one.reference},failed,,account closed") == payout_results.Taken(0, 1, 0)
    assert take(batch, f"{one.reference},failed,,account closed") == payout_results.Taken(0, 0, 1)
    one.refresh_from_db()
    assert (one.state, one.failure, steps.total(Kind.PAYABLE)) == (states.FAILED, "account closed", owed)
    batch.refresh_from_db()
    assert faults(batch, f"{one.reference},paid,B-1,")[0][0] == 2
    assert payouts.draft(actor=steps.OFFICE)
    assert audit() == []


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("X-1,paid,B-1,", "not in this batch"),
        ("{r},done,B-1,", "paid or failed"),
        ("{r},paid,,", "bank's reference"),
        ("{r},failed,,", "needs a reason"),
        ("{r},paid,B-1", "4 columns"),
    ],
)
def test_a_wrong_line_stops_the_whole_file(line: str, says: str) -> None:
    batch, one, owed = sent()
    ((number, text),) = faults(batch, line.format(r=one.reference))
    assert number == 2
    from django.utils.translation import override

    with override("en"):
        ((_number, text),) = faults(batch, line.format(r=one.reference))
    assert says in text
    assert steps.total(Kind.PAYING) == owed


def test_the_same_reference_twice_in_one_file() -> None:
    batch, one, _owed = sent()
    assert [line for line, _text in faults(batch, *[f"{one.reference},paid,B-1,"] * 2)] == [3]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"a,b\n1,2", HEAD.encode(), b'"', b"x" * 1_000_001])
def test_no_file_of_results(content: bytes) -> None:
    with pytest.raises(FileError):
        BankBatch().read(content)


def test_before_it_is_with_the_bank() -> None:
    ready()
    batch = payouts.draft(actor=steps.OFFICE)
    assert batch
    assert faults(batch, f"{batch.payouts.get().reference},paid,B-1,")[0][0] == 0


def test_imported_twice_at_once() -> None:
    batch, one, owed = sent()
    bank = steps.total(Kind.BANK)
    line = f"{one.reference},paid,B-1,"
    found = race(lambda: take(batch, line), lambda: take(batch, line))
    assert sorted((one.paid, one.known) for one in found) == [(0, 1), (1, 0)]
    assert steps.total(Kind.BANK) == bank - owed
    assert Mail.objects.filter(key__startswith="payout-paid/").count() <= 1
    assert audit() == []


def test_cancelled_is_owed_again() -> None:
    a, _b, owed = ready()
    batch = payouts.draft(actor=steps.OFFICE)
    assert batch
    payouts.prepare(batch=batch, person=a)
    payouts.cancel(batch=batch, actor=steps.OFFICE)
    assert (steps.total(Kind.PAYABLE), steps.total(Kind.PAYING)) == (owed, 0)
    with pytest.raises(IllegalMove):
        payouts.cancel(batch=batch, actor=steps.OFFICE)
    assert audit() == []


def test_nothing_left_to_prepare() -> None:
    a, _b, _owed = ready()
    batch = payouts.draft(actor=steps.OFFICE)
    assert batch
    payouts.take_out(payout=batch.payouts.get(), actor=steps.OFFICE, why="wait")
    with pytest.raises(PaymentError):
        payouts.prepare(batch=batch, person=a)


WORDS = some.text(some.characters(codec="utf-8", exclude_characters="\0\r\n"), min_size=1, max_size=30).map(
    str.strip
)


@given(
    some.lists(some.tuples(WORDS.filter(bool), some.booleans(), WORDS.filter(bool)), min_size=1, max_size=5)
)
def test_what_is_written_is_read(found: list[Any]) -> None:
    """Any words of a bank come through its file unchanged."""
    rows = [(f"R{place}-{ref}", paid, f"B{place}-{more}") for place, (ref, paid, more) in enumerate(found)]
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(["reference", "result", "bank_reference", "reason"])
    for ref, paid, more in rows:
        writer.writerow([ref, "paid", more, ""] if paid else [ref, "failed", "", more])
    expected = [
        Result(line, ref, paid, more if paid else "", "" if paid else more)
        for line, (ref, paid, more) in enumerate(rows, 2)
    ]
    assert BankBatch().read(out.getvalue().encode()) == expected
