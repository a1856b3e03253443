"""What comes up on a visit beside the questions, in the same form (RV-05..09, RV-32)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from crm.customers.actions import News
from crm.customers.forms.phone_field import PhoneField
from crm.ui.forms import Line, Lines
from crm.ui.versioned import SentOnceForm
from visits.actions import Finding, Heard
from visits.models import CompetitorFinding

RIVALS = (1, 2, 3)
# The question whose words a need is written in where the box of the form is left empty.
NEED_ASKED = "q_needs_words"


@dataclass(frozen=True)
class Rival:
    """The fields of one finding as the page draws them."""

    brand: forms.BoundField
    model: forms.BoundField
    kind: forms.BoundField
    influence: forms.BoundField
    words: forms.BoundField

    @property
    def is_used(self) -> bool:
        """Whether something stands in it, so that the page shows it."""
        return bool(self.brand.value() or self.words.value() or self.brand.errors)


class HeardForm(SentOnceForm):
    """News for the card, a need for another car, and up to three findings on other brands."""

    new_phone = PhoneField(label=_("New phone number"), required=False)
    best_time = Line(label=_("Best time to reach"), max_length=60, required=False)
    purpose = Line(label=_("Use of the car"), max_length=120, required=False)
    news = Lines(
        label=_("Family and other news"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    need = forms.BooleanField(label=_("Propose it to the salesperson"), required=False)
    need_words = Lines(
        label=_("What is needed"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for number in RIVALS:
            self.fields |= rival_fields(number)

    def rivals(self) -> Iterator[Rival]:
        """The findings, one box each."""
        for number in RIVALS:
            yield Rival(*(self[name] for name in rival_fields(number)))

    def clean(self) -> dict[str, Any]:
        """A finding names brand and words; a need says what for."""
        values = super().clean() or self.cleaned_data
        for number in RIVALS:
            brand, words = f"rival{number}_brand", f"rival{number}_words"
            if values.get(brand) and not values.get(words) and words not in self.errors:
                self.add_error(words, _("Write down what the customer said."))
            if values.get(words) and not values.get(brand) and brand not in self.errors:
                self.add_error(brand, _("Name the brand."))
        if values.get("need_words") or values.get("need"):
            values["need_words"] = values.get("need_words") or self.need_answered(values)
            if not values["need_words"] and "need_words" not in self.errors:
                self.add_error("need_words", _("Say what the customer needs."))
        return values

    def need_answered(self, values: dict[str, Any]) -> str:
        """What was answered to the question about new needs."""
        given = values.get(NEED_ASKED)
        return str(given.text)[:500] if given is not None else ""

    def heard(self) -> Heard:
        """What came up, as the action takes it."""
        sent = self.cleaned_data
        news = News(
            phone=sent["new_phone"],
            best_time=sent["best_time"],
            purpose=sent["purpose"],
            words=sent["news"],
        )
        return Heard(
            findings=[
                Finding(
                    **{
                        part: sent[f"rival{number}_{part}"] or UNSAID.get(part, "")
                        for part in PARTS
                    }
                )
                for number in RIVALS
                if sent[f"rival{number}_brand"]
            ],
            news=news if news != News() else None,
            need=sent["need_words"],
        )


PARTS = ("brand", "model", "kind", "influence", "words")
# What a choice says that was left out.
UNSAID = {"kind": CompetitorFinding.Kind.OPINION, "influence": CompetitorFinding.Influence.NONE}


def rival_fields(number: int) -> dict[str, forms.Field]:
    """The fields of one finding, in the order of `PARTS`."""
    finding = CompetitorFinding
    fields: tuple[forms.Field, ...] = (
        Line(label=_("Brand"), max_length=60, required=False),
        Line(label=_("Model"), max_length=60, required=False),
        _choice(_("Kind"), finding.Kind),
        _choice(_("Influence"), finding.Influence),
        Lines(
            label=_("What was said"),
            max_length=500,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2}),
        ),
    )
    return {f"rival{number}_{part}": field for part, field in zip(PARTS, fields, strict=True)}


def _choice(label: Any, choices: type[models.TextChoices]) -> forms.ChoiceField:
    first = UNSAID["kind"] if choices is CompetitorFinding.Kind else UNSAID["influence"]
    return forms.ChoiceField(label=label, choices=choices.choices, initial=first, required=False)
