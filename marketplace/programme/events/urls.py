"""Pages of events that open by a link: of a buyer without an account, a badge, a calendar."""

from django.urls import path

from marketplace.programme.events import views

app_name = "events"
urlpatterns = [
    path("badge/<str:token>/", views.badge, name="badge"),
    path("<str:key>/agenda.ics", views.agenda, name="agenda"),
    path("<str:key>/catalogue.pdf", views.guest_catalogue, name="guest-catalogue"),
    path("<str:key>/", views.guest, name="guest"),
    path("<str:key>/answer/", views.guest_answer, name="guest-answer"),
    path("<str:key>/wishes/", views.guest_wishes, name="guest-wishes"),
    path("<str:key>/looks/", views.guest_looks, name="guest-looks"),
    path("<str:key>/badge/", views.guest_badge, name="guest-badge"),
]
