"""Open data: these addresses are promised to stay."""

from django.urls import path

from marketplace.programme.public import views as statistics_views

app_name = "programme_data"
urlpatterns = [
    path("<slug:name>.csv", statistics_views.csv, name="csv"),
    path("<slug:name>.json", statistics_views.json, name="json"),
]
