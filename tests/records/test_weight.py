"""What is too heavy is refused before it is read (D36)."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from crm.records.actions.attaching import FIELD, Limits, kept_files

PATH = "/accounts/login/"
pytestmark = pytest.mark.django_db


def test_a_request_heavier_than_all_files_of_a_form_is_not_read() -> None:
    heavy = {"CONTENT_LENGTH": str(settings.REQUEST_AT_MOST + 1)}
    assert Client().post(PATH, {"username": "lin"}, **heavy).status_code == 400
    assert Client().post(PATH, {"username": "lin"}).status_code == 422


def test_more_files_than_a_row_may_have_are_not_looked_at() -> None:
    class Unread(SimpleUploadedFile):
        def read(self, *_args: object) -> bytes:
            raise AssertionError("a file was read")

    uploads = [Unread(f"{number}.pdf", b"") for number in range(3)]
    limits = Limits(size=10, count=2, pixels=10)
    with pytest.raises(ValidationError) as refused, kept_files(uploads, limits):
        pass
    assert FIELD in refused.value.message_dict
