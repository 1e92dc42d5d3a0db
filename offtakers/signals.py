"""News about companies, for rooms above that write mails."""

from django.dispatch import Signal

invited = Signal()  # invitation, language
decided = Signal()  # company, why: the office verified, refused or suspended it
terms_set = Signal()  # company, why: the office gave it other terms
