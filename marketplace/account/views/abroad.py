"""The public door for companies abroad."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe


@require_safe
def buy_abroad(request: HttpRequest) -> HttpResponse:
    """What a company abroad can do here, and where it begins. The same for everybody but for the button."""
    return render(request, "account/buy_abroad.html")
