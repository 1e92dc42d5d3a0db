"""A pesantren's conversations with buyers. A conversation of others is a 404."""

from collections.abc import Callable

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.timezone import is_aware
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.conversations import page, queries
from marketplace.conversations.forms import MessageForm
from marketplace.conversations.models import Side, Thread
from marketplace.conversations.services import nothing_to_answer
from marketplace.fulfilment.queries import for_members
from marketplace.orders.models import Order
from marketplace.pesantren.access import members_only
from marketplace.workspace.page import context, page_of


@require_safe
@never_cache
@members_only
def conversations(request: HttpRequest) -> HttpResponse:
    """Those with something new first."""
    found = page_of(request, queries.for_members(request.user))
    more = {"page_obj": found, "page_base": "?page="}
    return render(request, "workspace/messages/list.html", context(request, "messages", **more))


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@members_only
def conversation(request: HttpRequest, pk: int) -> HttpResponse:
    thread = get_object_or_404(queries.for_members(request.user), pk=pk)
    return _talk(request, thread, page.About())


@members_only
@require_POST
def conversation_done(request: HttpRequest, pk: int) -> HttpResponse:
    """Nothing is left to answer: it does not wait any more. What the buyer writes from now on waits again."""
    thread = get_object_or_404(queries.for_members(request.user), pk=pk)
    upto = parse_datetime(request.POST.get("upto", "")[:40])
    if upto and is_aware(upto) and thread.buyer_wrote_at:
        upto = min(upto, thread.buyer_wrote_at)
        nothing_to_answer(thread=thread, upto=upto, actor=Actor.of(request.user))
        messages.success(request, _("Noted. This conversation does not wait any more."))
    return redirect("workspace:home")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@members_only
def part_conversation(request: HttpRequest, number: str) -> HttpResponse:
    """Write to the buyer of one part: the same thread, whoever began it."""
    part = get_object_or_404(for_members(request.user), number=number)
    if part.is_supply:  # the buyer is the exporter's; the two do not write to each other
        raise Http404
    return _talk(request, queries.about_order(part.order, part.partner), page.About(order=part.order))


def _talk(request: HttpRequest, thread: Thread, about: page.About) -> HttpResponse:
    form = MessageForm(request.POST or None)
    if request.method == "POST" and thread.partner.sells and form.is_valid():
        limit = f"person/{request.user.pk}/{thread.pk}"  # a busy pesantren answers many buyers
        actor = Actor.of(request.user)
        sent = page.send(form, thread, Side.SELLER, actor=actor, about=about, limit=limit)
        if sent:
            messages.success(request, _("Your message is sent."))
            return redirect(f"{reverse('workspace:conversation', args=[sent.thread_id])}#latest")
    found = page.context(request, thread, Side.SELLER, _order_url(request, thread))
    found |= {"form": form, "about": about}
    return render(request, "workspace/messages/conversation.html", context(request, "messages", **found))


def _order_url(request: HttpRequest, thread: Thread) -> Callable[[Order], str]:
    """Where a member finds the part of an order; nowhere while the order is not paid. One query."""
    parts = for_members(request.user).filter(partner=thread.partner, order__user=thread.user_id)
    if thread.order_id:
        parts = for_members(request.user).filter(partner=thread.partner, order=thread.order_id)
    numbers = dict(parts.order_by().values_list("order_id", "number"))

    def url(order: Order) -> str:
        number = numbers.get(order.pk)
        return reverse("workspace:fulfilment", args=[number]) if number else ""

    return url
