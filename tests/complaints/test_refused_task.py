"""A department that refused a task: what its people meet afterwards."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from complaints import actions
from tests.complaints import problems
from tests.people import NOW, Cast, make_cast
from tests.permissions.problems import author_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def test_who_goes_back_and_presses_again_is_led_to_the_departments_tasks() -> None:
    cast: Cast = make_cast()
    author_of(cast)
    task = problems.lead_of(problems.make_problem(cast))
    reason, seen = "不归我们", {"by": cast.tang, "version": task.version, "now": NOW}
    actions.refuse_task(task, reason=reason, **seen)
    client = Client(raise_request_exception=False)
    client.force_login(cast.tang, "django.contrib.auth.backends.ModelBackend")
    sent = {"reason": reason, "version": "1", "request_id": "r" * 22}
    for verb in ("refuse_task", "accept_task"):
        answer = client.post(reverse(f"complaints:{verb}", args=[task.public_id]), sent)
        assert (answer.status_code, answer.url) == (302, reverse("complaints:tasks"))
    for show in ("open", "all"):
        assert client.get(reverse("complaints:tasks"), {"show": show}).status_code == 200
