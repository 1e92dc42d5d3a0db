"""Finding the person behind a sign-in name. Only sign-in and password reset ask, and they never tell."""

from marketplace.people.models import User
from marketplace.people.phones import to_e164


def sign_in_name(typed: str) -> str:
    """The one form in which a name is stored: a small-letter address or an E.164 number; else as typed."""
    text = typed.strip()
    return text.lower() if "@" in text else (to_e164(text) or text.lower())


def person_by_name(typed: str) -> User | None:
    """The person who signs in with this e-mail address or telephone number, or nothing."""
    name = sign_in_name(typed)
    field = "email" if "@" in name else "phone"
    return User.objects.filter(**{field: name}).first()
