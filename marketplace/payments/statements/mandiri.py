"""The CSV of Bank Mandiri's internet banking for businesses, with debit and credit in two columns.

Layout as seen in public readers of such files on GitHub (November 2026); not checked with the bank. Seen there:
two columns named Description; ".00" for nothing; an empty reference on some rows; years of two digits. It has no
balances. An older layout, parted by semicolons, is not read.
"""

from marketplace.payments.statements.layout import Layout

# Words of the text that are the bank's own, never part of a payer's name.
NOISE = "MCM INHOUSETRF DARI KE TRANSFER FEE DR KR CR BI-FAST SA OTO CASHLESS BANK MANDIRI"

LAYOUT = Layout(
    key="mandiri",
    name="Mandiri",
    columns={
        "account": "Account No",
        "date": "Date",
        "text": "Description",
        "reference": "Reference No.",
        "debit": "Debit",
        "credit": "Credit",
    },
    noise=frozenset(NOISE.split()),
)
