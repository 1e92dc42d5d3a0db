"""News about companies, for rooms above that write mails."""

from django.dispatch import Signal

invited = Signal()  # invitation, language
decided = Signal()  # company, why: the office verified, refused or suspended it, or lifted the suspension
renewal_refused = Signal()  # company, why: the newer proof did not convince
terms_set = Signal()  # company, why: the office gave it other terms
ends_soon = Signal()  # company, stage (60, 30 or 7), left (days): the verification ends
ended = Signal()  # company: the verification has ended
approval_asked = Signal()  # approval
approval_decided = Signal()  # approval
