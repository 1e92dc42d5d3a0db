"""Bank files in the books: each row once, whatever is uploaded twice, typed before, killed or raced."""

from datetime import UTC, date, datetime

import pytest
from django.utils import timezone

from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.common.states import IllegalMove
from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.queries import balance
from marketplace.notices.models import Mail
from marketplace.payments import bank_lines, queries, services, states, tasks
from marketplace.payments.models import BankLine, Receipt, Refund, Statement
from marketplace.payments.services import statements as reading
from marketplace.payments.statements import FileError
from marketplace.reference import working_days
from tests.common.race import race
from tests.factories import catalogue as cat
from tests.factories.paid import world
from tests.payments.files import bca, bca_in, mandiri, mandiri_in, many

OFFICE = Actor(id=None, name="Contoh Kantor")
DAY = date(2026, 11, 20)


def taken(content: bytes) -> Statement:
    """Upload, say yes, and let the worker read."""
    statement = services.upload(name="contoh.csv", content=content, actor=OFFICE)
    services.start(statement=statement, actor=OFFICE)
    tasks.read_statement(statement.pk)
    statement.refresh_from_db()
    return statement


def typed(amount: int, payer: str, reference: str, note: str = "") -> Receipt:
    return services.record_receipt(
        amount=Money(amount), received_on=DAY, payer=payer, bank_reference=reference, note=note, actor=OFFICE
    )


@pytest.mark.django_db
def test_credits_become_receipts_debits_are_kept_interest_is_set_aside():
    statement = taken(
        bca(
            bca_in("20/11", "1,500,000.00", "TRSF E-BANKING CR 2011/X OPOP-ABCD-2345 TOKO CONTOH"),
            "'20/11,'BIAYA ADM,'0000,\"15,000.00\",DB,",
            bca_in("20/11", "12.34", "BUNGA"),
        )
    )
    assert (statement.state, statement.rows, statement.done) == (states.READ, 3, 3)
    found = Receipt.objects.get()
    assert (found.amount, found.received_on, found.payer) == (1_500_000, DAY, "TOKO CONTOH")
    assert found.bank_reference.startswith("KLIKBCA-20261120-")
    lines = BankLine.objects.order_by("number")
    assert [(line.sen, line.state, line.receipt) for line in lines] == [
        (150_000_000, states.TAKEN, found),
        (-1_500_000, states.TAKEN, None),
        (1234, states.ASIDE, None),
    ]
    assert [line.money for line in lines] == ["Rp\u00a01.500.000", "-Rp\u00a015.000", "Rp\u00a012,34"]
    assert balance(Kind.BANK, "IDR", "").minor == 1_500_000
    assert list(audit()) == []
    assert [move.after for move in machine.history(statement)] == ["uploaded", "reading", "read"]


@pytest.mark.django_db
def test_nothing_is_booked_before_the_yes_and_a_bad_file_leaves_nothing():
    services.upload(name="contoh.csv", content=mandiri(mandiri_in("20/11/26", "5.00")), actor=OFFICE)
    tasks.read_statements()
    with pytest.raises(FileError):
        services.upload(name="x.csv", content=mandiri(*many(3), "1,kemarin"), actor=OFFICE)
    assert (Statement.objects.count(), BankLine.objects.count(), Receipt.objects.count()) == (1, 0, 0)


@pytest.mark.django_db
def test_the_same_file_is_known_until_it_was_set_aside():
    content = mandiri(mandiri_in("20/11/26", "5.00"))
    first = services.upload(name="a.csv", content=content, actor=OFFICE)
    with pytest.raises(services.KnownFile) as known:
        services.upload(name="b.csv", content=content, actor=OFFICE)
    assert known.value.pk == first.pk
    services.set_aside(statement=first, actor=OFFICE, why="salah")
    second = taken(content)
    with pytest.raises(IllegalMove):
        services.set_aside(statement=second, actor=OFFICE, why="salah")
    with pytest.raises(IllegalMove):
        services.start(statement=second, actor=OFFICE)
    assert Receipt.objects.count() == 1


@pytest.mark.django_db
def test_an_overlapping_file_adds_only_what_is_new():
    equal, other = mandiri_in("20/11/26", "90,000.00"), mandiri_in("19/11/26", "70,000.00", "DARI X")
    taken(mandiri(equal, equal))
    assert Receipt.objects.count() == 2
    second = taken(mandiri(other, equal, equal))
    assert [receipt.amount for receipt in Receipt.objects.order_by("pk")] == [90_000, 90_000, 70_000]
    assert (second.done, second.lines.count()) == (3, 1)
    assert list(audit()) == []


@pytest.mark.django_db
def test_a_preview_counts_what_is_new_and_what_is_known(settings):
    settings.OPERATOR = settings.OPERATOR | {"account": "000-000-000-0001"}
    taken(mandiri(mandiri_in("20/11/26", "90,000.00")))
    both = mandiri(
        mandiri_in("20/11/26", "90,000.00"),
        mandiri_in("20/11/26", "1,000.00", "DARI LAIN"),
        '0000000000001,20/11/26,20/11/26,1,"SEWA","",,"300.00",".00",',
    )
    statement = services.upload(name="b.csv", content=both, actor=OFFICE)
    seen = bank_lines.preview(statement)
    assert (seen.known, seen.in_count, seen.in_sen, seen.out_count, seen.out_sen) == (
        1,
        1,
        100_000,
        1,
        -30_000,
    )
    assert not seen.is_other_account


@pytest.mark.django_db
def test_typed_with_the_banks_reference_is_the_same():
    mine = typed(90_000, "Toko", "ref 1")
    taken(mandiri(mandiri_in("20/11/26", "90,000.00", reference="REF1")))
    assert Receipt.objects.get() == mine
    assert BankLine.objects.get().receipt == mine


@pytest.mark.django_db
@pytest.mark.parametrize("say", ["same", "another"])
def test_typed_by_hand_before_asks_a_person(say: str):
    mine = typed(90_000, "Toko Contoh", "KWITANSI 7")
    taken(bca(bca_in("20/11", "90,000.00", "TRSF E-BANKING CR 2011/X TOKO CONTOH")))
    line = BankLine.objects.get()
    assert (line.state, line.receipt, bank_lines.maybe_known(line)) == (states.ASKS, None, [mine])
    assert queries.unmatched(cat.make_user("k@example.com", staff_role="office")).count == 2
    if say == "same":
        services.same_as(line=line, receipt=mine, actor=OFFICE)
    else:
        services.another(line=line, actor=OFFICE)
    line.refresh_from_db()
    assert line.state == states.TAKEN
    assert Receipt.objects.count() == (1 if say == "same" else 2)
    assert (line.receipt == mine) is (say == "same")
    with pytest.raises(IllegalMove):
        services.another(line=line, actor=OFFICE)
    assert list(audit()) == []


@pytest.mark.django_db
def test_a_line_cannot_be_a_transfer_of_another_amount():
    typed(90_000, "Toko Contoh", "A")
    wrong = typed(80_000, "Toko Contoh", "B")
    taken(bca(bca_in("20/11", "90,000.00", "TOKO CONTOH")))
    with pytest.raises(services.PaymentError):
        services.same_as(line=BankLine.objects.get(), receipt=wrong, actor=OFFICE)


@pytest.mark.django_db
def test_another_payer_with_the_same_amount_is_not_asked():
    typed(90_000, "Koperasi Sejahtera", "A")
    taken(bca(bca_in("20/11", "90,000.00", "TOKO CONTOH")))
    assert BankLine.objects.get().state == states.TAKEN
    assert Receipt.objects.count() == 2


@pytest.mark.django_db
def test_money_out_is_shown_with_the_refund_it_paid():
    found = world(paid=False)
    services.return_receipt(receipt=typed(15_000, "X", "A"), actor=OFFICE, why="?")
    refund = Refund.objects.get()
    services.pay_refund(refund=refund, bank_reference="OUT 1", actor=OFFICE)
    taken(mandiri('0000000000001,20/11/26,20/11/26,1,"KELUAR","",out1,"15,000.00",".00",'))
    assert BankLine.objects.get().refund == refund
    assert list(audit()) == []
    assert found.due


@pytest.mark.django_db
def test_a_worker_killed_in_the_middle_goes_on_where_it_was(monkeypatch):
    statement = services.upload(name="a.csv", content=mandiri(*many(7)), actor=OFFICE)
    services.start(statement=statement, actor=OFFICE)
    real, calls = reading.record_receipt, []

    def dying(**receipt):
        calls.append(receipt)
        if len(calls) == 4:
            real(**receipt)
            raise MemoryError("killed")
        return real(**receipt)

    monkeypatch.setattr(reading, "record_receipt", dying)
    with pytest.raises(MemoryError):
        tasks.read_statement(statement.pk)
    statement.refresh_from_db()
    assert (statement.state, statement.done, Receipt.objects.count()) == (states.READING, 3, 3)
    tasks.read_statements()
    statement.refresh_from_db()
    assert (statement.state, statement.done, Receipt.objects.count()) == (states.READ, 7, 7)
    assert list(audit()) == []


@pytest.mark.django_db(transaction=True)
def test_three_workers_read_two_overlapping_files():
    rows = list(many(12))
    one = services.upload(name="a.csv", content=mandiri(*rows[:8]), actor=OFFICE)
    two = services.upload(name="b.csv", content=mandiri(*rows[4:]), actor=OFFICE)
    for statement in (one, two):
        services.start(statement=statement, actor=OFFICE)
    works = [lambda pk=pk: tasks.read_statement(pk) for pk in (one.pk, one.pk, two.pk)]
    assert race(*works) == [None, None, None]
    assert (Receipt.objects.count(), BankLine.objects.count()) == (12, 12)
    assert set(Statement.objects.values_list("state", flat=True)) == {states.READ}
    assert balance(Kind.BANK, "IDR", "").minor == sum(1000 + n for n in range(12))


@pytest.mark.django_db(transaction=True)
def test_two_people_decide_on_one_line_at_once():
    mine = typed(90_000, "Toko Contoh", "A")
    taken(bca(bca_in("20/11", "90,000.00", "TOKO CONTOH")))
    line = BankLine.objects.get()
    results = race(
        lambda: services.another(line=BankLine.objects.get(pk=line.pk), actor=OFFICE),
        lambda: services.same_as(line=BankLine.objects.get(pk=line.pk), receipt=mine, actor=OFFICE),
    )
    assert [type(result) for result in results].count(IllegalMove) == 1
    line.refresh_from_db()
    assert line.state == states.TAKEN
    assert Receipt.objects.count() == (1 if line.receipt == mine else 2)


@pytest.mark.django_db
@pytest.mark.parametrize("reference", ["REF1", "ref 1", " R EF1"])
def test_a_reference_is_known_however_it_is_written(reference: str):
    typed(5, "X", "REF 1")
    with pytest.raises(services.KnownReference):
        typed(5, "X", reference)


@pytest.mark.django_db
def test_a_transfer_ready_to_confirm_names_one_open_due_with_the_exact_amount():
    found = world(paid=False)
    text = f"bayar {found.due.reference.lower()} terima kasih"
    typed(found.due.amount - 1, "A", "1", text)
    assert queries.ready(found.office) == []
    exact = typed(found.due.amount, "B", "2", text)
    typed(found.due.amount, "C", "3", text)  # the same due a second time: one of them only
    typed(found.due.amount, "D", "4", "tanpa nomor")
    assert [(row.receipt, row.due) for row in queries.ready(found.office)] == [(exact, found.due)]
    assert queries.ready(found.buyer) == []


@pytest.mark.django_db
def test_the_office_is_reminded_once_a_day_after_two_working_days(monkeypatch):
    office = cat.make_user("kantor@example.com", staff_role="office")
    cat.make_user("ekspor@example.com", staff_role="export")
    typed(90_000, "X", "A")  # on Friday
    noon = lambda day: datetime(2026, 11, day, 5, tzinfo=UTC)  # noqa: E731 - 12:00 in Jakarta
    for day, count in ((21, 0), (23, 0), (24, 1), (24, 1), (25, 2)):
        monkeypatch.setattr(timezone, "now", lambda day=day: noon(day))
        tasks.remind_unmatched()
        assert Mail.objects.count() == count, day
    assert set(Mail.objects.values_list("to", flat=True)) == {office.email}
    assert "Rp\u00a090.000" in Mail.objects.first().subject
    services.return_receipt(receipt=Receipt.objects.get(), actor=OFFICE, why="?")
    monkeypatch.setattr(timezone, "now", lambda: noon(26))
    tasks.remind_unmatched()
    assert Mail.objects.count() == 2


@pytest.mark.night
@pytest.mark.django_db
def test_no_reminder_goes_out_at_night(monkeypatch):
    cat.make_user("kantor@example.com", staff_role="office")
    typed(90_000, "X", "A")
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 25, 15, tzinfo=UTC))  # 22:00
    tasks.remind_unmatched()
    assert Mail.objects.get().next_try == datetime(2026, 11, 25, 22, tzinfo=UTC)  # 05:00
    assert working_days.today() == date(2026, 11, 25)


@pytest.mark.django_db
def test_typed_while_the_file_is_read_is_not_booked_twice(monkeypatch):
    """Somebody types the same transfer between our look and our row: a person is asked."""
    real = bank_lines.maybe_known

    def late(line, others=frozenset()):
        found = real(line, others)
        typed(90_000, "Toko Contoh", "REF 77")
        return found

    monkeypatch.setattr(bank_lines, "maybe_known", late)
    statement = taken(mandiri(mandiri_in("20/11/26", "90,000.00", "DARI TOKO CONTOH", "REF77")))
    assert (statement.state, Receipt.objects.count()) == (states.READ, 1)
    assert BankLine.objects.get().state == states.ASKS
    assert list(audit()) == []
