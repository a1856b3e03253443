"""Requests by somebody who has signed in, as views of every room see them."""

from __future__ import annotations

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from crm.people.models import User


class SignedInRequest(HttpRequest):
    """A request past `LoginRequiredMiddleware`: `user` is a person, never anonymous."""

    user: User
    htmx: HtmxDetails
