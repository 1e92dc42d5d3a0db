"""The public passport of a lot, which the QR of its labels opens. No sign-in; who has no code finds none."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from catalogue import seo
from catalogue.lots import queries
from catalogue.lots.passport import passport as shown_of
from marketplace.common.ratelimit import address, is_over, too_many

# Wrong codes of one address in ten minutes. A market full of phones behind one address scans right ones only.
WRONG_MOST, MINUTES = 30, 10


@require_safe
@cache_control(no_cache=True, private=True)  # a recall, or a name that was taken back, shows at once
def passport(request: HttpRequest, code: str) -> HttpResponse:
    """Not for search engines (decision 0035): a name that is taken back must not live on in their copies."""
    tries = f"lot:{address(request)}"
    if is_over(tries, most=WRONG_MOST):
        return render(request, "429.html", {"minutes": MINUTES}, status=429)
    lot = queries.by_code(code)
    if lot is None:
        too_many(tries, most=WRONG_MOST, minutes=MINUTES)
        raise Http404
    found = shown_of(lot)
    path = lot.get_absolute_url()
    text = _("%(title)s from %(seller)s, %(place)s.")
    said = text % {"title": lot.product.title, "seller": lot.partner.name, "place": lot.place}
    head = seo.seo(path, said, image=found.picture.url if found.picture else "", noindex=True)
    context = {"passport": found, "lot": lot, "product": lot.product, "seo": head}
    response = render(request, "catalogue/passport.html", context)
    response["X-Robots-Tag"] = "noindex"
    return response
