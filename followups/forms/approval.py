"""What a supervisor sends with a decision."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

MOST_VERSIONS = 1_000_000


class DecisionForm(forms.Form):
    """The version that was looked at, and words for the author."""

    version = forms.IntegerField(
        min_value=1, max_value=MOST_VERSIONS, widget=forms.HiddenInput, required=True
    )
    request_id = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    comment = forms.CharField(
        label=_("Words for the author"),
        help_text=_("Not needed to approve; needed to return"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
