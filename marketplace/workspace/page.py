"""What every page of the workspace needs: the menu, and pages of a list."""

from typing import Any

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from marketplace.common.access import MENTOR, is_staff
from marketplace.conversations.queries import unread
from marketplace.exports.models import Consignment, ConsignmentLine
from marketplace.pesantren.access import goods_kept_by, pesantren_of
from marketplace.programme.models import Exhibitor
from marketplace.sourcing.models import Contract
from marketplace.workspace import inbox

PER_PAGE = 20
OF_KEEPERS = {"products", "permits"}  # pages that mentors see, too


def page_of(request: HttpRequest, rows: Any) -> Any:
    """The asked page of a list; a wrong number gives the nearest one."""
    return Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))


def context(request: HttpRequest, here: str, **more: Any) -> dict[str, Any]:
    """`here` names the current page of the menu. A mentor who works for no pesantren sees goods and permits alone.

    `mine`: whose goods this person keeps; `own`: the ids of those it is a member of.
    """
    sold = Contract.objects.filter(seller=OuterRef("pk"))
    sent = ConsignmentLine.objects.filter(part__fulfilment__partner=OuterRef("pk"))
    exported = Exists(sent) | Exists(Consignment.objects.filter(exporter=OuterRef("pk")))
    at_events = Exhibitor.objects.filter(partner=OuterRef("pk"))
    invited = Exists(at_events.filter(event__is_historic=False))
    shows = Exists(at_events.filter(declined_at=None))
    found = pesantren_of(request.user)
    mine = list(
        found.annotate(has_contracts=Exists(sold), has_exports=exported, has_events=invited, exhibits=shows)
    )
    if not mine:
        return _for_mentor(request, here, **more)
    waits = more.pop("waits", None)
    count = inbox.count(request.user) if waits is None else waits
    new_messages = unread(request.user).seller
    nav = [
        (_("What waits"), reverse("workspace:home"), here == "home", count),
        (_("Orders"), reverse("workspace:fulfilments"), here == "orders", 0),
        (_("Requests"), reverse("workspace:requests"), here == "requests", 0),
        *_of_sourcing(mine, here),
        *_of_exports(mine, here),
        *_of_events(mine, here),
        (_("Money"), reverse("workspace:money"), here == "money", 0),
        (_("Products"), reverse("workspace:products"), here == "products", 0),
        (_("Permits"), reverse("workspace:permits"), here == "permits", 0),
        (_("Messages"), reverse("workspace:conversations"), here == "messages", new_messages),
        (_("Complaints"), reverse("workspace:complaints"), here == "complaints", 0),
        (_("How it goes"), reverse("workspace:insights", args=[mine[0].code]), here == "insights", 0),
        (_("About us"), reverse("workspace:about", args=[mine[0].code]), here == "about", 0),
        (_("People"), reverse("workspace:team", args=[mine[0].code]), here == "team", 0),
    ]
    own = {partner.pk for partner in mine}  # the pages of these are open, of others that are kept only some
    if is_staff(request.user, MENTOR):
        nav.append((_("Whom I help"), reverse("workspace:mentoring"), here == "mentoring", 0))
        mine = list(goods_kept_by(request.user)) if here in OF_KEEPERS else mine
    page = {"nav": nav, "new_messages": new_messages, "mine": mine, "several": len(mine) > 1, "own": own}
    return {**page, **more}


def _of_sourcing(mine: list[Any], here: str) -> list[tuple[Any, str, bool, int]]:
    """Offers for whoever composes; contracts and deliveries for whoever has signed one."""
    found = []
    if any(one.is_exporter for one in mine):
        found.append((_("Offers"), reverse("workspace:offers"), here == "offers", 0))
    if found or any(one.has_contracts for one in mine):
        found.append((_("Contracts"), reverse("workspace:contracts"), here == "contracts", 0))
        found.append((_("Deliveries"), reverse("workspace:call-offs"), here == "call-offs", 0))
    return found


def _of_exports(mine: list[Any], here: str) -> list[tuple[Any, str, bool, int]]:
    """Where goods are, for whoever has or had some on their way abroad."""
    if not any(one.has_exports for one in mine):
        return []
    return [(_("On the way abroad"), reverse("workspace:consignments"), here == "consignments", 0)]


def _of_events(mine: list[Any], here: str) -> list[tuple[Any, str, bool, int]]:
    """Business meetings and exhibitions, for whoever is or was invited; what was promised there."""
    links = []
    if any(one.has_events for one in mine):
        links.append((pgettext("event", "Events"), reverse("workspace:events"), here == "events", 0))
    if any(one.exhibits for one in mine):
        links.append((_("Promises"), reverse("workspace:commitments"), here == "commitments", 0))
    return links


def _for_mentor(request: HttpRequest, here: str, **more: Any) -> dict[str, Any]:
    kept = list(goods_kept_by(request.user))
    nav = [(_("Whom I help"), reverse("workspace:mentoring"), here == "mentoring", 0)]
    if kept:
        nav.append((_("Products"), reverse("workspace:products"), here == "products", 0))
        nav.append((_("Permits"), reverse("workspace:permits"), here == "permits", 0))
    return {"nav": nav, "new_messages": 0, "mine": kept, "several": len(kept) > 1, "own": set(), **more}
