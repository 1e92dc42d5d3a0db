"""The buyer's pages. An order's page and its actions open with a signed link; the list needs a sign-in."""

from django.urls import path

from marketplace.account import views
from marketplace.account.views import addresses, again, company, complaints, join, lists, messages, pay

app_name = "account"
urlpatterns = [
    path("account/", views.home, name="home"),
    path("account/orders/", views.orders, name="orders"),
    path("account/orders/<str:number>/", views.order, name="order"),
    path("orders/<str:token>/", views.guest_order, name="guest-order"),
    path("orders/<str:token>/invoice.pdf", views.invoice, name="invoice"),
    path("orders/<str:token>/credit-notes/<str:number>.pdf", views.credit_note, name="credit-note"),
    path("orders/<str:token>/proforma.pdf", views.proforma, name="proforma"),
    path("orders/<str:token>/pay/", pay.pay, name="pay"),
    path("orders/<str:token>/paid/<int:number>/", pay.paid, name="paid"),
    path("orders/<str:token>/cancel/", views.cancel, name="cancel"),
    path("orders/<str:token>/parts/<str:number>/sign/", views.sign, name="sign"),
    path("orders/<str:token>/again/", again.order_again, name="again"),
    path("orders/<str:token>/photos/<uuid:photo>/", views.photo, name="photo"),
    path("orders/<str:token>/messages/<str:code>/", messages.guest_conversation, name="guest-conversation"),
    path("account/messages/", messages.conversations, name="conversations"),
    path("account/messages/<str:code>/", messages.conversation, name="conversation"),
    path("account/complaints/", complaints.my_complaints, name="my-complaints"),
    path("complaints/", complaints.complaints, name="complaints"),
    path("complaints/new/", complaints.complain, name="complain"),
    path("complaints/new/<str:token>/<str:number>/", complaints.complain_part, name="complain-part"),
    path("complaints/<str:token>/", complaints.complaint, name="complaint"),
    path("complaints/<str:token>/withdraw/", complaints.withdraw, name="withdraw-complaint"),
    path("account/company/", company.company, name="company"),
    path("account/company/edit/", company.edit, name="company-edit"),
    path("account/company/proof/", company.proof, name="company-proof"),
    path("account/company/bills/", company.bills, name="company-bills"),
    path("account/company/invite/", company.invite, name="company-invite"),
    path("account/company/invitations/<int:pk>/withdraw/", company.withdraw, name="company-withdraw"),
    path("account/company/members/<int:pk>/remove/", company.remove, name="company-remove"),
    path("account/company/join/<str:token>/", company.join, name="company-join"),
    path("account/join/", join.join, name="join"),
    path("account/join/withdraw/", join.withdraw_application, name="join-withdraw"),
    path("account/addresses/", addresses.addresses, name="addresses"),
    path("account/addresses/new/", addresses.address_new, name="address-new"),
    path("account/addresses/<int:address_id>/", addresses.address_edit, name="address-edit"),
    path("account/addresses/<int:address_id>/first/", addresses.address_default, name="address-default"),
    path("account/addresses/<int:address_id>/delete/", addresses.address_delete, name="address-delete"),
    path("account/lists/", lists.index, name="lists"),
    path("account/lists/add/<int:product_id>/", lists.add, name="list-add"),
    path("account/lists/basket/", lists.from_basket, name="list-from-basket"),
    path("account/lists/<int:list_id>/", lists.show, name="list"),
    path("account/lists/<int:list_id>/name/", lists.rename, name="list-rename"),
    path("account/lists/<int:list_id>/delete/", lists.delete, name="list-delete"),
    path("account/lists/<int:list_id>/buy/", lists.to_basket, name="list-to-basket"),
]
