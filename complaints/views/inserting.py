"""A ready text is put behind what was typed, by a button of the same form: nothing is lost."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Ticket
from complaints.queues.ready import filled, offered_templates
from crm.people.access import SignedInRequest
from crm.ui.texts import clean_lines


def is_inserting(request: SignedInRequest) -> bool:
    """Whether a text was asked for instead of a save."""
    return request.method == "POST" and "insert" in request.POST


def inserted(request: SignedInRequest, ticket: Ticket, form: type[Any], **given: Any) -> Any:
    """The form as it was typed, the chosen text behind its words; nothing is checked or saved."""
    typed = {name: request.POST.get(name, "") for name in form.base_fields}
    chosen = request.POST.get("template", "")
    templates = {one.public_id: one for one in offered_templates(request.user, ticket)}
    words = clean_lines(typed.get("words", ""))
    if chosen in templates:
        text = filled(request.user, ticket, templates[chosen], timezone.now())
        typed["words"] = text if words in text else f"{words}\n{text}"
    else:
        messages.error(request, _("This template is not offered here any more."))
    del typed["version"], typed["request_id"]
    made = form(ticket=ticket, initial=typed, **given)
    made.fields["words"].widget.attrs["autofocus"] = True
    return made
