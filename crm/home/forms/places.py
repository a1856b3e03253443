"""Forms of stores, teams and departments."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from crm.people.models import Department, Store, Team, User
from crm.ui.forms import Line


class PlaceForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the forms of stores, teams and departments share: they know who looks."""

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer


class StoreForm(PlaceForm):
    """Code, name and region of a store."""

    code = Line(label=_("Code"), max_length=20, help_text=_("Short, as in the workbook: SH01."))
    name = Line(label=pgettext_lazy("thing", "Name"), max_length=60)
    region = Line(label=_("Region"), max_length=60, required=False)

    class Meta:
        model = Store
        fields = ["code", "name", "region"]


class TeamForm(PlaceForm):
    """Store and name of a team; a team stays in its store."""

    name = Line(label=pgettext_lazy("thing", "Name"), max_length=60)

    class Meta:
        model = Team
        fields = ["store", "name"]

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        self.fields["store"].queryset = Store.objects.visible_to(viewer)  # type: ignore[attr-defined]
        self.fields["store"].disabled = self.instance.pk is not None


class DepartmentForm(PlaceForm):
    """Name and head of a department (PR-07)."""

    name = Line(label=pgettext_lazy("thing", "Name"), max_length=60)

    class Meta:
        model = Department
        fields = ["name", "head"]

    def __init__(self, *args: Any, viewer: User, **kwargs: Any) -> None:
        super().__init__(*args, viewer=viewer, **kwargs)
        staff = User.objects.visible_to(viewer).filter(is_active=True).order_by("name")
        self.fields["head"].queryset = staff  # type: ignore[attr-defined]


PLACE_FORMS: dict[type, type[PlaceForm]] = {
    Store: StoreForm,
    Team: TeamForm,
    Department: DepartmentForm,
}
