from django.urls import path

from marketplace.reference import views

app_name = "places"
urlpatterns = [path("districts/", views.districts, name="districts")]
