"""Files of two banks, read exactly or refused whole with every reason."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from marketplace.payments.statements import LAYOUTS, SAMPLES, FileError, read
from marketplace.payments.statements.reader import payer_in, sen
from tests.payments.files import bca, bca_in, mandiri, mandiri_in, many

TODAY = date(2026, 11, 23)


def faults(content: bytes) -> list[tuple[int, str]]:
    with pytest.raises(FileError) as found:
        read(content, TODAY)
    return [(fault.line, fault.text) for fault in found.value.faults]


@pytest.fixture(autouse=True)
def english(settings):
    settings.LANGUAGE_CODE = "en"


def test_klikbca_credits_debits_balances_and_what_is_left_out():
    found = read(
        bca(
            bca_in(
                "20/11",
                "1,500,000.00",
                "TRSF E-BANKING CR 2011/FTSCY/WS95051 OPOP-ABCD-2345 TOKO CONTOH",
                "11,500,000.00",
            ),
            "'21/11/2026,'BIAYA ADM,'0000,15000.00 DB,,\"11,485,000.00\"",
            'PEND,TRSF,\'0000,"1.00",CR,"1.00"',
            foot='\nSaldo Awal,:,"10,000,000.00"\nMutasi Debet,:,"15,000.00"\n"Saldo Akhir : 11,485,000.00"\n',
        ),
        TODAY,
    )
    assert (found.layout.key, found.account) == ("klikbca", "0000000000")
    assert [(row.number, row.booked_on, row.sen, row.balance) for row in found.rows] == [
        (8, date(2026, 11, 20), 150_000_000, 1_150_000_000),
        (9, date(2026, 11, 21), -1_500_000, 1_148_500_000),
    ]
    assert [row.payer for row in found.rows] == ["TOKO CONTOH", "BIAYA ADM"]
    assert (found.opening, found.closing, found.off, found.left_out) == (1_000_000_000, 1_148_500_000, 0, 1)


def test_klikbca_without_balances_in_the_rows():
    head = b'Tanggal Transaksi,"Keterangan","Cabang","Jumlah"\n'
    found = read(head + b'01/11/2026,"TRSF CONTOH","0000","799,700.00 CR"\n', TODAY)
    assert [(row.sen, row.balance) for row in found.rows] == [(79_970_000, None)]
    assert found.off is None


def test_balances_that_do_not_agree_are_counted():
    foot = "Saldo Awal : 10.00\nSaldo Akhir : 100.00\n"
    assert read(bca(bca_in("20/11", "50.00"), foot=foot), TODAY).off == 4000


def test_a_day_without_year_across_new_year():
    found = read(
        bca(bca_in("31/12", "1.00"), bca_in("01/01", "2.00"), period="25/12/2025 - 05/01/2026"), TODAY
    )
    assert [row.booked_on for row in found.rows] == [date(2025, 12, 31), date(2026, 1, 1)]


@pytest.mark.parametrize("day", ["31/11", "29/02", "00/11", "24/12"])
def test_a_day_outside_the_period_or_the_calendar(day: str):
    assert faults(bca(bca_in(day, "1.00"))) == [(8, f"The day {day} is not in the period of the file.")]


def test_a_day_without_year_needs_the_period():
    assert faults(bca(bca_in("20/11", "1.00"), period="-")) == [
        (8, "The date has no year, and the file does not say its period.")
    ]


def test_mandiri_two_columns_and_both_descriptions():
    found = read(
        mandiri(
            '0000000000001,22/01/26,22/01/26,7820,"MCM InhouseTrf  DARI TOKO CONTOH ",'
            '"OPOP-ABCD-2345", REF1 ,".00","41,300.00",',
            '0000000000001,01/01/26,01/01/26,6902,"DR 1 KR 2 ","SEWA",,"453,684.00",".00",',
        ),
        TODAY,
    )
    assert (found.layout.key, found.account, found.off) == ("mandiri", "0000000000001", None)
    assert [(row.booked_on, row.sen, row.reference, row.text, row.payer) for row in found.rows] == [
        (
            date(2026, 1, 22),
            4_130_000,
            "REF1",
            "MCM InhouseTrf DARI TOKO CONTOH OPOP-ABCD-2345",
            "TOKO CONTOH",
        ),
        (date(2026, 1, 1), -45_368_400, "", "DR 1 KR 2 SEWA", "SEWA"),
    ]


def test_two_equal_rows_are_two_and_the_same_in_another_file():
    row = mandiri_in("20/11/26", "90,000.00")
    once, twice = read(mandiri(row), TODAY), read(mandiri(row, row), TODAY)
    keys = [one.key for one in twice.rows]
    assert len(set(keys)) == 2
    assert once.rows[0].key == keys[0]


def test_every_fault_with_its_line_and_nothing_taken():
    content = bca(
        bca_in("20/11", "1.500.000,00"),
        bca_in("20/11", "1,500,000.00"),
        "'20/11,'X,'0000,\"5.00\",XX,",
        "kemarin,'X,'0000,\"5.00\",CR,",
        "'24/11/2026,'X,'0000,\"5.00\",CR,",
        "'20/11,'X,'0000,\"=1+1\",CR,",
    )
    assert faults(content) == [
        (8, "“1.500.000,00” is not an amount such as 1,500,000.00."),
        (10, "The amount does not say CR or DB."),
        (11, "“kemarin” is not a date such as 23/11/2026."),
        (12, "The day 24/11/2026 is still to come."),
        (13, "“=1+1” is not an amount such as 1,500,000.00."),
    ]


def test_a_formula_in_a_text_is_a_text():
    text = "=HYPERLINK(http://contoh) @x +1 -1"
    assert read(bca(bca_in("20/11", "5.00", text)), TODAY).rows[0].text == text


NO_COLUMNS = "The columns of the bank were not found. Take the CSV file as your bank gives it out."


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", NO_COLUMNS),
        (b"AccountNo;Ccy;PostDate\n1;IDR;x\n", NO_COLUMNS),
        (b"PK\x03\x04\0\0", "This is not a text file. Take the bank's CSV file, not Excel or PDF."),
        (
            "Tanggal Transaksi".encode("utf-16"),
            "This is not a text file. Take the bank's CSV file, not Excel or PDF.",
        ),
        (b"\x81\x8d", "The letters of this file cannot be read. Take the CSV file as the bank gives it."),
        (b"a," * 1_100_000, "The file is larger than 2 MB. Take a shorter period."),
        (mandiri(), "The file has no booked rows."),
    ],
)
def test_what_is_no_statement(content: bytes, said: str):
    assert faults(content) == [(0, said)]


def test_an_open_quotation_mark():
    assert faults(mandiri('1,"open')) == [(2, "This line is not CSV: a quotation mark is open.")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_letters_of_the_bank(encoding: str):
    content = bca(bca_in("20/11", "5.00", "CAFÉ CONTOH")).decode().encode(encoding)
    assert read(content, TODAY).rows[0].payer == "CAFÉ CONTOH"


def test_five_thousand_rows_and_one_more():
    assert len(read(mandiri(*many(5000)), TODAY).rows) == 5000
    assert faults(mandiri(*many(5001))) == [(0, "The file has more than 5,000 rows. Take a shorter period.")]


def test_two_accounts_in_one_file():
    other = mandiri_in("20/11/26", "5.00").replace("0000000000001", "9")
    assert faults(mandiri(mandiri_in("20/11/26", "5.00"), other)) == [
        (3, "This row is of another account: 9.")
    ]


def test_a_row_with_both_or_neither():
    both = '1,20/11/26,20/11/26,1,"X","",,"5.00","5.00",'
    assert faults(mandiri(both)) == [(2, "The row has both a debit and a credit.")]
    nothing = '1,20/11/26,20/11/26,1,"X","",,".00",".00",'
    one = '1,20/11/26,20/11/26,1,"X","",,".00","5.00",'
    found = read(mandiri(nothing, one), TODAY)
    assert (len(found.rows), found.left_out) == (1, 1)


@pytest.mark.parametrize("key", LAYOUTS)
def test_the_samples_can_be_read(key: str):
    found = read((SAMPLES / f"{key}.csv").read_bytes(), TODAY)
    assert found.layout.key == key
    assert not found.off


@given(st.integers(min_value=0, max_value=10**16))
def test_every_amount_comes_back(amount: int):
    whole, rest = divmod(amount, 100)
    assert sen(f"{whole:,}.{rest:02}") == amount == sen(f"{whole}.{rest:02}")


@given(st.text(max_size=200))
def test_any_text_has_some_payer(text: str):
    assert len(payer_in(text, frozenset({"DARI"}))) <= 100


@given(st.binary(max_size=400))
def test_any_bytes_are_refused_in_words(content: bytes):
    assert faults(content)
