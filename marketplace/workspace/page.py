"""What every page of the workspace needs: the menu, and pages of a list."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from marketplace.conversations.queries import unread
from marketplace.pesantren.access import pesantren_of
from marketplace.workspace import queries

PER_PAGE = 20


def page_of(request: HttpRequest, rows: Any) -> Any:
    """The asked page of a list; a wrong number gives the nearest one."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def context(request: HttpRequest, here: str, **more: Any) -> dict[str, Any]:
    """`here` names the current page of the menu."""
    waits = more.pop("waits", None)
    count = queries.waiting(request.user).count() if waits is None else waits
    new_messages = unread(request.user).seller
    mine = list(pesantren_of(request.user))
    nav = [
        (_("What waits"), reverse("workspace:home"), here == "home", count),
        (_("Orders"), reverse("workspace:fulfilments"), here == "orders", 0),
        (_("Money"), reverse("workspace:money"), here == "money", 0),
        (_("Products"), reverse("workspace:products"), here == "products", 0),
        (_("Permits"), reverse("workspace:permits"), here == "permits", 0),
        (_("Messages"), reverse("workspace:conversations"), here == "messages", new_messages),
        (_("Complaints"), reverse("workspace:complaints"), here == "complaints", 0),
        (_("How it goes"), reverse("workspace:insights", args=[mine[0].code]), here == "insights", 0),
        (_("People"), reverse("workspace:team", args=[mine[0].code]), here == "team", 0),
    ]
    return {"nav": nav, "new_messages": new_messages, "mine": mine, "several": len(mine) > 1, **more}
