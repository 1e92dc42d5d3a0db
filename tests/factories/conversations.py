"""Questions to a pesantren, and complaints."""

from typing import Any
from uuid import uuid4

from marketplace.common.actor import GUEST, Actor
from marketplace.complaints import services as complaints
from marketplace.complaints.models import Complaint
from marketplace.conversations import queries, services
from marketplace.conversations.models import Message, Side, Thread


def write(
    text: str = "Apakah ada warna biru?",
    *,
    product: Any = None,
    user: Any = None,
    thread: Thread | None = None,
    side: Side = Side.BUYER,
    actor: Actor | None = None,
    **more: Any,
) -> Message:
    """A buyer's question about a product (or, with `thread` and `side`, anything)."""
    if thread is None:
        found = queries.with_pesantren(user, product.partner.code)
        assert found is not None
        thread = found
    actor = actor or (Actor.of(user) if user else GUEST)
    more = {"key": uuid4(), **more}
    return services.write(thread=thread, side=side, actor=actor, text=text, product=product, **more)


def a_complaint(
    *, user: Any = None, email: str = "pembeli@example.com", language: str = "id", **more: Any
) -> Complaint:
    by = complaints.Complainant("Contoh Pembeli", email, language, user)
    values = {"subject": "goods", "text": "Tiga sarung sobek.", "key": uuid4(), **more}
    return complaints.complain(by=by, actor=Actor.of(user) if user else GUEST, **values)
