from django.urls import path

from marketplace.office import views

app_name = "office"
urlpatterns = [
    path("", views.home, name="home"),
    path("orders/", views.orders, name="orders"),
    path("orders/<str:number>/", views.order, name="order"),
    path("parts/", views.parts, name="parts"),
    path("parts/<str:number>/", views.part, name="part"),
    path("parts/<str:number>/decline/", views.decline_part, name="decline-part"),
    path("parts/<str:number>/delivered/", views.deliver_part, name="deliver-part"),
    path("parts/<str:number>/photos/<uuid:photo>/", views.photo, name="photo"),
    path("transfers/", views.transfers, name="transfers"),
    path("transfers/<int:pk>/", views.transfer, name="transfer"),
    path("transfers/<int:pk>/match/", views.match, name="match"),
    path("transfers/<int:pk>/return/", views.return_transfer, name="return-transfer"),
    path("refunds/", views.refunds, name="refunds"),
    path("refunds/<int:pk>/pay/", views.pay_refund, name="pay-refund"),
]
