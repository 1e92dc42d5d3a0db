"""The proforma of an order, for the office: the paper a buyer abroad pays against."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.files import pdf_to_read
from marketplace.fulfilment.documents.proforma import proforma as write_proforma
from marketplace.office import queries


@staff_only(OFFICE)
@require_safe
def proforma(request: HttpRequest, number: str) -> HttpResponse:
    """In the language the order was made in."""
    order = get_object_or_404(queries.orders(request.user).select_related("user"), number=number)
    return pdf_to_read(write_proforma(order, order.language), f"proforma-{order.number}")
