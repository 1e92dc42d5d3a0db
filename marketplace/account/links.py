"""Where a signed-in person can go: by role, since one person may hold several."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.access import EXPORT, MENTOR, OFFICE, PROGRAMME, is_staff
from marketplace.conversations.queries import unread
from marketplace.pesantren.access import is_member
from offtakers.access import buys_for_company


def account_links(user: Any) -> list[tuple[str, str]]:
    """(label, address) pairs for the account menu."""
    if not user.is_authenticated:
        return []
    new = unread(user).buyer
    talks = _("Messages (%(new)s new)") % {"new": new} if new else _("Messages")
    links = [(_("My orders"), reverse("account:orders")), (talks, reverse("account:conversations"))]
    links += [(_("My lists"), reverse("account:lists")), (_("My addresses"), reverse("account:addresses"))]
    links.append((_("My profile"), reverse("customer:profile")))
    if buys_for_company(user):
        links.insert(1, (_("My company"), reverse("account:company")))
        links.insert(2, (_("Promises at events"), reverse("account:commitments")))
    if is_member(user):
        links.insert(0, (_("Pesantren workspace"), reverse("workspace:home")))
    if is_staff(user, MENTOR):
        links.insert(0, (_("Whom I help"), reverse("workspace:mentoring")))
    if is_staff(user, OFFICE, EXPORT, PROGRAMME):
        links.insert(0, (_("Office"), reverse("office:home")))
    return links
