"""What customers answered goes out: a row a sheet, a column a question, names by right (RV-21)."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
import time_machine
from django.conf import settings
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.utils import translation

from crm.exchange.actions import lists, orders
from crm.exchange.models import ExportJob
from crm.people.models import User
from tests import people
from tests.people import NOW, Cast
from visits.models import Questionnaire, Response, Visit

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast() -> Cast:
    return people.make_cast()


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(NOW, tick=False), translation.override("zh-hans"):
        yield


def answered(cast: Cast, name: str = "高峰", at: dt.datetime = NOW, **fields) -> Response:
    card = people.make_card(cast.lin, name)
    visit = people.make_visit(
        card, at.date(), kind="new_purchase", assignee=cast.wu, state="completed", completed_at=at
    )
    response = people.make_response(visit, at, **fields)
    response.answers.create(question="overall", number=2)
    response.answers.create(question="reasons", choices=["price", "range"])
    response.answers.create(question="recommend", number=7)
    response.answers.create(question="suggestions", text="希望多送脚垫")
    return response


def take(user: User, query: str = "") -> list[dict[str, object]]:
    """The file as rows by the heads of its columns."""
    job = orders.ask_export("answers", query, by=user, purpose="分析", unmasked=False, now=NOW)
    lists.write_export(job.pk, now=NOW)
    job.refresh_from_db()
    book = openpyxl.load_workbook(Path(settings.MEDIA_ROOT) / "exports" / job.stored_as)
    _mark, head, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in rows]


def test_every_question_and_its_answer_stand_in_words(cast):
    visit = answered(cast, entered_by=cast.wu).visit
    answered(cast, "马兰", NOW - DAY)
    early, late = take(cast.xu)
    assert late["姓名"] == "高峰"
    assert late["号码"] == visit.visit_no
    assert late["总体满意度"] == "不满意"
    assert late["哪里让您不满意？"] == "价格；续航"
    assert late["有多大可能把我们推荐给朋友？"] == "7"
    assert late["对我们的建议"] == "希望多送脚垫"
    assert late["充电使用满意吗？"] is None
    assert (early["录入方式"], late["录入方式"]) == ("客户经链接自己填写", "由同事录入")
    assert (late["问卷"], late["版本"]) == ("购后首次回访问卷", 1)


def test_marketing_takes_them_out_without_names_and_without_words_that_name(cast):
    answered(cast).answers.create(question="factors", text="高先生说电话 13800138000")
    (row,) = take(cast.mona)
    assert [row[head] for head in ("号码", "姓名", "回访人")] == [None, None, None]
    assert row["对我们的建议"] == "希望多送脚垫"
    assert "高先生" not in str(row.values())
    assert "13800138000" not in str(row.values())
    assert take(cast.xu)[0]["什么会影响您的选择？"] == "高先生说电话 13800138000"


def test_a_version_a_kind_and_days_narrow_them(cast):
    old = answered(cast, "马兰", NOW - 40 * DAY)
    new = answered(cast)
    sheet = Questionnaire.objects.get(kind="new_purchase")
    second = people.make_version(sheet, None, state="retired")
    Response.objects.filter(pk=new.pk).update(questions=second)
    assert [row["姓名"] for row in take(cast.xu, f"version={second.public_id}")] == ["高峰"]
    since = (NOW - DAY).date()
    assert [row["姓名"] for row in take(cast.xu, f"first={since}")] == ["高峰"]
    assert [row["姓名"] for row in take(cast.xu, f"last={since}")] == ["马兰"]
    assert len(take(cast.xu, f"kind=new_purchase&questionnaire={sheet.public_id}")) == 2
    with pytest.raises(ValidationError):
        take(cast.xu, "kind=complaint")
    assert old.questions.number == 1


def test_what_counts_no_more_and_whoever_is_judged_are_left_out(cast):
    first = answered(cast)
    people.make_response(first.visit, NOW, edition=2).answers.create(question="overall", number=5)
    (row,) = take(cast.xu)
    assert row["总体满意度"] == "非常满意"
    Visit.objects.update(state="awaiting_entry")
    with pytest.raises(ValidationError):
        take(cast.xu)
    Visit.objects.update(state="completed")
    type(first.visit.card).objects.update(owner=cast.xu)
    with pytest.raises(ValidationError):
        take(cast.xu)


def test_nobody_else_takes_answers_out(cast):
    answered(cast)
    for user in (cast.lin, cast.chen, cast.wu, cast.vera, cast.bai, cast.mia):
        with pytest.raises(PermissionDenied):
            take(user)
    assert not ExportJob.objects.exists()
    far = people.make_user("x", "外店客服", "service_supervisor", cast.chaoyang)
    with pytest.raises(ValidationError):
        take(far)


def test_the_questionnaire_offers_it_and_the_ledger_words_the_filter(cast):
    answered(cast)
    sheet = Questionnaire.objects.get(kind="new_purchase")
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(cast.mona, backend="django.contrib.auth.backends.ModelBackend")
    page = client.get(f"/visits/questionnaires/{sheet.public_id}/").content.decode()
    assert '<input type="hidden" name="list" value="answers">' in page
    take(cast.mona, f"questionnaire={sheet.public_id}&kind=new_purchase")
    job = ExportJob.objects.get()
    assert "q_overall" in job.columns
    page = client.get(f"/exports/{job.public_id}/").content.decode()
    assert sheet.name in page
    assert "总体满意度" in page
