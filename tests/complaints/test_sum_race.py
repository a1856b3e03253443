"""Two solutions for one number approved in the same moment: the second sees the first (CP-33)."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from complaints.models import Proposal, Ticket
from tests.complaints.answers import decide, looked_at, proposed
from tests.people import Cast, make_card, make_cast
from tests.visits.test_links_race import TRIALS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


def both(cast: Cast, *, with_card: bool, phone: str) -> list[Ticket]:
    """Two complaints of one number, six hundred yuan proposed on each; Xu decides up to 1,000."""
    told = {"name": "过路人", "phone": phone}
    tickets = []
    for has_card in (False, with_card):
        card = make_card(cast.lin, "王芳", phone=phone) if has_card else None
        tickets.append(proposed(cast, amount=600, ticket=looked_at(cast, card=card, told=told)))
    return tickets


@pytest.mark.parametrize("with_card", [False, True])
def test_the_sum_of_one_number_is_taken_by_one_at_a_time(with_card: bool) -> None:
    cast = make_cast()
    for trial in range(TRIALS):
        tickets = both(cast, with_card=with_card, phone=f"+861365555{trial:04d}")
        first, second = (Ticket.objects.get(pk=ticket.pk) for ticket in tickets)
        ended = at_once(
            lambda one=first: decide(one, cast.xu, "approve"),
            lambda one=second: decide(one, cast.xu, "approve"),
            refused=(ValidationError,),
        )
        assert ended == ["ValidationError", "done"]
        states = Proposal.objects.filter(ticket__in=tickets).values_list("state", flat=True)
        assert sorted(states) == ["approved", "waiting"]
