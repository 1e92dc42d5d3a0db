"""A harvest is recorded on a phone, packed from, labelled; a buyer scans the label and reads where it is from."""

from typing import Any

import pytest

from catalogue.lots.models import Lot
from catalogue.models import Commodity, ProductImage
from catalogue.permits.services import confirm
from catalogue.pictures import store_original
from catalogue.services import make_picture_widths
from marketplace.fulfilment import services
from marketplace.fulfilment.models import Fulfilment
from tests.factories.lots import a_grower, a_place
from tests.factories.paid import OFFICE, World, world
from tests.factories.permits import a_permit
from tests.journeys.conftest import DESKTOP, PHONE, screen
from tests.journeys.test_listing import Taps
from tests.workspace.photos import a_photo

pytestmark = [pytest.mark.journey, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def shop(transactional_db: None) -> World:
    """Twenty kilograms of mangosteen are paid and accepted."""
    made = world()
    goods, kind = made.sarong, made.sarong.product_class
    kind.slug = "fresh_produce"
    kind.save()
    goods.title_ind, goods.title_en, goods.title_ar = "Manggis grade A", "Mangosteen grade A", "مانغوستين"
    goods.commodity = Commodity.objects.create(
        code="manggis",
        name_ind="Manggis",
        name_ar="المانغوستين",
        shelf_life_days="14..28",
        storage_celsius="12..14",
    )
    goods.carton_quantity = 8
    goods.save()
    image = ProductImage.objects.create(
        product=goods, original=store_original(a_photo("rgb(90,36,64)", (1200, 900)), "webp"), alt="Manggis"
    )
    make_picture_widths(images=[image])
    confirm(permit=a_permit(goods, made.member), actor=OFFICE)
    a_place("32.05.01")
    a_grower(made.mine, made.member, name="Ibu Contoh")
    services.accept(fulfilment=made.part, actor=OFFICE)
    return made


def test_from_the_harvest_to_the_scanned_label(shop: World, person: Any) -> None:
    member = person("id", PHONE)
    member.sign_in("anggota@example.com")
    record(member, shop)
    lot = Lot.objects.get()
    taps = Taps(member.page)
    member.open(f"/workspace/products/{shop.sarong.pk}/lots/")
    member.page.screenshot(path=screen("lots-phone"), full_page=True)
    taps.tap('form[action$="/again/"] button')
    member.page.wait_for_load_state()
    member.looks_right()
    assert Lot.objects.count() == 2
    assert taps.done("the same lot again, from the listing's page")[0] + 1 == 2  # one tap leads to the list
    member.page.screenshot(path=screen("lot-phone"), full_page=True)

    part = shop.part
    member.open(f"/workspace/orders/{part.number}/")
    member.page.screenshot(path=screen("pack-lots-phone"), full_page=True)
    member.press("/pack/")  # as proposed: all from the oldest
    assert Fulfilment.objects.get(pk=part.pk).state == "packed"
    assert Lot.objects.get(pk=lot.pk).used == 20
    member.page.screenshot(path=screen("packed-lots-phone"), full_page=True)
    for size in ("a4", "100x150"):
        link = member.page.locator(f'main a[href*="labels.pdf?size={size}"]').get_attribute("href")
        answer = member.page.request.get(f"{member.live}{link}")
        assert (answer.status, answer.body()[:5]) == (200, b"%PDF-")

    for language, viewport in (("id", PHONE), ("ar", PHONE), ("en", DESKTOP)):
        buyer = person(language, viewport)
        buyer.open(f"/lot/{lot.code}/")
        buyer.sees("Garut Kota")
        buyer.sees("Ibu Contoh")
        buyer.page.screenshot(path=screen(f"passport-{language}-{viewport['width']}"), full_page=True)


def record(member: Any, shop: World) -> None:
    """Four answers, and who grew it."""
    member.open(f"/workspace/products/{shop.sarong.pk}/lots/new/")
    member.page.screenshot(path=screen("lot-form-phone"), full_page=True)
    member.fill(regency="32.05", quantity="40")
    member.page.locator('select[name="district"] option', has_text="Garut Kota").wait_for(state="attached")
    member.fill(district="Garut Kota")
    member.page.locator("summary").click()
    member.page.locator('select[name="grower"]').select_option(label="Ibu Contoh")
    member.press("main")
    member.sees("Garut Kota, Kabupaten Garut")


def test_the_photo_guide_and_who_agreed(shop: World, person: Any) -> None:
    member = person("id", PHONE)
    member.sign_in("anggota@example.com")
    member.open(f"/workspace/products/{shop.sarong.pk}/photos/")
    member.page.screenshot(path=screen("photos-phone"), full_page=True)
    member.follow("/photo-guide/")
    member.page.screenshot(path=screen("photo-guide-phone"), full_page=True)
    member.page.go_back()
    member.follow(f"/photos/{ProductImage.objects.get().pk}/people/")
    member.fill(agreed_by="Wali Contoh")
    member.page.locator('[name="is_guardian"]').check()
    member.page.locator('[name="how"]').first.check()
    member.page.screenshot(path=screen("photo-people-phone"), full_page=True)
    member.press("main")
    assert ProductImage.objects.get().consent.agreed_by == "Wali Contoh"
    member.open(f"/workspace/growers/{shop.mine.code}/")
    member.page.screenshot(path=screen("growers-phone"), full_page=True)
