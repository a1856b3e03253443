"""Two who complain by one link in the same moment: one ticket, and the other is told so."""

from __future__ import annotations

from functools import partial

import pytest

from complaints import actions
from complaints.models import IntakeLink, Ticket
from tests.people import NOW, make_card, make_cast
from tests.visits.test_links_race import TRIALS, at_once

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("form", ["", "one form, pressed twice"])
def test_two_complaints_by_one_link_make_one_ticket(form: str) -> None:
    cast = make_cast()
    for trial in range(TRIALS):
        made = actions.make_intake_link(make_card(cast.lin), by=cast.wu, now=NOW)
        assert made
        link = IntakeLink.objects.select_related("card", "store", "made_by").get(pk=made[0].pk)
        sent = partial(
            actions.complain_by_link, link, words="充到 80% 就停", now=NOW, request_id=form
        )
        ended = at_once(sent, sent, refused=(actions.LinkClosed,))
        assert Ticket.objects.count() == trial + 1
        assert ended == (["done", "done"] if form else ["LinkClosed", "done"])
