"""Tickets that have to do with each other are linked, and shown to whoever may see both."""

from __future__ import annotations

import pytest
import time_machine

from complaints.models import Entry, Relation, Ticket
from crm.records.models import AuditEvent
from tests.complaints.complaints import make_complaint
from tests.complaints.problems import browser
from tests.people import NOW, Cast, make_card, make_cast


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def link(user, ticket: Ticket, number: str, **more: str):
    sent = {"number": number, "version": ticket.version, **more}
    return browser(user).post(f"/complaints/{ticket.public_id}/relations/", sent)


def page(user, ticket: Ticket):
    return browser(user).get(f"/complaints/{ticket.public_id}/")


def test_a_link_stands_on_both_pages_until_it_is_removed(cast: Cast) -> None:
    first, second = (make_complaint(cast, card=make_card(cast.lin, n)) for n in ("张伟", "赵敏"))
    for _twice in range(2):
        sent = link(cast.wu, second, first.ticket_no.lower(), request_id="once")
        assert sent.status_code == 302
    relation = Relation.objects.get()
    for one, other in ((first, second), (second, first)):
        assert f"/complaints/{other.public_id}/" in page(cast.wu, one).content.decode()
    again = link(cast.wu, first, second.ticket_no)
    assert "这两张工单已经关联" in again.content.decode()
    path = f"/complaints/relations/{relation.public_id}/removal/"
    gone = browser(cast.wu).post(path, {"version": 1, "ticket": second.public_id})
    assert gone["Location"] == f"/complaints/{second.public_id}/"
    assert page(cast.wu, first).context["related"] == []
    assert browser(cast.wu).post(path, {"version": 1}).status_code == 409
    kinds = list(Entry.objects.filter(ticket=first).values_list("kind", flat=True))
    assert kinds[:2] == ["unlinked", "linked"]
    trail = AuditEvent.objects.filter(
        action__in=("complaints.link_ticket", "complaints.unlink_ticket")
    )
    assert trail.count() == 2


def test_nobody_learns_of_a_ticket_they_may_not_see(cast: Cast) -> None:
    open_, hidden = (
        make_complaint(cast, by=cast.xu),
        make_complaint(cast, by=cast.xu, about=cast.wu),
    )
    refused = link(cast.wu, open_, hidden.ticket_no)
    assert refused.status_code == 422
    assert "没有你能查看的这个编号的工单" in refused.content.decode()
    assert link(cast.xu, open_, hidden.ticket_no).status_code == 302
    assert page(cast.wu, open_).context["related"] == []
    assert hidden.ticket_no not in page(cast.wu, open_).content.decode()
    assert [one.other for one in page(cast.xu, open_).context["related"]] == [hidden]
    path = f"/complaints/relations/{Relation.objects.get().public_id}/removal/"
    assert browser(cast.wu).post(path, {"version": 1}).status_code == 404


def test_a_ticket_is_not_linked_with_itself(cast: Cast) -> None:
    ticket = make_complaint(cast)
    assert "这就是本工单" in link(cast.wu, ticket, ticket.ticket_no).content.decode()
    assert not Relation.objects.exists()
