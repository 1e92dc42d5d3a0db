"""Pages anybody with the link may read, and the history."""

from django.urls import path

from marketplace.exports.tracking import views as tracking_views

app_name = "exports"
urlpatterns = [
    path("track/<str:token>/", tracking_views.track, name="track"),
    path("exports/first/", tracking_views.first, name="first"),
]
