"""News about people. The outbox is a sibling on this floor, so we tell, and account/mails.py writes.

All are sent inside the transaction that made the news.
"""

from django.dispatch import Signal

registered = Signal()  # person
known_address_tried = Signal()  # email, language: somebody signed up with what belongs to an account
reset_asked = Signal()  # person, path_args=(uid, token)
email_change_asked = Signal()  # person, email (the new one), token
email_changed = Signal()  # person, before (the old address)
copy_ready = Signal()  # person, request: the copy of one's own data can be fetched
erasure_asked = Signal()  # person, request: the account ends at request.due_at unless withdrawn
erased = Signal()  # person, email (the old one), language
idle_warned = Signal()  # person, ends_on
