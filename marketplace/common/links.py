"""Addresses for mails, where no request says the host."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation


def absolute(name: str, *args: object, language: str) -> str:
    """Absolute address of a named page in this language."""
    with translation.override(language):
        return f"{settings.BASE_URL}{reverse(name, args=args)}"
