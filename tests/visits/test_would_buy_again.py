"""Probably and not sure are told apart from no, and the figure stays as it was (RV-40)."""

from __future__ import annotations

import datetime as dt
from importlib import import_module

import pytest
import time_machine
from django.apps import apps
from django.db import connection
from django.test import Client

from tests.people import NOW, Cast, make_card, make_cast, make_visit
from visits.actions import Made, assign_visit, complete_visit
from visits.models import Measurement, QuestionnaireVersion, Visit
from visits.questions import Given

HOUR = dt.timedelta(hours=1)
AGAIN = "repurchase"


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


def told(cast: Cast, option: str, at: dt.datetime = NOW, *, before: Visit | None = None) -> Visit:
    """A customer, the one visited before or another, who gave this answer at this moment."""
    card = before.card if before else make_card(cast.lin)
    with time_machine.travel(at, tick=False):
        visit = make_visit(card, at.date(), kind="new_purchase")
        questions = QuestionnaireVersion.objects.get(questionnaire__kind="new_purchase")
        Visit.objects.filter(pk=visit.pk).update(questions=questions)
        visit.refresh_from_db()
        assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=at)
        answers = {"overall": Given(5), "visitor": Given(5)}
        answers |= {AGAIN: Given(choices=(option,))} if option else {}
        complete_visit(
            visit,
            Made(answers=answers),
            by=cast.wu,
            version=visit.version,
            questions=questions,
            now=at,
            request_id=visit.public_id,
        )
    visit.refresh_from_db()
    return visit


def shown(cast: Cast) -> dict[str, tuple[int, int]]:
    """What the analysis of the month says: how many gave which answer, and of how many."""
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(cast.shen, backend="django.contrib.auth.backends.ModelBackend")
    with time_machine.travel(NOW + 9 * HOUR, tick=False):
        page = client.get("/visit-analysis/?period=month").context["page"]
    found = {line.label: line.first.number for line in page.again}
    (rate,) = [tile.number for tile in page.tiles if tile.key == "repurchase_rate"]
    assert (rate.numerator, rate.denominator) == (found["会"].numerator, found["会"].denominator)
    return {label: (one.numerator, one.denominator) for label, one in found.items()}


def test_each_answer_is_kept_and_a_plain_yes_alone_counts(cast: Cast) -> None:
    unsure = told(cast, "unsure")
    assert unsure.repurchase is False
    assert Measurement.objects.get(visit=unsure, measure=AGAIN).choice == "unsure"
    for option in ("yes", "likely", "likely", "no", ""):
        told(cast, option)
    make_visit(
        make_card(cast.lin), NOW.date(), state="completed", completed_at=NOW, repurchase=False
    )
    assert shown(cast) == {"会": (1, 6), "可能会": (2, 6), "不确定": (1, 6), "不会": (2, 6)}


def test_of_one_customer_the_latest_answer_counts(cast: Cast) -> None:
    told(cast, "yes", NOW + 2 * HOUR, before=told(cast, "unsure"))
    told(cast, "likely", NOW + 2 * HOUR, before=told(cast, "no"))
    assert shown(cast) == {"会": (1, 2), "可能会": (1, 2), "不确定": (0, 2), "不会": (0, 2)}


@pytest.mark.django_db(transaction=True)
def test_what_was_answered_before_is_told_apart_as_well() -> None:
    cast = make_cast()
    for option in ("unsure", "yes"):
        told(cast, option)
    Measurement.objects.filter(measure=AGAIN).delete()
    assert shown(cast)["不确定"] == (0, 2)
    module = import_module("visits.migrations.0020_would_buy_again_in_full")
    for _each in range(2):  # a deployment that was interrupted begins anew
        with connection.schema_editor(atomic=False) as editor:
            module.count_answers(apps, editor)
    assert shown(cast) == {"会": (1, 2), "可能会": (0, 2), "不确定": (1, 2), "不会": (0, 2)}
