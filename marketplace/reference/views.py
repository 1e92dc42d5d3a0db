"""Places for the forms of all visitors: the same for everybody, so browsers and caches may keep the answer."""

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import conditional_page, require_safe

from marketplace.reference.queries import districts_of

DAY = 24 * 60 * 60


@require_safe
@cache_control(public=True, max_age=DAY)
@conditional_page
def districts(request: HttpRequest) -> JsonResponse:
    """The names of the kecamatan of ?regency=32.04, as a list."""
    names = list(districts_of(request.GET.get("regency", "")))
    if not names:
        raise Http404
    return JsonResponse(names, safe=False)
