"""Plain pages that belong to no room."""

from django.urls import path

from marketplace import pages

app_name = "pages"
urlpatterns = [
    path("help/", pages.help_page, name="help"),
    path("terms/", pages.terms, name="terms"),
    path("privacy/", pages.privacy, name="privacy"),
]
