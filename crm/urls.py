"""Where each room answers. Rooms are named as text, so that this file imports none of them."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
