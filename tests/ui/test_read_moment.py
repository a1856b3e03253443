"""The echo below a date field."""

import json

import pytest
from django.test import RequestFactory
from django.utils import translation

from crm.ui.views import read_moment


def echo(rf: RequestFactory, words: str) -> str:
    with translation.override("en"):
        answer = read_moment(rf.get("/moments/", {"words": words}))
    return str(json.loads(answer.content)["understood"])


def test_what_was_understood_is_said_in_full(rf: RequestFactory) -> None:
    assert echo(rf, "2030-03-14 16:00") == "Understood as Thu 14 Mar 2030 16:00."
    assert echo(rf, "2030-03-14") == "Understood as Thu 14 Mar 2030."


@pytest.mark.parametrize("words", ["", "whenever", "\x00", "9" * 200_000, "0001-01-01x"])
def test_what_was_not_is_silence(rf: RequestFactory, words: str) -> None:
    assert echo(rf, words) == ""


def test_it_only_reads(rf: RequestFactory) -> None:
    assert read_moment(rf.post("/moments/")).status_code == 405
