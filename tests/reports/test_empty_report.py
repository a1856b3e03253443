"""A store without data gets a report that says so, in its mail and on its paper too."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail

from tests.people import Cast, local
from tests.reports.test_period_reports import MAIL, a_busy_week, choose, send, weekly
from tests.reports.test_report_files import text_of

WORDS = "本期无数据"


@pytest.mark.parametrize("is_busy", [False, True])
def test_mail_and_pdf_say_that_nothing_was_recorded_and_only_then(
    cast: Cast, settings: Any, tmp_path: Any, is_busy: bool
) -> None:
    settings.EMAIL_BACKEND, settings.MEDIA_ROOT = MAIL["EMAIL_BACKEND"], tmp_path
    choose(cast, cast.shen)
    if is_busy:
        a_busy_week(cast)
    weekly(cast.pudong)
    assert send(cast, local("2026-03-09 09:00")) == 1
    (letter,) = mail.outbox
    files = [one for one in letter.attachments if isinstance(one, tuple)]
    (pdf,) = [bytes(one[1]) for one in files if one[0].endswith(".pdf")]
    assert (WORDS in letter.alternatives[0][0]) is not is_busy
    assert (WORDS in text_of(pdf)) is not is_busy
