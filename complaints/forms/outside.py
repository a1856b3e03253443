"""What a customer says of our answer by their link."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.ui.forms import Lines


class AnswerLinkForm(forms.Form):
    """Content or not; a no in their own words."""

    content = forms.ChoiceField(
        choices=[("yes", _("Yes, this will do")), ("no", _("No, not yet"))],
        error_messages={"required": _("Please choose one.")},
    )
    words = Lines(required=False, max_length=2000)
