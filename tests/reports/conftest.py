"""A Thursday on two sales floors, and a browser for each of the cast."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import time_machine
from django.test import Client

from crm.people.models import User
from tests.people import NOW, Cast, make_cast

SignIn = Callable[[User], Client]


@pytest.fixture
def cast(db: None) -> Iterator[Cast]:
    """The cast, on the Thursday morning of NOW."""
    with time_machine.travel(NOW, tick=False):
        yield make_cast()


@pytest.fixture
def sign_in() -> SignIn:
    """A browser in which this person has signed in."""

    def signed_in(person: User) -> Client:
        client = Client()
        client.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
