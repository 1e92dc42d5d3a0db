"""The packing house on a phone: one lot a screen, big fields, photos, then closed."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.lots.models import Lot
from marketplace.common.access import EXPORT, OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.common.files import private_picture
from marketplace.common.refused import Refused
from marketplace.exports import states
from marketplace.exports.goods import allowance, units
from marketplace.exports.goods import queries as goods_queries
from marketplace.exports.models import GoodsReceipt, PickUpStop, ReceiptLine
from marketplace.exports.services import receiving
from marketplace.fulfilment.models import FulfilmentLine, FulfilmentLot
from marketplace.office import export_page, page
from marketplace.office.export_house_forms import OpenForm, ReceiptPhotosForm, WeighForm
from marketplace.office.views.steps import lately

HERE = "export-receipts"


@dataclass(frozen=True)
class ToWeigh:
    """One lot of one line, weighed or not yet."""

    line: FulfilmentLine
    lot: Lot | None
    expected: int | None  # units that were packed from this lot; none for a lot that came unannounced
    row: ReceiptLine | None

    @property
    def lot_pk(self) -> int:
        return self.lot.pk if self.lot else 0

    @property
    def by_weight(self) -> bool:
        return units.is_by_weight(self.line)


def to_weigh(receipt: GoodsReceipt) -> list[ToWeigh]:
    """Every lot the pesantren packed, or the line as a whole; and lots that were found. Three queries."""
    lines = FulfilmentLine.objects.filter(fulfilment=receipt.part_id).order_by("pk")
    rows = {(row.line_id, row.lot_id): row for row in receipt.lines.select_related("lot")}
    packed = (
        FulfilmentLot.objects.filter(line__fulfilment=receipt.part_id).select_related("lot").order_by("pk")
    )
    lots: dict[int, list[tuple[Lot | None, int | None]]] = {}
    for one in packed:
        lots.setdefault(one.line_id, []).append((one.lot, one.quantity))
    found = []
    for line in lines.select_related("line__product__unit"):
        mine = lots.get(line.pk) or []
        known = {lot.pk for lot, _units in mine if lot}
        mine += [
            (row.lot, None) for row in rows.values() if row.line_id == line.pk and row.lot_id not in known
        ]
        if not mine and line.quantity:
            mine = [(None, line.quantity)]
        found += [
            ToWeigh(line, lot, count, rows.get((line.pk, lot.pk if lot else None))) for lot, count in mine
        ]
    return found


@export_page.desk
def receipts(request: HttpRequest) -> HttpResponse:
    """Open ones first; and parts that may be weighed."""
    waiting = goods_queries.to_weigh(request.user)
    form = OpenForm(request.POST or None, parts=waiting)
    if request.method == "POST" and form.is_valid():
        part = form.cleaned_data["part"]
        stop = PickUpStop.objects.filter(part=part).exclude(pick_up__state=states.CANCELLED).first()
        try:
            made = receiving.open_receipt(
                part=part,
                house=form.cleaned_data["house"],
                pick_up=stop.pick_up if stop else None,
                actor=Actor.of(request.user),
            )
        except Refused as error:
            export_page.refuse(form, error)
        else:
            return redirect("office:export-receipt", made.number)
    more = {
        "form": form,
        "waits": waiting.count(),
        **page.paged(request, goods_queries.receipts(request.user)),
    }
    return render(request, "office/exports/receipts.html", export_page.house_context(request, HERE, **more))


def _found(request: HttpRequest, number: str) -> GoodsReceipt:
    return get_object_or_404(goods_queries.receipts(request.user), number=number)


@export_page.desk
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """What is weighed and what is not; grader, note and photos; the button that closes it."""
    found = _found(request, number)
    start = {"grader": found.grader, "note": found.note}
    form = ReceiptPhotosForm(request.POST or None, request.FILES or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            _keep(request, found, form)
        except Refused as error:
            export_page.refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("office:export-receipt", found.number)
    rows = to_weigh(found)
    more = {
        "receipt": found,
        "rows": rows,
        "missing": sum(one.row is None for one in rows),
        "photos": found.photos.all(),
        "form": form,
        "steps": lately(found, dict(states.RECEIPT_CHOICES), most=10),
        "counts": _counts(found, rows),
        "is_open": found.state == states.OPEN,
    }
    return render(request, "office/exports/receipt.html", export_page.house_context(request, HERE, **more))


def _keep(request: HttpRequest, found: GoodsReceipt, form: ReceiptPhotosForm) -> None:
    facts = form.cleaned_data
    actor = Actor.of(request.user)
    if (facts["grader"], facts["note"]) != (found.grader, found.note):
        receiving.note(receipt=found, grader=facts["grader"], text=facts["note"], actor=actor)
    drop = request.POST.getlist("drop")
    if facts["photos"] or drop:
        receiving.keep_photos(receipt=found, photos=facts["photos"], key=facts["key"], drop=drop)


def _counts(found: GoodsReceipt, rows: list[ToWeigh]) -> list[tuple[FulfilmentLine, int, int]]:
    """Per line what would count: units accepted, of how many ordered."""
    weighed: dict[FulfilmentLine, list[ReceiptLine]] = {}
    for one in rows:
        weighed.setdefault(one.line, [])
        if one.row:
            weighed[one.line].append(one.row)
    return [
        (line, allowance.accepted_units(line, mine), line.ordered) for line, mine in weighed.items() if mine
    ]


@export_page.desk
def weigh(request: HttpRequest, number: str, line: int, lot: int) -> HttpResponse:
    """One lot: five numbers that must add up."""
    found = _found(request, number)
    rows = to_weigh(found)
    at = next((place for place, one in enumerate(rows) if (one.line.pk, one.lot_pk) == (line, lot)), None)
    if at is None:
        raise Http404
    one = rows[at]
    form = WeighForm(request.POST or None, by_weight=one.by_weight, row=one.row)
    if request.method == "POST" and form.is_valid():
        facts: dict[str, Any] = {name: form.cleaned_data[name] for name in ("grade", "reason")}
        call = {"receipt": found, "line": one.line, "lot": one.lot, "amounts": form.amounts, **facts}
        try:
            receiving.weigh(actor=Actor.of(request.user), **call)
        except Refused as error:
            export_page.refuse(form, error)
        else:
            return _next(found, rows, at)
    more = {"receipt": found, "one": one, "form": form, "place": at + 1, "of": len(rows)}
    return render(request, "office/exports/weigh.html", export_page.house_context(request, HERE, **more))


def _next(found: GoodsReceipt, rows: list[ToWeigh], at: int) -> HttpResponse:
    """The next lot that is not weighed, or the receipt."""
    for one in rows[at + 1 :] + rows[:at]:
        if one.row is None:
            return redirect("office:export-weigh", found.number, one.line.pk, one.lot_pk)
    return redirect("office:export-receipt", found.number)


@export_page.desk
def close(request: HttpRequest, number: str) -> HttpResponse:
    """Says first what will count, then closes it for good."""
    found = _found(request, number)
    if request.method == "POST":
        try:
            receiving.close(receipt=found, actor=Actor.of(request.user))
        except export_page.ANSWERS as error:
            export_page.tell(request, error)
        else:
            messages.success(request, _("Closed. What passed counts; the pesantren is told."))
        return redirect("office:export-receipt", found.number)
    counts = _counts(found, to_weigh(found))
    more = {"receipt": found, "counts": counts, "is_open": found.state == states.OPEN}
    return render(request, "office/exports/close.html", export_page.house_context(request, HERE, **more))


@staff_only(EXPORT, OFFICE)
@require_safe
def photo(request: HttpRequest, number: str, key: Any) -> FileResponse:
    found = get_object_or_404(_found(request, number).photos, key=key)
    return private_picture(found.file)
