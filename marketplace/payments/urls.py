"""Outside the languages: no person opens this."""

from django.urls import path

from marketplace.payments import views

app_name = "payments"
urlpatterns = [path("stripe/webhook/", views.webhook, name="webhook")]
