"""The audit's forms: the customer heard blind, the judgement, tries, appeal and settlement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from crm.people.models import User
from crm.ui.fields import Buttons
from crm.ui.forms import Line, Lines
from crm.ui.versioned import SentOnceForm
from followups.models import Outcome
from visits.actions import AUDIT_ENDS, Found, Judged
from visits.forms.asked import Asked, field_name, field_of
from visits.models import ASKED, AuditFinding, Criterion, Verdict, Visit, VisitAudit
from visits.questions import Given, Question, words

# How a criterion is put to the customer, and what to look at beside the record.
HINTS = {
    Criterion.PLANNED: _("Did our colleague get in touch on the day and in the way it says?"),
    Criterion.COMPLETE: _("Is everything the customer tells now written down?"),
    Criterion.ACCURATE: _("Do grades and words agree with what the customer says now?"),
    Criterion.IN_TIME: _("Was what was asked or complained about answered when promised?"),
    Criterion.ATTITUDE: _("Was our colleague polite, patient and to the point?"),
}
WORDS_AT_MOST = 1000


class OfAudit(SentOnceForm):
    """A form about one audit as it was seen."""

    def __init__(self, *args: Any, row: VisitAudit, **options: Any) -> None:
        options["initial"] = {"version": row.version, **options.get("initial", {})}
        super().__init__(*args, **options)
        self.row = row

    def told(self) -> dict[str, Any]:
        """What the action takes beside audit, person and version."""
        raise NotImplementedError

    def ask(self, criteria: tuple[Criterion, ...], found: dict[str, AuditFinding]) -> None:
        """Two fields for each criterion: the verdict, and words."""
        for one in criteria:
            known = found.get(one.value)
            self.fields[one.value] = forms.ChoiceField(
                label=one.label,
                required=False,
                choices=Verdict.choices,
                widget=Buttons(),
                help_text=HINTS[one],
                initial=known.verdict if known else "",
            )
            self.fields[f"{one.value}_words"] = Line(
                label=_("In a few words"),
                required=False,
                max_length=300,
                initial=known.words if known else "",
            )

    def criteria(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The criteria of this form: verdict and words."""
        asked = [one.value for one in Criterion if one.value in self.fields]
        return [(self[one], self[f"{one}_words"]) for one in asked]

    def findings(self) -> dict[str, Found]:
        """What was chosen, by criterion."""
        sent = self.cleaned_data
        return {
            one.value: Found(verdict=sent[one.value], words=sent.get(f"{one.value}_words", ""))
            for one in Criterion
            if sent.get(one.value)
        }


class HearForm(OfAudit):
    """What the customer says now; the recorded answers are not in sight."""

    def __init__(self, *args: Any, row: VisitAudit, questions: list[Question], **rest: Any) -> None:
        super().__init__(*args, row=row, **rest)
        self.questions = questions
        for question in questions:
            self.fields[field_name(question)] = field_of(question)
        self.ask(ASKED, {})

    def asked(self) -> list[Asked]:
        """The questions as the page draws them."""
        language = get_language() or ""
        return [
            Asked(number, one, self[field_name(one)], words(one.text, language), "")
            for number, one in enumerate(self.questions, 1)
        ]

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        answers = {
            one.key: given
            for one in self.questions
            if isinstance(given := self.cleaned_data.get(field_name(one)), Given)
        }
        return {"answers": answers, "findings": self.findings()}


class JudgeForm(OfAudit):
    """Each criterion, the result and the reasons."""

    result = forms.ChoiceField(
        label=_("Result"),
        required=False,
        choices=Visit.Audit.choices,
        widget=Buttons(icons={"accurate": "check", "inaccurate": "x"}),
    )
    words = Lines(label=_("Reasons"), required=False, max_length=WORDS_AT_MOST)

    def __init__(
        self, *args: Any, row: VisitAudit, found: dict[str, AuditFinding], **options: Any
    ) -> None:
        options["initial"] = {"result": row.result, "words": row.words}
        super().__init__(*args, row=row, **options)
        self.ask(tuple(Criterion), found)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        judged = Judged(findings=self.findings(), result=sent["result"], words=sent["words"])
        return {"judged": judged, "publish": self.data.get("then") == "publish"}


class TryAuditForm(OfAudit):
    """Nobody was reached, or the customer declines."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[(one, Outcome(one).label) for one in AUDIT_ENDS],
        widget=Buttons(),
        initial=Outcome.NO_ANSWER,
    )
    note_words = Line(label=_("In a few words"), required=False, max_length=300)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("outcome", "note_words")}


class GiveUpAuditForm(OfAudit):
    """Nothing to fill in: the tries are there."""

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {}


class PassOnForm(OfAudit):
    """Who audits it instead, and why."""

    to = forms.ModelChoiceField(User.objects.none(), label=_("New auditor"), empty_label=None)
    reason = Line(label=_("Reason"), max_length=300)

    def __init__(self, *args: Any, auditors: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to"].queryset = auditors  # type: ignore[attr-defined]
        if not auditors:
            self.fields["to"].help_text = _("No other auditor of this store may audit this visit.")

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("to", "reason")}


class AppealForm(OfAudit):
    """Why the visitor holds the result to be wrong."""

    words = Lines(label=_("Why the result is wrong"), max_length=WORDS_AT_MOST)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {"words": self.cleaned_data["words"]}


class SettleForm(OfAudit):
    """The manager's decision."""

    result = forms.ChoiceField(label=_("Result"), choices=Visit.Audit.choices, widget=Buttons())
    words = Lines(label=_("Reasons"), max_length=WORDS_AT_MOST)

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        return {name: self.cleaned_data[name] for name in ("result", "words")}
