"""Two people at once: one number makes one card, one conflict has one ruling."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from crm.customers import actions
from crm.customers.models import Card, Customer, OwnershipConflict
from crm.people.models import User
from crm.records.states import Stale
from tests.people import NOW, make_card, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
TRIALS = 5


def at_once(*verbs: Callable[[], object]) -> list[str]:
    """Run the verbs in threads that start together; the names of what each ended with."""
    start = Barrier(len(verbs))

    def run(verb: Callable[[], object]) -> str:
        try:
            start.wait()
            verb()
        except (actions.PhoneTaken, Stale) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(len(verbs)) as pool:
        return sorted(pool.map(run, verbs))


def test_one_number_entered_by_two_salespeople_makes_one_card() -> None:
    cast = make_cast()

    def open_card(by: User, phone: str) -> Callable[[], object]:
        fields = {"source": "walk_in", "channel": "showroom", "reason": "看中 S7，想试驾"}
        person = {"name": "王芳", "phone": phone}
        return lambda: actions.create_card(by=by, owner=by, customer=person, card=fields, now=NOW)

    for trial in range(TRIALS):
        phone = f"+86139000011{trial:02d}"
        ended = at_once(open_card(cast.lin, phone), open_card(cast.ma, phone))
        assert ended == ["PhoneTaken", "done"]
    assert Card.objects.count() == TRIALS


def test_one_number_entered_on_two_cards_at_once_stays_on_one() -> None:
    cast = make_cast()
    cards = [make_card(cast.lin, "王芳"), make_card(cast.ma, "李雷")]
    fields = {"source": "walk_in", "channel": "showroom", "reason": "看中 S7，想试驾"}

    def enter(pk: int, by: User, phone: str) -> Callable[[], object]:
        card = Card.objects.select_related("customer").get(pk=pk)
        return lambda: actions.update_profile(
            card, by=by, version=card.customer.version, fields={"phone": phone}, now=NOW
        )

    for trial in range(TRIALS):
        phone = f"+86139000022{trial:02d}"
        person = {"name": "韩梅", "phone": phone}
        anew = partial(
            actions.create_card, by=cast.ma, owner=cast.ma, customer=person, card=fields, now=NOW
        )
        ended = at_once(
            enter(cards[0].pk, cast.lin, phone), enter(cards[1].pk, cast.ma, phone), anew
        )
        assert ended == ["PhoneTaken", "PhoneTaken", "done"]
        assert Customer.objects.filter(phone=phone).count() == 1


def test_two_rulings_at_once_have_one_winner() -> None:
    cast = make_cast()
    for _trial in range(TRIALS):
        card = make_card(cast.lin)
        case = actions.report_duplicate(card, by=cast.zhou, claim="先接待的是我", now=NOW)

        def rule(by: User, winner: User, pk: int = case.pk) -> Callable[[], object]:
            found = OwnershipConflict.objects.select_related("card", "owner", "claimant").get(pk=pk)
            return lambda: actions.rule_conflict(
                found, by=by, ruled_for=winner, reason="建卡更早", version=1, now=NOW
            )

        assert at_once(rule(cast.chen, cast.lin), rule(cast.shen, cast.zhou)) == ["Stale", "done"]
        case.refresh_from_db()
        card.refresh_from_db()
        assert card.owner == case.ruled_for
