"""The goods of a pesantren: the list, a new one from photos and few questions, and what stands in one."""

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from catalogue import states
from catalogue.claims import queries as claims
from catalogue.claims import services as claim_services
from catalogue.claims import states as claim_states
from catalogue.claims.models import ProposedChange
from catalogue.claims.shown import texts
from catalogue.listing_fields import Options
from catalogue.listing_forms import DraftForm, answers_of
from catalogue.models import ListingDraft, Product, ProductClass
from catalogue.permits import queries as permits
from catalogue.pictures import picture
from catalogue.services import listings as services
from catalogue.services.showing import still_missing
from marketplace.common.states import IllegalMove
from marketplace.ledger.money import Money
from marketplace.pesantren import capacity, pricing
from marketplace.pesantren.access import actor_at, goods_kept_by, keepers_only
from marketplace.pesantren.models import StockRecord
from marketplace.workspace import queries
from marketplace.workspace.listing_export import for_export
from marketplace.workspace.page import context, page_of

CLAIM_TONES = {claim_states.WAITS: "warn", claim_states.REFUSED: "bad"}
NOT_ANSWERS = {"csrfmiddlewaretoken"}


def listing_of(request: HttpRequest, pk: int) -> Product:
    """A listing of this person's pesantren; anything else is a 404. For pages that say members_only."""
    return get_object_or_404(queries.listings(request.user), pk=pk)


def kept_listing_of(request: HttpRequest, pk: int) -> Product:
    """The same, also for a mentor the pesantren agreed to. For pages that say keepers_only."""
    return get_object_or_404(queries.kept_listings(request.user), pk=pk)


@require_safe
@keepers_only
def products(request: HttpRequest) -> HttpResponse:
    state = request.GET.get("state", "")
    page = page_of(request, queries.kept_listings(request.user, state))
    rows = []
    for product in page:
        record = next(iter(product.stockrecords.all()), None)
        price = Money.from_decimal(record.price, record.price_currency) if record else None
        rows.append((product, _name(product), record, price))
    base = reverse("workspace:products")
    known = state in queries.LISTING_ORDER
    labels = dict(states.CHOICES)
    chips = [(_("All"), base, not known)]
    chips += [(str(labels[one]), f"{base}?state={one}", one == state) for one in queries.LISTING_ORDER]
    page_base = f"{base}?state={state}&page=" if known else f"{base}?page="
    more = {"rows": rows, "page_obj": page, "page_base": page_base, "chips": chips, "filtered": known}
    return render(request, "workspace/products.html", context(request, "products", **more))


def _name(product: Product) -> str:
    """Its name; that of a draft as it was typed so far."""
    if product.state == states.DRAFT and hasattr(product, "draft"):
        return str(product.draft.answers.get("name") or _("Draft without a name"))
    return str(product.title)


@keepers_only
def new_listing(request: HttpRequest) -> HttpResponse:
    """What kind of goods: one tap makes the draft. A copy of the last listing is one tap, too."""
    mine = list(goods_kept_by(request.user))
    last = queries.last_listing(request.user)
    if request.method == "POST" and (made := _started(request, mine, last)):
        return redirect("workspace:draft", made.product_id)
    kinds = ProductClass.objects.order_by("name")
    more = {"kinds": kinds, "last": last, "key": uuid4(), "pesantren": mine}
    return render(request, "workspace/new_listing.html", context(request, "products", **more))


def _started(request: HttpRequest, mine: list[Any], last: Product | None) -> ListingDraft | None:
    """The draft that was asked for; nothing where the form does not say what, which only a bent one does."""
    try:
        key = UUID(request.POST.get("key", ""))
    except ValueError:
        return None
    code, kind = request.POST.get("pesantren", ""), None
    partner = next((one for one in mine if one.code == code), mine[0] if len(mine) == 1 else None)
    answers: dict[str, Any] = {}
    if "copy" in request.POST and last:
        partner, kind, answers = last.seller, last.product_class, answers_of(last)
    elif partner:
        kind = ProductClass.objects.filter(slug=request.POST.get("kind", "")).first()
    if partner is None or kind is None:
        return None
    actor = actor_at(request.user, partner)
    try:
        return services.start(partner=partner, kind=kind, key=key, answers=answers, actor=actor)
    except ListingDraft.DoesNotExist:
        return None


@keepers_only
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Photos and questions on one page; publishing checks them, keeping does not."""
    product = kept_listing_of(request, pk)
    kept = ListingDraft.objects.filter(product=product).first()
    if kept is None:
        return redirect("workspace:listing", product.pk)
    if request.method == "POST":
        services.keep(draft=kept, answers=_answers(request))
    steps = "from_1" in kept.answers  # it came from a file with price steps (catalogue/imports)
    form = DraftForm(request.POST or None, kind=product.product_class, initial=kept.answers, with_steps=steps)
    if request.method == "POST" and form.is_valid() and (done := _published(request, product, form)):
        return done
    more = {"product": product, "draft": kept, "form": form, "photos": shown_photos(product)}
    more |= {"changed": int(kept.changed_at.timestamp() * 1000)}
    return render(request, "workspace/draft.html", context(request, "products", **more))


def _published(request: HttpRequest, product: Product, form: DraftForm) -> HttpResponse | None:
    try:
        done = services.publish(
            product=product,
            facts=form.facts(),
            terms=form.terms(),
            actor=actor_at(request.user, product.partner),
        )
    except services.NoPhoto:
        form.add_error(None, _("Add at least one photo: buyers do not order what they cannot see."))
        return None
    if done and product.state == states.STOPPED:
        messages.warning(request, _why_not_yet(product))
    elif done and product.is_held:
        messages.warning(request, _("Kept. Buyers see it once the pesantren sells again."))
    elif done:
        messages.success(request, _("On sale. Buyers find it now."))
    return redirect("workspace:listing", product.pk)


def _why_not_yet(product: Product) -> str:
    """A new listing that nobody sees yet: what the office waits for, or looks at."""
    if not product.claims_open:
        return _("Kept. It goes on sale by itself once the office has confirmed its permit.")
    if permits.missing(product):
        return _(
            "Kept. A permit is missing, and the office looks at some words; then it goes on sale by itself."
        )
    return _("Kept. The office looks at some words first; then it goes on sale by itself.")


def shown_photos(product: Product) -> list[tuple[Any, Any]]:
    return [
        (image, picture(image))
        for image in product.images.select_related("consent").order_by("display_order")
    ]


def _answers(request: HttpRequest) -> dict[str, Any]:
    """As typed; a name that may come several times as a list."""
    return {
        name: values if name == "harvest_months" else values[-1]
        for name, values in request.POST.lists()
        if name not in NOT_ANSWERS
    }


@keepers_only
@require_POST
def keep_draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep what was typed so far; asked by the page itself after each change."""
    kept = get_object_or_404(ListingDraft, product=kept_listing_of(request, pk))
    services.keep(draft=kept, answers=_answers(request))
    return JsonResponse({"kept": True})


@require_safe
@keepers_only
def listing(request: HttpRequest, pk: int) -> HttpResponse:
    """One listing: what it says and costs, each with the way to change it."""
    product = kept_listing_of(request, pk)
    if product.state == states.DRAFT:
        return redirect("workspace:draft", product.pk)
    record = product.stockrecords.first()
    needs = permits.missing(product) if product.state == states.STOPPED else []
    options = Options.of(product.product_class)
    is_unsaid = options.papers_differ and product.commodity is None
    more = {
        "product": product,
        "is_unsaid": is_unsaid,
        "export": for_export(product, options),
        "lacks_permit": any(need.kinds for need in needs),
        "missing": still_missing(product, needs) or product.stopped_why,
        "record": record,
        "steps": pricing.steps(record) if record else [],
        "free": _free(record) if record else None,
        "photos": shown_photos(product),
        "changes": queries.changes(product, record),
        "proposed": (proposed := claims.latest_of(product)),
        "proposed_texts": texts(proposed) if proposed and _is_news(proposed) else [],
        "proposed_tone": CLAIM_TONES.get(proposed.state, "plain") if proposed else "",
    }
    return render(request, "workspace/listing.html", context(request, "products", **more))


def _free(record: StockRecord) -> int | None:
    if record.is_made_to_order:
        return capacity.free(record)
    return max(record.net_stock_level, 0) if record.num_in_stock is not None else None


def _is_news(proposed: ProposedChange) -> bool:
    """What waits or was not accepted stands on the page; the rest is over."""
    return proposed.state in CLAIM_TONES


@keepers_only
@require_POST
def withdraw_claim(request: HttpRequest, pk: int, change: int) -> HttpResponse:
    """Take a text back that waits for the office."""
    product = kept_listing_of(request, pk)
    found = get_object_or_404(ProposedChange, product=product, pk=change)
    try:
        claim_services.withdraw(change=found, actor=actor_at(request.user, product.partner))
        messages.success(request, _("Taken back."))
    except IllegalMove:
        messages.info(request, _("Nothing was changed: the office has decided already."))
    return redirect("workspace:listing", product.pk)


@keepers_only
@require_POST
def move_listing(request: HttpRequest, pk: int, step: str) -> HttpResponse:
    """Take off sale, put back on sale, or throw a draft away."""
    product = kept_listing_of(request, pk)
    actor = actor_at(request.user, product.partner)
    try:
        if step == "pause":
            services.pause(product=product, actor=actor)
            messages.success(request, _("Not on sale any more. Orders that were placed go on."))
        elif step == "relist":
            services.relist(product=product, actor=actor)
            if product.is_held:
                messages.warning(request, _("Kept. Buyers see it once the pesantren sells again."))
            elif product.state == states.ON_SALE:
                messages.success(request, _("On sale again."))
        elif product.state == states.DRAFT:
            services.discard(product=product, actor=actor)
            messages.success(request, _("The draft is gone."))
            return redirect("workspace:products")
    except IllegalMove:
        messages.info(request, _("Nothing was changed: this was done already, or it is stopped."))
    return redirect("workspace:listing", product.pk)
