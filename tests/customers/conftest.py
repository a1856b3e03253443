"""Lin's and Zhou's customers in Pudong, Otto's in Chaoyang, and a browser for everybody."""

from collections.abc import Callable

import pytest
from django.test import Client

from crm.customers.models import Card
from crm.people.models import User
from tests.people import Cast, make_card, make_cast

BACKEND = "django.contrib.auth.backends.ModelBackend"
PHONE = "+8613800135021"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture
def card(cast: Cast) -> Card:
    """Lin's customer Zhang Wei, 138 0013 5021."""
    return make_card(cast.lin, "张伟", phone=PHONE)


@pytest.fixture
def browser() -> Callable[[User], Client]:
    """A browser in which somebody is signed in; errors stay answers."""

    def signed_in(user: User) -> Client:
        client = Client(raise_request_exception=True)
        client.force_login(user, backend=BACKEND)
        return client

    return signed_in
