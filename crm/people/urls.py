"""Sign-in, sign-out and the language of the signed-out pages."""

from django.urls import path

from crm.people import views

app_name = "people"
urlpatterns = [
    path("accounts/login/", views.sign_in, name="sign_in"),
    path("accounts/login/code/", views.confirm_sign_in, name="confirm_sign_in"),
    path("accounts/logout/", views.sign_out, name="sign_out"),
    path("accounts/language/", views.choose_language, name="choose_language"),
]
