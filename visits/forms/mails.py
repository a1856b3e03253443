"""A mail to a customer, and what was replied to it (RV-19)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from complaints.forms.files import files_field
from crm.rulebook.queues import numbers_for
from crm.ui.fields import Buttons
from crm.ui.forms import Day, Line, Lines, add_errors
from crm.ui.versioned import SentOnceForm
from visits.models import VisitMail


class MailForm(forms.Form):
    """By which way, in which language, what, and until when a reply is hoped for."""

    channel = forms.ChoiceField(
        label=_("Channel"), choices=VisitMail.Channel.choices, widget=Buttons()
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES, widget=Buttons())
    subject = Line(
        label=_("Subject"),
        max_length=120,
        required=False,
        help_text=_("For e-mail. Short, and saying what it is about"),
    )
    body = Lines(label=_("Text"), max_length=4000, widget=forms.Textarea(attrs={"rows": 6}))
    with_link = forms.BooleanField(label=_("With the questionnaire's link"), required=False)
    attachments = files_field(
        help_text=_("For e-mail. Pictures, PDF, Excel or Word; what is large may not arrive.")
    )
    reply_by = Day(label=_("Reply by"), required=False)
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: str, **options: Any) -> None:
        with translation.override(language):
            subject, body = first_words()
        options["initial"] = {
            "channel": VisitMail.Channel.EMAIL,
            "language": language,
            "subject": subject,
            "body": body,
            "with_link": True,
        }
        super().__init__(*args, **options)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = dict(self.cleaned_data)
        return {"files": sent.pop("attachments"), **sent}

    @property
    def is_heavy(self) -> bool:
        """Whether the files together are more than mailboxes surely take (N-55)."""
        most = numbers_for(None).mail_megabytes * 2**20
        return sum(int(file.size) for file in self.cleaned_data["attachments"]) > most


class InviteForm(forms.Form):
    """By which way the questionnaire goes to many, and until when a reply is hoped for."""

    channel = forms.ChoiceField(
        label=_("Channel"),
        required=False,
        choices=[("", _("What each customer has")), *VisitMail.Channel.choices],
        widget=Buttons(),
    )
    reply_by = Day(label=_("Reply by"), required=False)
    everyone = forms.BooleanField(label=_("Everybody on this list, on every page"), required=False)
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    refuse = add_errors


def words_in(language: str) -> tuple[str, str]:
    """Subject and text to begin with, in a customer's language."""
    with translation.override(language or settings.LANGUAGE_CODE):
        return first_words()


def first_words() -> tuple[str, str]:
    """Subject and text to begin with, in the active language."""
    subject = gettext("How are things? A few questions from us")
    body = gettext(
        "Hello,\n\nwe would like to know how you are getting on and where we can do better. A few"
        " questions take about three minutes.\n\nThank you!"
    )
    return subject, body


class ReplyForm(SentOnceForm):
    """What a customer replied."""

    reply = Lines(label=_("Reply"), max_length=2000, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, mail: VisitMail, **options: Any) -> None:
        options["initial"] = {"version": mail.version}
        super().__init__(*args, **options)
