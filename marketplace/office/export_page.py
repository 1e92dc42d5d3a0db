"""What every page of the export desk shares: who may do what, and how a refusal gets back into the form."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from marketplace.common.access import EXPORT, OFFICE, is_staff, staff_only
from marketplace.common.refused import Refused
from marketplace.common.states import IllegalMove
from marketplace.exports.models import Consignment
from marketplace.exports.tracking import queries as tracking
from marketplace.fulfilment.services import NotPaid
from marketplace.ledger.posting import NotEnough
from marketplace.office import page

# What a service above the ledger may answer besides Refused.
ANSWERS = (Refused, IllegalMove, NotPaid, NotEnough)


def desk(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Export coordinators read and do, the office reads."""

    @staff_only(EXPORT, OFFICE)
    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.method == "POST" and not may_do(request):
            raise Http404
        return view(request, *args, **kwargs)

    return inner


def may_do(request: HttpRequest) -> bool:
    return is_staff(request.user, EXPORT)


def found(request: HttpRequest, number: str) -> Consignment:
    return get_object_or_404(tracking.for_staff(request.user), number=number)


def context(request: HttpRequest, consignment: Consignment | None, at: str, **more: Any) -> dict[str, Any]:
    """`at` names the current page of the consignment's own menu (office/exports/_nav.html)."""
    told = {"consignment": consignment, "at": at, "may_do": may_do(request)}
    return page.context(request, "exports", **told, **more)


def house_context(request: HttpRequest, here: str, **more: Any) -> dict[str, Any]:
    """Of pages that belong to no consignment; `here` as in the office's menu."""
    return page.context(request, here, may_do=may_do(request), **more)


def answer(error: Exception) -> str:
    """In words for the person who pressed the button."""
    if isinstance(error, Refused):
        return error.message
    if isinstance(error, NotPaid):
        return _("Nothing was changed: a balance of this order is not paid yet.")
    if isinstance(error, NotEnough):
        return _("Nothing was changed: less money is held for this part than its price.")
    return _("Nothing was changed: somebody was faster. Please look again.")


def refuse(form: forms.Form, error: Exception) -> None:
    """Beside its field, if the form has it."""
    name = getattr(error, "field", "")
    form.add_error(name if name in form.fields else None, answer(error))


def tell(request: HttpRequest, error: Exception) -> None:
    messages.error(request, answer(error))
