"""The macros offered on a ticket, each with what it will do, and one carried out."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from complaints import access, actions, forms
from complaints.views.verbs import Verb, show_verb, versioned
from crm.people.access import SignedInRequest

RUN = Verb(
    forms.RunForm,
    access.can_run_macros,
    versioned(actions.run_macro),
    _("Macros"),
    _("Carry out"),
    _("All steps are done."),
    template="complaints/run_macro.html",
)


@require_http_methods(["GET", "HEAD", "POST"])
def run_macro(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Show what each would do, and do one."""
    return show_verb(request, public_id, RUN, user=request.user)
