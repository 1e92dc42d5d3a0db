"""Bank statements: uploaded, looked at before anything is booked, read; and lines that a person must look at."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.ratelimit import limited
from marketplace.common.states import IllegalMove
from marketplace.office import page
from marketplace.office.forms import StatementForm
from marketplace.office.views.steps import moves_of
from marketplace.payments import bank_lines, queries, services, states
from marketplace.payments.models import BankLine, Statement
from marketplace.payments.statements import LAYOUTS, SAMPLES, FileError, in_rupiah
from marketplace.people.second_factor.access import asks_code

LABELS = dict(states.STATEMENT_CHOICES)


@staff_only(OFFICE)
@limited("statement", most=60, minutes=10)
def statements(request: HttpRequest) -> HttpResponse:
    """The list, and the form to upload another."""
    form = StatementForm(request.POST, request.FILES) if request.method == "POST" else StatementForm()
    if request.method == "POST" and form.is_valid() and (done := _upload(request, form)):
        return done
    more = {
        "form": form,
        "layouts": LAYOUTS.values(),
        **page.paged(request, queries.statements(request.user)),
    }
    return render(request, "office/statements.html", page.context(request, "statements", **more))


def _upload(request: HttpRequest, form: StatementForm) -> HttpResponse | None:
    """Keep the file and show what it holds. Nothing: it is refused, the form says why."""
    file = form.cleaned_data["file"]
    try:
        statement = services.upload(name=file.name, content=file.read(), actor=Actor.of(request.user))
    except FileError as error:
        for fault in error.faults:
            where = _("Line %(line)s: %(text)s") % {"line": fault.line, "text": fault.text}
            form.add_error("file", where if fault.line else fault.text)
        return None
    except services.KnownFile as error:
        messages.warning(request, _("Nothing was taken: this very file was uploaded before. Here it is."))
        return redirect("office:statement", error.pk)
    return redirect("office:statement", statement.pk)


@staff_only(OFFICE)
@require_safe
def statement_sample(request: HttpRequest, layout: str) -> FileResponse:
    """A plainly fictional file of this layout."""
    if layout not in LAYOUTS:
        raise Http404
    file = (SAMPLES / f"{layout}.csv").open("rb")
    return FileResponse(file, as_attachment=True, filename=f"contoh-{layout}.csv", content_type="text/csv")


def _statement(request: HttpRequest, pk: int) -> Statement:
    return get_object_or_404(queries.statements(request.user), pk=pk)


@staff_only(OFFICE)
@require_safe
def statement(request: HttpRequest, pk: int) -> HttpResponse:
    """What the file holds, before it is taken; how far it is read; its lines."""
    found = _statement(request, pk)
    more: dict[str, Any] = {"statement": found, "layout": LAYOUTS[found.layout]}
    more["steps"] = moves_of(found, LABELS)
    more["balances"] = [in_rupiah(sen) for sen in (found.opening, found.closing) if sen is not None]
    if found.state == states.UPLOADED:
        try:
            seen = bank_lines.preview(found)
        except FileError as error:  # our reader has changed since it was uploaded
            more["seen_error"] = str(error)
        else:
            more |= {"seen": seen, "money": _money(seen.in_sen, seen.out_sen, seen.contents.off)}
            more |= page.paged(request, seen.contents.rows)
    else:
        sums = queries.sums_of(request.user, found)
        more |= {"sums": sums, "money": _money(sums["in_sen"], sums["out_sen"])}
        more |= page.paged(request, queries.lines(request.user).filter(statement=found))
    return render(request, "office/statement.html", page.context(request, "statements", **more))


def _money(money_in: int, money_out: int, off: int | None = None) -> dict[str, str]:
    """Sums in hundredths as the page writes them; `off` is empty where the balances agree or are not there."""
    return {"in": in_rupiah(money_in), "out": in_rupiah(-money_out), "off": in_rupiah(off) if off else ""}


@staff_only(OFFICE)
@require_POST
@asks_code()
def start_statement(request: HttpRequest, pk: int) -> HttpResponse:
    found = _statement(request, pk)
    try:
        services.start(statement=found, actor=Actor.of(request.user))
    except IllegalMove as error:
        _already(request, error)
    else:
        messages.success(request, _("The file is being read. You can go on working meanwhile."))
    return redirect("office:statement", found.pk)


@staff_only(OFFICE)
@require_POST
def refuse_statement(request: HttpRequest, pk: int) -> HttpResponse:
    found = _statement(request, pk)
    try:
        why = _("Looked at, and not taken.")
        services.set_aside(statement=found, actor=Actor.of(request.user), why=why)
    except IllegalMove as error:
        _already(request, error)
    else:
        messages.success(request, _("The file was not taken. Nothing was booked."))
    return redirect("office:statements")


def _already(request: HttpRequest, error: IllegalMove) -> None:
    state = LABELS.get(error.before, error.before)
    messages.warning(request, _("Nothing was changed: the file is already: %(state)s.") % {"state": state})


@staff_only(OFFICE)
@asks_code()
def bank_line(request: HttpRequest, pk: int) -> HttpResponse:
    """A line beside the transfers it may be again; a person says "the same" or "another one"."""
    line = get_object_or_404(queries.lines(request.user), pk=pk)
    if request.method == "POST":
        return _decide(request, line)
    asks = line.state == states.ASKS
    more: dict[str, Any] = {"line": line, "asks": asks}
    more["candidates"] = bank_lines.maybe_known(line) if asks else []
    return render(request, "office/statement_line.html", page.context(request, "statements", **more))


def _decide(request: HttpRequest, line: BankLine) -> HttpResponse:
    actor, picked = Actor.of(request.user), request.POST.get("same", "")
    try:
        if picked:
            number = int(picked) if picked.isdecimal() and len(picked) < 19 else 0
            receipt = get_object_or_404(queries.receipts(request.user), pk=number)
            services.same_as(line=line, receipt=receipt, actor=actor)
            messages.success(request, _("Noted: it is the same transfer. Nothing was booked again."))
        else:
            receipt = services.another(line=line, actor=actor)
            messages.success(request, _("Recorded as another transfer. Now find the order it pays."))
    except IllegalMove:
        messages.warning(request, _("Nothing was changed: somebody has decided on this line already."))
        return redirect("office:bank-line", line.pk)
    except services.PaymentError:
        messages.error(request, _("Nothing was changed: the two amounts differ."))
        return redirect("office:bank-line", line.pk)
    return redirect("office:transfer", receipt.pk)
