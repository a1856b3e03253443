"""The questionnaire sent to the customers of many visits at once (RV-21)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from crm.people.access import SignedInRequest
from crm.ui.asked import ticked
from crm.ui.lists import PAGE_SIZE, Listing
from visits import access, actions
from visits.actions.inviting import MOST_AT_ONCE
from visits.forms.mails import InviteForm, words_in
from visits.models import Visit
from visits.queues import inviting as queues


@require_http_methods(["GET", "HEAD", "POST"])
def send_questionnaires(request: SignedInRequest) -> HttpResponse:
    """Tick visits, see who gets the questionnaire by which way and who does not, and send it."""
    user, now = request.user, timezone.now()
    if not access.can_see_invitations(user):
        raise PermissionDenied
    listing = queues.invite_list(timezone.localdate()).show(queues.to_invite(user), request.GET)
    form = InviteForm(request.POST or None)
    looks = request.method == "POST" and request.POST.get("then") == "preview"
    chosen = ticked(request.POST.getlist("visit"), PAGE_SIZE)
    visits: list[Visit] = []
    outlook = None
    if request.method == "POST" and form.is_valid():
        visits = _visits(request, listing, form, chosen)
        if looks and visits:
            wanted = form.cleaned_data["channel"]
            outlook = queues.outlook_of(queues.ways_of(user, visits, wanted=wanted, now=now))
        else:
            try:
                return _send(request, form, visits)
            except ValidationError as error:
                form.refuse(error)
    page = list(listing.page)
    lines = queues.lines_of(user, page, queues.ways_of(user, page, wanted="", now=now))
    context = {"listing": listing, "lines": lines, "form": form, "chosen": chosen}
    context |= {"outlook": outlook, "asked": len(visits), "most": MOST_AT_ONCE}
    status = 422 if form.is_bound and outlook is None else 200
    return render(request, "visits/send_questionnaires.html", context, status=status)


def _visits(
    request: SignedInRequest, listing: Listing[Visit], form: InviteForm, chosen: dict[str, int]
) -> list[Visit]:
    """The visits meant: those ticked, or all of the list as it was filtered."""
    if form.cleaned_data["everyone"]:
        return list(listing.every()[: MOST_AT_ONCE + 1])
    return list(queues.to_invite(request.user).filter(public_id__in=chosen))


def _send(request: SignedInRequest, form: InviteForm, visits: list[Visit]) -> HttpResponse:
    told = {name: form.cleaned_data[name] for name in ("channel", "reply_by", "request_id")}
    done = actions.send_questionnaires(
        visits, by=request.user, words=words_in, now=timezone.now(), **told
    )
    words = ngettext(
        "%(count)d questionnaire is on its way.",
        "%(count)d questionnaires are on their way, within what the channel may send.",
        done.sent,
    )
    messages.success(request, words % {"count": done.sent})
    if done.left:
        words = _("%(count)d customers get none: the list says why.")
        messages.warning(request, words % {"count": done.left})
    return redirect("visits:send_questionnaires")
