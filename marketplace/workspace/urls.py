from django.urls import path

from marketplace.workspace import views
from marketplace.workspace.views import (
    bank_account,
    days_off,
    listing_changes,
    listing_photos,
    listings,
    money,
)

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
    path("orders/<str:number>/credit-notes/<str:note>.pdf", views.credit_note, name="credit-note"),
    path("orders/<str:number>/photos/<uuid:photo>/", views.photo, name="photo"),
    path("orders/<str:number>/messages/", views.part_conversation, name="part-conversation"),
    path("money/", money.money, name="money"),
    path("money/<slug:code>/account/", bank_account.bank_account, name="bank-account"),
    path("money/<slug:code>/account/withdraw/", bank_account.withdraw_account, name="withdraw-account"),
    path("money/<slug:code>/", money.statement_months, name="statement-months"),
    path("money/<slug:code>/<int:year>-<int:month>/", money.statement, name="statement"),
    path("money/<slug:code>/<int:year>-<int:month>.pdf", money.statement_pdf, name="statement-pdf"),
    path("money/<slug:code>/<int:year>-<int:month>.csv", money.statement_csv, name="statement-csv"),
    path("products/", listings.products, name="products"),
    path("products/new/", listings.new_listing, name="new-listing"),
    path("products/<int:pk>/", listings.listing, name="listing"),
    path("products/<int:pk>/draft/", listings.draft, name="draft"),
    path("products/<int:pk>/draft/keep/", listings.keep_draft, name="keep-draft"),
    path("products/<int:pk>/photos/", listing_photos.photos, name="listing-photos"),
    path("products/<int:pk>/photos/<int:photo>/", listing_photos.move_photo, name="move-photo"),
    path("products/<int:pk>/change/<slug:what>/", listing_changes.change_listing, name="change-listing"),
    path("products/<int:pk>/move/<slug:step>/", listings.move_listing, name="move-listing"),
    path("days-off/<slug:code>/", days_off.days_off, name="days-off"),
    path("messages/", views.conversations, name="conversations"),
    path("messages/<int:pk>/", views.conversation, name="conversation"),
    path("complaints/", views.complaints, name="complaints"),
    path("complaints/<str:number>/", views.complaint, name="complaint"),
]
