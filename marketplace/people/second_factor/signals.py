"""News about two-step verification; account/mails.py writes to the person. Sent inside the transaction.

`changed`: person, what ("on", "off", "phone", "recovery", "codes", "locked", "asked", "reset"), and what the mail
tells more: left (recovery codes), until (a moment), why. `at` tells two of a kind apart.
"""

from django.dispatch import Signal

changed = Signal()
