"""Stripe's minor units on the wire (rupiah × 100), its limits, and invented exchange rates."""

from decimal import ROUND_HALF_UP, Decimal

from tests.fakestripe.errors import impossible, invalid

NO_MINOR_UNIT = frozenset(
    [
        "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "vnd", "vuv", "xaf", "xof", "xpf",
    ]
)  # fmt: skip
WHOLE_ONLY = frozenset({"isk", "ugx"})  # hundredths on the wire, yet only whole units
THREE_PLACES = frozenset({"bhd", "jod", "kwd", "omr", "tnd"})  # the last digit must be 0
LEAST = {"usd": 50, "eur": 50, "aed": 200, "jpy": 50, "sgd": 50, "gbp": 30}  # by settlement currency
PER_DOLLAR = {
    currency: Decimal(rate)
    for currency, rate in {
        "usd": "1", "idr": "16250", "aed": "3.6725", "eur": "0.92", "sar": "3.75", "sgd": "1.34", "jpy": "150",
        "try": "41", "gbp": "0.78", "myr": "4.4",
    }.items()
}  # fmt: skip


def places(currency: str) -> int:
    return 0 if currency in NO_MINOR_UNIT else 3 if currency in THREE_PLACES else 2


def check(amount: int, currency: str, param: str) -> None:
    """Refuse what Stripe refuses: fractions it does not know, too little, too much."""
    if currency not in PER_DOLLAR and currency not in NO_MINOR_UNIT | WHOLE_ONLY | THREE_PLACES:
        raise invalid(f"Invalid currency: {currency}", param="currency")
    if amount < 1:
        raise invalid("This value must be greater than or equal to 1.", "parameter_invalid_integer", param)
    if len(str(amount)) > (12 if currency == "idr" else 8):
        most = "9,999,999,999.99" if currency == "idr" else "999,999.99"
        raise invalid(f"Amount must be no more than {most}", "amount_too_large", param)
    if (currency in WHOLE_ONLY and amount % 100) or (currency in THREE_PLACES and amount % 10):
        raise invalid(f"Invalid {currency} amount", "parameter_invalid_integer", param)


def check_least(amount: int, currency: str, settlement: str) -> None:
    least = LEAST.get(settlement, 0)
    if convert(amount, currency, settlement) < least:
        raise impossible(
            "Amount must convert to at least the minimum of the settlement currency.",
            "amount_too_small",
            "amount",
        )


def rate(source: str, target: str) -> Decimal:
    """How many `target` one `source` is worth."""
    return PER_DOLLAR.get(target, Decimal(1)) / PER_DOLLAR.get(source, Decimal(1))


def convert(amount: int, source: str, target: str) -> int:
    """Minor units of `target`, rounded half up."""
    if source == target:
        return amount
    shift = Decimal(10) ** (places(target) - places(source))
    return int((amount * rate(source, target) * shift).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def shown(amount: int, currency: str) -> str:
    """For the hosted page: "IDR 300,000.00"."""
    digits = places(currency)
    return f"{currency.upper()} {Decimal(amount).scaleb(-digits):,.{digits}f}"
