"""Forms of questionnaires: a new one, a new draft, a section, a decision."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from crm.people.models import Store
from crm.ui.fields import Buttons
from crm.ui.forms import Line, Lines, add_errors
from crm.ui.versioned import SentOnceForm
from visits.composing import ARRANGEMENTS
from visits.default_questions import READY_SECTIONS, SHEETS
from visits.models import Visit
from visits.questions import LANGUAGES, words

IN_USE, OF_KIND, EMPTY = "in_use", "of_kind", "empty"
TITLE_AT_MOST = 80
COMMENT_AT_MOST = 300
LABELS = {"zh_hans": "简体中文", "zh_hant": "繁體中文", "en": "English"}


def ready_sheets() -> list[tuple[str, Any]]:
    """The questions the product brings, by the kind of visit they are for."""
    labels = dict(Visit.Kind.choices)
    return [(sheet.kind, labels[sheet.kind]) for sheet in SHEETS]


def body_of(kind: str) -> Mapping[str, Any]:
    """The ready questions for a kind of visit; no question for any other word."""
    return next((sheet.body for sheet in SHEETS if sheet.kind == kind), {"sections": []})


class NewForm(forms.Form):
    """A questionnaire: its name, the kind of visit, where it holds, what it begins with."""

    name = Line(label=pgettext_lazy("thing", "Name"), max_length=80)
    kind = forms.ChoiceField(label=_("Kind of visit"), choices=Visit.Kind.choices)
    store = forms.ModelChoiceField(
        Store.objects.none(), label=_("Store"), required=False, empty_label=_("All stores")
    )
    source = forms.ChoiceField(
        label=_("Begin with"),
        choices=[(OF_KIND, _("The ready questions")), (EMPTY, _("No question"))],
        widget=Buttons(),
        initial=OF_KIND,
    )
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(self, *args: Any, stores: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["store"].queryset = stores  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the action takes beside person and moment."""
        sent = {**self.cleaned_data}
        kind = sent["kind"] if sent.pop("source") == OF_KIND else ""
        return {**sent, "body": body_of(kind)}

    refuse = add_errors


class BeginForm(SentOnceForm):
    """What the next draft begins with."""

    source = forms.ChoiceField(label=_("Begin with"))

    def __init__(self, *args: Any, in_use: Mapping[str, Any] | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.in_use = in_use
        first = [(IN_USE, _("The version in use"))] if in_use is not None else []
        ready = [(key, _("Ready questions: %(kind)s") % {"kind": k}) for key, k in ready_sheets()]
        self.fields["source"].choices = [  # type: ignore[attr-defined]
            *first,
            *ready,
            (EMPTY, _("No question")),
        ]

    def values(self) -> dict[str, Any]:
        """What the action takes beside person and moment."""
        sent = {**self.cleaned_data}
        source = sent.pop("source")
        in_use = self.in_use if source == IN_USE else None
        return {**sent, "body": in_use if in_use is not None else body_of(source)}


class RenameForm(SentOnceForm):
    """Another name for a questionnaire."""

    name = Line(label=pgettext_lazy("thing", "Name"), max_length=80)


class SectionForm(SentOnceForm):
    """A section's title in each language."""

    section = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    zh_hans = Line(label=LABELS["zh_hans"], max_length=TITLE_AT_MOST)
    zh_hant = Line(label=LABELS["zh_hant"], max_length=TITLE_AT_MOST)
    en = Line(label=LABELS["en"], max_length=TITLE_AT_MOST)

    def values(self) -> dict[str, Any]:
        """What the action takes beside person and moment."""
        sent = {**self.cleaned_data}
        title = {language: sent.pop(language) for language in LANGUAGES}
        return {"key": sent.pop("section"), "title": title, **sent}


class ReadyForm(SentOnceForm):
    """One of the sections the product brings."""

    section = forms.ChoiceField(label=_("Ready section"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        language = get_language() or ""
        self.fields["section"].choices = [  # type: ignore[attr-defined]
            (one["key"], words(one["title"], language)) for one in READY_SECTIONS
        ]


class ArrangeForm(SentOnceForm):
    """A section or question moved up or down, or taken out."""

    part = forms.ChoiceField(choices=[("section", ""), ("question", "")])
    key = forms.CharField(max_length=40)
    how = forms.ChoiceField(choices=[(how, "") for how in ARRANGEMENTS])


class DecisionForm(SentOnceForm):
    """Words with a decision; a return needs some."""

    comment = Lines(label=_("What to change"), required=False, max_length=COMMENT_AT_MOST)
