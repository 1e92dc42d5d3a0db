"""Photos of a listing: one per request, the same one again is the same row. Works with and without script."""

from uuid import UUID, uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalogue import states
from catalogue.models import Product, ProductImage
from catalogue.pictures import picture
from catalogue.services import listings as services
from marketplace.common.photos import clean_photo
from marketplace.common.ratelimit import limited
from marketplace.pesantren.access import actor_at, keepers_only, pesantren_of
from marketplace.workspace.page import context
from marketplace.workspace.views.listings import kept_listing_of, shown_photos


def back_to(product: Product) -> HttpResponse:
    name = "workspace:draft" if product.state == states.DRAFT else "workspace:listing-photos"
    return redirect(name, product.pk)


@keepers_only
@limited("listing-photo", most=120, minutes=60)
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """The photos of one listing; a POST adds one (from the page's script) or several (from the plain form)."""
    product = kept_listing_of(request, pk)
    if request.method != "POST":
        more = {"product": product, "photos": shown_photos(product)}
        return render(request, "workspace/listing_photos.html", context(request, "products", **more))
    if "key" in request.POST:
        return _one(request, product)
    actor = actor_at(request.user, product.partner)
    for file in request.FILES.getlist("photos"):
        try:
            services.add_photo(product=product, key=uuid4(), content=clean_photo(file), actor=actor)
        except (ValidationError, services.TooManyPhotos) as refused:
            messages.error(request, _said(refused))
            break
    return back_to(product)


def _said(refused: Exception) -> str:
    if isinstance(refused, ValidationError):
        return " ".join(refused.messages)
    return _("A listing has at most %(n)s photos.") % {"n": services.MOST_PHOTOS}


def _one(request: HttpRequest, product: Product) -> HttpResponse:
    """JSON for the page's script: 422 means that sending it again is of no use."""
    file = request.FILES.get("photo")
    try:
        key = UUID(request.POST["key"])
        if file is None:
            raise ValidationError(_("No photo came."))
        actor = actor_at(request.user, product.partner)
        image = services.add_photo(product=product, key=key, content=clean_photo(file), actor=actor)
    except (ValueError, ValidationError, services.TooManyPhotos) as refused:
        return JsonResponse({"error": _said(refused)}, status=422)
    shown = picture(image)
    address = reverse("workspace:move-photo", args=[product.pk, image.pk])
    own = pesantren_of(request.user).filter(pk=product.partner_id).exists()  # a mentor records no consent
    people = reverse("workspace:photo-people", args=[product.pk, image.pk]) if own else ""
    return JsonResponse(
        {"pk": image.pk, "url": shown.url if shown else "", "move": address, "people": people}
    )


@keepers_only
@require_POST
def move_photo(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Take a photo away, or show it first."""
    product = kept_listing_of(request, pk)
    image = get_object_or_404(ProductImage, product=product, pk=photo)
    actor = actor_at(request.user, product.partner)
    if "first" in request.POST:
        services.show_first(image=image, actor=actor)
    elif not services.remove_photo(image=image, actor=actor):
        messages.warning(request, _("This is the only photo. Add another one first."))
    return back_to(product)
