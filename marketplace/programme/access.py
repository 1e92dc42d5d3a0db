"""Who of the staff may work in the programme, and of which province.

The operator's office (staff role "office") runs the programme of the home province, settings.HOME_PROVINCE. Officers
of any province hold the staff role "programme" and one Officer row: they see the programme of that province alone,
and none of the rooms with orders and money.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from marketplace.common.access import OFFICE, PROGRAMME, is_staff, staff_only
from marketplace.programme.models import Officer
from marketplace.reference.models import Province

# What may be sent in an hour to pages that open by their link alone: by one link, and from one address, which a whole
# hall may share.
MOST_BY_LINK, MOST_OF_A_HALL = 60, 1_200


def province_of(user: Any) -> Province | None:
    """The province whose programme this person runs; None for everybody else. One query."""
    if is_staff(user, PROGRAMME):
        officer = Officer.objects.select_related("province").filter(user=user).first()
        return officer.province if officer else None
    if is_staff(user, OFFICE):
        return Province.objects.filter(code=settings.HOME_PROVINCE).first()
    return None


def officers_only(view: Callable[..., HttpResponseBase]) -> Callable[..., Any]:
    """Open a page of the office to whoever runs a programme, as view(request, province, …). Others: sign-in or 404."""

    @staff_only(OFFICE, PROGRAMME)
    @wraps(view)
    def inner(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        province = province_of(request.user)
        if province is None:
            raise Http404
        return view(request, province, *args, **kwargs)

    return inner
