"""What to take from the store: for one order, or for all that a pesantren has to pack."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from marketplace.common.files import pdf_to_read
from marketplace.fulfilment import picking
from marketplace.fulfilment.documents.pick_list import pick_list as write
from marketplace.pesantren.access import members_only, pesantren_of
from marketplace.workspace import parts
from marketplace.workspace.page import context
from marketplace.workspace.views.orders import own_part


@require_safe
@members_only
def to_pack(request: HttpRequest, code: str) -> HttpResponse:
    """Everything this pesantren has to pack: the sum per product, then order by order."""
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    found, all_ = picking.to_pack(request.user, partner)
    more = {
        "partner": partner,
        "totals": picking.totals(found),
        "rows": [(parts.Row.of(part), picking.taken(part)) for part in found],
        "all": all_,
        "most": picking.MOST,
    }
    return render(request, "workspace/to_pack.html", context(request, "orders", **more))


@require_safe
@members_only
def to_pack_pdf(request: HttpRequest, code: str) -> HttpResponse:
    partner = get_object_or_404(pesantren_of(request.user), code=code)
    found, _all = picking.to_pack(request.user, partner)
    return pdf_to_read(write(partner, found, get_language() or "id"), f"daftar-ambil-{code}")


@require_safe
@members_only
def pick_list(request: HttpRequest, number: str) -> HttpResponse:
    """One order's own pick list, as long as there is something to send."""
    part = own_part(request, number)
    if not parts.has_note(part):
        raise Http404
    return pdf_to_read(write(part.partner, [part], get_language() or "id"), f"daftar-ambil-{part.number}")
