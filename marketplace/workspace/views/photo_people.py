"""How to take a good photo, and what is recorded where a person can be recognised."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from catalogue.models import PhotoConsent, ProductImage
from catalogue.pictures import picture
from catalogue.services.people import nobody_shown, record_people
from marketplace.common.actor import Actor
from marketplace.pesantren.access import keepers_only, members_only
from marketplace.reference.working_days import today
from marketplace.workspace.consent_forms import PeopleForm
from marketplace.workspace.page import context
from marketplace.workspace.views.listing_photos import back_to
from marketplace.workspace.views.listings import listing_of


@require_safe
@keepers_only
def photo_guide(request: HttpRequest) -> HttpResponse:
    return render(request, "workspace/photo_guide.html", context(request, "products"))


@members_only
def photo_people(request: HttpRequest, pk: int, photo: int) -> HttpResponse:
    """Who agreed that a person is recognised in this photo, or that nobody is."""
    product = listing_of(request, pk)
    image = get_object_or_404(ProductImage, product=product, pk=photo)
    kept = PhotoConsent.objects.filter(image=image).first()
    if request.method == "POST" and "nobody" in request.POST:
        nobody_shown(image=image, actor=Actor.of(request.user))
        messages.success(request, _("Noted: nobody can be recognised."))
        return back_to(product)
    names = ("agreed_by", "is_guardian", "agreed_on", "how")
    initial = {name: getattr(kept, name) for name in names} if kept else {"agreed_on": today()}
    form = PeopleForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        record_people(image=image, person=request.user, **form.cleaned_data)
        messages.success(request, _("Noted who agreed. If they change their mind, remove the photo."))
        return back_to(product)
    more = {"product": product, "image": image, "shown": picture(image), "form": form, "kept": kept}
    return render(request, "workspace/photo_people.html", context(request, "products", **more))
