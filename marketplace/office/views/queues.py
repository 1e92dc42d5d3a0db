"""What pesantren wait for, and which of them do not answer: one page, a queue at a time."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.office import page
from marketplace.office.queues import QUEUES


@staff_only(OFFICE)
@require_safe
def queues(request: HttpRequest) -> HttpResponse:
    """?queue= names it (?q= is the search box's); without it, the first that holds something."""
    counts = {code: queue.count(request.user)[0] for code, queue in QUEUES.items()}
    first = next((code for code, count in counts.items() if count), "applications")
    code = request.GET.get("queue", "")
    code = code if code in QUEUES else first
    found = page.paged(request, QUEUES[code].rows(request.user), queue=code)
    more = {
        "queue": QUEUES[code],
        "tabs": [(one.code, one.label, counts[one.code]) for one in QUEUES.values()],
        "rows": QUEUES[code].shown(found["page_obj"]),
        **found,
    }
    return render(request, "office/queues.html", page.context(request, "queues", **more))
