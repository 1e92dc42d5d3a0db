"""Mails to everybody who works for a pesantren: its bank account changes, a transfer is made or came back."""

from typing import Any

from marketplace.notices.services import send_to
from marketplace.orders import links
from marketplace.payments.models import Payout, PayoutAccount
from marketplace.people.models import User
from marketplace.pesantren.models import Partner

SHOWN = 4  # digits of an account number; a mail is read by many eyes


def last_digits(account: PayoutAccount) -> str:
    return account.number[-SHOWN:]


def account_named(account: PayoutAccount) -> None:
    """At once, so that whoever did not want this can stop it in time."""
    _about_account(account, "named")


def account_confirmed(account: PayoutAccount) -> None:
    _about_account(account, "confirmed")


def account_refused(account: PayoutAccount, why: str) -> None:
    _about_account(account, "refused", why=why)


def payout_paid(payout: Payout) -> None:
    _about_payout(payout, "paid")


def payout_failed(payout: Payout) -> None:
    """It may fail after it was paid: its state then differs, and so does the key."""
    _about_payout(payout, "failed")


def _about_account(account: PayoutAccount, what: str, **more: object) -> None:
    key = f"payout-account-{what}/{account.pk}"
    _tell(account.partner, key, "payout_account", account=account, what=what, **more)


def _about_payout(payout: Payout, what: str) -> None:
    _tell(
        payout.partner,
        f"payout-{what}/{payout.reference}",
        "payout",
        payout=payout,
        what=what,
        account=payout.account,
    )


def _tell(partner: Partner, key: str, template: str, *, account: PayoutAccount, **context: Any) -> None:
    for person in User.objects.filter(memberships__partner=partner, is_active=True).order_by("pk"):
        send_to(
            person,
            key=key,
            template=template,
            partner=partner,
            account=account,
            digits=last_digits(account),
            link=links.absolute("workspace:bank-account", partner.code, language=person.language),
            **context,
        )
