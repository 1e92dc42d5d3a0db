"""One conversation on a page: the same for the buyer, the pesantren and (to read) the office."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from catalogue.models import Product
from marketplace.common import dates
from marketplace.common.actor import Actor
from marketplace.common.ratelimit import too_many
from marketplace.conversations import queries, services
from marketplace.conversations.forms import MessageForm
from marketplace.conversations.models import Message, Side, Thread
from marketplace.orders.models import Order

PER_PAGE = 20
MOST, MINUTES = 10, 10  # messages of one person


@dataclass(frozen=True)
class About:
    """What the next message is about: a product, an order, or nothing in particular."""

    product: Product | None = None
    order: Order | None = None

    @property
    def label(self) -> str:
        if self.order:
            return _("Order %(number)s") % {"number": self.order.number}
        return str(self.product.title) if self.product else ""


def about(request: HttpRequest, thread: Thread) -> About:
    """From the address: ?product= or ?order=. What is not of these two is a 404."""
    if pk := request.GET.get("product"):
        product = queries.product_of(thread.partner, pk)
        if product is None:
            raise Http404
        return About(product=product)
    if number := request.GET.get("order"):
        order = queries.order_of(thread, number.replace("\0", ""))
        if order is None:
            raise Http404
        return About(order=order)
    return About()


@dataclass(frozen=True)
class Row:
    """One message as it is shown."""

    message: Message
    is_mine: bool
    who: str
    at: str
    about: str
    about_url: str


def context(
    request: HttpRequest, thread: Thread, side: Side | None, order_url: Callable[[Order], str]
) -> dict[str, Any]:
    """One page of messages, the latest page first, each page from old to new. `side` has read it now."""
    page = Paginator(queries.messages_of(thread), PER_PAGE).get_page(request.GET.get("page"))
    found = list(page.object_list)
    if found and side:
        services.mark_read(thread=thread, side=side, upto=found[0].created)
    kept = {name: request.GET[name] for name in ("product", "order") if request.GET.get(name)}
    return {
        "thread": thread,
        "rows": [_row(message, thread, side, order_url) for message in reversed(found)],
        "page_obj": page,
        "page_base": f"?{urlencode(kept)}&page=" if kept else "?page=",
    }


def _row(message: Message, thread: Thread, side: Side | None, order_url: Callable[[Order], str]) -> Row:
    is_mine = message.side == side
    name = thread.buyer_name if message.side == Side.BUYER else thread.partner.name
    url = order_url(message.order) if message.order else ""
    if message.product and message.product.is_public:
        url = message.product.get_absolute_url()
    return Row(
        message=message,
        is_mine=is_mine,
        who=_("You") if is_mine and side == Side.BUYER else name,
        at=dates.moment(message.created),
        about=About(message.product, message.order).label,
        about_url=url,
    )


def send(
    form: MessageForm, thread: Thread, side: Side, *, actor: Actor, about: About, limit: str
) -> Message | None:
    """Write the message of a valid form. Nothing, and the reason in the form, if `limit` wrote too many."""
    if too_many(f"message:{limit}", most=MOST, minutes=MINUTES):
        text = _("You have sent many messages. Please wait some minutes, then send this one again.")
        form.add_error("text", text)
        return None
    return services.write(
        thread=thread,
        side=side,
        actor=actor,
        text=form.cleaned_data["text"],
        key=form.cleaned_data["key"],
        product=about.product,
        order=about.order,
    )
