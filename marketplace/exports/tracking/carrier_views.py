"""Where carriers send their events: signed, so that nobody else can; nothing here knows a session or a cookie."""

import hashlib
import hmac
import json
import time
from dataclasses import asdict

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from marketplace.common.ratelimit import address, too_many
from marketplace.exports.services import carriers
from marketplace.exports.tracking.dcsa import NotEvents

MOST_BYTES = 512 * 1024
MOST_LETTERS = 120  # in a minute from one address
TOLERANCE_SECONDS = (
    300  # so old or new a letter may be: one that was caught on the way cannot be sent again later
)


def sign(key: str, timestamp: str, body: bytes) -> str:
    """The signature over time and body, as a carrier has to write it."""
    return "sha256=" + hmac.new(key.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def is_signed(timestamp: str, signature: str, body: bytes) -> bool:
    """Whether one of our keys signed this a moment ago. Several keys: the old one counts until all have the new."""
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    if abs(time.time() - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    good = [hmac.compare_digest(sign(key, timestamp, body), signature) for key in settings.DCSA_KEYS]
    return any(good)


@csrf_exempt  # signed instead
@require_POST
def dcsa_events(request: HttpRequest) -> HttpResponse:
    """A list of DCSA events (version 2 or 3). 200 with one answer for each; the same letter twice changes nothing."""
    if not settings.DCSA_KEYS:
        raise Http404
    if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES:
        return HttpResponse(status=413)
    if too_many(f"dcsa:{address(request)}", most=MOST_LETTERS, minutes=1):
        return HttpResponse(status=429)
    timestamp, signature = (
        request.headers.get("Timestamp", ""),
        request.headers.get("Notification-Signature", ""),
    )
    if not signature.isascii() or not is_signed(timestamp, signature, request.body):
        return HttpResponse(status=401)
    try:
        answers = carriers.take(json.loads(request.body))
    except (ValueError, RecursionError, NotEvents):
        return HttpResponse(status=400)
    return JsonResponse({"results": [asdict(answer) for answer in answers]})
