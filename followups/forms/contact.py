"""The contact form: three taps, nothing to type (mockups 01 and 01b)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from crm.customers.models import Card, Level
from crm.records.models import Draft
from crm.ui import fields, moments
from crm.ui.addresses import address_for
from crm.ui.datewords import Understood
from crm.ui.fields import Buttons, SpokenMoment
from crm.ui.forms import Line, Lines, Moment
from crm.ui.words import per_language
from followups import due, outcomes, suggestions
from followups.actions.planning import UNWISHED
from followups.models import Direction, Method, PlannedContact, Result
from followups.steps import Happened, Step
from followups.suggestions import Slot, Suggestions

METHOD_ICONS = {
    "phone": "phone",
    "wechat": "brand-wechat",
    "sms": "message",
    "in_person": "building-store",
    "onsite": "walk",
    "email": "mail",
}
METHODS = [(key, Method(key).label) for key in outcomes.PLANNABLE]
RESULTS = [(key, Result(key).label) for key in (*outcomes.BUTTONS, *outcomes.MORE_BUTTONS)]
MOST_VERSIONS = 1_000_000
# What the action says of a step, and the field of this form it belongs to.
FIELD_OF = {"due_at": "next_at", "reason": "next_reason", "content": "next_reason"}


class ContactForm(forms.Form):
    """What happened and what comes next, for one card and the planned contact it carries out."""

    method = forms.ChoiceField(
        label=_("Method"), choices=METHODS, widget=Buttons(icons=METHOD_ICONS)
    )
    result = forms.ChoiceField(
        label=_("Result"),
        choices=RESULTS,
        widget=Buttons(),
        error_messages={"required": _("Choose what came of it.")},
    )
    note = Line(
        label=_("In a few words"),
        required=False,
        max_length=2000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "enterkeyhint": "done"}),
    )
    next = forms.ChoiceField(label=_("Next contact"), widget=Buttons())
    next_at = SpokenMoment(label=_("Date and time"), required=False)
    next_method = forms.ChoiceField(
        label=_("Next method"),
        required=False,
        choices=[("", _("As the result suggests")), *METHODS],
        widget=forms.Select(),
    )
    next_reason = Line(label=_("Reason for the next contact"), required=False, max_length=300)
    level = forms.ChoiceField(
        label=_("Intent level"), required=False, choices=Level.choices, widget=Buttons()
    )
    occurred_at = Moment(label=_("When it happened"), required=False, help_text=_("Empty: now"))
    direction = forms.ChoiceField(
        label=_("Who contacted whom"), choices=Direction.choices, required=False, widget=Buttons()
    )
    problem = Lines(label=_("Problem raised"), required=False, max_length=1000)
    analysis = Lines(label=_("Analysis"), required=False, max_length=1000)
    planned_version = forms.IntegerField(
        required=False, min_value=1, max_value=MOST_VERSIONS, widget=forms.HiddenInput
    )
    request_id = forms.CharField(required=False, max_length=36, widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        card: Card,
        name: str,
        planned: PlannedContact | None,
        offers: Suggestions,
        draft: Draft | None = None,
        **options: Any,
    ) -> None:
        initial = {
            "method": planned.method if planned else Method.PHONE,
            "level": card.level,
            "next": offers.default,
            "direction": Direction.OUT,
            "planned_version": planned.version if planned else None,
        }
        kept = dict(draft.body) if draft else {}
        if offers.unwished:  # whatever a draft kept from before
            kept["next"] = offers.default
        options["initial"] = {**initial, **kept}
        super().__init__(*args, **options)
        self.card, self.planned, self.offers, self.draft = card, planned, offers, draft
        self.name = name
        self.fields["next"].choices = [(key, self.words_of(key)) for key in offers.chips()]  # type: ignore[attr-defined]
        self.fields["next"].required = card.is_followed_up
        if offers.unwished:
            self.fields["next"].error_messages["invalid_choice"] = UNWISHED

    # --- what the page shows ---------------------------------------------------------------

    @property
    def action(self) -> str:
        """Where the form is sent."""
        if self.planned:
            return address_for("followups:log_contact", self.planned.public_id)
        return address_for("followups:log_card_contact", self.card.public_id)

    @property
    def draft_url(self) -> str:
        """Where a draft of it is kept."""
        return address_for("followups:keep_contact_draft", self.card.public_id)

    def words_of(self, key: str) -> str:
        """A chip's words: 3月14日 周六 14:30, 明天, 选日期."""
        offers = self.offers
        if key == suggestions.NOTHING:
            return gettext("None: no contact at all is wished")
        if key == suggestions.PICK:
            return gettext("Pick a date")
        if key == suggestions.PLAN and offers.own_next:
            return self._at(offers.own_next)
        if key == suggestions.CYCLE:
            return self._at(offers.by_cycle(offers.level))
        return self._at(offers.in_days(key))

    def _at(self, slot: Slot) -> str:
        return words_of_slot(slot, self.offers.now)

    @property
    def cycle_words(self) -> str:
        """JSON: what the cycle's chip says at each level, and after a try in vain."""
        return words_of_cycle(self.offers.of_today())

    def result_buttons(self) -> list[fields.Option]:
        """The six results of the form."""
        return self._options("result", outcomes.BUTTONS)

    def more_results(self) -> list[fields.Option]:
        """The results under "more"."""
        return self._options("result", outcomes.MORE_BUTTONS)

    def _options(self, name: str, values: Iterable[str]) -> list[fields.Option]:
        subs = {str(sub.data["value"]): sub for sub in self[name]}
        return [fields.option(subs[value], {}) for value in values]

    @property
    def days_between(self) -> int:
        """The cycle of the card's level."""
        return self.offers.numbers.cycle_days(self.card.level)

    # --- what was sent ---------------------------------------------------------------------

    def clean(self) -> dict[str, Any]:
        """A date to pick must be there."""
        values = super().clean() or self.cleaned_data
        picks = values.get("next") == suggestions.PICK
        if picks and not values.get("next_at") and "next_at" not in self.errors:
            self.add_error("next_at", _("Write a date, such as 2026-03-14 16:00."))
        return values

    def happened(self, now: dt.datetime) -> Happened:
        """The contact as the action takes it."""
        sent = self.cleaned_data
        return Happened(
            result=sent["result"],
            method=sent["method"],
            occurred_at=sent["occurred_at"] or now,
            level=sent["level"] or self.card.level,
            direction=sent["direction"] or Direction.OUT,
            note=sent["note"],
            problem=sent["problem"],
            analysis=sent["analysis"],
            next_step=self._next_step(now),
            planned_version=sent["planned_version"],
        )

    def _next_step(self, now: dt.datetime) -> Step | None:
        sent = self.cleaned_data
        slot = self._next_slot(now)
        if slot is None:
            return None
        suggested = outcomes.next_method(sent["result"], sent["method"])
        return Step(
            due_at=slot.due_at,
            untimed=slot.untimed,
            method=sent["next_method"] or suggested,
            reason=sent["next_reason"],
        )

    def _next_slot(self, now: dt.datetime) -> Slot | None:
        sent = self.cleaned_data
        picked: Understood | None = sent["next_at"]
        if sent["next"] == suggestions.PICK and picked:
            at = due.due_at(picked.at.date(), None, self.offers.calendar.zone)
            return Slot(at if picked.untimed else picked.at, picked.untimed)
        outcome = outcomes.outcome_for(sent["result"], sent["method"])
        after, level = sent["occurred_at"] or now, sent["level"] or self.card.level
        return self.offers.slot(sent["next"], level=level, outcome=outcome, after=after)

    def refuse(self, error: ValidationError) -> None:
        """Put what the action said beside the fields it is about."""
        if not hasattr(error, "error_dict"):
            self.add_error(None, error)
            return
        for name, errors in error.error_dict.items():
            field = FIELD_OF.get(name, name)
            self.add_error(field if field in self.fields else None, errors)


def words_of_slot(slot: Slot, now: dt.datetime) -> str:
    """When something would be due: 3月14日 周六 14:30, 明天."""
    day = moments.due_day(moments.local(slot.due_at).date(), moments.local(now).date())
    return day if slot.untimed else moments.at_time(day, slot.due_at)


@per_language
def words_of_cycle(offers: Suggestions) -> str:
    """JSON: the next contact at each level, after one that succeeded and after one in vain."""
    levels = ("", *Level.values)
    words = {level: words_of_slot(offers.by_cycle(level), offers.now) for level in levels}
    again = {
        level: words_of_slot(offers.by_cycle(level, "no_answer"), offers.now) for level in levels
    }
    return json.dumps({"cycle": words, "again": again}, ensure_ascii=False)
