"""The administrator's pages on users: who may read, what each verb changes and leaves behind."""

import datetime as dt
import re
import uuid

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from crm.people.models import Membership, OneTimeLink, RoleGrant, User
from crm.records.models import AuditEvent
from tests.people import NOW, Cast, make_card, make_plan, make_ticket, make_visit

LIST = "/accounts/users/"
EVERYBODY = (
    *("lin", "chen", "wu", "xu", "mia", "mona", "tang", "vera", "fang", "shen", "bai", "pan"),
    "adele",
)
READERS = {"shen", "pan", "adele"}


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def page_of(user: User) -> str:
    return f"{LIST}{user.public_id}/"


def new_user(cast: Cast, role: str = "salesperson", **more: str) -> dict[str, str]:
    return {
        "name": "新人",
        "username": "xinren",
        "role": role,
        "store": str(cast.pudong.pk),
        "team": str(cast.team_one.pk),
        "request_id": str(uuid.uuid4()),
        **more,
    }


def link_in(html: str) -> str:
    found = re.search(r'value="http://[^/]+(/accounts/links/[^"]+)"', html)
    assert found
    return found.group(1)


def actions() -> list[str]:
    return list(AuditEvent.objects.order_by("id").values_list("action", flat=True))


# --- reading -------------------------------------------------------------------------------


@pytest.mark.parametrize("who", EVERYBODY)
def test_only_manager_privacy_officer_and_administrator_read_the_list(cast: Cast, who: str) -> None:
    answer = signed_in(getattr(cast, who)).get(LIST)
    assert answer.status_code == (200 if who in READERS else 403)


def test_shen_reads_his_own_people_and_nobody_of_chaoyang(cast: Cast) -> None:
    client = signed_in(cast.shen)
    listing = client.get(LIST).context["listing"]
    assert {user.username for user in listing.page} >= {"lin", "wu", "shen"}
    assert "otto" not in {user.username for user in listing.page}
    assert client.get(page_of(cast.otto)).status_code == 404
    assert client.get(page_of(cast.lin)).status_code == 200


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("q=ot", {"otto"}),
        ("q=林", {"lin"}),
        ("role=privacy_officer", {"pan"}),
        ("role=salesperson&q=m", {"ma"}),
        ("show=inactive", {"zhou"}),
        ("q=%25", set()),
        ("q=%00", None),
        ("role=nonsense&show=nonsense&store=nonsense&page=nonsense", None),
    ],
)
def test_filters_and_search(cast: Cast, query: str, names: set[str] | None) -> None:
    User.objects.filter(pk=cast.zhou.pk).update(is_active=False)
    listing = signed_in(cast.adele).get(f"{LIST}?{query}").context["listing"]
    found = {user.username for user in listing.page}
    assert found == names if names is not None else len(found) == 17


def test_a_role_that_has_ended_no_longer_filters(cast: Cast) -> None:
    yesterday = timezone.localdate() - dt.timedelta(days=1)
    Membership.objects.filter(user=cast.ma).update(valid_to=yesterday)
    store = f"store={cast.pudong.public_id}&role=salesperson"
    listing = signed_in(cast.adele).get(f"{LIST}?{store}").context["listing"]
    assert {user.username for user in listing.page} == {"lin", "zhou"}


def test_the_list_costs_the_same_for_one_row_and_for_all(cast: Cast) -> None:
    client = signed_in(cast.adele)
    client.get(LIST)
    costs = []
    for query in ("?q=otto", ""):
        with CaptureQueriesContext(connection) as statements:
            client.get(LIST + query)
        costs.append(len(statements))
    assert costs[0] == costs[1] <= 11


# --- a new user ----------------------------------------------------------------------------


def test_adele_makes_a_user_and_sees_the_invitation_once(client, cast: Cast) -> None:
    adele = signed_in(cast.adele)
    data = new_user(cast)
    answer = adele.post(f"{LIST}new/", data)
    assert answer.status_code == 200
    path = link_in(answer.content.decode())
    user = User.objects.get(username="xinren")
    assert not user.has_usable_password()
    post = user.memberships.get()
    assert (post.role, post.store, post.team) == ("salesperson", cast.pudong, cast.team_one)
    assert "/accounts/links/" not in adele.get(page_of(user)).content.decode()
    assert client.post(path, {"password": "purple bicycle under rain"}).url == "/"
    assert client.get("/").url == "/followups/day/"
    assert actions().count("people.create_user") == 1
    assert actions().count("people.invite_user") == 1


def test_the_same_form_twice_makes_one_user_and_shows_no_second_link(cast: Cast) -> None:
    adele, data = signed_in(cast.adele), new_user(cast)
    adele.post(f"{LIST}new/", data)
    data["username"] = "xinren2"
    assert adele.post(f"{LIST}new/", data).url == LIST
    assert not User.objects.filter(username="xinren2").exists()
    assert OneTimeLink.objects.count() == 1


def test_the_invitation_is_mailed_where_mail_is_set_up(cast: Cast) -> None:
    answer = signed_in(cast.adele).post(f"{LIST}new/", new_user(cast, email="xin@example.com"))
    assert answer.context["link"]["mailed"]
    assert mail.outbox[0].to == ["xin@example.com"]


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"username": "lin"}, "username"),
        ({"username": "a b"}, "username"),
        ({"username": "<script>"}, "username"),
        ({"username": ""}, "username"),
        ({"name": "\u200b"}, "name"),
        ({"name": "x" * 200_000}, "name"),
        ({"phone": "abc"}, "phone"),
        ({"email": "nope"}, "email"),
    ],
)
def test_bad_facts_are_refused_beside_the_field(
    cast: Cast, more: dict[str, str], field: str
) -> None:
    before = User.objects.count()
    answer = signed_in(cast.adele).post(f"{LIST}new/", new_user(cast, **more))
    assert answer.status_code == 422
    assert field in answer.context["form"].errors
    assert User.objects.count() == before


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"role": "nonsense"}, "role"),
        ({"role": ""}, "role"),
        ({"store": "", "team": ""}, "store"),
        ({"team": ""}, "team"),
        ({"role": "handler", "team": ""}, "department"),
        ({"store": "10000000000000000000000000000000"}, "store"),
        ({"store": "\0"}, "store"),
    ],
)
def test_a_role_needs_its_place(cast: Cast, more: dict[str, str], field: str) -> None:
    answer = signed_in(cast.adele).post(f"{LIST}new/", new_user(cast, **more))
    assert answer.status_code == 422
    assert field in answer.context["post"].errors
    assert not User.objects.filter(username="xinren").exists()


def test_a_team_of_another_store_does_not_fit(cast: Cast) -> None:
    data = new_user(cast, team=str(cast.chaoyang_team.pk))
    answer = signed_in(cast.adele).post(f"{LIST}new/", data)
    assert "team" in answer.context["post"].errors


@pytest.mark.parametrize("who", [who for who in EVERYBODY if who != "adele"])
def test_nobody_but_the_administrator_makes_users(cast: Cast, who: str) -> None:
    client = signed_in(getattr(cast, who))
    assert client.get(f"{LIST}new/").status_code == 403
    assert client.post(f"{LIST}new/", new_user(cast)).status_code == 403
    assert not User.objects.filter(username="xinren").exists()


# --- details, links, state -----------------------------------------------------------------


def test_adele_corrects_a_name_and_the_trail_holds_no_contact_data(cast: Cast) -> None:
    data = {
        "name": "林小彤",
        "username": "lin",
        "phone": "138 0013 5021",
        "email": "l@example.com",
        "version": "1",
    }
    answer = signed_in(cast.adele).post(f"{page_of(cast.lin)}details/", data)
    assert answer.url == page_of(cast.lin)
    cast.lin.refresh_from_db()
    assert (cast.lin.name, cast.lin.phone, cast.lin.version) == ("林小彤", "+8613800135021", 2)
    event = AuditEvent.objects.get(action="people.change_user")
    assert event.after == {"fields": ["email", "name", "phone"]}


def test_a_stale_edit_is_a_409_that_says_who_was_first(cast: Cast) -> None:
    url = f"{page_of(cast.lin)}details/"
    data = {"name": "林小彤", "username": "lin", "version": "1"}
    client = signed_in(cast.adele)
    client.post(url, data)
    late = client.post(url, {**data, "name": "林大彤"})
    assert late.status_code == 409
    assert "管理员" in late.content.decode()
    (row,) = late.context["differences"]
    assert (row.theirs, row.mine) == ("林小彤", "林大彤")
    cast.lin.refresh_from_db()
    assert cast.lin.name == "林小彤"
    again = late.context["resend"]
    assert client.post(again["url"], dict(again["fields"])).status_code == 302
    cast.lin.refresh_from_db()
    assert cast.lin.name == "林大彤"


@pytest.mark.parametrize("version", ["", "x", "-1", "٣", "9" * 40])
def test_a_nonsense_version_is_stale(cast: Cast, version: str) -> None:
    data = {"name": "林小彤", "username": "lin", "version": version}
    answer = signed_in(cast.adele).post(f"{page_of(cast.lin)}details/", data)
    assert answer.status_code == 409


def test_a_reset_link_is_shown_once_and_user_and_privacy_officer_are_told(
    client, cast: Cast
) -> None:
    answer = signed_in(cast.adele).post(f"{page_of(cast.lin)}reset/", {"request_id": "1"})
    path = link_in(answer.content.decode())
    assert {notice.recipient for notice in told("reset_link_made")} == {cast.lin, cast.pan}
    assert client.post(path, {"password": "purple bicycle under rain"}).url == "/"
    again = signed_in(cast.adele).post(f"{page_of(cast.lin)}reset/", {"request_id": "1"})
    assert again.url == page_of(cast.lin)


def told(kind: str):
    notices = Membership._meta.apps.get_model("notices", "Notice")
    return list(notices.objects.filter(kind=kind))


def test_a_deactivated_user_gets_no_link(cast: Cast) -> None:
    User.objects.filter(pk=cast.lin.pk).update(is_active=False)
    for verb in ("invitation", "reset"):
        answer = signed_in(cast.adele).post(f"{page_of(cast.lin)}{verb}/")
        assert answer.status_code == 422
    assert not OneTimeLink.objects.exists()


def test_lin_with_open_work_cannot_be_deactivated_and_the_page_counts_it(cast: Cast) -> None:
    card = make_card(cast.lin)
    make_card(cast.lin, state="ordered")
    make_plan(card)
    make_visit(card, NOW.date(), assignee=cast.lin)
    make_ticket(card, NOW, responsible=cast.lin)
    url = f"{page_of(cast.lin)}deactivation/"
    answer = signed_in(cast.adele).post(url, {"version": "1"})
    assert answer.status_code == 422
    work = answer.context["blocked_by"]
    assert (work.cards, work.plans, work.visits, work.tickets) == (1, 1, 1, 1)
    cast.lin.refresh_from_db()
    assert cast.lin.is_active


def test_deactivation_ends_sessions_at_once_and_reactivation_undoes_it(cast: Cast) -> None:
    lin, adele = signed_in(cast.lin), signed_in(cast.adele)
    assert lin.get("/accounts/settings/").status_code == 200
    assert adele.post(f"{page_of(cast.lin)}deactivation/", {"version": "1"}).status_code == 302
    assert lin.get("/accounts/settings/").status_code == 302
    assert adele.post(f"{page_of(cast.lin)}reactivation/", {"version": "2"}).status_code == 302
    cast.lin.refresh_from_db()
    assert cast.lin.is_active
    assert lin.get("/accounts/settings/").status_code == 302
    assert {"people.deactivate_user", "people.reactivate_user"} <= set(actions())


VERBS = (*("details/", "invitation/", "reset/", "deactivation/", "reactivation/", "roles/"),)


@pytest.mark.parametrize("verb", VERBS)
def test_nobody_edits_themselves_and_only_the_administrator_edits(cast: Cast, verb: str) -> None:
    before = state()
    adele = signed_in(cast.adele)
    assert adele.post(page_of(cast.adele) + verb, {"version": "1"}).status_code == 403
    for who in EVERYBODY[:-1]:
        client = signed_in(getattr(cast, who))
        assert client.post(page_of(cast.zhou) + verb, {"version": "1"}).status_code == 403, who
    assert state() == before


def state() -> list:
    fields = ("name", "is_active", "version", "session_epoch", "password")
    rows = list(User.objects.order_by("id").values_list(*fields))
    return [rows, Membership.objects.count(), OneTimeLink.objects.count()]


@pytest.mark.parametrize("verb", ["", *VERBS])
def test_an_unknown_user_is_not_found(cast: Cast, verb: str) -> None:
    client = signed_in(cast.adele)
    call = client.post if verb else client.get
    assert call(f"{LIST}nobodyatall/{verb}").status_code == 404


# --- roles ---------------------------------------------------------------------------------


def role(cast: Cast, role: str, **more: str) -> dict[str, str]:
    return {"role": role, "store": str(cast.pudong.pk), "request_id": str(uuid.uuid4()), **more}


def test_a_plain_role_counts_at_once_and_ends_the_sessions(cast: Cast) -> None:
    lin, adele = signed_in(cast.lin), signed_in(cast.adele)
    answer = adele.post(f"{page_of(cast.lin)}roles/", role(cast, "reception"))
    assert answer.url == page_of(cast.lin)
    assert {post.role for post in cast.lin.memberships.all()} == {"salesperson", "reception"}
    assert lin.get("/accounts/settings/").status_code == 302
    event = AuditEvent.objects.get(action="people.grant_role")
    assert event.after["role"] == "reception"
    assert "granted_alone" not in event.after


def test_until_a_second_person_signed_in_adele_grants_alone_and_the_trail_says_so(
    cast: Cast,
) -> None:
    signed_in(cast.adele).post(f"{page_of(cast.lin)}roles/", role(cast, "manager"))
    assert cast.lin.memberships.filter(role="manager").exists()
    assert AuditEvent.objects.get(action="people.grant_role").after["granted_alone"] is True


@pytest.mark.parametrize("senior", ["manager", "general_manager", "privacy_officer"])
def test_afterwards_a_senior_role_waits_for_the_second_person(cast: Cast, senior: str) -> None:
    bai = signed_in(cast.bai)
    signed_in(cast.adele).post(f"{page_of(cast.lin)}roles/", role(cast, senior))
    assert not cast.lin.memberships.filter(role=senior).exists()
    grant = RoleGrant.objects.get()
    notices = {notice.recipient: notice for notice in told("role_to_approve")}
    assert set(notices) == {cast.bai, cast.pan}
    opened = bai.post(f"/inbox/{notices[cast.bai].public_id}/visit/")
    assert opened.url == "/accounts/grants/"
    url = f"/accounts/grants/{grant.public_id}/"
    assert signed_in(cast.adele).post(f"{url}approval/", {"version": "1"}).status_code == 403
    assert bai.post(f"{url}approval/", {"version": "1"}).url == "/accounts/grants/"
    assert cast.lin.memberships.filter(role=senior).exists()
    event = AuditEvent.objects.get(action="people.grant_role")
    assert (event.actor, event.after["asked_by"]) == (cast.bai, cast.adele.public_id)


def ask(cast: Cast, whom: User, senior: str = "manager") -> RoleGrant:
    return RoleGrant.objects.create(
        user=whom,
        role=senior,
        store=cast.pudong,
        valid_from=timezone.localdate(),
        asked_by=cast.adele,
    )


def test_one_decision_per_grant(cast: Cast) -> None:
    grant = ask(cast, cast.lin)
    url = f"/accounts/grants/{grant.public_id}/"
    assert signed_in(cast.pan).post(f"{url}refusal/", {"version": "1"}).status_code == 302
    late = signed_in(cast.bai).post(f"{url}approval/", {"version": "1"})
    assert late.status_code == 409
    assert "潘合规" in late.content.decode()
    assert not cast.lin.memberships.filter(role="manager").exists()


def test_the_second_person_decides_on_nobody_but_others(cast: Cast) -> None:
    grant = ask(cast, cast.bai)
    url = f"/accounts/grants/{grant.public_id}/approval/"
    assert signed_in(cast.bai).post(url, {"version": "1"}).status_code == 403
    assert signed_in(cast.pan).post(url, {"version": "1"}).status_code == 302


@pytest.mark.parametrize("who", EVERYBODY)
def test_who_reads_grants(cast: Cast, who: str) -> None:
    ask(cast, cast.lin)
    answer = signed_in(getattr(cast, who)).get("/accounts/grants/")
    assert answer.status_code == (200 if who in {"bai", "pan", "adele"} else 403)


def test_an_administrator_holds_no_other_role(cast: Cast) -> None:
    for whom, wish in ((cast.lin, "admin"),):
        answer = signed_in(cast.adele).post(f"{page_of(whom)}roles/", role(cast, wish))
        assert answer.status_code == 422
        assert "role" in answer.context["post"].errors
    assert Membership.objects.filter(role="admin").count() == 1


def test_the_same_role_twice_is_refused(cast: Cast) -> None:
    again = role(cast, "salesperson", team=str(cast.team_one.pk))
    answer = signed_in(cast.adele).post(f"{page_of(cast.lin)}roles/", again)
    assert answer.status_code == 422
    assert cast.lin.memberships.count() == 1


def test_ending_a_role_counts_at_once(cast: Cast) -> None:
    post, client = cast.ma.memberships.get(), signed_in(cast.ma)
    url = f"/accounts/roles/{post.public_id}/end/"
    assert signed_in(cast.adele).post(url, {"version": "1"}).status_code == 302
    post.refresh_from_db()
    assert post.valid_to == timezone.localdate() - dt.timedelta(days=1)
    assert client.get("/accounts/settings/").status_code == 302
    assert not User.objects.get(pk=cast.ma.pk).reach.posts
    assert AuditEvent.objects.get(action="people.end_membership").before["role"] == "salesperson"


def test_a_role_given_today_by_mistake_goes_whole(cast: Cast) -> None:
    adele = signed_in(cast.adele)
    adele.post(f"{page_of(cast.lin)}roles/", role(cast, "reception"))
    post = cast.lin.memberships.get(role="reception")
    adele.post(f"/accounts/roles/{post.public_id}/end/", {"version": "1"})
    assert not Membership.objects.filter(pk=post.pk).exists()


def test_the_last_role_of_somebody_with_open_work_stays(cast: Cast) -> None:
    make_card(cast.lin)
    post = cast.lin.memberships.get()
    url = f"/accounts/roles/{post.public_id}/end/"
    answer = signed_in(cast.adele).post(url, {"version": "1"})
    assert answer.status_code == 422
    assert answer.context["blocked_by"].cards == 1


def test_adele_cannot_end_her_own_role(cast: Cast) -> None:
    post = cast.adele.memberships.get()
    url = f"/accounts/roles/{post.public_id}/end/"
    assert signed_in(cast.adele).post(url, {"version": "1"}).status_code == 403
    assert signed_in(cast.shen).post(url, {"version": "1"}).status_code == 403


@pytest.mark.parametrize("verb", ["approval", "refusal"])
def test_a_double_click_on_a_grant_decides_once(cast: Cast, verb: str) -> None:
    grant = ask(cast, cast.lin)
    client, sent = signed_in(cast.pan), {"version": "1", "request_id": "r-1"}
    for _click in range(2):
        answer = client.post(f"/accounts/grants/{grant.public_id}/{verb}/", sent)
        assert (answer.status_code, answer.url) == (302, "/accounts/grants/")
    decisions = ("people.grant_role", "people.refuse_grant")
    assert AuditEvent.objects.filter(action__in=decisions).count() == 1


@pytest.mark.parametrize("verb", ["deactivation", "reactivation", "details"])
def test_a_double_click_on_a_user_counts_once(cast: Cast, verb: str) -> None:
    client = signed_in(cast.adele)
    sent = {"version": "1", "request_id": "r-1", "name": "方晴", "username": "fang"}
    for _click in range(2):
        answer = client.post(f"{page_of(cast.fang)}{verb}/", sent)
        assert (answer.status_code, answer.url) == (302, page_of(cast.fang))
    cast.fang.refresh_from_db()
    assert cast.fang.version == 2


def test_a_double_click_on_ending_a_role_ends_it_once(cast: Cast) -> None:
    client = signed_in(cast.adele)
    old = cast.fang.memberships.get()
    new = cast.fang.memberships.create(
        role="salesperson",
        store=cast.pudong,
        team=cast.team_one,
        valid_from=timezone.localdate(),
    )
    for post in (new, old):  # the new one's row goes, the old one's stays
        sent = {"version": "1", "request_id": f"end-{post.pk}"}
        codes = [
            client.post(f"/accounts/roles/{post.public_id}/end/", sent).status_code
            for _click in range(2)
        ]
        assert codes == [302, 302]
    assert AuditEvent.objects.filter(action="people.end_membership").count() == 2
    assert client.post(f"/accounts/roles/{new.public_id}/end/", {}).status_code == 404


def test_a_double_click_on_a_store_saves_it_once(cast: Cast) -> None:
    sent = {"version": "1", "request_id": "r-1", "code": "SH01", "name": "浦东新店"}
    for _click in range(2):
        answer = signed_in(cast.adele).post(f"/accounts/stores/{cast.pudong.public_id}/", sent)
        assert answer.status_code == 302
    cast.pudong.refresh_from_db()
    assert (cast.pudong.name, cast.pudong.version) == ("浦东新店", 2)
