"""A wish to be forgotten, and the reason it is refused."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.home.models import Erasure
from crm.ui.fields import Buttons
from crm.ui.forms import Line
from crm.ui.versioned import SentOnceForm


class AskErasureForm(forms.Form):
    """Why, and how we know that it is the customer who asks."""

    ground = forms.ChoiceField(label=_("Ground"), choices=Erasure.Ground.choices, widget=Buttons())
    heard = forms.ChoiceField(
        label=_("How we know who asks"), choices=Erasure.Heard.choices, widget=Buttons()
    )


class RefuseErasureForm(SentOnceForm):
    """What the customer is told instead."""

    comment = Line(label=_("Reason the customer is told"), max_length=300)
