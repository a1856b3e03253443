"""What comes up on a visit beside the answers: other brands, a need for a car, news of the card."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from crm.customers.models import Card
from crm.notices.models import Notice, Reminder
from crm.people.models import User
from crm.records.states import Stale
from followups.models import PlannedContact
from tests.people import NOW, Cast, make_card, make_cast, make_finding, make_opportunity, make_visit
from visits.actions import assign_visit, dismiss_opportunity, take_opportunity
from visits.models import CompetitorFinding, Opportunity, Visit

TODAY = NOW.date()
DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(db) -> Cast:
    return make_cast()


@pytest.fixture(autouse=True)
def morning():
    with time_machine.travel(NOW, tick=False):
        yield


def client_of(user: User) -> Client:
    client = Client(headers={"accept-language": "zh-hans"})
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def visit(cast) -> Visit:
    """Wu's visit to Lin's customer Gao Feng, who has his car."""
    card = make_card(cast.lin, "高峰", state="delivered", notes="喜欢钓鱼")
    visit = make_visit(card, TODAY)
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    return visit


def call(cast: Cast, visit: Visit, **sent: str):
    body = {
        "version": str(visit.version),
        "request_id": str(uuid.uuid4()),
        "method": "phone",
        "q_overall": "4",
        "q_visitor": "5",
        **sent,
    }
    return client_of(cast.wu).post(f"/visits/{visit.public_id}/call/", body)


def test_findings_on_other_brands_are_stored_with_their_source(cast, visit):
    page = call(
        cast, visit, rival1_brand="极光", rival1_model="A6", rival1_kind="price",
        rival1_words="降了一万二", rival1_influence="wavering",
        rival2_brand="远山", rival2_words="周末有试驾活动",
    )  # fmt: skip
    assert page.status_code == 302
    first, second = CompetitorFinding.objects.order_by("pk")
    assert (first.brand, first.model, first.kind, first.words, first.influence) == (
        *("极光", "A6", "price", "降了一万二", "wavering"),
    )
    assert (first.visit, first.heard_on, first.noted_by) == (visit, TODAY, cast.wu)
    assert first.store == cast.pudong
    assert (second.kind, second.influence) == ("opinion", "none")


def test_a_finding_without_brand_or_words_is_refused_beside_its_field(cast, visit):
    page = call(cast, visit, rival1_brand="极光", rival2_words="便宜", notes="在开车")
    assert page.status_code == 422
    assert list(page.context["form"].errors) == ["rival1_words", "rival2_brand"]
    assert "在开车" in page.content.decode()
    assert not CompetitorFinding.objects.exists()
    assert Visit.objects.get(pk=visit.pk).state == "assigned"


def test_what_is_answered_about_other_brands_is_kept_unless_the_box_says_more(cast):
    answered = {"q_rivals_known": "1", "q_rivals_brand": "远山", "q_rivals_words": "座椅舒服"}
    for name, box in (("宋佳", {}), ("邹敏", {"rival1_brand": "极光", "rival1_words": "降价了"})):
        visit = make_visit(make_card(cast.lin, name), TODAY, kind="regular")
        assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
        assert call(cast, visit, **answered, **box).status_code == 302
    kept = CompetitorFinding.objects.order_by("pk")
    assert [(one.brand, one.words) for one in kept] == [("远山", "座椅舒服"), ("极光", "降价了")]
    assert {one.noted_by for one in kept} == {cast.wu}


def test_what_the_customer_wrote_themselves_is_marked_so_in_the_list_and_behind_the_figure(
    cast, visit
):
    make_finding(visit, words="自己写的", noted_by=None)
    make_finding(visit, brand="", words="没有说品牌", noted_by=None)
    make_finding(visit)
    page = client_of(cast.xu).get("/visits/findings/", {"show": "link"})
    assert {one.words for one, _name in page.context["rows"]} == {"自己写的", "没有说品牌"}
    shown = page.content.decode()
    assert "客户经链接自己填写" in shown
    assert "未说明品牌" in shown


def test_findings_are_listed_for_the_store_by_brand_kind_and_period(cast, visit):
    make_finding(visit)
    make_finding(visit, brand="远山", kind="event", words="周末试驾", heard_on=TODAY - 40 * DAY)
    otto = make_visit(make_card(cast.otto, "外店客户"), TODAY, assignee=cast.otto)
    make_finding(otto, words="外店听说的")
    xu = client_of(cast.xu)

    def shown(**query: str) -> set[str]:
        rows = xu.get("/visits/findings/", query).context["rows"]
        return {finding.words for finding, _name in rows}

    assert shown() == {"降了一万二"}
    assert shown(show="quarter") == {"降了一万二", "周末试驾"}
    assert shown(show="all", brand="远山") == {"周末试驾"}
    assert shown(show="all", kind="price") == {"降了一万二"}
    assert shown(show="all", store=cast.chaoyang.public_id) == {"降了一万二", "周末试驾"}


@pytest.mark.parametrize(("who", "status"), [("mona", 200), ("lin", 403), ("mia", 403)])
def test_marketing_reads_what_was_said_and_not_who_said_it(cast, visit, who, status):
    make_finding(visit)
    page = client_of(getattr(cast, who)).get("/visits/findings/")
    assert page.status_code == status
    text = page.content.decode()
    assert ("降了一万二" in text) == (status == 200)
    assert "高" not in text
    assert visit.public_id not in text


def test_a_need_is_proposed_to_the_owner_in_the_same_save(cast, visit):
    call(cast, visit, q_needs_changed="1", q_needs_words="给父母添一台小车", need="on")
    need = Opportunity.objects.get()
    assert (need.words, need.responsible, need.visit) == ("给父母添一台小车", cast.lin, visit)
    assert Notice.objects.filter(recipient=cast.lin, kind="opportunity_found").count() == 1
    bells = Reminder.objects.filter(about_id=need.public_id, state="pending")
    assert {bell.role for bell in bells} == {"", "sales_supervisor", "manager"}
    page = client_of(cast.lin).get(f"/visits/opportunities/{need.public_id}/")
    assert "给父母添一台小车" in page.content.decode()


def test_a_customer_without_owner_is_the_supervisors(cast):
    card = make_card(
        None, "池中人", state="delivered", store_id=cast.pudong.pk, team_id=cast.team_one.pk
    )
    visit = make_visit(card, TODAY, kind="event")
    assign_visit(visit, to=cast.wu, by=cast.xu, version=visit.version, now=NOW)
    call(cast, visit, need_words="换七座")
    assert Opportunity.objects.get().responsible is None
    assert Notice.objects.filter(recipient=cast.chen, kind="opportunity_found").exists()


def test_nothing_is_proposed_where_nobody_says_so(cast, visit):
    call(cast, visit, q_needs_changed="1", q_needs_words="也许明年")
    assert not Opportunity.objects.exists()


def test_the_owner_takes_a_need_up_as_a_new_card_of_the_same_customer(cast, visit):
    need = make_opportunity(visit)
    url = f"/visits/opportunities/{need.public_id}/taking/"
    sent = {"version": need.version, "request_id": str(uuid.uuid4())}
    lin = client_of(cast.lin)
    first, again = lin.post(url, sent), lin.post(url, sent)
    need.refresh_from_db()
    card = Card.objects.exclude(pk=visit.card_id).get()
    assert (card.customer_id, card.owner, card.source) == (
        *(visit.card.customer_id, cast.lin, "repeat"),
    )
    assert card.reason == "想给父母添一台小车"
    assert (need.state, need.taken_as) == ("taken", card)
    assert first.url == again.url == f"/customers/{card.public_id}/"
    step = PlannedContact.objects.get(card=card)
    assert (step.assignee, step.due_at.astimezone(NOW.tzinfo).date()) == (cast.lin, TODAY + DAY)
    assert not Reminder.objects.filter(about_id=need.public_id, state="pending").exists()


def test_a_card_that_is_worked_on_takes_the_need_up_itself(cast):
    card = make_card(cast.lin, "意向客户")
    need = make_opportunity(make_visit(card, TODAY))
    taken = take_opportunity(need, by=cast.lin, version=need.version, now=NOW)
    assert taken == card
    assert Card.objects.count() == 1


@pytest.mark.parametrize("who", ["zhou", "wu", "xu", "otto", "mona"])
def test_a_need_is_answered_by_the_owner_or_who_is_set_over_them(cast, visit, who):
    need = make_opportunity(visit)
    with pytest.raises(PermissionDenied):
        take_opportunity(need, by=getattr(cast, who), version=need.version, now=NOW)
    dismiss_opportunity(need, by=cast.chen, version=need.version, reason="明年再说", now=NOW)
    assert Opportunity.objects.get().reason == "明年再说"


def test_the_second_to_answer_a_need_is_told(cast, visit):
    need = make_opportunity(visit)
    again = Opportunity.objects.get(pk=need.pk)
    dismiss_opportunity(need, by=cast.lin, version=need.version, reason="不换了", now=NOW)
    with pytest.raises(Stale):
        take_opportunity(again, by=cast.chen, version=again.version, now=NOW)
    page = client_of(cast.lin).post(
        f"/visits/opportunities/{need.public_id}/dismissal/", {"version": 1, "reason": "我也觉得"}
    )
    assert page.status_code == 409
    assert Card.objects.count() == 1


def test_news_reaches_the_card_in_the_same_save(cast, visit):
    old = visit.card.customer.phone
    call(
        cast, visit, new_phone="139 0000 8888", best_time="晚上七点后", purpose="接送孩子",
        news="添了二宝",
    )  # fmt: skip
    card = Card.objects.select_related("customer").get(pk=visit.card_id)
    customer = card.customer
    assert (customer.phone, customer.phone2) == ("+8613900008888", old)
    assert (customer.best_time, card.purpose) == ("晚上七点后", "接送孩子")
    assert card.notes == "喜欢钓鱼\n2026-03-12 添了二宝"
    assert Card.objects.found_by("13900008888").get() == card


def test_somebody_elses_number_or_none_at_all_saves_nothing(cast, visit):
    make_card(cast.ma, "别人", phone="+8613900009999")
    for number in ("139 0000 9999", "1390000"):
        page = call(cast, visit, new_phone=number, notes="很满意")
        assert page.status_code == 422
        assert "new_phone" in page.context["form"].errors
        assert "别人" not in page.content.decode()
    assert Visit.objects.get(pk=visit.pk).state == "assigned"
    assert not visit.responses.exists()
