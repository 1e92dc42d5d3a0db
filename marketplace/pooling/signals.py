"""News about pools, for rooms above that write mails. Sent inside the transaction: mails are rows too."""

from django.dispatch import Signal

share_changed = Signal()  # share, actor: proposed, confirmed, released, delivered or short
pool_changed = Signal()  # pool, actor: something is missing, all answered, all delivered, ended
