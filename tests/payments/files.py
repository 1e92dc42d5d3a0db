"""Bank files for tests, in the two layouts. All parties are invented."""

from collections.abc import Iterable

BCA_HEAD = (
    "Informasi Rekening - Mutasi Rekening\nNo. rekening : '0000000000\nNama : CONTOH\n"
    "Periode : {period}\nKode Mata Uang : IDR\n\nTanggal Transaksi,Keterangan,Cabang,Jumlah,,Saldo\n"
)
MANDIRI_HEAD = (
    "Account No,Date,Val. Date,Transaction Code,Description,Description,Reference No.,Debit,Credit,\n"
)


def bca(*rows: str, period: str = "01/11/2026 - 23/11/2026", foot: str = "") -> bytes:
    return (BCA_HEAD.format(period=period) + "\n".join(rows) + "\n" + foot).encode()


def bca_in(day: str, amount: str, text: str = "TOKO CONTOH", balance: str = "") -> str:
    return f'\'{day},"{text}",\'0000,"{amount}",CR,"{balance}"'


def mandiri(*rows: str) -> bytes:
    return (MANDIRI_HEAD + "\n".join(rows) + "\n").encode()


def mandiri_in(day: str, amount: str, text: str = "DARI TOKO CONTOH", reference: str = "") -> str:
    return f'0000000000001,{day},{day},7820,"{text} ","",{reference},".00","{amount}",'


def many(count: int, day: str = "20/11/26") -> Iterable[str]:
    return (mandiri_in(day, f"{1000 + n}.00", reference=f"R{n}") for n in range(count))
