"""What the pages of the exchange take from people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from crm.exchange.queues.listings import EVERYTHING, LISTS
from crm.exchange.sheets.registry import BY_KEY, SHEETS
from crm.people.models import Store, User
from crm.ui.forms import Day, Line

NOT_READ = ""
MOST_VERSION = 2**31 - 1


class UploadForm(forms.Form):
    """A workbook from somebody's disk."""

    file = forms.FileField(
        label=_("Workbook"),
        help_text=_(".xlsx, .csv or a zip of .csv files, at most 20 MB"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.zip,.txt,.tsv"}),
    )


class TargetFileForm(forms.Form):
    """A file of targets from somebody's disk."""

    file = forms.FileField(
        label=_("File of targets"),
        help_text=_(".xlsx or .csv, at most 2 MB and 2,000 rows"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt,.tsv"}),
    )


class TargetRowsForm(forms.Form):
    """What a preview showed, sealed by us, and whether its refused rows are left out."""

    rows = forms.CharField(max_length=1_500_000, widget=forms.HiddenInput)
    request_id = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)
    skip_invalid = forms.BooleanField(
        required=False, label=_("Save the good rows and leave out the refused ones")
    )


class VerbForm(forms.Form):
    """A button on a job: the version somebody saw, and the id of the form."""

    version = forms.IntegerField(min_value=1, max_value=MOST_VERSION, widget=forms.HiddenInput)
    request_id = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)


class ConfirmForm(VerbForm):
    """Save what the preview shows; the good rows only where that was chosen."""

    skip_invalid = forms.BooleanField(
        required=False, label=_("Save the good rows and leave out the refused ones")
    )


class CommentForm(VerbForm):
    """Words for whoever waits for a decision."""

    comment = Line(max_length=200, label=_("Reason"))


class DecisionForm(VerbForm):
    """A decision on an export, with words where it is refused."""

    comment = Line(max_length=200, label=_("Reason"), required=False)


class HeadersForm(VerbForm):
    """What the file's own names of sheets and columns mean.

    `headers` is what the worker noted of the file; a sheet or column we know anyway has no
    field.
    """

    def __init__(
        self, *args: Any, headers: Sequence[Mapping[str, Any]] = (), **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.keys: dict[str, tuple[str, str]] = {}
        for place, sheet in enumerate(headers):
            if not sheet["own"]:
                self._add(f"s{place}", ("", sheet["name"]), sheet["sheet"], sheet_choices())
            if not sheet["sheet"]:
                continue
            for number, column in enumerate(sheet["columns"]):
                if not column["own"]:
                    key = (sheet["sheet"], column["name"])
                    choices = column_choices(sheet["sheet"])
                    self._add(f"s{place}c{number}", key, column["means"], choices)

    def _add(
        self, name: str, key: tuple[str, str], means: str, choices: list[tuple[str, Any]]
    ) -> None:
        self.keys[name] = key
        self.fields[name] = forms.ChoiceField(
            label=key[1], required=False, initial=means, choices=choices
        )

    def groups(self) -> Iterator[tuple[str, list[forms.BoundField]]]:
        """The fields under the name of their sheet; the sheets' own names first."""
        found: dict[str, list[forms.BoundField]] = {}
        for name, (sheet, _theirs) in self.keys.items():
            found.setdefault(sheet, []).append(self[name])
        yield from sorted(found.items())

    def names(self) -> dict[tuple[str, str], str]:
        """(our sheet or "", their name) → what it means."""
        return {key: self.cleaned_data.get(name, "") for name, key in self.keys.items()}

    def clean(self) -> dict[str, Any]:
        """Two columns of one sheet cannot mean the same."""
        data = super().clean() or {}
        seen: dict[tuple[str, str], str] = {}
        for name, (sheet, _theirs) in self.keys.items():
            means = data.get(name, "")
            if not means:
                continue
            if seen.setdefault((sheet, means), name) != name:
                self.add_error(name, _("Another name means the same already."))
        return data


def sheet_choices() -> list[tuple[str, Any]]:
    """Our sheets, to choose from."""
    return [(NOT_READ, _("not read")), *((s.key, f"{s.chinese} {s.key}") for s in SHEETS)]


def column_choices(sheet: str) -> list[tuple[str, Any]]:
    """The columns of a sheet, to choose from."""
    columns = BY_KEY[sheet].columns
    return [(NOT_READ, _("not read")), *((c.key, f"{c.chinese} {c.key}") for c in columns)]


class ExportForm(forms.Form):
    """What is taken out, and what for."""

    list = forms.ChoiceField(choices=(), widget=forms.HiddenInput)
    query = forms.CharField(max_length=4000, required=False, widget=forms.HiddenInput)
    purpose = Line(max_length=200, label=_("Purpose"), help_text=_("Kept in the ledger"))
    unmasked = forms.BooleanField(
        required=False,
        label=_("With full phone numbers"),
        help_text=_("Somebody above you approves it first; the privacy officer is told."),
    )
    store = forms.ModelChoiceField(
        Store.objects.none(), label=_("Store"), required=False, to_field_name="code"
    )
    first = Day(label=_("From"), required=False)
    last = Day(label=_("To"), required=False)
    request_id = forms.CharField(max_length=36, required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, key: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["list"].choices = [(key, key)]  # type: ignore[attr-defined]
        if key == EVERYTHING:
            del self.fields["unmasked"]
            self._choose_store(user)
            return
        for name in ("store", "first", "last"):
            del self.fields[name]
        if key not in LISTS or not LISTS[key].has_phones:
            del self.fields["unmasked"]

    def _choose_store(self, user: User) -> None:
        """A manager takes their own store out, the general manager one or all."""
        stores = Store.objects.visible_to(user)
        field = self.fields["store"]
        field.queryset = stores  # type: ignore[attr-defined]
        managed = user.reach.stores_as("manager")
        if not user.reach.has("general_manager"):
            field.queryset = stores.filter(pk__in=managed)  # type: ignore[attr-defined]
            field.required = True

    def clean(self) -> dict[str, Any]:
        """The days are in order."""
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if isinstance(first, dt.date) and isinstance(last, dt.date) and last < first:
            raise ValidationError({"last": _("The last day lies before the first.")})
        return data

    def asked_query(self) -> str:
        """The filter as the ledger keeps it."""
        data = self.cleaned_data
        if "store" not in self.fields:
            return str(data["query"])
        query = QueryDict(mutable=True)
        pairs = (("store", data["store"]), ("from", data["first"]), ("to", data["last"]))
        for name, value in pairs:
            if value:
                query[name] = value.code if isinstance(value, Store) else value.isoformat()
        return query.urlencode()
