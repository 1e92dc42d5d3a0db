"""Public pages of sellers stand here: they show products, and pesantren/ lies below the catalogue."""

from django.urls import path

from catalogue import views

app_name = "pesantren"
urlpatterns = [
    path("", views.pesantren_list, name="list"),
    path("<slug:code>/", views.pesantren, name="detail"),
]
