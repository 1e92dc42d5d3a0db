"""News about people. The outbox is a sibling on this floor, so we tell, and account/mails.py writes.

All are sent inside the transaction that made the news.
"""

from django.dispatch import Signal

registered = Signal()  # person
known_address_tried = Signal()  # email, language: somebody signed up with what belongs to an account
reset_asked = Signal()  # person, path_args=(uid, token)
email_change_asked = Signal()  # person, email (the new one), token
email_changed = Signal()  # person, before (the old address)
