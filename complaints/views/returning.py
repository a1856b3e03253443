"""After a press: back to the ticket, or on to the next one, within the filters one came with."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from complaints.models import Ticket
from complaints.queues.claiming import next_within
from complaints.queues.position import kept_query
from crm.people.access import SignedInRequest

LONGEST = 500


def asked_of(request: SignedInRequest) -> Mapping[str, str]:
    """The filters a page or press came with: its own, its form's, else those of the page before."""
    if (sent := request.POST.get("queue")) is not None:
        return QueryDict(sent[:LONGEST].removeprefix("?")).dict()
    if request.GET:
        return request.GET
    before = urlsplit(request.headers.get("Referer", "")[: 4 * LONGEST])
    ours = before.path.startswith(reverse("complaints:list"))
    return QueryDict(before.query[:LONGEST]).dict() if ours else {}


def queue_of(request: SignedInRequest) -> str:
    """The same as an address carries them along; empty for the whole queue."""
    return kept_query(request.user, asked_of(request), timezone.now())


def to_queue(request: SignedInRequest) -> HttpResponse:
    """The queue as it was filtered."""
    return redirect(f"{reverse('complaints:list')}{queue_of(request)}")


def to_ticket(request: SignedInRequest, public_id: str) -> HttpResponse:
    """The ticket; once it has left the filters one came with, the next of them (guide, queues)."""
    asked, now = asked_of(request), timezone.now()
    queue = kept_query(request.user, asked, now)
    if queue:
        stays, following = next_within(request.user, asked, public_id, now)
        if not stays and following:
            left = Ticket.objects.visible_to(request.user).filter(public_id=public_id)
            words = _("%(number)s has left this list; here is the next one.")
            messages.info(request, words % {"number": left.values_list("ticket_no")[0][0]})
            public_id = following
    return redirect(f"{reverse('complaints:ticket', args=[public_id])}{queue}")
