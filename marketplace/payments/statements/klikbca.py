"""The CSV of KlikBCA, internet banking of Bank Central Asia ("Informasi Rekening - Mutasi Rekening").

Layout as seen in public readers of such files on GitHub (November 2026); not checked with the bank. Seen there:
an apostrophe before dates and branches; dates with and without the year; CR or DB in the amount's cell or in a
nameless column after it; PEND in place of the date while a row is not booked; balances in the last lines.
"""

from marketplace.payments.statements.layout import Layout

# Words of the text that are the bank's own, never part of a payer's name.
NOISE = (
    "TRSF E-BANKING CR DB KR OTOMATIS LLG-ANTAR ANTAR BANK SWITCHING BI-FAST "
    "BIFAST TRANSFER DR DARI SETORAN TUNAI BIF M-BCA"
)

LAYOUT = Layout(
    key="klikbca",
    name="KlikBCA (BCA)",
    columns={
        "date": "Tanggal Transaksi",
        "text": "Keterangan",
        "amount": "Jumlah",
        "balance": "Saldo",
    },
    optional=frozenset({"balance"}),
    labels={
        "account": "No. rekening",
        "period": "Periode",
        "opening": "Saldo Awal",
        "closing": "Saldo Akhir",
    },
    passed_over=("Mutasi Debet", "Mutasi Kredit", "Debet", "Kredit"),
    pending="PEND",
    noise=frozenset(NOISE.split()),
)
