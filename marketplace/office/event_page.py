"""What every page of an event in the office shares: whose event, its own menu, how a refusal gets into the form."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from marketplace.common.refused import Refused
from marketplace.common.states import IllegalMove
from marketplace.office import page
from marketplace.office.export_page import answer
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events import words as event_words
from marketplace.programme.models import Event
from marketplace.reference.models import Province

HERE = "events"
ANSWERS = (Refused, IllegalMove)
MOST_TYPED = 60


def found(province: Province, number: str) -> Event:
    """Of this province, or a 404."""
    rows = event_queries.events(province).select_related("province", "year", "regency")
    return get_object_or_404(rows, number=number)


def shown(request: HttpRequest, template: str, event: Event | None, at: str, **more: Any) -> HttpResponse:
    """`at` names the current page of the event's own menu (office/events/_nav.html). In the clock of the event."""
    told: dict[str, Any] = {"event": event, "at": at}
    if event is None:
        return render(request, f"office/events/{template}.html", page.context(request, HERE, **told, **more))
    told |= {
        "place": event_words.place(event),
        "tone": event_words.TONES[event.state],
        "may_change": event_queries.may_change(event),
    }
    with event_queries.at_home(event):
        return render(request, f"office/events/{template}.html", page.context(request, HERE, **told, **more))


def refuse(form: forms.Form, error: Exception) -> None:
    """Beside its field, if the form has it."""
    name = getattr(error, "field", "")
    form.add_error(name if name in form.fields else None, answer(error))


def tell(request: HttpRequest, error: Exception) -> None:
    messages.error(request, answer(error))


def typed(request: HttpRequest) -> str:
    return request.GET.get("q", "").replace("\0", "").strip()[:MOST_TYPED]


def number_in(text: str) -> int:
    """An id from a form; anything else is a 404."""
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Http404
    return int(text)


def mark_answers(rows: Any) -> None:
    """Words and tones of what each said."""
    for one in rows:
        one.answer = event_words.answer_of(one)
        one.answer_label = event_words.ANSWERS[one.answer]
        one.answer_tone = event_words.ANSWER_TONES[one.answer]
