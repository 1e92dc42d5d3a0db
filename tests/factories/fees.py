"""Rules of commission and tax, in force since long ago unless told otherwise."""

from datetime import date
from typing import Any

from marketplace.payments.models import CommissionRule, TaxRule

LONG_AGO = date(2025, 1, 1)


def fee_rule(**facts: Any) -> CommissionRule:
    return CommissionRule.objects.create(**{"name": "Aturan contoh", "valid_from": LONG_AGO, **facts})


def tax_on_fee(**facts: Any) -> TaxRule:
    """12 % counted on 11/12."""
    base = {"name": "PPN atas jasa", "on_fee": True, "rate_bp": 1200, "source": "PMK 131/2024"}
    return TaxRule.objects.create(**{**base, "valid_from": LONG_AGO, **facts})


def goods_tax(**facts: Any) -> TaxRule:
    """PPN of goods of a registered seller at home."""
    base = {
        "name": "PPN",
        "registered": True,
        "channel": "domestic",
        "rate_bp": 1200,
        "source": "PMK 131/2024",
    }
    return TaxRule.objects.create(**{**base, "valid_from": LONG_AGO, "order": 50, **facts})
