"""A draw of prizes: for which questionnaire, what, how many, in which days (RV-21)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.ui.forms import Day, Line, WholeNumber
from visits.models import Questionnaire

MOST_PRIZES = 500


class DrawForm(forms.Form):
    """What is announced."""

    questionnaire = forms.ModelChoiceField(
        Questionnaire.objects.none(), label=_("Questionnaire"), empty_label=None
    )
    prize = Line(label=_("Prize"), max_length=120)
    prizes = WholeNumber(label=_("Number of prizes"), least=1, most=MOST_PRIZES)
    since = Day(label=_("First day"))
    until = Day(label=_("Last day"))
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, sheets: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["questionnaire"].queryset = sheets  # type: ignore[attr-defined]
