"""Where buyers transfer to, by currency. The operator's accounts are configuration (settings.OPERATOR_ACCOUNTS)."""

from dataclasses import dataclass

from django.conf import settings
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class BankAccount:
    """One account of the operator; empty texts are not shown."""

    bank: str
    account: str
    account_name: str
    swift: str = ""
    bank_address: str = ""
    correspondent: str = ""

    def rows(self) -> list[tuple[str, str]]:
        """(label, value) as papers and pages list them."""
        found = [
            (str(_("Bank")), self.bank),
            (str(_("Address of the bank")), self.bank_address),
            (str(_("SWIFT/BIC")), self.swift),
            (str(_("Account number or IBAN")), self.account),
            (str(_("Account name")), self.account_name),
            (str(_("Correspondent bank")), self.correspondent),
        ]
        return [(label, value) for label, value in found if value]

    @property
    def line(self) -> str:
        """All of it in one line, for mails."""
        return ". ".join(f"{label}: {value}" for label, value in self.rows())


def bank_account(currency: str) -> BankAccount | None:
    """The account for this currency; nothing where the operator has none: the office is asked then."""
    found = settings.OPERATOR_ACCOUNTS.get(currency)
    return BankAccount(**found) if found else None
