"""Where the card provider tells its news."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.payments.gateway.events import BadSignature, opened
from marketplace.payments.services import events

MOST_BYTES = 512 * 1024


@csrf_exempt  # signed instead
@require_POST
def webhook(request: HttpRequest) -> HttpResponse:
    """Keep the news and say 200, also for one that came before; 400 for whatever no secret of ours signed."""
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    try:
        signature = request.headers.get("Stripe-Signature", "")
        event = opened(request.body, signature, settings.STRIPE_WEBHOOK_SECRETS)
    except BadSignature:
        return HttpResponse(status=400)
    events.keep(event)
    return HttpResponse(status=200)
