from django.urls import path

from catalogue.lots import views

app_name = "lots"
urlpatterns = [path("<slug:code>/", views.passport, name="passport")]
