from django.urls import path

from checkout import views

app_name = "checkout"
urlpatterns = [
    path("", views.address, name="address"),
    path("kept/", views.kept, name="kept"),
    path("delivery/", views.delivery, name="delivery"),
    path("review/", views.review, name="review"),
    path("thanks/", views.thanks, name="thanks"),
]
