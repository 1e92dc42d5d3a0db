"""The buyer's conversations with pesantren: the list, one of them, and a guest's by the link of the order."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from marketplace.account.access import by_token
from marketplace.common.actor import GUEST, Actor
from marketplace.conversations import page, queries
from marketplace.conversations.forms import MessageForm
from marketplace.conversations.models import Side, Thread
from marketplace.orders.models import Order

TYPED = "typed-question"  # what a visitor wrote before signing in, in the session


@require_safe
@never_cache
@login_required
def conversations(request: HttpRequest) -> HttpResponse:
    """My conversations, those with something new first."""
    found = Paginator(queries.of_buyer(request.user), page.PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "account/messages/list.html", {"page_obj": found, "page_base": "?page="})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def conversation(request: HttpRequest, code: str) -> HttpResponse:
    """Ask a pesantren, about ?product= or ?order= or nothing in particular.

    Visitors may write before they sign in: what they typed is kept and stands in the form afterwards.
    """
    thread = queries.with_pesantren(request.user, code)
    if thread is None:
        raise Http404
    if not request.user.is_authenticated and request.GET.get("order"):
        return redirect_to_login(request.get_full_path())
    about = page.about(request, thread)
    form = MessageForm(request.POST or None, initial={"text": _typed(request, code)})
    if request.method == "POST" and thread.partner.sells and form.is_valid():
        if not request.user.is_authenticated:
            return _sign_in_first(request, code, form.cleaned_data["text"])
        actor, limit = Actor.of(request.user), f"person/{request.user.pk}"
        if page.send(form, thread, Side.BUYER, actor=actor, about=about, limit=limit):
            request.session.pop(TYPED, None)
            messages.success(request, _("Your message is sent."))
            return redirect(f"{reverse('account:conversation', args=[code])}#latest")
    return _page(request, thread, form, about, is_mine=request.user.is_authenticated)


def _typed(request: HttpRequest, code: str) -> str:
    kept = request.session.get(TYPED) or {}
    return str(kept.get("text", "")) if kept.get("code") == code else ""


def _sign_in_first(request: HttpRequest, code: str, text: str) -> HttpResponse:
    request.session[TYPED] = {"code": code, "text": text}
    messages.info(request, _("Sign in to send your message. What you wrote is kept."))
    return redirect_to_login(request.get_full_path())


@require_http_methods(["GET", "HEAD", "POST"])
@by_token
def guest_conversation(request: HttpRequest, *, order: Order, token: str, code: str) -> HttpResponse:
    """A guest and one seller of the order. An order made with an account is talked about in the account."""
    partner = queries.seller_of(order, code)
    if partner is None:
        raise Http404
    if order.user_id:
        return redirect(f"{reverse('account:conversation', args=[code])}?order={order.number}")
    thread, about = queries.about_order(order, partner), page.About(order=order)
    form = MessageForm(request.POST or None)
    limit = f"order/{order.pk}"
    may_send = request.method == "POST" and partner.sells and form.is_valid()
    if may_send and page.send(form, thread, Side.BUYER, actor=GUEST, about=about, limit=limit):
        messages.success(request, _("Your message is sent."))
        return redirect(f"{reverse('account:guest-conversation', args=[token, code])}#latest")
    return _page(request, thread, form, about, order=order, token=token)


def _page(
    request: HttpRequest, thread: Thread, form: MessageForm, about: page.About, token: str = "", **more: Any
) -> HttpResponse:
    def order_url(order: Order) -> str:
        return (
            reverse("account:guest-order", args=[token])
            if token
            else reverse("account:order", args=[order.number])
        )

    found = page.context(request, thread, Side.BUYER, order_url)
    return render(
        request,
        "account/messages/conversation.html",
        {**found, "form": form, "about": about, "token": token, **more},
    )
