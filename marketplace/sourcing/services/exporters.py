"""Who may compose offers: the office says so, and the listing for what an exporter adds to the goods is made."""

from django.db import transaction

from catalogue import states as listings
from catalogue.models import Product, ProductClass
from marketplace.common import states as machine
from marketplace.common.actor import Actor
from marketplace.pesantren.models import Partner, StockRecord

SERVICE = "service"  # the class of catalogue/data/product_classes.csv
EXPORTER, NO_EXPORTER = "exporter", "seller"


class ExporterError(Exception):
    """`code`: "sells" (it does not sell here, so nothing can be ordered from it), "class" (no class for services)."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


@transaction.atomic
def make_exporter(*, partner: Partner, actor: Actor, why: str) -> Product:
    """This pesantren may compose offers from the supply of others and sign with buyers. Twice changes nothing.

    Side effects: Partner.is_exporter, a listing that is not public for its packing, papers and freight (what it adds
    to the goods of an order is one unit of it), history row. Raises ExporterError.
    """
    locked = Partner.objects.select_for_update(of=("self",), no_key=True).get(pk=partner.pk)
    if not locked.sells:
        raise ExporterError("sells")
    if not locked.is_exporter:
        Partner.objects.filter(pk=locked.pk).update(is_exporter=True)
        machine.record(locked, NO_EXPORTER, EXPORTER, actor=actor, why=why)
    partner.is_exporter = True
    return service_of(locked) or _make_service(locked)


@transaction.atomic
def end_exporter(*, partner: Partner, actor: Actor, why: str) -> None:
    """It composes no new offers; contracts that it signed go on. Side effects: Partner.is_exporter, history row."""
    if Partner.objects.filter(pk=partner.pk, is_exporter=True).update(is_exporter=False):
        machine.record(partner, EXPORTER, NO_EXPORTER, actor=actor, why=why)
    partner.is_exporter = False


def service_of(partner: Partner) -> Product | None:
    """Its listing for what it adds to the goods."""
    found = Product.objects.filter(partner=partner, product_class__requires_shipping=False)
    return found.order_by("pk").first()


def _make_service(partner: Partner) -> Product:
    kind = ProductClass.objects.filter(slug=SERVICE, requires_shipping=False).first()
    kind = kind or ProductClass.objects.filter(requires_shipping=False).order_by("pk").first()
    if kind is None:
        raise ExporterError("class")
    made = Product.objects.create(
        slug=f"layanan-{partner.code}"[:200],
        title_ind="Pengemasan, dokumen, dan angkutan",
        title_en="Packing, papers and freight",
        title_ar="التعبئة والمستندات والشحن",
        product_class=kind,
        partner=partner,
        is_public=False,
        state=listings.ON_SALE,
    )
    StockRecord.objects.create(
        product=made,
        partner=partner,
        partner_sku=f"layanan-{made.pk}",
        price_currency="IDR",
        price=1,
        num_in_stock=1_000_000 if kind.track_stock else None,
    )
    return made
