from django.urls import path

from marketplace.workspace import views

app_name = "workspace"
urlpatterns = [
    path("", views.home, name="home"),
    path("orders/", views.fulfilments, name="fulfilments"),
    path("orders/<str:number>/", views.fulfilment, name="fulfilment"),
    path("orders/<str:number>/accept/", views.accept, name="accept"),
    path("orders/<str:number>/decline/", views.decline, name="decline"),
    path("orders/<str:number>/pack/", views.pack, name="pack"),
    path("orders/<str:number>/hand-over/", views.hand_over, name="hand-over"),
    path("orders/<str:number>/delivered/", views.delivered, name="delivered"),
    path("orders/<str:number>/delivery-note.pdf", views.delivery_note, name="delivery-note"),
    path("orders/<str:number>/photos/<uuid:photo>/", views.photo, name="photo"),
    path("products/", views.products, name="products"),
]
