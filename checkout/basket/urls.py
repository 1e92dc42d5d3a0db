from django.urls import path

from checkout.basket import views

app_name = "basket"
urlpatterns = [
    path("", views.summary, name="summary"),
    path("add/<int:product_id>/", views.add, name="add"),
    path("lines/<int:line_id>/", views.update, name="update"),
    path("lines/<int:line_id>/remove/", views.remove, name="remove"),
]
