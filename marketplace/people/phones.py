"""Telephone numbers: typed as people type them, stored as E.164."""

import phonenumbers


def to_e164(typed: str) -> str | None:
    """08…, 628…, +62… and foreign numbers with + become E.164; nothing if it is no telephone number."""
    text = typed.strip()
    digits = "".join(char for char in text if char.isdigit())
    if text.startswith("00"):
        text = f"+{digits[2:]}"
    elif digits.startswith("62") and not text.startswith("+"):
        text = f"+{digits}"
    try:
        number = phonenumbers.parse(text, "ID")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def for_people(e164: str) -> str:
    """As people read it: 0812-3456-7890 at home, +971 … abroad."""
    try:
        number = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    kind = phonenumbers.PhoneNumberFormat
    home = number.country_code == 62
    return phonenumbers.format_number(number, kind.NATIONAL if home else kind.INTERNATIONAL)
