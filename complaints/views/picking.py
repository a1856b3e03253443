"""The card a page was opened from."""

from __future__ import annotations

from django.shortcuts import get_object_or_404

from crm.customers.models import Card
from crm.people.access import SignedInRequest
from crm.ui.asked import public_id


def picked_card(request: SignedInRequest) -> Card | None:
    """The card the address or the form names, none where it names none; raises Http404."""
    wanted = request.POST.get("card") or request.GET.get("card")
    if not wanted:
        return None
    cards = Card.objects.visible_to(request.user).with_case(request.user.reach)
    return get_object_or_404(cards.select_related("customer"), public_id=public_id(wanted))
