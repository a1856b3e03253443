"""Files added to a ticket or to a department's task."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from crm.records.models import Attachment
from crm.ui.forms import Files, SeveralFiles
from crm.ui.versioned import SentOnceForm

# What browsers offer to choose; what is taken is judged by the bytes.
ACCEPTED = ".jpg,.jpeg,.png,.webp,.pdf,.xlsx,.docx,.mp3,.m4a"
TAKEN = _("Pictures, PDF, Excel, Word or recordings; at most 10 MB each.")


def files_field(**options: Any) -> Files:
    """The field for files, the same in every form."""
    given = {"label": _("Files"), "required": False, "help_text": TAKEN, **options}
    return Files(widget=SeveralFiles(attrs={"accept": ACCEPTED}), **given)


def photos_field() -> Files:
    """The camera of a phone, straight away."""
    attrs = {"accept": "image/jpeg,image/png,image/webp", "capture": "environment"}
    return Files(label=_("Take a photo"), required=False, widget=SeveralFiles(attrs=attrs))


def chosen(form: forms.BaseForm) -> list[Any]:
    """Everything that was chosen, from the disk and by the camera."""
    return [*form.cleaned_data.get("attachments", []), *form.cleaned_data.get("photos", [])]


class FilesForm(SentOnceForm):
    """One or more files, whether they came like this, and what one of them replaces."""

    attachments = files_field()
    photos = photos_field()
    is_original = forms.BooleanField(label=_("Original, as we received it"), required=False)
    replaces = forms.ModelChoiceField(
        label=_("New version of"),
        queryset=Attachment.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label="—",
    )

    def __init__(self, *args: Any, there: Iterable[Attachment] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        found = Attachment.objects.filter(pk__in=[one.pk for one in there])
        self.fields["replaces"].queryset = found  # type: ignore[attr-defined]
        self.fields["replaces"].label_from_instance = _name  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Something was chosen, here or there."""
        sent = super().clean() or {}
        if not self.errors and not chosen(self):
            self.add_error("attachments", _("Choose a file."))
        return sent

    def told(self) -> dict[str, Any]:
        """What the action takes."""
        sent = self.cleaned_data
        marks = {name: sent[name] for name in ("is_original", "replaces")}
        return {"files": chosen(self), **marks}


def _name(attachment: Attachment) -> str:
    return attachment.name
