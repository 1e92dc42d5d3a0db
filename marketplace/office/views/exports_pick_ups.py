"""Trucks that fetch goods, and the packing houses they go to."""

from functools import partial
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from marketplace.common.actor import Actor
from marketplace.common.refused import Refused
from marketplace.common.states import IllegalMove
from marketplace.exports import states
from marketplace.exports.goods import queries as goods_queries
from marketplace.exports.models import PackingHouse, PickUp
from marketplace.exports.services import pick_ups as services
from marketplace.office import export_page, page
from marketplace.office.export_house_forms import HouseForm, PickUpForm
from marketplace.reference.working_days import today

HERE = "export-pick-ups"


@export_page.desk
def pick_ups(request: HttpRequest) -> HttpResponse:
    """All trucks, and how many parts wait for one."""
    waits = goods_queries.to_fetch(request.user).count()
    found = page.paged(request, goods_queries.pick_ups(request.user).prefetch_related("stops"))
    return render(
        request,
        "office/exports/pick_ups.html",
        export_page.house_context(request, HERE, waits=waits, **found),
    )


@export_page.desk
def new(request: HttpRequest) -> HttpResponse:
    parts = list(goods_queries.to_fetch(request.user)[:50])
    form = PickUpForm(request.POST or None, parts=parts, initial={"day": today()})
    if request.method == "POST" and form.is_valid():
        names = ("house", "day", "vehicle", "driver", "phone", "capacity_kg")
        facts: dict[str, Any] = {name: form.cleaned_data[name] for name in names}
        try:
            made = services.plan(stops=form.stops, actor=Actor.of(request.user), **facts)
        except Refused as error:
            export_page.refuse(form, error)
        else:
            messages.success(request, _("Planned. Print the list for the driver."))
            return redirect("office:export-pick-up", made.number)
    has_house = PackingHouse.objects.filter(is_active=True).exists()
    more = {"form": form, "parts": parts, "has_house": has_house}
    return render(
        request, "office/exports/pick_up_new.html", export_page.house_context(request, HERE, **more)
    )


@export_page.desk
def pick_up(request: HttpRequest, number: str) -> HttpResponse:
    """One truck: a list to print, and the buttons of its way."""
    found = get_object_or_404(goods_queries.pick_ups(request.user), number=number)
    if request.method == "POST":
        return _move(request, found)
    stops = list(
        found.stops.select_related("part__partner__regency", "part__order").prefetch_related(
            "part__lines__line__product__unit"
        )
    )
    loads = [services.weight_kg(stop.part) for stop in stops]
    more = {
        "truck": found,
        "stops": list(zip(stops, loads, strict=True)),
        "load": sum(loads),
        "is_planned": found.state == states.PLANNED,
        "is_open": found.state in (states.PLANNED, states.UNDER_WAY_TRUCK),
    }
    return render(request, "office/exports/pick_up.html", export_page.house_context(request, HERE, **more))


def _move(request: HttpRequest, found: PickUp) -> HttpResponse:
    actor, step = Actor.of(request.user), request.POST.get("step", "")
    works = {
        "depart": partial(services.depart, pick_up=found, actor=actor),
        "arrive": partial(services.arrive, pick_up=found, actor=actor),
        "cancel": partial(services.cancel, pick_up=found, actor=actor, why=request.POST.get("why", "")[:300]),
    }
    for stop in found.stops.all():
        works[f"collect-{stop.pk}"] = partial(services.collect, stop=stop, actor=actor)
    if step not in works:
        raise Http404
    try:
        works[step]()
    except IllegalMove as error:
        export_page.tell(request, error)
    else:
        messages.success(request, _("Saved."))
    return redirect("office:export-pick-up", found.number)


@export_page.desk
def houses(request: HttpRequest) -> HttpResponse:
    rows = PackingHouse.objects.select_related("exporter", "regency").order_by("-is_active", "name", "pk")
    more = {"houses": rows[:200]}
    return render(request, "office/exports/houses.html", export_page.house_context(request, HERE, **more))


@export_page.desk
def house(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Add one (no `pk`), or change what is known of it."""
    found = get_object_or_404(PackingHouse.objects.select_related("regency"), pk=pk) if pk else None
    start: dict[str, Any] = {"is_active": True}
    if found:
        names = ("exporter", "name", "address", "registration", "is_active")
        start = {name: getattr(found, name) for name in names} | {"regency": found.regency.code}
    form = HouseForm(request.POST or None, initial=start)
    if request.method == "POST" and form.is_valid():
        try:
            services.keep_house(house=found, actor=Actor.of(request.user), **form.cleaned_data)
        except Refused as error:
            export_page.refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("office:export-houses")
    more = {"form": form, "title": _("Edit the packing house") if found else _("Add a packing house")}
    return render(request, "office/exports/step.html", export_page.house_context(request, HERE, **more))
