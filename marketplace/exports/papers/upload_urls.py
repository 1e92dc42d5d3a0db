from django.urls import path

from marketplace.exports.papers import upload_views

app_name = "uploads"
urlpatterns = [
    path("<str:token>/", upload_views.papers, name="papers"),
    path("<str:token>/<slug:kind>/", upload_views.upload, name="upload"),
]
