"""Forms of a plan: a step, the submission, moving or giving up a planned contact."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from crm.ui.datewords import Understood
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Line
from crm.ui.versioned import SentOnceForm
from followups import due
from followups.forms.contact import METHOD_ICONS, METHODS
from followups.models import PlannedContact
from followups.steps import Step


def moment_of(picked: Understood) -> dt.datetime:
    """The UTC moment of what was typed; a day without a time ends at its last second."""
    if picked.untimed:
        return due.due_at(picked.at.date(), None, timezone.get_default_timezone())
    return picked.at.astimezone(dt.UTC)


class StepForm(SentOnceForm):
    """When, how, what for and why (FP-01)."""

    due_at = SpokenMoment(label=_("When"))
    method = forms.ChoiceField(
        label=_("Method"), choices=METHODS, widget=Buttons(icons=METHOD_ICONS)
    )
    content = Line(label=_("What for"), max_length=300)
    reason = Line(label=_("Reason"), max_length=300)

    @classmethod
    def of(cls, step: PlannedContact, **options: Any) -> StepForm:
        """The form that changes an existing step."""
        picked = Understood(timezone.localtime(step.due_at), untimed=step.untimed)
        initial = {
            "version": step.version,
            "due_at": picked,
            "method": step.method,
            "content": step.content,
            "reason": step.reason,
        }
        return cls(initial=initial, auto_id=f"id_{step.public_id}_%s", **options)

    def step(self) -> Step:
        """The step as the action takes it."""
        sent = self.cleaned_data
        return Step(
            due_at=moment_of(sent["due_at"]),
            untimed=sent["due_at"].untimed,
            method=sent["method"],
            content=sent["content"],
            reason=sent["reason"],
        )


class SubmitForm(SentOnceForm):
    """The version to submit, and why an interval is longer than the level's cycle (LC-02)."""

    exception_reason = Line(
        label=_("Why the interval is longer"),
        max_length=300,
        required=False,
        help_text=_("Only where a step lies beyond the level's cycle"),
    )


class ReasonForm(SentOnceForm):
    """Why something is given up."""

    reason = Line(label=_("Reason"), max_length=200)


class RescheduleForm(ReasonForm):
    """The new date, and why."""

    due_at = SpokenMoment(label=_("New date and time"))
    field_order = ("due_at", "reason")

    def moment(self) -> tuple[dt.datetime, bool]:
        """The new moment and whether it is untimed."""
        picked: Understood = self.cleaned_data["due_at"]
        return moment_of(picked), picked.untimed
