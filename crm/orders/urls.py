"""Addresses of orders."""

from django.urls import path

from crm.orders import views

app_name = "orders"
urlpatterns = [
    path("customers/<slug:public_id>/orders/", views.sign_order, name="sign_order"),
    path("orders/<slug:public_id>/delivery/", views.deliver_order, name="deliver_order"),
    path("orders/<slug:public_id>/cancellation/", views.cancel_order, name="cancel_order"),
]
