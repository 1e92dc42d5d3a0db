"""Pages that a side of a promise opens by its link."""

from django.urls import path

from marketplace.programme import deal_views

app_name = "deals"
urlpatterns = [
    path("commitments/<str:token>/", deal_views.confirm, name="confirm"),
    path("commitments/<str:token>/evidence/<str:settlement>/", deal_views.evidence, name="evidence"),
]
