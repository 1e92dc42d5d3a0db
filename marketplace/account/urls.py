"""The buyer's pages. An order's page and its actions open with a signed link; the list needs a sign-in."""

from django.urls import path

from marketplace.account import views

app_name = "account"
urlpatterns = [
    path("account/", views.home, name="home"),
    path("account/orders/", views.orders, name="orders"),
    path("account/orders/<str:number>/", views.order, name="order"),
    path("orders/<str:token>/", views.guest_order, name="guest-order"),
    path("orders/<str:token>/invoice.pdf", views.invoice, name="invoice"),
    path("orders/<str:token>/cancel/", views.cancel, name="cancel"),
    path("orders/<str:token>/parts/<str:number>/sign/", views.sign, name="sign"),
    path("orders/<str:token>/photos/<uuid:photo>/", views.photo, name="photo"),
]
