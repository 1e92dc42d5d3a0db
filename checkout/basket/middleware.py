"""The visitor's basket. Oscar's middleware without offers: we sell at price steps, vouchers are not open yet
(decision 0003). Reading a page writes nothing, except where two baskets of one person become one."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.utils.translation import gettext as _
from oscar.apps.basket import middleware

from checkout.basket.models import Basket


class BasketMiddleware(middleware.BasketMiddleware):
    def get_basket(self, request: Any) -> Basket:
        """The open basket of this person or cookie; an unsaved one if there is none."""
        if request._basket_cache is None:
            request._basket_cache = self._find(request)
        return request._basket_cache

    def _find(self, request: Any) -> Basket:
        key = self.get_cookie_key(request)
        of_cookie = self.get_cookie_basket(key, request, Basket.open)
        if not request.user.is_authenticated:
            return of_cookie or Basket()
        own = list(Basket.open.filter(owner=request.user).order_by("pk"))
        basket = own[0] if own else Basket(owner=request.user)
        for other in own[1:]:
            self.merge_baskets(basket, other)
        if of_cookie:
            if of_cookie.lines.exists():
                self.merge_baskets(basket, of_cookie)
                messages.info(request, _("What you had chosen before signing in is in your basket."))
            request.cookies_to_delete.append(key)
        return basket

    def merge_baskets(self, master: Basket, slave: Basket) -> None:
        """Under lock, in id order: two pages at once, or an order being placed, do not meet halfway."""
        with transaction.atomic():
            if master.pk is None:
                master.save()
            rows = Basket.objects.select_for_update().filter(pk__in=[master.pk, slave.pk]).order_by("pk")
            if all(row.status == Basket.OPEN for row in rows):
                master.merge(slave, add_quantities=False)

    def apply_offers_to_basket(self, request: Any, basket: Basket) -> None:
        """No offers: nothing to look up."""
