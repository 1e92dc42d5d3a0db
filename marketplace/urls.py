"""Every address of the site. Indonesian at /, English at /en/, Arabic at /ar/."""

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib.sitemaps.views import sitemap
from django.urls import include, path

from catalogue.sitemaps import SITEMAPS
from marketplace import health, pages
from marketplace.media import public_media

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", sitemap, {"sitemaps": SITEMAPS}, name="sitemap"),
    path("media/<path:name>", public_media, name="media"),
    path("places/", include("marketplace.reference.urls")),
    path("", include("marketplace.payments.urls")),
    path("api/tracking/", include("marketplace.exports.tracking.carrier_urls")),
    path("programme/data/", include("marketplace.programme.public.data_urls")),
    *i18n_patterns(
        path("", include("catalogue.urls")),
        path("pesantren/", include("catalogue.pesantren_urls")),
        path("search/", include("catalogue.search.urls")),
        path("lot/", include("catalogue.lots.urls")),
        path("basket/", include("checkout.basket.urls")),
        path("checkout/", include("checkout.urls")),
        path("", include("marketplace.people.urls")),
        path("", include("marketplace.account.urls")),
        path("workspace/", include("marketplace.workspace.urls")),
        path("exports/upload/", include("marketplace.exports.papers.upload_urls")),
        path("office/", include("marketplace.office.urls")),
        path("", include("marketplace.exports.tracking.urls")),
        path("events/", include("marketplace.programme.events.urls")),
        path("", include("marketplace.programme.commitments.urls")),
        path("programme/", include("marketplace.programme.public.urls")),
        path("", include("marketplace.page_urls")),
        prefix_default_language=False,
    ),
]
if settings.BENCH:
    urlpatterns += [path("bench/", include("marketplace.bench"))]
