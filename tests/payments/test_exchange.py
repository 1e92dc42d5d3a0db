"""Rates with their source, locks, money sold to the bank, letters of credit."""

from datetime import timedelta
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.utils import timezone, translation

from marketplace.fulfilment import overseas, tasks
from marketplace.fulfilment import states as part_states
from marketplace.fulfilment.audit import audit
from marketplace.ledger.models import Kind
from marketplace.ledger.money import Money
from marketplace.ledger.queries import balance
from marketplace.notices.models import Mail
from marketplace.payments import exchange_queries, letters, rates, states
from marketplace.payments import services as payments
from marketplace.payments.models import Exchange, Rate, RateLock
from marketplace.payments.rate_files import BadRates, read
from marketplace.payments.services import KnownReference, PaymentError
from marketplace.reference import working_days
from tests.factories.catalogue import make_user
from tests.factories.overseas import (
    OFFICE,
    a_lock,
    a_rate,
    days,
    deposit_and_balance,
    dues_of,
    export_order,
    letter_for,
    parts_of,
    settle,
)
from tests.fulfilment.steps import bring, sign

pytestmark = pytest.mark.django_db
HEAD = "base,quote,rate,source,quoted_at\n"
EXAMPLE = django_settings.BASE_DIR / "marketplace" / "payments" / "data" / "rates_example.csv"


@pytest.fixture(autouse=True)
def one_person_is_enough(settings: Any) -> None:
    settings.SECOND_PERSON_ABOVE_FOREIGN = 1_000_000


def test_loading_rates() -> None:
    content = (
        HEAD + "usd,IDR,16250.5,Contoh,2026-01-02\nEUR,IDR,17000,Contoh,2026-01-02T10:00+07:00\n"
    ).encode()
    assert payments.load_rates(content=content, actor=OFFICE) == (2, 0)
    assert payments.load_rates(content=content, actor=OFFICE) == (0, 2)
    rate = rates.latest("USD")
    assert (rate.rate, rate.source, rate.quoted_at.isoformat()) == (
        Decimal("16250.5"),
        "Contoh",
        "2026-01-01T17:00:00+00:00",
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "base,quote\n",
        HEAD,
        HEAD + "USD,IDR,16250\n",
        HEAD + "XXX,IDR,1,Contoh,2026-01-02\n",
        HEAD + "USD,USD,1,Contoh,2026-01-02\n",
        HEAD + 'USD,IDR,"16.250,5",Contoh,2026-01-02\n',
        HEAD + "USD,IDR,0,Contoh,2026-01-02\n",
        HEAD + "USD,IDR,-5,Contoh,2026-01-02\n",
        HEAD + "USD,IDR,nan,Contoh,2026-01-02\n",
        HEAD + "USD,IDR,1.123456789,Contoh,2026-01-02\n",
        HEAD + "USD,IDR,16250,,2026-01-02\n",
        HEAD + "USD,IDR,16250,Contoh,2026-13-02\n",
        HEAD + "USD,IDR,16250,Contoh,2999-01-01\n",
        HEAD + "USD,IDR,16250,Contoh,2026-01-02\nUSD,IDR,16250,Contoh,2026-01-02\n",
    ],
)
def test_files_that_are_refused(text: str) -> None:
    with pytest.raises(BadRates) as error:
        payments.load_rates(content=text.encode(), actor=OFFICE)
    assert error.value.faults
    assert not Rate.objects.exists()


def test_every_fault_is_named_by_its_row() -> None:
    with translation.override("en"), pytest.raises(BadRates) as error:
        read((HEAD + "USD,IDR,x,Contoh,2026-01-02\nUSD,IDR,1,Contoh,x\n").encode())
    assert [fault.partition(":")[0] for fault in error.value.faults] == ["Row 1", "Row 2"]
    with pytest.raises(BadRates):
        read(b"\xff\xfe\x00bad")


def test_a_source_does_not_change_its_rate() -> None:
    payments.load_rates(content=(HEAD + "USD,IDR,16250,Contoh,2026-01-02\n").encode(), actor=OFFICE)
    with pytest.raises(BadRates):
        payments.load_rates(
            content=(HEAD + "EUR,IDR,1,Contoh,2026-01-02\nUSD,IDR,16251,Contoh,2026-01-02\n").encode(),
            actor=OFFICE,
        )
    assert Rate.objects.count() == 1


def test_rates_locks_and_exchanges_are_never_edited() -> None:
    a_rate()
    with pytest.raises(DatabaseError), transaction.atomic():
        Rate.objects.update(rate=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Rate.objects.all().delete()


def test_the_command_and_its_example(tmp_path: Path) -> None:
    out = StringIO()
    call_command("load_rates", str(EXAMPLE), stdout=out)
    assert out.getvalue() == "4 rates new, 0 as they were\n"
    assert all("example" in rate.source for rate in Rate.objects.all())
    for bad in (tmp_path / "none.csv", tmp_path):
        with pytest.raises(CommandError):
            call_command("load_rates", str(bad))
    (tmp_path / "bad.csv").write_text("x")
    with pytest.raises(CommandError):
        call_command("load_rates", str(tmp_path / "bad.csv"))


@pytest.mark.parametrize(
    ("minor", "rate", "to", "expected"),
    [
        (100, "16250", "IDR", 16_250),
        (1, "16250", "IDR", 163),  # 162.5: half a rupiah goes up
        (3, "16250", "IDR", 488),  # 487.5
        (125_000, "16250.12345678", "IDR", 20_312_654),
        (10**15, "16250", "IDR", 162_500_000_000_000_000),
        (1, "3.6725", "AED", 4),
    ],
)
def test_conversion_is_exact(minor: int, rate: str, to: str, expected: int) -> None:
    assert rates.convert(Money(minor, "USD"), Decimal(rate), to) == Money(expected, to)


def test_an_indicative_amount_names_its_rate_and_says_if_it_is_old() -> None:
    old, new = a_rate("16000", age=8), a_rate("16250", age=6)
    assert rates.indicative(Money(200, "USD"), "IDR") == (Money(32_500), new)
    assert (rates.is_old(old), rates.is_old(new)) == (True, False)
    with pytest.raises(rates.NoRate):
        rates.indicative(Money(200, "EUR"), "IDR")


def test_a_lock_is_of_the_orders_currency_and_stands() -> None:
    order = export_order()
    with pytest.raises(PaymentError):
        payments.lock_rate(order=order, rate=a_rate(base="EUR"), valid_until=days(1), actor=OFFICE)
    with pytest.raises(PaymentError):
        payments.lock_rate(order=order, rate=a_rate(), valid_until=days(-1), actor=OFFICE)
    a_lock(order)
    with pytest.raises(PaymentError):
        a_lock(order, "17000")


def accepted(sellers: int = 1) -> RateLock:
    """An order in dollars, paid and signed for, with a locked rate."""
    order = export_order(sellers=sellers)
    lock = a_lock(order)
    settle(dues_of(order)[0])
    for part in parts_of(order):
        sign(bring(part, part_states.DELIVERED))
    return lock


def sell(lock: RateLock, received: int, reference: str = "FX-1") -> Exchange:
    return payments.exchange(lock=lock, received=Money(received), bank_reference=reference, actor=OFFICE)


def test_the_difference_to_the_lock_is_the_operators() -> None:
    """US$ 25,015.00 locked at 16,250, sold at 16,200: the sellers get the locked amount, Rp 1,250,750 is lost."""
    lock = accepted()
    row = sell(lock, 25_015 * 16_200)
    assert (row.sold, row.promised, row.received) == (2_501_500, 406_493_750, 405_243_000)
    partner = parts_of(lock.order)[0].partner_id
    where = f"pesantren/{partner}"
    assert balance(Kind.PAYABLE, "USD", where) == Money(0, "USD")
    assert balance(Kind.PAYABLE, "IDR", where) == Money(406_493_750)
    assert balance(Kind.FX, "IDR") == Money(1_250_750)
    assert balance(Kind.FX, "USD") == Money(0, "USD")
    assert balance(Kind.BANK, "USD") == Money(0, "USD")
    assert balance(Kind.BANK, "IDR") == Money(405_243_000)
    assert exchange_queries.difference(row).lost == Money(1_250_750)
    assert audit() == []


def test_the_sellers_parts_add_up() -> None:
    lock = accepted(sellers=2)
    row = sell(lock, 430_000_000)
    assert sum(part["promised"] for part in row.parts.values()) == row.promised == 422_987_338
    assert sum(part["sold"] for part in row.parts.values()) == row.sold == 2_602_999
    office = make_user("kantor@example.com", staff_role="office")
    assert exchange_queries.balances(office) == [Money(422_987_338 - 430_000_000)]
    assert audit() == []


def test_money_is_sold_once_and_only_what_was_accepted() -> None:
    order = export_order()
    lock = a_lock(order)
    settle(dues_of(order)[0])
    with pytest.raises(PaymentError):
        sell(lock, 1)
    first, second = parts_of(order)
    sign(bring(first, part_states.DELIVERED), {0: 10})
    assert sum(part.minor for part in exchange_queries.sellable(lock).values()) == 1_250_000 + 1_500
    sell(lock, 200_000_000)
    with pytest.raises(PaymentError):
        sell(lock, 200_000_000, "FX-2")
    sign(bring(second, part_states.DELIVERED))
    with pytest.raises(KnownReference):
        sell(lock, 1_000_000)
    with pytest.raises(PaymentError):
        payments.exchange(lock=lock, received=Money(5, "USD"), bank_reference="FX-3", actor=OFFICE)
    sell(lock, 1_000_000, "FX-2")
    assert audit() == []


def test_after_the_lock_the_sellers_get_what_the_bank_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    lock = accepted()
    monkeypatch.setattr(exchange_queries, "is_over", lambda lock: True)
    row = sell(lock, 400_000_000)
    assert (row.promised, balance(Kind.FX, "IDR").minor) == (400_000_000, 0)
    assert audit() == []


def a_letter(**changes: Any) -> Any:
    order = export_order(deposit_and_balance(), sellers=1)
    settle(dues_of(order)[0])
    return letter_for(dues_of(order)[1], make_user("kantor@example.com", staff_role="office"), **changes)


def test_what_a_letter_asks_for_next() -> None:
    today = working_days.today()
    letter = a_letter(presentation_days=10)
    assert letter.amount == letter.due.amount
    assert letters.next_step(letter, None) == letters.Next("ship", today + timedelta(days=20))
    assert letters.next_step(letter, today) == letters.Next("present", today + timedelta(days=10))
    late = today + timedelta(days=30)
    assert letters.next_step(letter, late) == letters.Next("present", letter.expires_on)
    part = bring(parts_of(letter.due.order)[0], part_states.HANDED_OVER)
    assert overseas.shipped_on([part.order_id]) == {part.order_id: today}
    payments.move_letter(letter=letter, to=states.DOCUMENTS_SENT, actor=OFFICE)
    assert letters.next_step(letter, today) == letters.Next("pay", letter.expires_on)
    payments.move_letter(letter=letter, to=states.HONOURED, actor=OFFICE)
    assert letters.next_step(letter, today) is None


@pytest.mark.parametrize(("left", "stage"), [(15, None), (14, 14), (8, 14), (7, 7), (2, 2), (0, 2), (-3, 2)])
def test_when_the_office_is_reminded(left: int, stage: int | None) -> None:
    assert letters.stage(letters.Next("ship", working_days.today() + timedelta(days=left))) == stage


def test_a_reminder_is_written_once() -> None:
    a_letter(latest_shipment=working_days.today() + timedelta(days=6))
    tasks.remind_letters()
    tasks.remind_letters()
    assert Mail.objects.filter(key__startswith="letter-reminder/").count() == 1


def test_letters_that_are_refused() -> None:
    letter = a_letter()
    user = make_user("lain@example.com")
    today = working_days.today()
    with pytest.raises(PaymentError):  # a second one
        letter_for(letter.due, user)
    with pytest.raises(PaymentError):  # a due without schedule
        letter_for(dues_of(export_order())[0], user)
    other = dues_of(export_order(deposit_and_balance()))[1]
    with pytest.raises(PaymentError):
        letter_for(other, user, latest_shipment=today - timedelta(days=1))
    assert timezone.localdate() >= letter.issued_on
