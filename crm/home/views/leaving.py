"""The leaver's desk: what somebody has in hand, and to whom it goes (PR-22)."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from crm.home.actions.guards import Replayed
from crm.home.actions.leaving import hand_over_work
from crm.home.forms.leaving import HandOverForm
from crm.home.queues import open_work_of
from crm.home.queues.leaving import takers_for
from crm.home.views.users import add_errors, find_to_edit
from crm.people.access import SignedInRequest
from crm.records.queues import sent_before


@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: SignedInRequest, public_id: str) -> HttpResponse:
    """Give a leaver's tasks, stages and greetings to colleagues."""
    user, now = find_to_edit(request, public_id), timezone.now()
    work = open_work_of(user)
    form = HandOverForm(request.POST or None, takers=takers_for(user, work, now))
    is_fine = form.is_valid()
    # What was handed over is no longer offered: the same form once more names what is not there.
    # Asked for after the form was read, or the other of two presses may come between.
    if form.is_bound and sent_before(request.user, "hand_over_work", form["request_id"].data or ""):
        return redirect("home:user_page", user.public_id)
    if is_fine:
        sent = dict(form.cleaned_data)
        request_id = sent.pop("request_id")
        try:
            given = hand_over_work(user, to=sent, by=request.user, now=now, request_id=request_id)
        except Replayed:
            return redirect("home:user_page", user.public_id)
        except ValidationError as error:
            add_errors((form,), error)
        else:
            count = sum(given.values())
            words = ngettext("%(n)d handed over.", "%(n)d handed over.", count)
            messages.success(request, words % {"n": count})
            return redirect("home:user_page", user.public_id)
    context = {"person": user, "form": form, "work": work}
    status = 422 if form.is_bound else 200
    return render(request, "accounts/hand_over.html", context, status=status)
