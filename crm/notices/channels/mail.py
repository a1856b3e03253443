"""E-mail by Django's own backends (EMAIL_URL)."""

from __future__ import annotations

import hashlib
from email.mime.image import MIMEImage
from smtplib import SMTPException, SMTPRecipientsRefused, SMTPResponseException
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from crm.notices import states
from crm.notices.channels.interface import Enclosed, Failed, Message, Refused
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
        mail = EmailMultiAlternatives(
            message.subject, message.body, to=[message.email], headers=headers
        )
        if message.enclosed:
            enclose(mail, message.enclosed)
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            codes = [code for code, _words in error.recipients.values()]
            raise trouble(max(codes, default=0)) from error
        except SMTPResponseException as error:
            raise trouble(error.smtp_code) from error
        except (OSError, SMTPException) as error:
            raise Failed(reason(NO_ANSWER, type(error).__name__)) from error


def enclose(mail: EmailMultiAlternatives, enclosed: Enclosed) -> None:
    """Put the page and the files into a mail; a picture the page shows is named by its id."""
    if enclosed.html:
        mail.attach_alternative(enclosed.html, "text/html")
    for one in enclosed.files:
        if one.shows:
            picture = MIMEImage(one.content, _subtype=one.kind.partition("/")[2])
            picture.add_header("Content-ID", f"<{one.shows}>")
            picture.add_header("Content-Disposition", "inline", filename=one.name)
            mail.attach(picture)
        else:
            mail.attach(one.name, one.content, one.kind)


def trouble(code: int) -> Exception:
    """5xx is final in mail as 4xx is on the web; the server's words may hold the address."""
    words = reason(ANSWERED, code)
    return Refused(words) if 500 <= code < 600 else Failed(words)
