"""The public page in three languages; the data files stand outside them, at one address for all (data_urls.py)."""

from django.urls import path

from marketplace.programme.public import views as statistics_views

app_name = "programme"
urlpatterns = [
    path("", statistics_views.statistics, name="statistics"),
    path("data/", statistics_views.readme, name="data"),
]
