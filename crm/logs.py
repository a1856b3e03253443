"""What the log and the mail about a fault may say: never a number, a token or what was typed."""

from __future__ import annotations

import json
import logging
import re
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail

QUIET_S = 600
# Which request a line was written for; empty for the worker and commands.
_reference: ContextVar[str] = ContextVar("log_reference", default="")


@contextmanager
def written_for(reference: str) -> Iterator[None]:
    """Every line written inside carries this reference, the one a page of a fault shows."""
    token = _reference.set(reference)
    try:
        yield
    finally:
        _reference.reset(token)


class Scrub(logging.Filter):
    """Takes phone numbers and the tokens of public links out of every log line and traceback."""

    TOKEN = r"(?:(?<=/s/)|(?<=/links/))[\w-]{8,}"  # noqa: S105
    PRIVATE = re.compile(TOKEN + r"|(?<!\d)\+?\d{2,4}?[ -]?\d{3,4}[ -]?\d{4,8}(?!\d)")
    # PostgreSQL tells the whole row it refused.
    DETAIL = re.compile(r"^DETAIL: .*$", re.M)

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the finished message; a line break in a value cannot fake a second line."""
        message = self.cleaned(record.getMessage())
        record.msg = message.replace("\r", "\\r").replace("\n", "\\n")
        record.args = None
        if record.exc_info and record.exc_info[0]:
            found = "".join(traceback.format_exception(*record.exc_info))
            record.exc_text = self.cleaned(found).rstrip("\n")
        return True

    @classmethod
    def cleaned(cls, text: str) -> str:
        """The text without what is private."""
        return cls.PRIVATE.sub("***", cls.DETAIL.sub("DETAIL: ***", text))


class JsonLines(logging.Formatter):
    """One object a line for whoever collects logs: time (UTC), level, logger, message (D46).

    `reference` names the request where there is one, `trace` holds a fault's lines of code.
    Stands behind `Scrub`, which has cleaned both.
    """

    def format(self, record: logging.LogRecord) -> str:
        """The line; no value can break it in two."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        request = getattr(record, "request", None)
        if reference := getattr(request, "reference", "") or _reference.get():
            line["reference"] = reference
        if record.exc_text:
            line["trace"] = record.exc_text
        return json.dumps(line, ensure_ascii=False)


class FaultMail(logging.Handler):
    """Mails a fault of ours to `ERROR_MAIL_TO`: what broke and where, once in ten minutes a place.

    It holds the lines of code and the kind of error; no field, cookie, address or value (D53).
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.told: dict[str, float] = {}

    def emit(self, record: logging.LogRecord) -> None:
        """Send it, unless this place was mailed about lately or nobody is to be told."""
        kind, error, trace = record.exc_info or (None, None, None)
        if not settings.ERROR_MAIL_TO or kind is None or error is None:
            return
        frames = traceback.extract_tb(trace)
        place = f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""
        if time.monotonic() - self.told.get(place, -QUIET_S) < QUIET_S:
            return
        self.told[place] = time.monotonic()
        reference = getattr(getattr(record, "request", None), "reference", "-")
        body = f"Reference: {reference}\n{kind.__name__}\n{''.join(traceback.format_list(frames))}"
        try:
            send_mail(f"Showfloor: {kind.__name__}", body, None, settings.ERROR_MAIL_TO)
        except (OSError, SMTPException):
            self.told.pop(place)
