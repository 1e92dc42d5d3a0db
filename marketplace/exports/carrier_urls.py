"""Outside the languages: no person opens this."""

from django.urls import path

from marketplace.exports import carrier_views

app_name = "carriers"
urlpatterns = [path("dcsa/", carrier_views.dcsa_events, name="dcsa")]
