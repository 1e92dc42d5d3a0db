"""Who comes to an event: pesantren with booths and products, buyers with their links."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from marketplace.common.actor import Actor
from marketplace.common.ratelimit import too_many
from marketplace.office import event_page, page
from marketplace.office.event_forms import BoothForm, GuestForm
from marketplace.people.phones import for_people
from marketplace.programme.access import officers_only
from marketplace.programme.events import alike, badges, goods_form
from marketplace.programme.events import mails as event_mails
from marketplace.programme.events import queries as event_queries
from marketplace.programme.events.alike import Alike
from marketplace.programme.models import Event, Exhibitor, Guest
from marketplace.programme.services import exhibitors as exhibitor_services
from marketplace.programme.services import guests as guest_services
from marketplace.reference.models import Province
from marketplace.reference.queries import country_name
from offtakers.models import Company

both = require_http_methods(["GET", "HEAD", "POST"])
MOST_COMPANIES = 10  # found by name, to choose from
MOST_ADDED = 120  # companies added by one officer in an hour


@officers_only
@require_safe
def exhibitors(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    found, q = event_page.found(province, number), event_page.typed(request)
    rows = event_queries.exhibitors(found, q).prefetch_related("exhibits")
    paged = page.paged(request, rows, q=q)
    event_page.mark_answers(paged["page_obj"])
    return event_page.shown(request, "exhibitors", found, "exhibitors", q=q, **paged)


@officers_only
@both
def invite_exhibitors(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """Those who take part in the year of the event, or all of the province; by name."""
    found, q = event_page.found(province, number), event_page.typed(request)
    everybody = "1" if request.GET.get("all") == "1" else ""
    if request.method == "POST":
        ids = [event_page.number_in(one) for one in request.POST.getlist("partner")[:100]]
        rows = event_queries.invitable(found, all_of_province=True).filter(pk__in=ids)
        try:
            made = exhibitor_services.invite(event=found, partners=rows, actor=Actor.of(request.user))
        except event_page.ANSWERS as error:
            event_page.tell(request, error)
        else:
            messages.success(request, _("Invited: %(count)s.") % {"count": len(made)})
            return redirect("office:event-exhibitors", number)
    rows = event_queries.invitable(found, q=q, all_of_province=bool(everybody))
    paged = page.paged(request, rows, q=q, all=everybody)
    return event_page.shown(request, "invite", found, "exhibitors", q=q, everybody=everybody, **paged)


def _exhibitor(found: Event, pk: int) -> Exhibitor:
    row: Exhibitor = get_object_or_404(event_queries.exhibitors(found), pk=pk)
    row.event = found
    return row


@officers_only
@both
def exhibitor(request: HttpRequest, province: Province, number: str, pk: int) -> HttpResponse:
    found = event_page.found(province, number)
    row = _exhibitor(found, pk)
    form = BoothForm(request.POST or None, exhibitor=row)
    if request.method == "POST" and form.is_valid():
        try:
            exhibitor_services.place(exhibitor=row, actor=Actor.of(request.user), **form.cleaned_data)
        except event_page.ANSWERS as error:
            event_page.refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("office:event-exhibitors", number)
    event_page.mark_answers([row])
    more = {
        "form": form,
        "row": row,
        "exhibits": row.exhibits.select_related("product").order_by("product__title", "pk"),
        "wishes": row.wishes.filter(by="exhibitor").select_related("guest").order_by("guest__name", "pk"),
        "may_choose": event_queries.may_choose_goods(found),
        "qr": badges.qr(badges.badge_link(row)),
    }
    return event_page.shown(request, "exhibitor", found, "exhibitors", **more)


@officers_only
@both
def exhibitor_goods(request: HttpRequest, province: Province, number: str, pk: int) -> HttpResponse:
    """What it takes along, chosen for a pesantren that said so by telephone, or for a trip that the office packs."""
    found = event_page.found(province, number)
    row = _exhibitor(found, pk)
    form = goods_form.form_of(row, request.POST if request.method == "POST" else None)
    if request.method == "POST" and goods_form.keep(form, row, Actor.of(request.user)):
        messages.success(request, _("Saved."))
        return redirect("office:event-exhibitor", number, pk)
    return event_page.shown(request, "exhibitor_goods", found, "exhibitors", form=form, row=row)


@officers_only
@require_POST
def answer_for(request: HttpRequest, province: Province, number: str, pk: int, side: str) -> HttpResponse:
    """Somebody said by telephone whether they come."""
    found = event_page.found(province, number)
    row: Exhibitor | Guest = _exhibitor(found, pk) if side == "pesantren" else _guest(found, pk)
    comes = request.POST.get("comes") == "yes"
    try:
        gone = exhibitor_services.answer(side=row, comes=comes, actor=Actor.of(request.user))
    except event_page.ANSWERS as error:
        event_page.tell(request, error)
    else:
        said = _("Saved. %(count)s meetings fell away.") % {"count": gone} if gone else _("Saved.")
        messages.success(request, said)
    return redirect(f"office:event-{'exhibitor' if side == 'pesantren' else 'guest'}", number, pk)


@officers_only
@require_POST
def new_link(request: HttpRequest, province: Province, number: str, pk: int, side: str) -> HttpResponse:
    """The old address came into wrong hands."""
    found = event_page.found(province, number)
    row: Exhibitor | Guest = _exhibitor(found, pk) if side == "pesantren" else _guest(found, pk)
    exhibitor_services.new_link(side=row, actor=Actor.of(request.user))
    messages.success(request, _("There is a new link. The old one and the old badge open nothing any more."))
    return redirect(f"office:event-{'exhibitor' if side == 'pesantren' else 'guest'}", number, pk)


@officers_only
@require_safe
def guests(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    found, q = event_page.found(province, number), event_page.typed(request)
    paged = page.paged(request, event_queries.guests(found, q), q=q)
    event_page.mark_answers(paged["page_obj"])
    for one in paged["page_obj"]:
        one.country_label = country_name(one.country)
    return event_page.shown(request, "guests", found, "guests", q=q, **paged)


@officers_only
@both
def guest_add(request: HttpRequest, province: Province, number: str) -> HttpResponse:
    """A company of here, found by name, or one typed."""
    found, q = event_page.found(province, number), event_page.typed(request)
    is_chosen = "company" in request.POST
    form = GuestForm(None if is_chosen else request.POST or None)
    chosen = _chosen(request, found) if is_chosen else None
    same: list[Alike] = []
    if is_chosen and too_many(f"event-company:{request.user.pk}", most=MOST_ADDED, minutes=60):
        return render(request, "429.html", {"minutes": 60}, status=429)
    if request.method == "POST" and (chosen or form.is_valid()):
        same = _not_seen(request, found, chosen, form)
        try:
            made = None if same else _added(request, found, chosen, form)
        except event_page.ANSWERS as error:
            if is_chosen:
                event_page.tell(request, error)
            else:
                event_page.refuse(form, error)
            made = None
        if made is not None:
            messages.success(request, _("Saved. Now send the invitation."))
            return redirect("office:event-guest", number, made.pk)
    companies = list(event_queries.companies(found, q)[:MOST_COMPANIES]) if q else []
    more = {"form": form, "q": q, "companies": companies, "alike": same, "chosen": chosen}
    return event_page.shown(request, "guest_add", found, "guests", **more)


def _chosen(request: HttpRequest, found: Event) -> Company:
    pk = event_page.number_in(request.POST["company"])
    return get_object_or_404(event_queries.companies(found, ""), pk=pk)


def _not_seen(request: HttpRequest, found: Event, chosen: Company | None, form: GuestForm) -> list[Alike]:
    """Who is there already and looks like the new one; nobody once all of them were shown (`seen`), so that a second
    press adds it. Of a company of here the name alone is compared: the rest is not ours to read yet."""
    if chosen:
        same = alike.like(found, name=chosen.name)
    else:
        same = alike.like(found, **{name: form.cleaned_data[name] for name in ("name", "email", "phone")})
    seen = request.POST.getlist("seen")
    return same if any(str(one.guest.pk) not in seen for one in same) else []


def _added(request: HttpRequest, found: Event, chosen: Company | None, form: GuestForm) -> Guest:
    actor = Actor.of(request.user)
    if chosen is None:
        return guest_services.add(event=found, facts=form.cleaned_data, actor=actor)
    language = "id" if chosen.country == "ID" else "en"
    return guest_services.add_company(event=found, company=chosen, language=language, actor=actor)


def _guest(found: Event, pk: int) -> Guest:
    row: Guest = get_object_or_404(event_queries.guests(found), pk=pk)
    row.event = found
    return row


@officers_only
@both
def guest(request: HttpRequest, province: Province, number: str, pk: int) -> HttpResponse:
    found = event_page.found(province, number)
    row = _guest(found, pk)
    form = GuestForm(request.POST or None, guest=row)
    if request.method == "POST" and form.is_valid():
        try:
            guest_services.keep(guest=row, facts=form.cleaned_data, actor=Actor.of(request.user))
        except event_page.ANSWERS as error:
            event_page.refuse(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("office:event-guest", number, pk)
    event_page.mark_answers([row])
    email, phone = event_mails.contact_of(row)
    hidden = event_queries.hides_contact(row)
    wished = row.wishes.filter(by="guest").select_related("exhibitor__partner__regency")
    more = {
        "form": form,
        "row": row,
        "hidden": hidden,
        "link": "" if hidden else event_mails.guest_link(row),
        "whatsapp": "" if hidden else event_mails.whatsapp(row),
        "phone": for_people(phone) if phone else "",
        "email": email,
        "can_mail": bool(event_mails.address_of(row)),
        "wishes": wished.order_by("exhibitor__partner__name", "pk"),
        "qr": badges.qr(badges.badge_link(row)),
        "alike": alike.like_guest(row),
        "is_used": event_queries.is_used(row),
    }
    return event_page.shown(request, "guest", found, "guests", **more)


@officers_only
@require_POST
def remove_guest(request: HttpRequest, province: Province, number: str, pk: int) -> HttpResponse:
    """Added by mistake, or twice."""
    found = event_page.found(province, number)
    row = _guest(found, pk)
    try:
        guest_services.remove(guest=row, actor=Actor.of(request.user))
    except event_page.ANSWERS as error:
        event_page.tell(request, error)
        return redirect("office:event-guest", number, pk)
    messages.success(request, _("Removed: %(name)s.") % {"name": row.name})
    return redirect("office:event-guests", number)


@officers_only
@require_POST
def invite_guest(request: HttpRequest, province: Province, number: str, pk: int) -> HttpResponse:
    found = event_page.found(province, number)
    try:
        guest_services.invite(guest=_guest(found, pk), actor=Actor.of(request.user))
    except event_page.ANSWERS as error:
        event_page.tell(request, error)
    else:
        messages.success(request, _("The invitation is on its way."))
    return redirect("office:event-guest", number, pk)
