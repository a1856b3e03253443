"""From an empty database to a salesperson at work, by links and forms alone."""

import re

from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from crm.people import codes
from crm.people.models import SecondStepRule, Store, Team, User
from crm.people.queues import keys_of
from crm.records.models import AuditEvent

SET_UP = "/accounts/second-step/"
GOOD = "purple bicycle under rain"


def path_in(text: str) -> str:
    found = re.search(r"/accounts/links/[\w-]+/", text)
    assert found
    return found.group(0)


def set_up_second_step(client: Client, password: str) -> bool:
    """Led to the set-up by the first page, do what it says; False where nothing is asked."""
    if client.get("/").url != SET_UP:
        return False
    page = client.get(SET_UP)
    key = keys_of(page.context["set_up"].split("/")[1].split(":")[0])[0]
    words = {"set_up": page.context["set_up"], "present": password}
    done = client.post(SET_UP, {**words, "code": codes.code_at(key, timezone.now())})
    assert "recovery_codes" in done.context
    return True


def test_an_empty_installation_is_set_up_by_its_first_administrator(db, capsys) -> None:
    assert Client().get("/").url == "/accounts/login/?next=/"
    call_command("create_admin", name="管理员")
    admin = Client()
    assert admin.post(path_in(capsys.readouterr().out), {"password": GOOD}).url == "/"
    assert set_up_second_step(admin, GOOD)
    home = admin.get("/")
    assert "/accounts/stores/new/" in home.content.decode()

    admin.post("/accounts/stores/new/", {"code": "SH01", "name": "浦东店", "request_id": "1"})
    store = Store.objects.get()
    admin.post("/accounts/teams/new/", {"store": store.pk, "name": "一组", "request_id": "2"})
    team = Team.objects.get()
    people = {"lin": "salesperson", "chen": "sales_supervisor", "shen": "manager"}
    links = {}
    for number, (username, role) in enumerate(people.items()):
        place = {"store": store.pk} | ({} if role == "manager" else {"team": team.pk})
        data = {"username": username, "name": username, "role": role, "request_id": f"u{number}"}
        made = admin.post("/accounts/users/new/", {**data, **place})
        links[username] = path_in(made.content.decode())

    for username, first_page in (("lin", "/followups/day/"), ("chen", "/dashboard/")):
        person = Client()
        assert person.post(links[username], {"password": f"{GOOD} {username}"}).url == "/"
        assert set_up_second_step(person, f"{GOOD} {username}") == (username == "chen")
        assert person.get("/").url == first_page
        assert person.get(first_page).status_code == 200
        person.post("/accounts/logout/")
        words = {"username": username, "password": f"{GOOD} {username}"}
        asked = "/accounts/login/code/" if username == "chen" else "/"
        assert person.post("/accounts/login/", words).url == asked

    needed = set(SecondStepRule.objects.values_list("role", flat=True))
    assert needed == {
        *("sales_supervisor", "service_supervisor", "marketing_supervisor", "manager"),
        *("general_manager", "privacy_officer", "admin"),
    }
    alone = AuditEvent.objects.filter(action="people.grant_role", after__granted_alone=True)
    assert [event.subject_id for event in alone] == [User.objects.get(username="shen").public_id]
