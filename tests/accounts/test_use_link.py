"""One-time links: shown once, kept as a hash, good once and for a time."""

import datetime as dt
import threading

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from crm.home.actions.accounts import use_link
from crm.people.actions import LinkSpent, make_link
from crm.people.models import Membership, OneTimeLink, User
from crm.records.models import AuditEvent
from tests.people import Cast

GOOD = "purple bicycle under rain"


def link_for(user: User, kind: str = "invitation", now: dt.datetime | None = None) -> str:
    token = make_link(user, kind, by=None, now=now or timezone.now())
    return f"/accounts/links/{token}/"


def test_lin_opens_her_invitation_chooses_a_password_and_is_signed_in(client, cast: Cast) -> None:
    url = link_for(cast.lin)
    assert client.get(url).status_code == 200
    assert client.get(url).status_code == 200
    answer = client.post(url, {"password": GOOD})
    assert answer.url == "/"
    assert client.session["_auth_user_id"] == str(cast.lin.pk)
    cast.lin.refresh_from_db()
    assert cast.lin.check_password(GOOD)
    event = AuditEvent.objects.get(action="people.use_link")
    assert (event.actor, event.after) == (cast.lin, {"link": "invitation"})


def test_a_used_a_wrong_and_an_expired_link_look_the_same(client, cast: Cast) -> None:
    used = link_for(cast.lin)
    client.post(used, {"password": GOOD})
    client.post("/accounts/logout/")
    long_ago = timezone.now() - dt.timedelta(days=8)
    expired = link_for(cast.zhou, now=long_ago)
    pages = [client.get(url) for url in (used, expired, "/accounts/links/nonsense/")]
    assert {page.status_code for page in pages} == {404}
    assert len({page.content for page in pages}) == 1
    assert client.post(used, {"password": GOOD + " two"}).status_code == 404
    cast.lin.refresh_from_db()
    assert cast.lin.check_password(GOOD)


@pytest.mark.parametrize(
    ("kind", "minutes", "is_good"),
    [
        ("reset", 29, True),
        ("reset", 31, False),
        ("invitation", 6 * 1440, True),
        ("invitation", 8 * 1440, False),
        ("first_admin", 23 * 60, True),
        ("first_admin", 25 * 60, False),
    ],
)
def test_each_kind_lasts_its_own_time(
    client, cast: Cast, kind: str, minutes: int, is_good: bool
) -> None:
    url = link_for(cast.lin, kind)
    with time_machine.travel(timezone.now() + dt.timedelta(minutes=minutes)):
        assert (client.get(url).status_code == 200) is is_good


def test_a_deactivated_user_cannot_use_a_link(client, cast: Cast) -> None:
    url = link_for(cast.lin)
    User.objects.filter(pk=cast.lin.pk).update(is_active=False)
    assert client.post(url, {"password": GOOD}).status_code == 404


def test_only_the_hash_of_a_token_is_kept(cast: Cast) -> None:
    token = make_link(cast.lin, "reset", by=None, now=timezone.now())
    kept = OneTimeLink.objects.get()
    assert token not in str(vars(kept))
    assert len(token) >= 43


def test_a_new_password_ends_other_sessions_and_other_links(client, cast: Cast) -> None:
    other = link_for(cast.lin, "reset")
    client.force_login(cast.lin)
    use = link_for(cast.lin, "invitation")
    client.post(use, {"password": GOOD})
    assert client.get(other).status_code == 404


def test_what_anybody_may_ask_for_does_not_void_what_adele_handed_over(cast: Cast) -> None:
    handed = make_link(cast.lin, "reset", by=cast.adele, now=timezone.now())
    make_link(cast.lin, "reset", by=None, now=timezone.now())
    assert use_link(handed, GOOD, now=timezone.now()) == cast.lin


@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_have_one_winner() -> None:
    user = User.objects.create_user("lin", name="林晓彤")
    token = make_link(user, "invitation", by=None, now=timezone.now())
    barrier, results = threading.Barrier(2), []

    def click(word: str) -> None:
        barrier.wait()
        try:
            use_link(token, word, now=timezone.now())
            results.append(word)
        except LinkSpent:
            results.append("spent")
        finally:
            connection.close()

    threads = [threading.Thread(target=click, args=(f"{GOOD} {n}",)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(results)[-1] == "spent"
    winner = next(word for word in results if word != "spent")
    user.refresh_from_db()
    assert user.check_password(winner)


@pytest.mark.parametrize(
    "word",
    [
        "short",
        "passwordpassword",
        "showfloor2026",
        "汽车销售2026汽车销售",
        "linxiaotong-lin",
        "123456789012",
        "aaaaaaaaaaaaaaa",
        "x" * 201,
        "",
    ],
)
def test_guessable_passwords_are_refused_beside_the_field(client, cast: Cast, word: str) -> None:
    User.objects.filter(pk=cast.lin.pk).update(username="linxiaotong")
    url = link_for(cast.lin)
    answer = client.post(url, {"password": word})
    assert answer.status_code == 422
    assert answer.context["form"].errors["password"]
    assert client.get(url).status_code == 200


def test_create_admin_prints_one_link_for_the_first_administrator(client, db, capsys) -> None:
    call_command("create_admin")
    url = capsys.readouterr().out.split()[-1]
    assert url.startswith("http://127.0.0.1:8000/accounts/links/")
    path = url.removeprefix("http://127.0.0.1:8000")
    assert client.post(path, {"password": GOOD}).url == "/"
    assert client.get("/").url == "/accounts/second-step/"  # an administrator needs one
    assert Membership.objects.get().role == "admin"
    with pytest.raises(CommandError, match="administrator already"):
        call_command("create_admin")


def test_an_administrator_who_never_came_gets_a_fresh_link_and_the_old_one_dies(
    client, db, capsys
) -> None:
    call_command("create_admin")
    first = capsys.readouterr().out.split()[-1].removeprefix("http://127.0.0.1:8000")
    call_command("create_admin")
    second = capsys.readouterr().out.split()[-1].removeprefix("http://127.0.0.1:8000")
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200
    assert User.objects.count() == 1


def test_create_admin_refuses_where_somebody_administers(cast: Cast) -> None:
    with pytest.raises(CommandError):
        call_command("create_admin", username="second")
    assert not User.objects.filter(username="second").exists()
