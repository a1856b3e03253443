"""Ready texts and ready steps, as their keepers write them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from complaints.forms.tickets import AskedField
from complaints.models import Macro, ReplyTemplate, Ticket
from complaints.models.ready import NAME_AT_MOST, TEXT_AT_MOST
from crm.people.models import Department, Store
from crm.ui.forms import Line, Lines
from crm.ui.versioned import SentOnceForm

FIVE_ROWS, TWO_ROWS = {"rows": 5}, {"rows": 2}
CARRIED = ("version", "request_id", "store")


class ReadyForm(SentOnceForm):
    """Name, store and whether it is offered; the store is chosen once."""

    name = Line(label=pgettext_lazy("thing", "Name"), max_length=NAME_AT_MOST)
    store = forms.ModelChoiceField(
        Store.objects.none(), label=_("Store"), to_field_name="public_id", required=False
    )

    def __init__(
        self,
        *args: Any,
        row: ReplyTemplate | Macro | None,
        stores: Any,
        for_all: bool,
        **options: Any,
    ) -> None:
        own = {name: getattr(row, name) for name in self.base_fields if hasattr(row, name)}
        options["initial"] = {"version": 1, "is_active": True, **own}
        super().__init__(*args, **options)
        self.row = row
        if row is not None:
            del self.fields["store"]
            return
        field: Any = self.fields["store"]
        field.queryset, field.required = stores, not for_all
        field.empty_label = _("All stores") if for_all else None

    def values(self) -> dict[str, Any]:
        """What the action takes beside person, store and version."""
        return {name: one for name, one in self.cleaned_data.items() if name not in CARRIED}

    @property
    def store_chosen(self) -> Store | None:
        """For which store; None for all."""
        found: Store | None = self.cleaned_data["store"]
        return found


class TemplateForm(ReadyForm):
    """The text in the three languages."""

    zh_hans = Lines(
        label=_("Simplified Chinese"),
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs={**FIVE_ROWS, "lang": "zh-Hans"}),
    )
    zh_hant = Lines(
        label=_("Traditional Chinese"),
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs={**FIVE_ROWS, "lang": "zh-Hant"}),
    )
    en = Lines(
        label=_("English"),
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs={**FIVE_ROWS, "lang": "en"}),
    )
    tells_outcome = forms.BooleanField(
        label=_("Tells an outcome"),
        required=False,
        help_text=_("Offered only once the solution is approved"),
    )
    is_active = forms.BooleanField(label=_("In use"), required=False)


class MacroForm(ReadyForm):
    """The steps, in the order they are carried out."""

    takes = forms.BooleanField(label=_("Take the ticket"), required=False)
    category = forms.ChoiceField(
        label=_("Class"), required=False, choices=[("", "—"), *Ticket.Category.choices]
    )
    lead = AskedField(label=_("Lead department"), required=False)
    lead_task = Lines(
        label=_("Task of the lead department"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs=TWO_ROWS),
    )
    assisting = AskedField(label=_("Assisting department"), required=False)
    assisting_task = Lines(
        label=_("Task of the assisting department"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs=TWO_ROWS),
    )
    note = Lines(
        label=_("Internal note"),
        required=False,
        max_length=TEXT_AT_MOST,
        widget=forms.Textarea(attrs=TWO_ROWS),
    )
    waits_for = Line(label=_("Wait for the customer, because"), required=False, max_length=300)
    is_active = forms.BooleanField(label=_("In use"), required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("lead", "assisting"):
            field: Any = self.fields[name]
            field.queryset = Department.objects.order_by("name")
