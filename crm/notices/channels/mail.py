"""E-mail by Django's own backends (EMAIL_URL)."""

from __future__ import annotations

import hashlib
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMessage

from crm.notices import states
from crm.notices.channels.interface import Failed, Message, Refused
from crm.notices.channels.reasons import ANSWERED, NO_ADDRESS, NO_ANSWER, reason


class Mail:
    """Takes a person's own address; the customer's name stands in full, as in their inbox."""

    name = states.EMAIL
    timeout_s = 20.0
    honours_key = False
    is_group = False

    def send(self, message: Message) -> None:
        """Hand it to the mail server; the Message-ID is made from the key."""
        if not message.email:
            raise Refused(reason(NO_ADDRESS))
        digest = hashlib.sha256(message.key.encode()).hexdigest()[:40]
        headers = {
            "Message-ID": f"<{digest}@{urlsplit(settings.SITE_URL).hostname}>",
            "Auto-Submitted": "auto-generated",
        }
        mail = EmailMessage(message.subject, message.body, to=[message.email], headers=headers)
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            raise trouble(max(codes, default=0)) from error
        except SMTPResponseException as error:
            raise trouble(error.smtp_code) from error
        except (OSError, SMTPException) as error:
            raise Failed(reason(NO_ANSWER, type(error).__name__)) from error


def trouble(code: int) -> Exception:
    """5xx is final in mail as 4xx is on the web; the server's words may hold the address."""
    words = reason(ANSWERED, code)
    return Refused(words) if 500 <= code < 600 else Failed(words)
