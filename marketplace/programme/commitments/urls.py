"""Pages that a side of a promise opens by its link."""

from django.urls import path

from marketplace.programme.commitments import views as commitment_views

app_name = "deals"
urlpatterns = [
    path("commitments/<str:token>/", commitment_views.confirm, name="confirm"),
    path("commitments/<str:token>/evidence/<str:settlement>/", commitment_views.evidence, name="evidence"),
]
