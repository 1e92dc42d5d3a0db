"""Events a company is invited to. Its page at the event is the one of every guest, behind its secret link."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from marketplace.account.company_page import mine_or_404, show
from marketplace.programme.events import badges
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events import words as event_words

PER_PAGE = 20


@login_required
@require_safe
def events(request: HttpRequest) -> HttpResponse:
    places = mine_or_404(request)
    rows = event_queries.invited_companies(places[0].company)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    one: Any
    for one in page:
        answer = event_words.answer_of(one)
        one.key = badges.key_of(one)
        one.answer_label, one.answer_tone = event_words.ANSWERS[answer], event_words.ANSWER_TONES[answer]
    return show(request, "account/events.html", places, page_obj=page, page_base="?page=")
