"""What was overdue at ends of weeks, from kept moments, beside what is now (KP-13)."""

from __future__ import annotations

from followups.models import PlannedContact
from tests import people
from tests.people import Cast, local
from tests.reports.conftest import SignIn
from tests.reports.test_dashboard import PAGE


def test_what_was_overdue_at_the_end_of_each_week_stands_beside_what_is_now(
    cast: Cast, sign_in: SignIn
) -> None:
    """The ends of weeks from kept moments: carried out late, entered late, dropped, open still."""
    card = people.make_card(cast.lin, opened_at=local("2026-02-01 10:00"))
    plan = people.make_plan(card)
    due = [local(f"2026-02-{day:02} 10:00") for day in (3, 10, 17, 24)]
    steps = [people.make_planned(plan, at) for at in (*due, *due)]
    carried = {
        0: ("2026-02-11 09:00", None),
        1: ("2026-02-10 09:30", None),
        2: ("2026-02-16 09:00", "2026-03-03 09:00"),
        4: ("2026-02-03 09:00", None),
    }
    for place, (made, entered) in carried.items():
        fields = {"entered_at": local(entered)} if entered else {}
        people.make_contact(card, local(made), planned=steps[place], **fields)
        PlannedContact.objects.filter(pk=steps[place].pk).update(state="done")
    for place, at in ((5, "2026-02-20 09:00"), (6, "2026-02-12 09:00")):
        dropped = {"state": "cancelled", "closed_at": local(at)}
        PlannedContact.objects.filter(pk=steps[place].pk).update(**dropped)
    board = sign_in(cast.chen).get(PAGE).context["board"]
    tile = board.total.figures["contacts_overdue"]
    ends = [local(f"2026-{day} 00:00") for day in ("02-09", "02-16", "02-23", "03-02", "03-09")]
    then = [PlannedContact.objects.overdue_then(end).count() for end in ends]
    assert then == [1, 1, 1, 3, 2]
    assert list(tile.course)[-6:] == [*then, tile.number.denominator]
    assert (len(tile.course), tile.earlier.denominator, tile.change_words) == (13, 2, "0")
