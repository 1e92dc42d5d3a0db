"""Oscar's namespace `customer` is kept: its code reverses customer:login."""

from django.urls import path

from marketplace.people import data_views, views

app_name = "customer"
urlpatterns = [
    path("sign-in/", views.sign_in, name="login"),
    path("sign-out/", views.sign_out, name="logout"),
    path("sign-up/", views.sign_up, name="register"),
    path("sign-up/done/", views.signed_up, name="registered"),
    path("account/profile/", views.profile, name="profile"),
    path("account/email/", views.change_email, name="change-email"),
    path("account/email/<str:token>/", views.confirm_email, name="confirm-email"),
    path("account/password/", views.change_password, name="change-password"),
    path("account/data/", data_views.my_data, name="data"),
    path("account/data/copy/", data_views.ask_copy, name="ask-copy"),
    path("account/data/copy/<uuid:token>.json", data_views.copy_file, name="copy-file"),
    path("account/data/delete/", data_views.delete_account, name="delete-account"),
    path("account/data/keep/", data_views.keep_account, name="keep-account"),
    path("password/forgotten/", views.forgotten, name="password-reset"),
    path("password/sent/", views.forgotten_sent, name="password-reset-sent"),
    path("password/new/<str:uid>/<str:token>/", views.new_password, name="password-reset-confirm"),
]
