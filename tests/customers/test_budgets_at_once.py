"""Two tabs of one person cannot each spend what is left of a budget."""

from __future__ import annotations

from functools import partial

import pytest

from crm.customers import actions
from crm.customers.actions import TooManyReveals
from crm.customers.models import PhoneView
from crm.exchange import levels
from crm.exchange.actions import orders
from crm.exchange.models import ExportJob
from crm.rulebook.models import Number
from tests.harness.at_once import at_once
from tests.people import NOW, make_card, make_cast

pytestmark = pytest.mark.django_db(transaction=True)
TRIALS = 5


def test_two_exports_at_once_do_not_both_pass_the_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(levels, "ROWS_A_DAY", 1)
    cast = make_cast()
    make_card(cast.lin, "张伟")
    ask = partial(
        orders.ask_export, "customers", "", by=cast.chen, purpose="邀请", unmasked=False, now=NOW
    )
    for _trial in range(TRIALS):
        ExportJob.objects.all().delete()
        first, second = at_once(ask, ask)
        assert sorted([bool(first.asked_of), bool(second.asked_of)]) == [False, True]


def test_two_reveals_at_once_do_not_both_take_the_last_one() -> None:
    cast = make_cast()
    card = make_card(cast.lin)
    Number.objects.create(key="reveals_a_day_service", value="1")
    reveal = partial(actions.reveal_phone, card, by=cast.xu, reason="回访", now=NOW)
    for _trial in range(TRIALS):
        PhoneView.objects.all().delete()
        ended = at_once(reveal, reveal)
        assert sorted(isinstance(one, TooManyReveals) for one in ended) == [False, True]
        assert PhoneView.objects.count() == 1


def test_two_questions_at_once_do_not_both_take_the_last_one() -> None:
    cast = make_cast()
    Number.objects.create(key="duplicate_checks_an_hour", value="1")
    ask = partial(actions.count_phone_check, cast.lin, now=NOW)
    assert sorted(at_once(ask, ask)) == [False, True]
