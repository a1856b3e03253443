"""Stores, teams and departments: the administrator makes them, managers and Pan read."""

import uuid

import pytest
from django.test import Client

from crm.people.models import Department, Store, Team, User
from crm.records.models import AuditEvent
from tests.people import Cast

LISTS = ("stores", "teams", "departments")


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def facts(cast: Cast, kind: str) -> dict[str, str]:
    return {
        "stores": {"code": "SZ01", "name": "深圳店", "region": "华南"},
        "teams": {"store": str(cast.pudong.pk), "name": "三组"},
        "departments": {"name": "物流", "head": str(cast.tang.pk)},
    }[kind] | {"request_id": str(uuid.uuid4())}


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize(
    ("who", "code"),
    [("adele", 200), ("pan", 200), ("shen", 200), ("lin", 403), ("bai", 403), ("wu", 403)],
)
def test_who_reads_the_lists(cast: Cast, kind: str, who: str, code: int) -> None:
    assert signed_in(getattr(cast, who)).get(f"/accounts/{kind}/").status_code == code


def test_shen_reads_his_own_store_alone(cast: Cast) -> None:
    page = signed_in(cast.shen).get("/accounts/stores/").content.decode()
    assert "浦东店" in page
    assert "朝阳店" not in page


@pytest.mark.parametrize("kind", LISTS)
def test_adele_makes_one_and_a_repeat_makes_no_second(cast: Cast, kind: str) -> None:
    model = {"stores": Store, "teams": Team, "departments": Department}[kind]
    adele, data, before = signed_in(cast.adele), facts(cast, kind), model.objects.count()
    assert adele.post(f"/accounts/{kind}/new/", data).url == f"/accounts/{kind}/"
    again = {**data, "name": "又一个"} | ({"code": "XX"} if kind == "stores" else {})
    assert adele.post(f"/accounts/{kind}/new/", again).url == f"/accounts/{kind}/"
    assert model.objects.count() == before + 1
    event = AuditEvent.objects.latest("id")
    assert event.action == f"people.create_{kind[:-1]}"
    assert event.after["name"] == data["name"]


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("who", ["pan", "shen", "bai", "lin"])
def test_nobody_else_makes_or_changes_any(cast: Cast, kind: str, who: str) -> None:
    client = signed_in(getattr(cast, who))
    place = {"stores": cast.pudong, "teams": cast.team_one, "departments": cast.technical}[kind]
    assert client.post(f"/accounts/{kind}/new/", facts(cast, kind)).status_code == 403
    url = f"/accounts/{kind}/{place.public_id}/"
    assert client.get(url).status_code == 403
    assert client.post(url, facts(cast, kind)).status_code == 403
    place.refresh_from_db()
    assert place.version == 1


@pytest.mark.parametrize(
    ("kind", "more", "field"),
    [
        ("stores", {"code": "SH01"}, "code"),
        ("stores", {"code": ""}, "code"),
        ("stores", {"name": "\0"}, "name"),
        ("stores", {"name": "x" * 200_000}, "name"),
        ("teams", {"name": "一组"}, None),
        ("teams", {"store": "99999999999999999999"}, "store"),
        ("departments", {"name": "技术"}, "name"),
        ("departments", {"head": "0"}, "head"),
    ],
)
def test_bad_facts_are_refused(
    cast: Cast, kind: str, more: dict[str, str], field: str | None
) -> None:
    data = {**facts(cast, kind), **more}
    answer = signed_in(cast.adele).post(f"/accounts/{kind}/new/", data)
    assert answer.status_code == 422
    assert answer.context["form"].errors
    assert field is None or field in answer.context["form"].errors


def test_a_store_is_renamed_with_before_and_after_in_the_trail(cast: Cast) -> None:
    url = f"/accounts/stores/{cast.pudong.public_id}/"
    data = {"code": "SH01", "name": "浦东旗舰店", "region": "华东", "version": "1"}
    adele = signed_in(cast.adele)
    assert adele.get(url).status_code == 200
    assert adele.post(url, data).status_code == 302
    cast.pudong.refresh_from_db()
    assert (cast.pudong.name, cast.pudong.version) == ("浦东旗舰店", 2)
    event = AuditEvent.objects.latest("id")
    assert (event.before["name"], event.after["name"]) == ("浦东店", "浦东旗舰店")
    late = adele.post(url, {**data, "name": "别的"})
    assert late.status_code == 409
    assert "管理员" in late.content.decode()
    (row,) = late.context["differences"]
    assert (row.theirs, row.mine) == ("浦东旗舰店", "别的")


def test_a_team_stays_in_its_store(cast: Cast) -> None:
    url = f"/accounts/teams/{cast.team_one.public_id}/"
    data = {"store": str(cast.chaoyang.pk), "name": "甲组", "version": "1"}
    assert signed_in(cast.adele).post(url, data).status_code == 302
    cast.team_one.refresh_from_db()
    assert (cast.team_one.store, cast.team_one.name) == (cast.pudong, "甲组")


def test_a_name_taken_meanwhile_is_a_message_not_an_error(cast: Cast) -> None:
    url = f"/accounts/departments/{cast.technical.public_id}/"
    Department.objects.create(name="物流")
    answer = signed_in(cast.adele).post(url, {"name": "物流", "version": "1"})
    assert answer.status_code == 422
