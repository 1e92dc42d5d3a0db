"""What a pesantren must fulfil before its first payout, as far as this room knows (joining asks)."""

from collections.abc import Collection

from marketplace.payments import states
from marketplace.payments.models import PayoutAccount
from marketplace.pesantren.joining.registry import computes


@computes("bank-account")
def account_confirmed(partners: Collection[int]) -> set[int]:
    """Those with an account that a second person confirmed; one query. Money goes there once its wait is over."""
    found = PayoutAccount.objects.filter(
        partner__in=partners,
        confirmed_by__isnull=False,
        state__in=[states.ACCOUNT_PROPOSED, states.ACCOUNT_ACTIVE],
    )
    return set(found.values_list("partner_id", flat=True))
