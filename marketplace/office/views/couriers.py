"""Couriers and their tariffs: every change is previewed beside what holds now, then confirmed."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Count, Q
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from marketplace.common import dates
from marketplace.common.access import OFFICE, staff_only
from marketplace.common.actor import Actor
from marketplace.fulfilment import preview, queries
from marketplace.fulfilment.models import Courier, Tariff
from marketplace.fulfilment.services import couriers as services
from marketplace.office import page
from marketplace.office.courier_forms import CourierForm, EndForm, TariffForm, TryForm
from marketplace.office.courier_preview import example_cases, places, table
from marketplace.office.courier_words import changes_of, differences
from marketplace.reference import working_days
from marketplace.reference.models import Regency

T = TypeVar("T")


@staff_only(OFFICE)
@require_safe
def couriers(request: HttpRequest) -> HttpResponse:
    today = working_days.today()
    holds = Q(tariffs__valid_from__lte=today) & (Q(tariffs__valid_to=None) | Q(tariffs__valid_to__gte=today))
    rows = queries.couriers(request.user).annotate(zones=Count("tariffs", filter=holds))
    more = page.paged(request, rows.order_by("-is_active", "kind", "name", "pk"))
    return render(request, "office/couriers.html", page.context(request, "couriers", **more))


@staff_only(OFFICE)
@require_safe
def courier(request: HttpRequest, pk: int) -> HttpResponse:
    """One courier with the tariffs that hold or will hold, and what was changed by whom."""
    found = _courier(request, pk)
    tariffs = found.tariffs.filter(Q(valid_to=None) | Q(valid_to__gte=working_days.today()))
    listed = page.paged(request, found.changes.select_related("tariff__zone"))
    more = {
        "courier": found,
        "tariffs": tariffs.select_related("zone").order_by("zone__order", "zone_id", "valid_from"),
        "today": working_days.today(),
        "yes_no": f"{_('yes')},{_('no')}",
        "steps": changes_of(listed["page_obj"]),
        **listed,
    }
    return render(request, "office/courier.html", page.context(request, "couriers", **more))


@dataclass(frozen=True)
class Page:
    """What the pages differ in. `save` gets the version the office looked at; `day` is the first one changed."""

    title: str
    courier: Courier | None
    form: Any
    save: Callable[[int], Courier]
    day: Callable[[], date] = working_days.today
    date_field: str = "first"


@staff_only(OFFICE)
def add_courier(request: HttpRequest) -> HttpResponse:
    start = {"kind": "courier", "minimum_kg": 1, "step_g": 1000, "tolerance_g": 0, "works_sundays": True}
    form = CourierForm(request.POST or None, initial={**start, "is_active": True})

    def save(version: int) -> Courier:
        facts, actor = form.cleaned_data, Actor.of(request.user)
        return services.add_courier(code=slugify(facts["name"]), facts=facts, actor=actor)

    return _answer(request, Page(_("Add a courier"), None, form, save))


@staff_only(OFFICE)
def edit_courier(request: HttpRequest, pk: int) -> HttpResponse:
    found = _courier(request, pk)
    form = CourierForm(
        request.POST or None, initial=model_to_dict(found, list(services.COURIER_FACTS)), courier=found
    )

    def save(version: int) -> Courier:
        facts, actor = form.cleaned_data, Actor.of(request.user)
        services.change_courier(courier=found, facts=facts, version=version, actor=actor)
        return found

    return _answer(request, Page(_("Edit %(name)s") % {"name": found.name}, found, form, save))


@staff_only(OFFICE)
def add_tariff(request: HttpRequest, pk: int) -> HttpResponse:
    found = _courier(request, pk)
    start = {"base": 0, "per_kg": 0, "minimum": 0, "days_least": 1, "days_most": 3}
    form = TariffForm(request.POST or None, initial={**start, "first": working_days.today()})

    def save(version: int) -> Courier:
        facts, actor = dict(form.cleaned_data), Actor.of(request.user)
        asked = {"zone": facts.pop("zone"), "first": facts.pop("first"), "facts": facts}
        services.add_tariff(courier=found, version=version, actor=actor, **asked)
        return found

    title = _("Add a tariff of %(name)s") % {"name": found.name}
    return _answer(request, Page(title, found, form, save, lambda: form.cleaned_data["first"]))


@staff_only(OFFICE)
def edit_tariff(request: HttpRequest, pk: int, tariff: int) -> HttpResponse:
    found = _courier(request, pk)
    row = _tariff(found, tariff)
    was = model_to_dict(row, list(services.TARIFF_FACTS))
    first = max(row.valid_from, working_days.today())
    form = TariffForm(request.POST or None, initial={**was, "first": first}, tariff=row)

    def save(version: int) -> Courier:
        facts, actor = dict(form.cleaned_data), Actor.of(request.user)
        asked = {"first": facts.pop("first"), "facts": facts}
        services.change_tariff(tariff=row, version=version, actor=actor, **asked)
        return found

    title = _("Edit the tariff “%(zone)s” of %(name)s") % {"zone": row.zone.name, "name": found.name}
    return _answer(request, Page(title, found, form, save, lambda: form.cleaned_data["first"]))


@staff_only(OFFICE)
def end_tariff(request: HttpRequest, pk: int, tariff: int) -> HttpResponse:
    found = _courier(request, pk)
    row = _tariff(found, tariff)
    last = max(row.valid_from, working_days.today())
    form = EndForm(request.POST or None, initial={"last": last}, tariff=row)

    def save(version: int) -> Courier:
        asked, actor = form.cleaned_data["last"], Actor.of(request.user)
        services.end_tariff(tariff=row, last=asked, version=version, actor=actor)
        return found

    def day() -> date:
        return form.cleaned_data["last"] + timedelta(days=1)  # type: ignore[no-any-return]

    title = _("End the tariff “%(zone)s” of %(name)s") % {"zone": row.zone.name, "name": found.name}
    return _answer(request, Page(title, found, form, save, day, date_field="last"))


def _answer(request: HttpRequest, shown: Page) -> HttpResponse:
    """The form; with its preview once it is right; and saved once exactly that preview was confirmed."""
    known = places()
    trial = TryForm(request.POST or None, places=known)
    more: dict[str, Any] = {}
    if request.method == "POST" and shown.form.is_valid() & trial.is_valid():
        if _is_confirmed(request, shown) and (saved := _attempt(request, shown, shown.save)):
            messages.success(request, _("Saved. Orders placed before keep their price."))
            return redirect("office:courier", saved.pk)
        more = {} if shown.form.errors else _preview(request, shown, trial, known)
    more |= {"title": shown.title, "courier": shown.courier, "form": shown.form, "trial": trial}
    more |= {"places": known.values(), "version": _version(shown)}
    return render(request, "office/courier_form.html", page.context(request, "couriers", **more))


def _version(shown: Page) -> int:
    """As it stands now."""
    if shown.courier is None:
        return 0
    shown.courier.refresh_from_db(fields=["version"])
    return shown.courier.version


def _is_confirmed(request: HttpRequest, shown: Page) -> bool:
    """Whether the button under the preview was pressed, nothing was edited after it, and nobody else was faster."""
    if "seen" not in request.POST:
        return False
    if request.POST.get("version") != str(_version(shown)):
        _tell_stale(request, shown)
        return False
    if request.POST["seen"] != _seen(shown.form):
        messages.warning(
            request, _("Nothing was saved: you changed something after the preview. Look again.")
        )
        return False
    return True


def _attempt(request: HttpRequest, shown: Page, work: Callable[[int], T]) -> T | None:
    """Do it with the version that holds. Nothing: it was refused, and the page says why."""
    try:
        with transaction.atomic():
            return work(_version(shown))
    except services.Stale:
        _tell_stale(request, shown)
    except services.Overlap as refused:
        text = _(
            "From %(first)s another tariff of this courier holds in this zone. Edit that one, or end it."
        )
        first = max(refused.other.valid_from, working_days.today())
        shown.form.add_error(shown.date_field, text % {"first": dates.day(first)})
    except IntegrityError:
        shown.form.add_error("name", _("Another courier has this name."))
    return None


def _tell_stale(request: HttpRequest, shown: Page) -> None:
    last = shown.courier.changes.first() if shown.courier else None
    text = _("Nothing was saved: %(who)s changed this courier meanwhile. Compare once more, then confirm.")
    messages.warning(request, text % {"who": last.actor_name if last else _("somebody else")})


def _preview(
    request: HttpRequest, shown: Page, trial: TryForm, known: Mapping[str, Regency]
) -> dict[str, Any]:
    """What would change: the facts, and the price of the tried load and the examples on the first changed day."""
    day = shown.day()
    rehearsal = _attempt(
        request, shown, lambda version: preview.rehearse(lambda: shown.save(version), shown.courier, day)
    )
    if rehearsal is None:
        return {}
    own = trial.case()
    cases = [*([own] if own else []), *example_cases(known)]
    compared = preview.compare(rehearsal.before, rehearsal.after, cases, day)
    return {
        "day": day,
        "differences": differences(rehearsal.change) if rehearsal.change else [],
        "rows": table(compared) if shown.courier else [],
        "seen": _seen(shown.form),
        "has_preview": True,
    }


def _seen(form: Any) -> str:
    """Names exactly these answers, so that nothing else is saved than what was previewed."""
    facts = {name: str(value) for name, value in form.cleaned_data.items()}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _courier(request: HttpRequest, pk: int) -> Courier:
    return get_object_or_404(queries.couriers(request.user), pk=pk)


def _tariff(courier: Courier, pk: int) -> Tariff:
    """One that has not ended: what is over is history."""
    open_ones = courier.tariffs.filter(Q(valid_to=None) | Q(valid_to__gte=working_days.today()))
    return get_object_or_404(open_ones.select_related("courier", "zone"), pk=pk)
