"""A ticket is linked with another one, and a link taken back."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from complaints import access, actions, forms
from complaints.models import Relation, Ticket
from complaints.queues import saved_ticket
from complaints.views.presses import press, press_common, ticket_of
from complaints.views.verbs import Verb, show_verb
from crm.people.access import SignedInRequest


def _link(ticket: Ticket, form: forms.LinkTicketForm, **common: Any) -> None:
    actions.link_ticket(ticket, **form.told(), **common)


LINK = Verb(
    forms.LinkTicketForm,
    access.can_link,
    _link,
    _("Link with another ticket"),
    pgettext_lazy("tickets", "Link"),
    _("The two are linked."),
)


@require_http_methods(["GET", "HEAD", "POST"])
def link_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Link it with one that has to do with it."""
    return show_verb(request, public_id, LINK, user=request.user)


@require_POST
def unlink_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Take a link back; the page it was pressed on comes again."""
    rows = Relation.objects.visible_to(request.user).select_related("first", "second")
    relation = get_object_or_404(rows, public_id=public_id)
    if not access.can_unlink(request.user, relation):
        raise PermissionDenied
    pair = {one.public_id for one in (relation.first, relation.second)}
    asked = request.POST.get("ticket", "")
    back = asked if asked in pair else relation.first.public_id
    form = forms.AcceptForm(request.POST)
    return press(
        request,
        back,
        form,
        lambda: actions.unlink_ticket(relation, **press_common(request, form)),
        lambda: saved_ticket(ticket_of(request, back)),
        "unlink",
    )
