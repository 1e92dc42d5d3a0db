from django.urls import path

from catalogue import views

app_name = "catalogue"
urlpatterns = [
    path("", views.home, name="home"),
    path("products/", views.product_list, name="index"),
    path("products/sector/<slug:slug>/", views.sector, name="sector"),
    path("products/<slug:slug>_<int:pk>/", views.product, name="detail"),
    path("products/<int:pk>/seen/", views.seen, name="seen"),
]
