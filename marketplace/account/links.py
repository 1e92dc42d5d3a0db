"""Where a signed-in person can go: by role, since one person may hold several."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.common.access import is_staff
from marketplace.pesantren.access import is_member


def account_links(user: Any) -> list[tuple[str, str]]:
    """(label, address) pairs for the account menu."""
    if not user.is_authenticated:
        return []
    links = [(_("My orders"), reverse("account:orders")), (_("My profile"), reverse("customer:profile"))]
    if is_member(user):
        links.insert(0, (_("Pesantren workspace"), reverse("workspace:home")))
    if is_staff(user):
        links.insert(0, (_("Office"), reverse("office:home")))
    return links
