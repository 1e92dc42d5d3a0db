"""Outside the languages: no person opens this."""

from django.urls import path

from marketplace.exports.tracking import carrier_views

app_name = "carriers"
urlpatterns = [path("dcsa/", carrier_views.dcsa_events, name="dcsa")]
