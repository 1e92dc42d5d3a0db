"""Oscar's namespace `customer` is kept: its code reverses customer:login."""

from django.urls import path

from marketplace.people import data_views, views
from marketplace.people.second_factor import views as second_factor

app_name = "customer"
urlpatterns = [
    path("sign-in/", views.sign_in, name="login"),
    path("sign-in/code/", second_factor.sign_in_code, name="sign-in-code"),
    path("sign-out/", views.sign_out, name="logout"),
    path("sign-up/", views.sign_up, name="register"),
    path("sign-up/done/", views.signed_up, name="registered"),
    path("account/profile/", views.profile, name="profile"),
    path("account/email/", views.change_email, name="change-email"),
    path("account/email/<str:token>/", views.confirm_email, name="confirm-email"),
    path("account/password/", views.change_password, name="change-password"),
    path("account/two-step/", second_factor.overview, name="second-factor"),
    path("account/two-step/set-up/", second_factor.set_up, name="second-factor-set-up"),
    path("account/two-step/recovery-codes/", second_factor.renew_codes, name="second-factor-renew"),
    path("account/two-step/off/", second_factor.switch_off, name="second-factor-off"),
    path("account/two-step/code/", second_factor.check, name="second-factor-check"),
    path("account/two-step/go-on/", second_factor.go_on, name="second-factor-go-on"),
    path("account/data/", data_views.my_data, name="data"),
    path("account/data/copy/", data_views.ask_copy, name="ask-copy"),
    path("account/data/copy/<uuid:token>.json", data_views.copy_file, name="copy-file"),
    path("account/data/delete/", data_views.delete_account, name="delete-account"),
    path("account/data/keep/", data_views.keep_account, name="keep-account"),
    path("password/forgotten/", views.forgotten, name="password-reset"),
    path("password/sent/", views.forgotten_sent, name="password-reset-sent"),
    path("password/new/<str:uid>/<str:token>/", views.new_password, name="password-reset-confirm"),
]
